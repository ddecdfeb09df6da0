"""Teachers one by one: what they are, how long they stay, and what the county reports of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from edubalance import codebook
from edubalance.assessment import rule_date
from edubalance.assessment.verdict import compare, nullable
from edubalance.evidence.material import Material
from edubalance.measures import survival
from edubalance.standards import Formula

ATTRIBUTES = ("subject", "qualification", "title", "age_band")
# Decades of a career; the first and the last are its ends.
AGE_BANDS = {"to_30": 30, "from_31_to_40": 40, "from_41_to_50": 50, "from_51": 200}
WITH_HOURS = "teachers_with_360_hours"
HOURS = int("".join(re.findall(r"\d+", WITH_HOURS)))


def of_year(material: Material) -> pd.DataFrame:
    """
    Return the teachers of the year that the notebook tells of, with their school's area, founder and type.

    Parameters
    ----------
    material : Material
        The case.

    Returns
    -------
    DataFrame
        One row a teacher, schools out of scope included; no rows where the case does not list them.
    """
    teachers, schools = material.tables.teachers, material.tables.schools
    places = schools[["year", "school_id", "county", "area", "founder", "type"]]
    return teachers.loc[teachers["year"] == material.year].merge(
        places, on=["year", "school_id"], how="left", validate="many_to_one"
    )


def structure(material: Material, by: Sequence[str] = ("level",)) -> pd.DataFrame:
    """
    Count teachers by subject, qualification, title and age.

    Parameters
    ----------
    material : Material
        The case.
    by : sequence of str
        Columns that tell groups apart, such as ``level`` or ``area``.

    Returns
    -------
    DataFrame
        One row a group, ``attribute`` (one of `ATTRIBUTES`) and ``code``: ``teachers`` and ``share`` (percent of
        the group's teachers of whom the attribute is known). Codes stand in their usual order.
    """
    frame = of_year(material)
    frame = frame.assign(age_band=age_band(frame["age"]))
    keys = [*by, "attribute", "code"]
    long = frame.melt([*by], [*ATTRIBUTES], var_name="attribute", value_name="code").dropna(subset="code")
    counted = long.groupby(keys, observed=True, sort=False).size().rename("teachers").reset_index()
    whole = counted.groupby([*by, "attribute"], observed=True)["teachers"].transform("sum")
    place = {code: number for number, code in enumerate(code for name in ATTRIBUTES for code in codes(name))}
    order = counted["code"].map(place).sort_values(kind="stable").index
    return counted.assign(share=100 * counted["teachers"] / whole).loc[order].reset_index(drop=True)


def codes(attribute: str) -> tuple[str, ...]:
    """
    Return the codes of an attribute, one of `ATTRIBUTES`, in their usual order.

    Examples
    --------
    >>> codes("age_band")
    ('to_30', 'from_31_to_40', 'from_41_to_50', 'from_51')
    """
    name = "professional_title" if attribute == "title" else attribute
    return tuple(AGE_BANDS if attribute == "age_band" else codebook.codes(name))


def age_band(ages: pd.Series) -> pd.Series:
    """
    Name the decade of a career that each age lies in.

    Examples
    --------
    >>> age_band(pd.Series([22.0, 31.0, 50.0, 51.0])).tolist()
    ['to_30', 'from_31_to_40', 'from_41_to_50', 'from_51']
    """
    return pd.cut(ages, [0, *AGE_BANDS.values()], labels=list(AGE_BANDS)).astype("string")


def spells(material: Material) -> pd.DataFrame:
    """
    Lay out for how long each teacher was seen at the school: through the one year of the table.

    Parameters
    ----------
    material : Material
        The case.

    Returns
    -------
    DataFrame
        The teachers of whom it is known, with ``entered`` (years served when the year began), ``until`` (one more)
        and ``left``.
    """
    frame = of_year(material).dropna(subset=["years_at_school", "left"])
    return frame.assign(entered=frame["years_at_school"], until=frame["years_at_school"] + 1)


def stays(material: Material, *, after: float = 5.0, by: str = "area") -> pd.DataFrame:
    """
    Estimate how long teachers stay at a school, by Kaplan and Meier, group by group.

    Parameters
    ----------
    material : Material
        The case.
    after : float
        Years after which the share still there is read off.
    by : str
        Column that tells groups apart.

    Returns
    -------
    DataFrame
        One row a group: ``teachers``, ``left``, ``rate`` (percent who left within the year), ``median`` years with
        ``median_low`` and ``median_high`` (infinity beyond what was seen), and ``share`` (percent still there after
        `after` years) with ``low`` and ``high``, which know that teachers of one school leave alike; NaN where nobody
        of the group has served for so long.

    Notes
    -----
    The table shows one year of every career. A teacher is at risk from the years served when it began, so that long
    service does not hide those who left before; the curve is that of somebody who meets the year's rates of leaving
    throughout. Leaving for retirement counts as leaving.
    """
    rows = [
        {by: group, **_stay(people, after)} for group, people in spells(material).groupby(by, observed=True, sort=False)
    ]
    names = [by, "teachers", "left", "rate", "median", "median_low", "median_high", "share", "low", "high"]
    return pd.DataFrame(rows, columns=names)


def _stay(people: pd.DataFrame, after: float) -> dict[str, float]:
    """Estimate how long the teachers of one group stay."""
    curve = survival.kaplan_meier(people["until"], people["left"], entries=people["entered"])
    median = survival.median_survival(curve)
    found = {"teachers": len(people), "left": int(people["left"].sum()), "rate": 100 * float(people["left"].mean())}
    found |= {"median": median.estimate, "median_low": median.low, "median_high": median.high}
    if after <= curve.followed:
        share = survival.clustered_survival_at(
            people["until"], people["left"], people["school_id"].tolist(), after, entries=people["entered"]
        )
        found |= {"share": 100 * share.estimate, "low": 100 * share.low, "high": 100 * share.high}
    return found


def stay_alike(material: Material, *, by: str = "area") -> survival.LogRank:
    """
    Test whether the teachers of several groups leave alike, by the log-rank test.

    It takes teachers one by one, as if those of one school left independently of each other; the trial
    `edubalance.evidence.staffing.shorter_stay` shuffles whole sections instead.

    Parameters
    ----------
    material : Material
        The case.
    by : str
        Column that tells groups apart.

    Returns
    -------
    LogRank
        Statistic, p-value, observed and expected leavers of each group.
    """
    people = spells(material)
    return survival.logrank(people["until"], people["left"], people[by].tolist(), entries=people["entered"])


def rates(material: Material) -> pd.DataFrame:
    """
    Set what the teachers add up to beside what the county reports: training, certificates, rotation.

    Parameters
    ----------
    material : Material
        The case.

    Returns
    -------
    DataFrame
        One row a condition of the standard whose numerator can be counted: ``condition``, ``counted`` (in the unit
        of the item, from the teachers where they can be counted), ``reported`` (from ``county.csv`` alone),
        ``direction`` and ``threshold``. NaN where a number is missing.
    """
    county = material.tables.county
    county = county.loc[county["year"] == material.year]
    reported = county.groupby("variable")["value"].sum(min_count=1)
    counted = _counted(of_year(material))
    known = pd.concat([counted, reported.drop(counted.index, errors="ignore")])
    date = rule_date(material.year)
    rows = []
    for condition in material.standard.conditions:
        formula = condition.formula
        if formula is None or not {name for name, _ in formula.numerator} <= set(counted.index):
            continue
        values = [
            formula.multiplier * _sum(formula.numerator, source) / _sum(formula.denominator, source)
            for source in (known, reported)
        ]
        threshold = material.standard.value_on(condition.id, date)
        rows.append((condition.id, *values, condition.direction, threshold))
    return pd.DataFrame(rows, columns=["condition", "counted", "reported", "direction", "threshold"])


def requirements(material: Material) -> pd.DataFrame:
    """
    Hold what the teachers add up to against what the standard asks: training, rotation, certificates.

    Parameters
    ----------
    material : Material
        The case.

    Returns
    -------
    DataFrame
        One row a condition that can be counted from the teachers: ``value`` (of those of whom it is known), ``low``
        and ``high`` (did none, and did all, of those of whom it is not known fulfil it), ``n`` (teachers whom it is
        counted of; as the county reports where the table cannot tell), ``missing`` (teachers of whom it is not known),
        ``direction``, ``threshold``, ``unit``, ``met`` (missing where those of whom it is not known could decide it).

    Notes
    -----
    The teachers are all listed: there is no sampling error, and the interval is one of missing answers only.
    """
    marks = _marks(of_year(material))
    county = material.tables.county
    reported = county.loc[county["year"] == material.year].groupby("variable")["value"].sum(min_count=1)
    rows = []
    for condition in material.standard.conditions:
        formula = condition.formula
        if formula is None or not marks.size or not {name for name, _ in formula.numerator} <= set(marks):
            continue
        threshold = material.standard.value_on(condition.id, rule_date(material.year))
        found = _share(marks, formula, reported)
        ends = compare(np.array(found[1:3]), np.full(2, threshold), condition.direction)
        met = nullable(np.where(ends[0] == ends[1], ends, 0).astype(np.int8))[0]
        rows.append((condition.id, *found, condition.direction, threshold, condition.unit("en"), met))
    names = ["condition", "value", "low", "high", "n", "missing", "direction", "threshold", "unit", "met"]
    return pd.DataFrame(rows, columns=names).astype({"met": "boolean"})


def _share(marks: pd.DataFrame, formula: Formula, reported: pd.Series) -> tuple[float, float, float, float, int]:
    """Compute a share of teachers with its bounds, of how many it is, and of how many it is not known."""
    does = sum((sign * marks[name] for name, sign in formula.numerator), start=0 * marks.iloc[:, 0])
    names = [name for name, _ in formula.denominator]
    counted = set(names) <= set(marks)
    among = marks[names].sum(axis=1, skipna=False) if counted else pd.Series(np.nan, index=marks.index)
    whole = float(among.fillna(1).sum()) if counted else float(sum(reported.get(name, np.nan) for name in names))
    known = does.notna()
    of_known = float(among[known].sum()) if counted else whole
    sides = ((does, of_known), (does.fillna(0), whole), (does.fillna(1), whole))
    value, low, high = (formula.multiplier * float(part.sum()) / all_ if all_ > 0 else np.nan for part, all_ in sides)
    return value, low, high, whole, int((~known).sum())


def _counted(teachers: pd.DataFrame) -> pd.Series:
    """Count the county's variables that teachers one by one can tell; missing where one of them does not say."""
    marks = _marks(teachers)
    if teachers.empty:
        return pd.Series(np.nan, index=list(marks))
    return pd.Series({str(name): float(mark.sum(skipna=False)) for name, mark in marks.items()})


def _marks(teachers: pd.DataFrame) -> pd.DataFrame:
    """Mark the teachers who count for a variable of the county with 1, the others with 0; missing stays missing."""
    rotated = teachers["rotated_in"]
    trained = (teachers["training_hours_5y"] >= HOURS).astype("float64")
    return pd.DataFrame(
        {
            "fulltime_teachers": pd.Series(1.0, index=teachers.index),
            WITH_HOURS: trained.where(teachers["training_hours_5y"].notna(), np.nan),
            "certified_fulltime_teachers": teachers["certificate"],
            "rotated_teachers": rotated,
            "rotated_backbone_teachers": (rotated * teachers["backbone"]).where(rotated != 0, rotated),
        }
    ).astype("float64")


def _sum(terms: tuple[tuple[str, int], ...], source: pd.Series) -> float:
    """Sum the variables of one side of a formula."""
    return float(sum(sign * float(source.get(name, np.nan)) for name, sign in terms))
