"""Funds of single schools: by area, in small schools, for training, and what they were if they followed the pupils."""

from __future__ import annotations

import numpy as np
import pandas as pd

from edubalance import rounding
from edubalance.assessment import rule_date
from edubalance.evidence.material import Material
from edubalance.measures import dispersion

LEVELS = ("primary", "junior")
SPENDING, PUBLIC_FUNDS = "education_spending_yuan", "public_funds_yuan"
SMALL_RULE, TRAINING_RULE = "small_school_funding", "training_budget_share"
PRIVATE = "private"


def of_schools(material: Material, *, year: int | None = None) -> pd.DataFrame:
    """
    Return the funds of every public school and level with the school's area, founder, type and township.

    Parameters
    ----------
    material : Material
        The case.
    year : int, optional
        The year that the notebook tells of unless given.

    Returns
    -------
    DataFrame
        One row a school and level (primary or junior), ``school_id`` and the columns of the table of finance. Private
        schools are left out: most of their money does not pass through the budget. No rows where the case has no
        such table.
    """
    table, schools = material.tables.finance, material.tables.schools
    asked = material.year if year is None else year
    rows = table[(table["unit"] == "school") & (table["year"] == asked) & table["level"].isin(LEVELS)]
    places = schools[["year", "school_id", "area", "founder", "type", "township", "migrant_share_pct"]]
    joined = rows.rename(columns={"unit_id": "school_id"}).merge(
        places, on=["year", "school_id"], how="left", validate="many_to_one"
    )
    return joined[joined["founder"] != PRIVATE].reset_index(drop=True)


def by_area(material: Material, *, quantity: str = SPENDING) -> pd.DataFrame:
    """
    Compare funds per pupil between urban, town and rural public schools, year by year.

    Parameters
    ----------
    material : Material
        The case.
    quantity : str
        Column of the table of finance.

    Returns
    -------
    DataFrame
        One row a year, level and area: ``schools``, ``pupils``, ``missing`` (schools without a number, left out),
        ``per_pupil`` (yuan, all funds over all pupils) and ``relative`` (over that of the level's public schools).
    """
    years = sorted(material.tables.schools["year"].unique())
    rows = pd.concat([of_schools(material, year=int(year)) for year in years if year <= material.year])
    keys = ["year", "level", "area"]
    known = rows[rows[quantity].notna() & rows["pupils"].notna()]
    sums = known.groupby(keys, observed=True)[["pupils", quantity]].sum()
    whole = sums.groupby(["year", "level"], observed=True).sum()
    frame = pd.DataFrame({"schools": known.groupby(keys, observed=True).size(), "pupils": sums["pupils"]})
    counted = rows.groupby(keys, observed=True).size()
    frame["missing"] = (counted - frame["schools"].reindex(counted.index, fill_value=0)).reindex(frame.index)
    frame["per_pupil"] = sums[quantity] / sums["pupils"]
    mean = whole[quantity] / whole["pupils"]
    frame = frame.reset_index()
    level_mean = mean.reindex(pd.MultiIndex.from_frame(frame[["year", "level"]])).to_numpy()
    return frame.assign(relative=frame["per_pupil"] / level_mean)


def least_heads(material: Material) -> float:
    """Return how many pupils a small school is funded for at least, by the standard."""
    return material.standard.value_on(SMALL_RULE, rule_date(material.year))


def with_heads(rows: pd.DataFrame, least: float) -> pd.DataFrame:
    """
    Count the pupils that each school and level is to be funded for.

    Parameters
    ----------
    rows : DataFrame
        One row a school and level, with ``school_id`` and ``pupils``.
    least : float
        Pupils that a school is funded for at least.

    Returns
    -------
    DataFrame
        With ``heads``: the pupils, raised in the same proportion at all levels of a school that has fewer than `least`.

    Examples
    --------
    >>> rows = pd.DataFrame({"school_id": ["A", "B", "B"], "pupils": [300.0, 30.0, 20.0]})
    >>> with_heads(rows, 100)["heads"].tolist()
    [300.0, 60.0, 40.0]
    """
    whole = rows.groupby("school_id", observed=True)["pupils"].transform("sum")
    return rows.assign(heads=rows["pupils"] * (whole.clip(lower=least) / whole.where(whole > 0)))


def small_schools(material: Material) -> pd.DataFrame:
    """
    Find for how many pupils each small public school was funded.

    Parameters
    ----------
    material : Material
        The case.

    Returns
    -------
    DataFrame
        One row a school with fewer pupils than the standard funds at least: ``school_id``, ``area``, ``pupils``,
        ``public_funds``, ``quota`` (yuan per pupil that the other schools of its levels have), ``funded_pupils``
        (funds over quota) and ``threshold``. The quota is estimated: a school close to the threshold decides
        nothing.
    """
    rows = of_schools(material).dropna(subset=[PUBLIC_FUNDS, "pupils"])
    threshold = least_heads(material)
    whole = rows.groupby("school_id", observed=True)["pupils"].transform("sum")
    large = rows[whole >= threshold].groupby("level", observed=True)[[PUBLIC_FUNDS, "pupils"]].sum()
    quota = (large[PUBLIC_FUNDS] / large["pupils"]).reindex(rows["level"]).to_numpy(dtype=np.float64)
    asked = rows.assign(asked=quota * rows["pupils"])[(whole < threshold).to_numpy()]
    small = asked.groupby("school_id", observed=True).agg(
        area=("area", "first"), pupils=("pupils", "sum"), public_funds=(PUBLIC_FUNDS, "sum"), asked=("asked", "sum")
    )
    small["quota"] = small["asked"] / small["pupils"]
    small["funded_pupils"] = small["public_funds"] / small["quota"]
    return small.drop(columns="asked").reset_index().assign(threshold=threshold)


def training(material: Material) -> pd.DataFrame:
    """
    Compute what share of its public funds each school spends on training teachers.

    Parameters
    ----------
    material : Material
        The case.

    Returns
    -------
    DataFrame
        One row a public school of the year: ``school_id``, ``area``, ``indicator`` (the rule), ``public_funds``,
        ``value`` (percent, over all its levels), ``threshold`` and ``met``; missing is no pass.
    """
    rows = of_schools(material)
    sums = rows.groupby("school_id", observed=True)[[PUBLIC_FUNDS, "training_yuan"]].sum(min_count=1)
    unknown = rows.loc[rows[[PUBLIC_FUNDS, "training_yuan"]].isna().any(axis=1), "school_id"]
    sums = sums[~sums.index.isin(unknown)]
    frame = rows.drop_duplicates("school_id")[["school_id", "area"]].merge(sums, on="school_id", how="left")
    value = 100 * frame["training_yuan"] / frame[PUBLIC_FUNDS].where(frame[PUBLIC_FUNDS] > 0)
    threshold = material.standard.value_on(TRAINING_RULE, rule_date(material.year))
    return pd.DataFrame(
        {
            "school_id": frame["school_id"],
            "area": frame["area"],
            "indicator": TRAINING_RULE,
            "public_funds": frame[PUBLIC_FUNDS],
            "value": value,
            "threshold": threshold,
            "met": (value >= rounding.reachable(threshold, ">=")).astype("boolean").mask(value.isna()),
        }
    )


def following(material: Material, *, quantity: str = SPENDING) -> pd.DataFrame:
    r"""
    Compare the spread of funds per pupil with what it would be if the same funds followed the pupils.

    Parameters
    ----------
    material : Material
        The case.
    quantity : str
        Column of the table of finance.

    Returns
    -------
    DataFrame
        One row a level: ``indicator`` (the level), ``schools``, ``missing`` (left out), ``cv`` (difference
        coefficient of funds per pupil), ``following`` (the same if funds followed the pupils), ``between`` (spread
        of the areas' funds per funded pupil about their mean, as a share of it, which then would be nothing) and
        ``limit`` (none).

    Notes
    -----
    The counterfactual keeps the level's total :math:`F` and gives every public school :math:`F h_i / \sum_j h_j`
    with :math:`h_i` its pupils, or as many as the standard funds a small school for. What is left of the spread is
    the small schools' advantage, which is meant. It says what the amounts would be, not what schools would do with
    them; pay follows posts, which cannot be moved within a year.
    """
    rows = of_schools(material)
    least = least_heads(material)
    taught = [level for level in LEVELS if (rows["level"] == level).any()]
    found = [_of_level(level, rows[rows["level"] == level], quantity, least) for level in taught]
    names = ["indicator", "schools", "missing", "cv", "following", "between", "limit"]
    return pd.DataFrame(found, columns=names)


def _of_level(
    level: str, part: pd.DataFrame, quantity: str, least: float
) -> tuple[str, int, int, float, float, float, float]:
    """Compare the schools of one level."""
    known = with_heads(part, least).dropna(subset=[quantity, "heads"])
    missing = len(part) - len(known)
    if known.empty or not known[quantity].sum() > 0:
        return level, 0, missing, np.nan, np.nan, np.nan, np.nan
    pupils, heads = (known[name].to_numpy(dtype=np.float64) for name in ("pupils", "heads"))
    amounts = known[quantity].to_numpy(dtype=np.float64)
    sums = known.groupby("area", observed=True)[[quantity, "heads"]].sum()
    areas = (sums[quantity] / sums["heads"]).to_numpy(dtype=np.float64)
    return (
        level,
        len(known),
        missing,
        dispersion.difference_coefficient(amounts / pupils, pupils),
        dispersion.difference_coefficient(heads / pupils, pupils),
        dispersion.difference_coefficient(areas, sums["heads"].to_numpy(dtype=np.float64)),
        np.nan,
    )
