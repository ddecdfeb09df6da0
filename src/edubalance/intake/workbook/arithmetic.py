"""What arithmetic asks of classes and pupils: the classes, by their sizes, must hold the pupils, no more, no fewer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from edubalance.intake import relations
from edubalance.intake.validate import Checked
from edubalance.intake.workbook.assembly import Assembled
from edubalance.intake.workbook.messages import SheetFault
from edubalance.messages import Fact


@dataclass(frozen=True)
class Bounds:
    """The fewest and the most pupils that the classes of each section can hold; NaN where that is not known."""

    fewest: pd.Series
    most: pd.Series


def bounds(sections: pd.DataFrame) -> Bounds:
    """
    Bound the pupils of each section by its classes.

    Parameters
    ----------
    sections : DataFrame
        With ``classes``, and the columns of class sizes that there are.

    Returns
    -------
    Bounds
        One value a section.

    Notes
    -----
    A class has one pupil at least. Where the classes by size are stated, a class of a band has at least its lower
    bound and at most its upper one, another class at most one pupil fewer than the lowest band; no class is larger
    than the largest. The bands are those that the codebook's columns name.

    Examples
    --------
    Ten classes of at most 40 pupils hold from 40 (one class full, the others one pupil each: 49) to 400.

    >>> found = bounds(pd.DataFrame({"classes": [10.0], "largest_class_pupils": [40.0]}))
    >>> float(found.fewest.iloc[0]), float(found.most.iloc[0])
    (49.0, 400.0)
    """
    classes = sections["classes"]
    largest = sections.get("largest_class_pupils", pd.Series(np.nan, index=sections.index))
    bands = relations.bands(sections)
    fewest = classes + (largest - 1).clip(lower=0).fillna(0.0).where(classes > 0, 0.0)
    most = classes * largest
    if len(bands) > 1:
        low = {name: limits[0] for name, limits in bands.items()}
        high = {name: limits[1] for name, limits in bands.items()}
        others = classes - sum(sections[name] for name in low)
        by_size = others + sum(sections[name] * low[name] for name in low)
        fewest = pd.concat([fewest, by_size], axis=1).max(axis=1).where(classes.notna())
        held = others * largest.clip(upper=min(low.values()) - 1).fillna(min(low.values()) - 1)
        for name in low:
            held = held + (sections[name] * largest.clip(upper=high[name]).fillna(high[name])).where(
                sections[name] > 0, sections[name]
            )
        most = pd.concat([most, held], axis=1).min(axis=1)
    return Bounds(fewest, most)


def faults(sections: Checked, assembled: Assembled) -> list[SheetFault]:
    """
    Refuse pupils that their classes cannot hold.

    Parameters
    ----------
    sections : Checked
        The table of sections, its cells checked.
    assembled : Assembled
        The same with the cell of each value.

    Returns
    -------
    list of SheetFault
        One for each section.
    """
    frame = sections.frame
    if not {"pupils", "classes"} <= set(frame):
        return []
    bound = bounds(frame)
    pupils = frame["pupils"]
    wrong = (frame["classes"] > 0) & (pupils > 0) & ((pupils < bound.fewest) | (pupils > bound.most))
    found = []
    for row in frame.index[wrong]:
        low, high = bound.fewest[row], bound.most[row]
        above = pupils[row] > high
        limit = high if above else low
        facts: dict[str, Fact] = {
            "bound": (f"at {'most' if above else 'least'} {limit:g}", f"{'至多' if above else '至少'} {limit:g} 人")
        }
        value = sections.source.cell(int(row), "pupils")
        found.append(SheetFault(assembled.place(int(row), "pupils"), "classes_hold_pupils", value, facts))
    return found
