"""Those who stay: retention with its parts from two sources, and cohorts on their way up."""

from __future__ import annotations

import numpy as np
import pandas as pd

from edubalance.assessment import rule_date
from edubalance.evidence import flows
from edubalance.evidence.material import Material
from edubalance.measures import cohorts as measure

JUNIOR_YEARS = 3
CONDITION = "junior_retention"
REPORTED = {
    "entrants": "grade7_enrolment_3y_before",
    "deaths": "deaths_3y",
    "transferred_out": "transferred_out_3y",
    "transferred_in": "transferred_in_3y",
    "graduates": "graduates",
}
# Columns of the flows that say the same of one year and all grades.
COUNTED = {"deaths": "deaths", "transferred_out": flows.OUTSIDE["out"], "transferred_in": flows.OUTSIDE["in"]}


def parts(material: Material) -> pd.DataFrame:
    r"""
    Set the parts of the three-year retention as the flows count them beside those that the county reports.

    Parameters
    ----------
    material : Material
        The case.

    Returns
    -------
    DataFrame
        One row a ``part`` (``entrants``, ``deaths``, ``transferred_out``, ``transferred_in``, ``gave_up``,
        ``graduates``, and ``retention`` in percent): ``counted``, ``reported``, and ``threshold`` of the retention.
        ``counted`` is NaN where the flows do not go back to the entrants or a junior section does not say.

    Notes
    -----
    The flows do not tell the grade of those who move or die: of each year's, one third is taken to be of the cohort.
    Moves are those over the border of the county; those inside cancel. Who gave up is what remains: entrants −
    deaths − (graduates − transferred in + transferred out).
    """
    county = material.tables.county
    stated = county.loc[county["year"] == material.year].groupby("variable")["value"].sum(min_count=1)
    reported = pd.Series({part: float(stated.get(name, np.nan)) for part, name in REPORTED.items()})
    frame = pd.DataFrame({"counted": _counted(material), "reported": reported})
    frame = pd.DataFrame({name: _completed(frame[name]) for name in frame})
    frame["threshold"] = np.nan
    conditions = {condition.id for condition in material.standard.conditions}
    if CONDITION in conditions:
        limit = material.standard.value_on(CONDITION, rule_date(material.year))
        frame.loc["retention", "threshold"] = limit
    return frame.rename_axis("part").reset_index()


def steps(frame: pd.DataFrame, source: str = "reported") -> pd.DataFrame:
    """
    Lead from those who entered to those who graduated, step by step.

    Parameters
    ----------
    frame : DataFrame
        As from `parts`.
    source : {"reported", "counted"}
        Whose numbers.

    Returns
    -------
    DataFrame
        One row a ``part``, in the order ``entrants``, ``deaths``, ``gave_up``, ``transferred_out``,
        ``transferred_in``, ``graduates``: ``pupils``, and ``start`` and ``end`` of the step in percent of those who
        entered and lived; entrants and graduates start at 0. ``end`` of ``gave_up`` is the retention. ``threshold`` is
        what it has to reach.
    """
    pupils = frame.set_index("part")[source]
    signs = {"entrants": 1, "deaths": -1, "gave_up": -1, "transferred_out": -1, "transferred_in": 1}
    share = 100 / (pupils["entrants"] - pupils["deaths"])
    end = (pupils[list(signs)] * pd.Series(signs)).cumsum() * share
    found = pd.DataFrame({"pupils": pupils[list(signs)], "start": end.shift(fill_value=0.0), "end": end})
    found.loc["graduates"] = [pupils["graduates"], 0.0, pupils["graduates"] * share]
    return found.rename_axis("part").reset_index().assign(threshold=frame["threshold"].max())


def _counted(material: Material) -> pd.Series:
    """Count the parts of the retention in the flows of the junior sections."""
    rows = flows.of_years(material)
    rows = rows[rows["level"] == "junior"]
    first = material.year - JUNIOR_YEARS + 1
    span = rows[rows["year"].between(first, material.year)]
    if span["year"].nunique() < JUNIOR_YEARS:
        return pd.Series(np.nan, index=list(REPORTED))
    found = {part: _sum(span[column]) / JUNIOR_YEARS for part, column in COUNTED.items()}
    found["entrants"] = _sum(span.loc[span["year"] == first, "entrants"])
    found["graduates"] = _sum(span.loc[span["year"] == material.year, "graduates"])
    return pd.Series(found).reindex(list(REPORTED))


def _sum(values: pd.Series) -> float:
    """Add up a column; NaN where one of its values is not known."""
    return float(values.sum(skipna=False))


def _completed(counts: pd.Series) -> pd.Series:
    """Add who gave up, and the retention in percent."""
    stayed = counts["graduates"] - counts["transferred_in"] + counts["transferred_out"]
    known = bool(counts.notna().all()) and counts["entrants"] > counts["deaths"]
    share = np.nan
    if known:
        moved = {name: counts[name] for name in ("transferred_in", "transferred_out", "deaths")}
        share = 100 * measure.retention(counts["entrants"], counts["graduates"], **moved)
    counts = pd.concat(
        [counts, pd.Series({"gave_up": counts["entrants"] - counts["deaths"] - stayed, "retention": share})]
    )
    order = ["entrants", "deaths", "transferred_out", "transferred_in", "gave_up", "graduates", "retention"]
    return counts.reindex(order)


def cohorts(material: Material) -> pd.DataFrame:
    """
    Follow those who entered in earlier years to the grade that they sit in now.

    Parameters
    ----------
    material : Material
        The case.

    Returns
    -------
    DataFrame
        One row a ``level`` and ``grade`` from the second on: ``entered`` (year), ``entrants``, ``pupils`` in the
        grade in the year that the notebook tells of, ``share`` (percent), ``sections``, and ``missing`` (sections
        left out: they did not exist or do not say, or teach several grades in one class). Above 100 where more
        came than went. No rows where the case does not list its classes by grade, or has no flows so far back.
    """
    tables = material.tables
    classes = tables.classes[(tables.classes["year"] == material.year)].dropna(subset="grade")
    grades = classes.groupby(["school_id", "level", "grade"], observed=True)["pupils"].sum(min_count=1).reset_index()
    top = grades.groupby("level", observed=True)["grade"].transform("max")
    seen = grades.groupby(["school_id", "level"], observed=True)["grade"].transform("nunique")
    there = grades.assign(whole=seen == top, year=material.year + 1 - grades["grade"])
    joined = there.merge(tables.pupils_flow[[*flows.SECTION, "entrants"]], on=flows.SECTION, how="left")
    joined = joined[joined["year"].isin(tables.pupils_flow["year"].unique()) & (joined["grade"] > 1)]
    rows = []
    for (level, _), part in joined.groupby(["level", "grade"], observed=True, sort=False):
        kept = part[part["whole"]].dropna(subset=["entrants", "pupils"])
        entrants, pupils = float(kept["entrants"].sum()), float(kept["pupils"].sum())
        share = 100 * pupils / entrants if entrants else np.nan
        year = int(part["year"].iloc[0])
        rows.append(
            (str(level), int(part["grade"].iloc[0]), year, entrants, pupils, share, len(kept), len(part) - len(kept))
        )
    names = ["level", "grade", "entered", "entrants", "pupils", "share", "sections", "missing"]
    return pd.DataFrame(rows, columns=names)
