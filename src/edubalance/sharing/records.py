"""What may be published of tables whose rows are persons: counts, or a table that no person stands in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from edubalance import codebook
from edubalance.codebook import Tables
from edubalance.errors import EdubalanceError

FORMS = ("aggregates", "dealt")
MARK = "synthetic twin / 合成数据"
# The one column of which a cell holds several codes, parted by blanks.
SEVERAL = "themes"


def counted(tables: Tables, plans: Mapping[str, Any], year: int) -> dict[str, pd.DataFrame]:
    """
    Count the codes of every table of persons that the county has; nothing is hidden yet.

    Parameters
    ----------
    tables : Tables
        The county's tables.
    plans : mapping
        By table: ``by``, the column that tells groups apart, and ``attributes``.
    year : int
        Year of the records.

    Returns
    -------
    dict of str to DataFrame
        By name of the file: group, ``attribute``, ``code``, ``count``. Every code of the codebook is listed, those
        that nobody has too: whoever sees only codes that occur would know that a hidden count is not 0.
    """
    found = {}
    for name, plan in plans.items():
        rows = _of_year(tables, name, year)
        if len(rows):
            codes = {attribute: _codes(name, attribute) for attribute in attributes(name, plan["attributes"])}
            found[f"{name}_counts"] = count(rows, plan["by"], codes)
    return found


def _of_year(tables: Tables, name: str, year: int) -> pd.DataFrame:
    """Return the persons of one year."""
    rows: pd.DataFrame = getattr(tables, name)
    return rows.loc[rows["year"] == year].reset_index(drop=True)


def attributes(name: str, stated: Any) -> list[str]:
    """Return the columns that are published; of a questionnaire, its items."""
    if stated != "items":
        return list(stated)
    return [
        column.name
        for column in codebook.table(name).columns
        if column.maximum is not None and column.name not in ("year", "returned")
    ]


def _codes(name: str, attribute: str) -> list[str]:
    """Return all codes that an attribute may have."""
    if attribute == SEVERAL:
        return list(codebook.codes("theme"))
    column = codebook.table(name).column(attribute)
    if column.codes:
        return list(column.codes)
    return [str(answer) for answer in range(int(column.minimum or 0), int(column.maximum or 0) + 1)]


def count(rows: pd.DataFrame, by: str, codes: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """
    Count the codes of each attribute in each group.

    Parameters
    ----------
    rows : DataFrame
        One row a person.
    by : str
        Column that tells groups apart.
    codes : mapping of str to sequence of str
        All codes by attribute, in the order in which they are listed.

    Returns
    -------
    DataFrame
        The column `by`, ``attribute``, ``code``, ``count``.

    Examples
    --------
    >>> people = pd.DataFrame({"level": ["primary"] * 3, "title": ["a", "a", None]})
    >>> count(people, "level", {"title": ["a", "b"]})["count"].tolist()
    [2.0, 0.0]
    """
    groups = sorted(rows[by].dropna().unique())
    group = pd.Categorical(rows[by], groups).codes
    parts = []
    for attribute, listed in codes.items():
        texts = as_codes(rows[attribute])
        texts = texts.str.split().explode() if attribute == SEVERAL else texts
        code, owner = pd.Categorical(texts, list(listed)).codes, group[texts.index]
        known = (code >= 0) & (owner >= 0)
        table = np.zeros((len(groups), len(listed)))
        np.add.at(table, (owner[known], code[known]), 1.0)
        keys = pd.MultiIndex.from_product([groups, [attribute], listed], names=[by, "attribute", "code"])
        parts.append(pd.DataFrame({"count": table.ravel()}, index=keys).reset_index())
    return pd.concat(parts, ignore_index=True)


def as_codes(column: pd.Series) -> pd.Series:
    """Return codes as text; a number without its point."""
    if pd.api.types.is_numeric_dtype(column):
        return column.astype("Float64").astype("Int64").astype("string")
    return column.astype("string")


def published(
    tables: Tables,
    plans: Mapping[str, Any],
    counts: Mapping[str, pd.DataFrame],
    form: str,
    year: int,
    rng: np.random.Generator,
) -> dict[str, pd.DataFrame]:
    """
    Make what is published of every table of persons.

    Parameters
    ----------
    tables : Tables
        The county's tables.
    plans : mapping
        As for `counted`.
    counts : mapping of str to DataFrame
        As from `counted`, hidden counts missing.
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
        raise EdubalanceError.of("records_form", forms=", ".join(FORMS), form=form)
    if form == "aggregates":
        return dict(counts)
    found = {}
    for file, frame in counts.items():
        name = file.removesuffix("_counts")
        if SEVERAL in frame["attribute"].to_numpy():
            found[file] = frame
        else:
            rows = _of_year(tables, name, year)
            found[f"{name}_dealt"] = dealt(rows, plans[name]["by"], frame, rng)
    return found


def dealt(rows: pd.DataFrame, by: str, counts: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """
    Deal every column anew within its group: each keeps its margins, and no row is a person any more.

    Parameters
    ----------
    rows : DataFrame
        One row a person.
    by : str
        Column that tells groups apart.
    counts : DataFrame
        As from `count`; a code whose count is missing is missing in the table too.
    rng : numpy.random.Generator
        Deals.

    Returns
    -------
    DataFrame
        The column `by`, the attributes, and ``data``, which says that it is synthetic. What goes together in
        persons does not go together here.
    """
    ordered = rows.sort_values(by, kind="stable").reset_index(drop=True)
    fresh = ordered[[by]].copy()
    unseen = pd.MultiIndex.from_frame(counts.loc[counts["count"].isna(), [by, "attribute", "code"]])
    for attribute in counts["attribute"].unique():
        keys = [ordered[by], pd.Series(attribute, index=ordered.index), as_codes(ordered[attribute])]
        column = ordered[attribute].mask(pd.MultiIndex.from_arrays(keys).isin(unseen))
        for places in ordered.groupby(by, dropna=False, sort=False).indices.values():
            column.iloc[places] = column.iloc[rng.permutation(places)].to_numpy()
        fresh[attribute] = column
    return fresh.assign(data=MARK)
