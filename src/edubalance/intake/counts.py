"""What single classes and teachers add up to, against what their section states."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np
import pandas as pd

from edubalance.errors import Fault
from edubalance.intake.faults import of_a_kind
from edubalance.intake.validate import Checked

SECTION = ["year", "school_id", "level"]
QUALIFICATIONS = ("junior_college", "bachelor", "master", "doctor")
SUBJECTS = ("pe", "music", "art", "arts")
MIDDLE_OR_HIGHER = ("senior", "middle")


def between(checked: Mapping[str, Checked]) -> dict[str, list[Fault]]:
    """
    Check that classes and teachers belong to a section and add up to what it states.

    Parameters
    ----------
    checked : mapping of str to Checked
        Tables by name, their cells checked.

    Returns
    -------
    dict of str to list of Fault
        By table. A section is held against a table in the years that the table has; a missing or faulty cell on
        either side is not held against anything.
    """
    sections = checked["sections"]
    faults: dict[str, list[Fault]] = {"sections": []}
    for name, count in (("classes", _of_classes), ("teachers", _of_teachers)):
        single = checked.get(name)
        if single is None or not set(SECTION) <= set(single.frame) or not set(SECTION) <= set(sections.frame):
            continue
        faults[name] = without_section(single, sections)
        faults["sections"] += _disagreements(sections, single, count(single.frame))
    return faults


def without_section(single: Checked, sections: Checked) -> list[Fault]:
    """Refuse a row whose section the sections do not have."""
    rows = single.frame[single.frame[SECTION].notna().all(axis=1)]
    there = pd.MultiIndex.from_frame(sections.frame[SECTION])
    unsure = sections.frame.loc[sections.frame[SECTION].isna().any(axis=1), "school_id"]
    alone = ~pd.MultiIndex.from_frame(rows[SECTION]).isin(there) & ~rows["school_id"].isin(unsure).to_numpy()

    def word(row: int) -> Fault:
        year, school, level = (single.source.cell(row, name) for name in SECTION)
        rule = f"the school should have a {level} section in {sections.source.file} in {year}"
        remedy = "Add it there, correct the code or the level, or delete this row."
        return Fault(single.source.file, row, "school_id", school, rule, remedy)

    return of_a_kind(rows.index[alone].tolist(), word)


def _of_classes(classes: pd.DataFrame) -> pd.DataFrame:
    """Count the classes of every section, as the columns of the sections do."""
    pupils = classes["pupils"] if "pupils" in classes else pd.Series(np.nan, index=classes.index)
    grouped = classes.assign(pupils=pupils).groupby(SECTION)["pupils"]
    known = grouped.agg(lambda column: bool(column.notna().all())).astype(bool)
    return pd.DataFrame(
        {
            "pupils": grouped.sum().where(known),
            "classes": grouped.size(),
            "largest_class_pupils": grouped.max().where(known),
        }
    )


def _of_teachers(teachers: pd.DataFrame) -> pd.DataFrame:
    """Count the teachers of every section by what they are, as the columns of the sections do."""
    counted = {"teachers": pd.Series(1.0, index=teachers.index)}
    for code in QUALIFICATIONS:
        counted[f"teachers_{code}"] = _marked(teachers, "qualification", (code,))
    counted["teachers_mid_or_higher_title"] = _marked(teachers, "title", MIDDLE_OR_HIGHER)
    if "backbone" in teachers:
        counted["backbone_teachers"] = teachers["backbone"]
    for code in SUBJECTS:
        counted[f"{code}_teachers"] = _marked(teachers, "subject", (code,))
    marks = pd.DataFrame(counted)
    keys = [teachers[name] for name in SECTION]
    # A section of which one teacher is not known in a respect cannot be counted in it.
    return marks.groupby(keys).sum().where(marks.isna().groupby(keys).sum() == 0)


def _marked(teachers: pd.DataFrame, column: str, codes: tuple[str, ...]) -> pd.Series:
    """Mark the teachers of some codes with 1, the others with 0; missing stays missing."""
    if column not in teachers:
        return pd.Series(np.nan, index=teachers.index)
    marks = teachers[column].isin(codes).astype("float64")
    return marks.where(teachers[column].notna().to_numpy())


def _disagreements(sections: Checked, single: Checked, counted: pd.DataFrame) -> list[Fault]:
    """Refuse a number of a section that is not what its classes or teachers add up to."""
    frame = sections.frame
    listed = frame[SECTION].notna().all(axis=1) & frame["year"].isin(single.frame["year"].dropna())
    rows = frame[listed & ~frame.duplicated(SECTION, keep=False)]
    known = pd.MultiIndex.from_frame(rows[SECTION])
    # Where a section has no row at all, everything that it could count is nought.
    there = counted.reindex(known)
    there[~known.isin(counted.index)] = 0.0
    there.index = rows.index
    faults: list[Fault] = []
    for name in (str(column) for column in counted if column in rows):
        differs = rows[name].notna() & there[name].notna() & (rows[name] != there[name])
        word = partial(_disagreement, sections, single, name, there[name])
        faults += of_a_kind(rows.index[differs].tolist(), word)
    return faults


def _disagreement(sections: Checked, single: Checked, column: str, counted: pd.Series, row: int) -> Fault:
    """Word one number that disagrees, with both numbers."""
    rule = f"{column} should be what {single.source.file} adds up to, which is {counted[row]:g}"
    remedy = f"Correct the number here, or the rows of the section in {single.source.file}."
    return Fault(sections.source.file, row, column, sections.source.cell(row, column), rule, remedy)
