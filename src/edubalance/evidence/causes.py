"""
Where inequality lies, what changed it, and what it goes with: exact parts and shares, none of them a cause.

A thesis names causes; tables of schools show where differences lie. These frames describe: a part between areas says
that areas differ, not that the area makes schools differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from edubalance.evidence import shuffles
from edubalance.evidence.material import Material
from edubalance.measures.change import split_change
from edubalance.measures.decomposition import decompose
from edubalance.measures.explained import explained_shares

GROUPINGS = ("area", "township", "education_group", "founder")
FACTORS = ("area", "founder", "type", "pupils")
NO_GROUP = "no_group"
BALANCE = ["county", "level", "indicator"]
COMPONENTS = ("composition", "between", "within")


def _parts(material: Material, year: int) -> Iterator[tuple[dict[str, Any], pd.DataFrame, int]]:
    """Go through level and indicator: the keys, the sections with a value, and how many have none."""
    held = material.assessment.of(year).sections
    labels = [name for name in GROUPINGS if name in held.columns]
    held = held.assign(**{name: held[name].astype("object").fillna(NO_GROUP) for name in labels})
    for key, part in held.groupby(BALANCE, observed=True, sort=False):
        known = part.loc[part["value"].notna() & (part["pupils"] > 0)]
        if (known["value"] > 0).any():
            yield dict(zip(BALANCE, key, strict=True)), known, len(part) - len(known)


def shares(material: Material, groupings: Sequence[str] = GROUPINGS, index: str = "theil_t") -> pd.DataFrame:
    """
    Split the inequality of every indicator between and within groups, one grouping beside the other.

    Parameters
    ----------
    material : Material
        The case.
    groupings : sequence of str
        Columns of the sections: area, township, education group, founder. Sections in no group are one group.
    index : str
        ``theil_t``, ``theil_l`` or ``half_squared_cv``.

    Returns
    -------
    DataFrame
        One row a level, indicator, ``grouping`` and ``component`` (``between``, ``within``): ``amount`` (of the index),
        ``share`` (0 to 1; both components add up to 1), ``n_groups``, ``n_sections``, ``n_missing`` (sections without
        a value, left out), and for the part between ``by_chance`` (its mean share when labels are shuffled among
        schools that teach the same levels) and ``p`` (share of shuffles that show at least as much); NaN for
        ``theil_l``. Of a grouping that has one group only there is no row.

    Notes
    -----
    Many small groups hold much of any inequality between them by chance alone: compare a share with `by_chance`, and
    the shares of two groupings only with theirs.
    """
    rows = []
    for keys, part, missing in _parts(material, material.year):
        values, pupils = part["value"].to_numpy(dtype=float), part["pupils"].to_numpy(dtype=float)
        for grouping in groupings:
            codes = pd.factorize(part[grouping])[0].astype(np.int64)
            found = decompose(values, codes.tolist(), pupils, index)
            if codes.max() == 0 or found.total == 0:
                continue
            chance = _by_chance(part, codes, values, pupils, index, material)
            common = {"grouping": grouping, "n_groups": int(codes.max()) + 1, "n_sections": len(part)}
            for component, amount in (("between", found.between), ("within", found.within)):
                numbers = {"amount": amount, "share": amount / found.total, "n_missing": missing}
                more = chance if component == "between" else {"by_chance": np.nan, "p": np.nan}
                rows.append({**keys, "component": component, **common, **numbers, **more})
    return pd.DataFrame(rows)


def _by_chance(
    part: pd.DataFrame,
    codes: shuffles.Labels,
    values: shuffles.Floats,
    pupils: shuffles.Floats,
    index: str,
    material: Material,
) -> dict[str, float]:
    """Say what share lies between shuffled labels on average, and how often it is as large."""
    if index == "theil_l":
        return {"by_chance": np.nan, "p": np.nan}
    drawn = shuffles.of_schools(part, codes, material)
    if index == "theil_t":
        found = shuffles.between_shares(drawn, values * pupils, pupils)
    else:
        found = 1 - shuffles.within_variance_shares(drawn, values, pupils)
    return {"by_chance": float(found[1:].mean()), "p": shuffles.p_value(found, "greater")}


def groups(material: Material, grouping: str = "area", index: str = "theil_t") -> pd.DataFrame:
    """
    Say what each group adds to the inequality inside groups.

    Parameters
    ----------
    material : Material
        The case.
    grouping : str
        Column of the sections.
    index : str
        ``theil_t``, ``theil_l`` or ``half_squared_cv``.

    Returns
    -------
    DataFrame
        One row a level, indicator and ``group``: ``pupil_share``, ``mean`` (in the indicator's unit), ``inside`` (the
        index inside the group), ``contribution`` (its share of the whole inequality; those of all groups add up to
        the share within).
    """
    rows = []
    for keys, part, _ in _parts(material, material.year):
        values, pupils = part["value"].to_numpy(dtype=float), part["pupils"].to_numpy(dtype=float)
        found = decompose(values, part[grouping].tolist(), pupils, index)
        for name, group in found.by_group.items():
            share = group.contribution / found.total if found.total > 0 else np.nan
            numbers = {"pupil_share": group.share, "mean": group.mean, "inside": group.index, "contribution": share}
            rows.append({**keys, "group": name, **numbers})
    return pd.DataFrame(rows)


def change(material: Material, grouping: str = "area", index: str = "theil_t") -> pd.DataFrame:
    """
    Split the change of inequality from the first year to the last: composition, between groups, inside groups.

    Parameters
    ----------
    material : Material
        The case, of two years at least.
    grouping : str
        Column of the sections.
    index : str
        ``theil_t``, ``theil_l`` or ``half_squared_cv``.

    Returns
    -------
    DataFrame
        One row a level, indicator and ``component`` (``composition``, ``between``, ``within``): ``change`` (of the
        index), ``total`` (of all three), ``before`` and ``after`` (the index), ``first`` and ``last`` (years),
        ``n_missing`` (sections without a value in one of them, left out of that year).
    """
    years = sorted(material.indicators["year"].unique())
    both = (int(years[0]), int(years[-1]))
    first, last = ({tuple(keys.values()): (part, n) for keys, part, n in _parts(material, year)} for year in both)
    rows = []
    for key in [key for key in first if key in last]:
        columns = [
            (part["value"].to_numpy(dtype=float), part[grouping].tolist(), part["pupils"].to_numpy(dtype=float))
            for part in (first[key][0], last[key][0])
        ]
        found = split_change(columns[0], columns[1], index)
        common = {"total": found.after - found.before, "before": found.before, "after": found.after}
        common |= {"first": both[0], "last": both[1], "n_missing": first[key][1] + last[key][1]}
        for component in COMPONENTS:
            named = {**dict(zip(BALANCE, key, strict=True)), "component": component}
            rows.append({**named, "change": getattr(found, component), **common})
    return pd.DataFrame(rows)


def explained(material: Material, factors: Sequence[str] = FACTORS, *, split: str = "shapley") -> pd.DataFrame:
    """
    Say how much of the spread of every indicator goes with what is known of the schools.

    Parameters
    ----------
    material : Material
        The case.
    factors : sequence of str
        Columns of the sections. ``pupils`` is the size of the section: a resource per pupil is large where pupils are
        few, so that its share is partly arithmetic.
    split : str
        ``fields`` or ``shapley``; see `measures.explained.explained_shares` for what they say and what they do not.

    Returns
    -------
    DataFrame
        One row a level, indicator and ``factor``, then ``rest``: ``share`` (those of an indicator add up to 1),
        ``by_chance`` (what it would be on average if nothing went with the factors), ``low`` and ``high`` (schools left
        out in turn, 95 %, the lower bound corrected for chance; of fewer than twelve sections the range without any one
        of them), ``method`` (which of both), ``n_sections``, ``n_missing``. A factor in which the
        sections of a level do not differ has no row, and neither has an indicator that is the same everywhere.
    """
    rows = []
    for keys, part, missing in _parts(material, material.year):
        differing = {name: _factor(part[name]) for name in factors if len(set(part[name])) > 1}
        if not differing or len(set(part["value"])) < 2:
            continue
        found = explained_shares(
            part["value"].to_numpy(dtype=float),
            differing,
            part["pupils"].to_numpy(dtype=float),
            split=split,
        )
        common = {"n_sections": len(part), "n_missing": missing}
        rows += [{**keys, "factor": name, **asdict(one), **common} for name, one in found.items()]
    return pd.DataFrame(rows)


def _factor(column: pd.Series) -> Any:
    """Return numbers as numbers and labels as labels."""
    if pd.api.types.is_numeric_dtype(column):
        return column.to_numpy(dtype=float)
    return column.astype("object").to_numpy()
