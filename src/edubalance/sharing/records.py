"""What may be published of tables whose rows are persons: counts, or a table that no person stands in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from edubalance import codebook
from edubalance.codebook import Tables
from edubalance.errors import EdubalanceError

FORMS = ("aggregates", "dealt")
MARK = "synthetic twin / 合成数据"


def publish(
    tables: Tables, plans: Mapping[str, Any], least: int, form: str, year: int, rng: np.random.Generator
) -> dict[str, pd.DataFrame]:
    """
    Make what is published of every table of persons that the county has.

    Parameters
    ----------
    tables : Tables
        The county's tables.
    plans : mapping
        By table: ``by``, the columns that tell groups apart, and ``attributes``.
    least : int
        Smallest count in sight.
    form : {"aggregates", "dealt"}
        Counts, or columns dealt anew.
    year : int
        Year of the records.
    rng : numpy.random.Generator
        Deals the columns.

    Returns
    -------
    dict of str to DataFrame
        By name of the file.

    Raises
    ------
    EdubalanceError
        If the form is unknown.
    """
    if form not in FORMS:
        raise EdubalanceError(f"Records are published as {' or '.join(FORMS)}; got {form!r}.", hint="Choose one.")
    found = {}
    for name, plan in plans.items():
        rows = getattr(tables, name)
        rows = rows.loc[rows["year"] == year].reset_index(drop=True)
        if rows.empty:
            continue
        attributes = _attributes(name, plan["attributes"])
        if form == "dealt" and name != "interviews":
            found[f"{name}_dealt"] = dealt(rows, plan["by"], attributes, least, rng)
        else:
            found[f"{name}_counts"] = aggregated(rows, plan["by"], attributes, least)
    return found


def _attributes(name: str, stated: Any) -> list[str]:
    """Return the columns that are published; of a questionnaire, its items."""
    if stated != "items":
        return list(stated)
    return [
        column.name
        for column in codebook.table(name).columns
        if column.maximum is not None and column.name not in ("year", "returned")
    ]


def aggregated(rows: pd.DataFrame, by: list[str], attributes: list[str], least: int) -> pd.DataFrame:
    """
    Count the codes of each attribute in each group, small counts hidden.

    Parameters
    ----------
    rows : DataFrame
        One row a person.
    by : list of str
        Columns that tell groups apart.
    attributes : list of str
        Columns to count; several codes in one cell, parted by blanks, each count.
    least : int
        Counts from 1 to ``least - 1`` are missing; where one code of a group is hidden alone, the next smallest is too.

    Returns
    -------
    DataFrame
        The columns of `by`, ``attribute``, ``code``, ``count``.

    Examples
    --------
    >>> people = pd.DataFrame({"level": ["primary"] * 9, "title": ["a"] * 5 + ["b"] * 3 + ["c"]})
    >>> aggregated(people, ["level"], ["title"], least=3)["count"].tolist()
    [5.0, nan, nan]
    """
    parts = []
    for attribute in attributes:
        codes = rows[attribute].astype("string").str.split().explode() if attribute == "themes" else rows[attribute]
        frame = rows[by].loc[codes.index].assign(attribute=attribute, code=codes.astype("string"))
        counted = frame.groupby([*by, "attribute", "code"], observed=True).size().rename("count").reset_index()
        parts.append(counted)
    together = pd.concat(parts, ignore_index=True)
    together["count"] = together.groupby([*by, "attribute"], observed=True)["count"].transform(_hide, least=least)
    return together


def _hide(counts: pd.Series, least: int) -> pd.Series:
    """Hide the small counts of one group, and one more where only one was small."""
    small = counts < least
    if small.sum() == 1 and len(counts) > 1:
        small |= counts == counts[~small].min()
    return counts.astype("float64").mask(small)


def dealt(
    rows: pd.DataFrame, by: list[str], attributes: list[str], least: int, rng: np.random.Generator
) -> pd.DataFrame:
    """
    Deal every column anew within its group: each keeps its margins, and no row is a person any more.

    Parameters
    ----------
    rows : DataFrame
        One row a person.
    by : list of str
        Columns that tell groups apart.
    attributes : list of str
        Columns to deal, one by one.
    least : int
        A value that fewer persons of a group have is missing.
    rng : numpy.random.Generator
        Deals.

    Returns
    -------
    DataFrame
        The columns of `by`, the attributes, and ``data``, which says that it is synthetic. What goes together in
        persons does not go together here.
    """
    ordered = rows.sort_values(by, kind="stable").reset_index(drop=True)
    fresh = ordered[by].copy()
    for attribute in attributes:
        many = ordered.groupby([*by, attribute], dropna=False, observed=True)[by[0]].transform("size")
        column = ordered[attribute].mask(many < least)
        for places in ordered.groupby(by, dropna=False, sort=False).indices.values():
            column.iloc[places] = column.iloc[rng.permutation(places)].to_numpy()
        fresh[attribute] = column
    return fresh.assign(data=MARK)
