"""Idle capacity: seats and floor area beyond what the pupils need, and the public funds that go with the seats."""

from __future__ import annotations

import numpy as np
import pandas as pd

from edubalance.assessment import rule_date
from edubalance.evidence import layout
from edubalance.evidence.efficiency import KEY, UNIT, amounts
from edubalance.evidence.material import Material
from edubalance.standards import Indicator

FLOOR = "teaching_auxiliary_area_m2"
FUNDS = "public_funds_budget_yuan"
SECTION = ["school_id", "level"]


def of_sections(material: Material) -> pd.DataFrame:
    r"""
    Measure what stands idle in every section, and what it costs.

    Parameters
    ----------
    material : Material
        The case.

    Returns
    -------
    DataFrame
        One row a section in scope: school_id, level, area, founder, type, ``pupils``, ``seats``, ``idle_seats``,
        ``short_seats`` (pupils beyond the seats), ``idle_area_m2`` (floor area above what the standard asks for these
        pupils), ``funds_per_seat`` and ``idle_funds`` in yuan. NaN where what it is made of is missing; seats are
        missing in a case that does not list places.

    Notes
    -----
    With seats :math:`S`, pupils :math:`P`, floor area per pupil :math:`a` and its threshold :math:`t`,

    .. math:: \max(0, S - P), \qquad \max(0, (a - t) P), \qquad \frac{F}{S} \max(0, S - P),

    the last being the convention on what low use costs: the section's public funds :math:`F` are spread evenly over
    its seats, and those of idle seats are counted. It is an accounting share, not a saving: a heated room costs the
    same half empty, and closing it may cost children their way to school. Funds that levels of a school share are
    split by weighted pupils, as in `efficiency.units`. Floor area is that of the standard's own indicator.
    """
    found = material.now[["year", *UNIT, "pupils"]].merge(amounts(material, [FUNDS]), on=KEY, validate="one_to_one")
    seats = layout.seats(material)[[*SECTION, "seats"]]
    found = found.merge(seats, on=SECTION, how="left", validate="one_to_one").rename(columns={FUNDS: "funds"})
    spare = found["seats"] - found["pupils"]
    per_seat = found["funds"] / found["seats"].where(found["seats"] > 0)
    idle = spare.clip(lower=0)
    found = found.assign(idle_seats=idle, short_seats=(-spare).clip(lower=0), idle_area_m2=_idle_area(material, found))
    return found.assign(funds_per_seat=per_seat, idle_funds=per_seat * idle).drop(columns=["year", "funds"])


def by_area(material: Material) -> pd.DataFrame:
    """
    Add up what stands idle by level and area.

    Parameters
    ----------
    material : Material
        The case.

    Returns
    -------
    DataFrame
        One row a level and area: ``sections``, ``pupils``, ``seats``, ``idle_seats``, ``idle_share`` (percent of the
        seats), ``short_seats``, ``idle_area_m2``, ``idle_funds`` (yuan), and how many sections are not counted for want
        of ``seats_missing``, ``area_missing``, ``funds_missing``. Sums are over the sections that are known.
    """
    sections = of_sections(material)
    missing = {"seats_missing": "idle_seats", "area_missing": "idle_area_m2", "funds_missing": "idle_funds"}
    marked = sections.assign(**{name: sections[column].isna() for name, column in missing.items()})
    sums = ["pupils", "seats", "idle_seats", "short_seats", "idle_area_m2", "idle_funds"]
    grouped = marked.groupby(["level", "area"], observed=True, sort=False)
    found = grouped[sums].sum(min_count=1).join(grouped[list(missing)].sum().astype("int64"))
    found.insert(0, "sections", grouped.size())
    found.insert(4, "idle_share", 100 * found["idle_seats"] / found["seats"])
    return found.reset_index()


def _idle_area(material: Material, sections: pd.DataFrame) -> pd.Series:
    """Compute the floor area above what the standard asks, of each section; missing where it asks for none."""
    asked = _indicator(material)
    if asked is None:
        return pd.Series(np.nan, index=sections.index)
    date = rule_date(material.year)
    limits = {level: material.standard.value_on(asked.id, date, level) for level in sections["level"].unique()}
    value = sections[SECTION].merge(material.now[[*SECTION, asked.id]], on=SECTION, validate="one_to_one")[asked.id]
    over = (value - sections["level"].map(limits).astype("float64")) * sections["pupils"]
    return over.clip(lower=0)


def _indicator(material: Material) -> Indicator | None:
    """Find the standard's indicator of floor area per pupil."""
    for indicator in material.standard.indicators:
        if any(FLOOR in dict(indicator.numerator(level)) for level in layout.LEVELS):
            return indicator
    return None
