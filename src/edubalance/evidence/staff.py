"""The staff as a whole: its ages, how its structure differs between sections, and how long it stays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from edubalance.errors import EdubalanceError
from edubalance.evidence import teachers
from edubalance.evidence.material import Material
from edubalance.measures import chance, dispersion, survival

SECTION = ["school_id", "level"]


def age_pyramid(material: Material, *, by: str = "area", width: int = 5) -> pd.DataFrame:
    """
    Count teachers by age, group by group.

    Parameters
    ----------
    material : Material
        The case.
    by : str
        Column that tells groups apart: ``area`` or ``level``. The tables hold no sex.
    width : int
        Years of an age band.

    Returns
    -------
    DataFrame
        One row a group and band: ``group``, ``age_from``, ``age_to`` (completed years), ``teachers``, ``share``
        (percent of the group's teachers whose age is known), ``missing`` (teachers of the group whose age is not).

    Raises
    ------
    EdubalanceError
        If the width is below one year.
    """
    if width < 1:
        raise EdubalanceError(f"An age band must be a year wide at the least; got {width}.")
    people = teachers.of_year(material)
    start = width * (people["age"] // width)
    known = people.assign(age_from=start).dropna(subset="age_from")
    counted = known.groupby([by, "age_from"], observed=True).size()
    groups = known[by].dropna().unique()
    bands = list(np.arange(start.min(), start.max() + width, width)) if len(known) else []
    every = pd.MultiIndex.from_product([groups, bands], names=["group", "age_from"])
    frame = counted.rename_axis(["group", "age_from"]).reindex(every, fill_value=0).rename("teachers").reset_index()
    missing = people["age"].isna().groupby(people[by], observed=True).sum()
    return frame.assign(
        age_to=frame["age_from"] + width - 1,
        share=100 * frame["teachers"] / frame.groupby("group")["teachers"].transform("sum"),
        missing=frame["group"].map(missing).astype("int64"),
    )[["group", "age_from", "age_to", "teachers", "share", "missing"]]


def structure_balance(material: Material, *, attributes: Sequence[str] = teachers.ATTRIBUTES) -> pd.DataFrame:
    """
    Measure how far the make-up of the staff differs between sections, beside what a random deal would show.

    Parameters
    ----------
    material : Material
        The case.
    attributes : sequence of str
        Some of `teachers.ATTRIBUTES`.

    Returns
    -------
    DataFrame
        One row a level, ``attribute`` and ``code``: ``share`` (percent of the level's teachers), ``cv`` (difference
        coefficient of that share between sections, each weighted by its teachers), ``by_chance`` (what it would be if
        the same teachers were dealt out at random), ``ratio`` (the first over the second), ``sections``, ``teachers``
        (of whom it is known) and ``missing``. The standard sets no limit for these.
    """
    frame = teachers.of_year(material)
    frame = frame.assign(age_band=teachers.age_band(frame["age"]))
    rows = []
    for level, people in frame.groupby("level", observed=True, sort=False):
        for attribute in attributes:
            known = people.dropna(subset=attribute)
            sizes = known.groupby(SECTION, observed=True).size()
            for code in (code for code in teachers.codes(attribute) if (known[attribute] == code).any()):
                shares = (known[attribute] == code).groupby([known[key] for key in SECTION], observed=True).mean()
                rows.append((level, attribute, code, *_spread(shares, sizes), len(people) - len(known)))
    names = ["level", "attribute", "code", "share", "cv", "by_chance", "ratio", "sections", "teachers", "missing"]
    return pd.DataFrame(rows, columns=names)


def _spread(shares: pd.Series, sizes: pd.Series) -> tuple[float, float, float, float, int, int]:
    """Measure the spread of one share between sections, observed and by chance."""
    weights = sizes.loc[shares.index].to_numpy(dtype=np.float64)
    share = float(np.average(shares, weights=weights))
    spread = dispersion.difference_coefficient(shares.to_numpy(dtype=np.float64), weights)
    expected = chance.chance_coefficient(share, weights.sum(), len(weights)) if weights.sum() > 1 else np.nan
    ratio = spread / expected if expected > 0 else np.nan
    return 100 * share, spread, expected, ratio, len(weights), int(weights.sum())


def staying(material: Material, *, by: str = "area") -> pd.DataFrame:
    """
    Lay out how many teachers are still at their school after so many years, by Kaplan and Meier.

    Parameters
    ----------
    material : Material
        The case.
    by : str
        Column that tells groups apart.

    Returns
    -------
    DataFrame
        One row a group and step: ``group``, ``years``, ``share`` (percent still there from then on) with ``low`` and
        ``high`` (95 percent bounds, NaN before the first has left), ``at_risk`` and ``left`` at the step. Each curve
        begins at 0 years with 100 percent and ends where nothing more is known; nobody leaves there.

    Notes
    -----
    Each teacher was seen for one year. The curve chains the rates of leaving of that one year: it is that of somebody
    who meets them year after year, not that of a class of beginners followed through their careers.
    """
    frames = []
    for group, people in teachers.spells(material).groupby(by, observed=True, sort=False):
        curve = survival.kaplan_meier(people["until"], people["left"], entries=people["entered"])
        steps = {"years": curve.times, "share": 100 * curve.survival, "low": 100 * curve.low, "high": 100 * curve.high}
        body = pd.DataFrame({**steps, "at_risk": curve.at_risk, "left": curve.events})
        first = pd.DataFrame(
            {"years": [0.0], "share": 100.0, "at_risk": [int((people["entered"] == 0).sum())], "left": 0}
        )
        frames.append(pd.concat([first, body, _end(curve)], ignore_index=True).assign(group=str(group)))
    names = ["group", "years", "share", "low", "high", "at_risk", "left"]
    return pd.concat(frames, ignore_index=True)[names] if frames else pd.DataFrame(columns=names)


def _end(curve: survival.SurvivalCurve) -> pd.DataFrame:
    """Carry a curve on to the longest service that was seen."""
    if not curve.times.size or curve.followed <= curve.times[-1]:
        return pd.DataFrame()
    last = {"share": curve.survival, "low": curve.low, "high": curve.high}
    ends = {name: [100 * float(values[-1])] for name, values in last.items()}
    return pd.DataFrame({"years": [curve.followed], **ends})


def serving(material: Material, *, years: Sequence[float] = (0, 5, 10, 20, 30), by: str = "area") -> pd.DataFrame:
    """
    Count the teachers seen in their year of service after so many completed ones: the numbers at risk of a curve.

    Parameters
    ----------
    material : Material
        The case.
    years : sequence of float
        Completed years at the school.
    by : str
        Column that tells groups apart.

    Returns
    -------
    DataFrame
        One row a group and number of years: ``group``, ``years``, ``at_risk``.
    """
    people = teachers.spells(material)
    rows = [
        (str(group), float(year), int(((part["entered"] <= year) & (part["until"] > year)).sum()))
        for group, part in people.groupby(by, observed=True, sort=False)
        for year in years
    ]
    return pd.DataFrame(rows, columns=["group", "years", "at_risk"])
