"""The county's funds over the years: per pupil, at constant prices, how steady, and against the rules on them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from edubalance import rounding
from edubalance.assessment import rule_date
from edubalance.errors import EdubalanceError
from edubalance.evidence.material import Material
from edubalance.measures import series

LEVELS = ("primary", "junior", "special", "all")
SPENDING = "education_spending_yuan"
SPECIAL_RULE = "special_education_funds"
# Percent: amounts that only follow prices are equal but for the last bits of their quotient, and did not fall.
ROUNDING = 1e-9


def of_county(material: Material) -> pd.DataFrame:
    """
    Return the county's rows, every year and level, up to the year that the notebook tells of.

    Parameters
    ----------
    material : Material
        The case, of one county.

    Returns
    -------
    DataFrame
        In the order of levels and years. A year that lies between others and is not listed stands there with missing
        numbers; no rows where the case has no table of finance.

    Raises
    ------
    EdubalanceError
        If there are several counties.
    """
    table = material.tables.finance
    counties = sorted(str(county) for county in table["county"].unique())
    if len(counties) > 1:
        raise EdubalanceError(
            f"Funds are followed for one county at a time; the table of finance has {', '.join(counties)}.",
            hint="Gather each county's rows by themselves.",
        )
    rows = table[(table["unit"] == "county") & (table["year"] <= material.year)]
    levels = [level for level in LEVELS if (rows["level"] == level).any()]
    years = range(int(rows["year"].min()), int(rows["year"].max()) + 1) if len(rows) else range(0)
    key = pd.MultiIndex.from_product([levels, years], names=["level", "year"])
    return rows.set_index(["level", "year"]).reindex(key).reset_index().astype({"level": "string", "year": "int64"})


def prices(material: Material) -> pd.Series:
    """
    Return by what an amount of each year is raised to be in the prices of the last one.

    Parameters
    ----------
    material : Material
        The case.

    Returns
    -------
    Series
        By year; 1 for the last. Missing for the years before a gap in the price index.
    """
    county = of_county(material)
    index = county[county["level"] == "all"].set_index("year")["price_index"].astype("float64")
    if index.empty:
        return index
    # An index says what happened since the year before: that of the first year of a chain is not needed.
    gaps = np.flatnonzero(index.isna().to_numpy())
    first = int(gaps[-1]) if gaps.size else 0
    chain = np.concatenate(([100.0], index.to_numpy()[first + 1 :]))
    factors = np.concatenate((np.full(first, np.nan), series.deflate(np.ones(chain.size), chain)))
    return pd.Series(factors, index=index.index)


def per_pupil(material: Material) -> pd.DataFrame:
    r"""
    Follow spending per pupil over the years, in current prices and in those of the last year.

    Parameters
    ----------
    material : Material
        The case.

    Returns
    -------
    DataFrame
        One row a level and year: ``pupils``, ``spending`` (yuan), ``nominal`` and ``deflated`` (yuan per pupil),
        ``change`` (of the deflated amount since the year before, in percent) and ``fell``. Missing where a number
        that it takes is.

    Notes
    -----
    :math:`\text{deflated}_t = \text{spending}_t / \text{pupils}_t \cdot \prod_{s > t} I_s / 100` with the county's
    consumer price index :math:`I_s`, the year before = 100. Prices of what schools buy, above all of labour, may
    move otherwise.
    """
    county = of_county(material)
    frame = pd.DataFrame({"level": county["level"], "year": county["year"], "pupils": county["pupils"]})
    frame["spending"] = county[SPENDING]
    frame["nominal"] = frame["spending"] / frame["pupils"].where(frame["pupils"] > 0)
    frame["deflated"] = frame["nominal"] * frame["year"].map(prices(material)).astype("float64")
    frame["change"] = _change(frame, "deflated")
    return frame.assign(fell=_fell(frame["change"]))


def never_falling(material: Material) -> pd.DataFrame:
    """
    Hold the funds against two rules: neither the total nor the amount per pupil may ever fall (两个只增不减).

    Parameters
    ----------
    material : Material
        The case.

    Returns
    -------
    DataFrame
        One row a quantity, level and year: ``quantity`` (``total`` of all levels, or ``per_pupil`` of a level),
        ``value`` in yuan of the year, ``change`` in percent, ``fell``. The rules are on amounts as they are paid:
        nothing is deflated here.
    """
    frame = per_pupil(material)
    whole = frame[frame["level"] == "all"].assign(quantity="total", value=lambda rows: rows["spending"])
    single = frame[frame["level"] != "all"].assign(quantity="per_pupil", value=lambda rows: rows["nominal"])
    both = pd.concat([whole, single], ignore_index=True)
    both["change"] = _change(both, "value")
    both["fell"] = _fell(both["change"])
    return both[["quantity", "level", "year", "value", "change", "fell"]]


def _change(frame: pd.DataFrame, column: str) -> pd.Series:
    """Change of a column since the year before, in percent, level by level."""
    before = frame.groupby("level", observed=True, sort=False)[column].shift()
    change: pd.Series = 100 * (frame[column] - before) / before
    return change


def _fell(change: pd.Series) -> pd.Series:
    """Tell where a change is a fall; unknown where it is."""
    return (change < -ROUNDING).astype("boolean").mask(change.isna())


def stability(material: Material) -> pd.DataFrame:
    """
    Measure how steadily spending per pupil grew at constant prices.

    Parameters
    ----------
    material : Material
        The case.

    Returns
    -------
    DataFrame
        One row a level: ``years`` with a known amount, ``missing`` years, ``growth`` (from the first to the last year,
        in percent), ``falls`` (years in which it fell), ``volatility`` (standard deviation of the yearly growth
        rates) and ``worst_fall``, in percent, with its ``worst_year``. NaN where a year is missing: a fall may hide
        in it.
    """
    rows = [
        {"level": str(level), **_steadiness(part)}
        for level, part in per_pupil(material).groupby("level", observed=True, sort=False)
    ]
    names = ["level", "years", "missing", "growth", "falls", "volatility", "worst_fall", "worst_year"]
    return pd.DataFrame(rows, columns=names)


def _steadiness(part: pd.DataFrame) -> dict[str, float]:
    """Measure one level."""
    amounts = part["deflated"].to_numpy(dtype=np.float64)
    missing = int(np.isnan(amounts).sum())
    found: dict[str, float] = {"years": amounts.size - missing, "missing": missing}
    if missing or amounts.size < 2 or (amounts <= 0).any():
        return found
    fall = series.worst_fall(amounts)
    found |= {"growth": 100 * (amounts[-1] / amounts[0] - 1), "falls": int((part["change"] < -ROUNDING).sum())}
    found |= {"volatility": 100 * series.volatility(amounts) if amounts.size > 2 else np.nan, "worst_fall": 100 * fall}
    worst = int(np.nanargmin(rounding.tied(part["change"])))
    return found | {"worst_year": float(part["year"].iloc[worst]) if fall else np.nan}


def need(material: Material, levels: Sequence[str] = ("primary", "junior")) -> pd.DataFrame:
    """
    Compare how funds grew with what the same services for the pupils there are now would have asked for.

    Parameters
    ----------
    material : Material
        The case.
    levels : sequence of str
        Levels looked at.

    Returns
    -------
    DataFrame
        One row a level: growth from the first to the last year, in percent, of ``pupils``, ``prices``, ``need``
        (pupils times prices), ``spending``, and ``lag`` (spending less need, percentage points; negative where funds
        fall behind). NaN where a number is missing.
    """
    frame, factor = per_pupil(material), prices(material)
    rows = []
    for level in [level for level in levels if (frame["level"] == level).any()]:
        ends = frame[frame["level"] == level].iloc[[0, -1]]
        pupils, spending = (float(ends[name].iloc[1] / ends[name].iloc[0]) for name in ("pupils", "spending"))
        price = float(factor.to_numpy(dtype=np.float64)[0])
        grown = (100 * (ratio - 1) for ratio in (pupils, price, pupils * price, spending))
        rows.append((level, *grown, 100 * (spending - pupils * price)))
    return pd.DataFrame(rows, columns=["level", "pupils", "prices", "need", "spending", "lag"])


def special_education(material: Material) -> pd.DataFrame:
    """
    Compare public funds per pupil of special schools with the least that the standard asks for.

    Parameters
    ----------
    material : Material
        The case.

    Returns
    -------
    DataFrame
        One row a year that the standard was in force: ``year``, ``pupils``, ``value`` (yuan per pupil), ``threshold``
        and ``met``; missing is no pass.

    Raises
    ------
    StandardError
        If the standard has no such rule.
    """
    county = of_county(material)
    special = county[county["level"] == "special"]
    threshold = _yearly(material, SPECIAL_RULE, special["year"])
    value = special["public_funds_yuan"] / special["pupils"].where(special["pupils"] > 0)
    met = (value >= rounding.reachable(threshold, ">=")).astype("boolean").mask(value.isna())
    columns = {"year": special["year"], "pupils": special["pupils"], "value": value, "threshold": threshold, "met": met}
    return pd.DataFrame(columns).dropna(subset="threshold").reset_index(drop=True)


def _yearly(material: Material, rule: str, years: pd.Series) -> pd.Series:
    """Look a rule up for every year; NaN before the standard was in force."""
    since = material.standard.in_force_from.isoformat()
    dates = {int(year): rule_date(int(year)) for year in years}
    values = {year: material.standard.value_on(rule, date) if date >= since else np.nan for year, date in dates.items()}
    return years.map(values).astype("float64")
