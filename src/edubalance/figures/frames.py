"""What a figure asks of the frame it is given."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

import pandas as pd

from edubalance import rounding
from edubalance.errors import EdubalanceError


def require(frame: pd.DataFrame, *columns: str) -> None:
    """
    Refuse a frame that is empty or lacks a column.

    Parameters
    ----------
    frame : DataFrame
        What is to be drawn.
    *columns : str
        Columns that the figure reads.

    Raises
    ------
    EdubalanceError
        Names the missing columns and the nearest ones there are.

    Examples
    --------
    >>> require(pd.DataFrame({"value": [1.0]}), "value")
    """
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        found = [str(column) for column in frame.columns]
        near = [match for column in missing for match in get_close_matches(column, found, n=1)]
        hint = f"Did you mean {', '.join(near)}?" if near else f"The frame has: {', '.join(found)}."
        raise EdubalanceError(
            f"The figure needs the columns {', '.join(columns)}; missing: {', '.join(missing)}.", hint=hint
        )
    if frame.empty:
        raise EdubalanceError("The figure needs at least one row; the frame is empty.")


def only(frame: pd.DataFrame, column: str) -> str:
    """
    Return the one value that a column holds.

    Parameters
    ----------
    frame : DataFrame
        What is to be drawn.
    column : str
        Column that must not vary.

    Returns
    -------
    str
        The value.

    Raises
    ------
    EdubalanceError
        If it holds more than one.

    Examples
    --------
    >>> only(pd.DataFrame({"level": ["primary", "primary"]}), "level")
    'primary'
    """
    values = frame[column].dropna().unique()
    if len(values) != 1:
        raise EdubalanceError(
            f"The figure draws one {column} at a time; the frame has {len(values)}.",
            hint=f"Select one: frame[frame[{column!r}] == …].",
        )
    return str(values[0])


def only_level(frame: pd.DataFrame) -> str:
    """
    Return the level of a frame that holds one only, or nothing.

    Parameters
    ----------
    frame : DataFrame
        What is drawn.

    Returns
    -------
    str
        Code of the level; empty where there is no column ``level``, several levels, or all together.

    Examples
    --------
    >>> only_level(pd.DataFrame({"level": ["junior", "junior"]})), only_level(pd.DataFrame({"level": ["all"]}))
    ('junior', '')
    """
    codes = [str(code) for code in frame["level"].dropna().unique()] if "level" in frame.columns else []
    return codes[0] if len(codes) == 1 and codes[0] != "all" else ""


def refuse_repeats(frame: pd.DataFrame, *columns: str) -> None:
    """
    Refuse a frame in which a key occurs twice, so that no point hides another.

    Parameters
    ----------
    frame : DataFrame
        What is to be drawn.
    *columns : str
        Columns that together name a row.

    Raises
    ------
    EdubalanceError
        Names the first repeated key.

    Examples
    --------
    >>> refuse_repeats(pd.DataFrame({"level": ["primary", "junior"]}), "level")
    """
    repeated = frame.duplicated(list(columns))
    if repeated.any():
        key = ", ".join(str(value) for value in frame.loc[repeated, list(columns)].iloc[0])
        raise EdubalanceError(
            f"The figure needs one row a {' × '.join(columns)}; {key} occurs more than once.",
            hint="Select one county, year or scenario before drawing.",
        )


def in_order(frame: pd.DataFrame, column: str, usual: Sequence[str] = ()) -> list[str]:
    """
    Return the values of a column: those with a usual place first, the others in the order of their first row.

    Parameters
    ----------
    frame : DataFrame
        What is to be drawn.
    column : str
        Column of codes.
    usual : sequence of str
        Codes in their usual order; those that do not occur are left out.

    Returns
    -------
    list of str
        Each value once; missing ones left out.

    Examples
    --------
    >>> in_order(pd.DataFrame({"area": ["town", "urban", "town"]}), "area")
    ['town', 'urban']
    >>> in_order(pd.DataFrame({"area": ["suburb", "town", "urban"]}), "area", ["urban", "town", "rural"])
    ['urban', 'town', 'suburb']
    """
    found = [str(value) for value in frame[column].dropna().unique()]
    return [code for code in usual if code in found] + [code for code in found if code not in usual]


def distinct(values: pd.Series) -> list[float]:
    """
    Return the different numbers of a column, such as its limits; those that differ in the last digits only are one.

    Parameters
    ----------
    values : Series of float
        Numbers; missing ones are left out.

    Returns
    -------
    list of float
        Each number once, in the order of their first row, to twelve significant digits.

    Examples
    --------
    >>> distinct(pd.Series([0.5, 0.1 + 0.2, 0.3, None]))
    [0.5, 0.3]
    """
    known = pd.Series(rounding.tied(values.dropna().astype(float)))
    return [float(value) for value in rounding.significant(known.unique())]


def states(sections: pd.DataFrame) -> pd.Series:
    """
    Name the state of each comparison: ``met``, ``floor``, ``below`` or ``missing``.

    Parameters
    ----------
    sections : DataFrame with columns ``met`` and ``floor_met``
        Nullable booleans, as in `assessment.Assessment.sections`.

    Returns
    -------
    Series of str
        ``floor`` where the standard is missed and the floor kept.

    Examples
    --------
    >>> met, kept = [True, False, False, None], [True, True, False, None]
    >>> list(states(pd.DataFrame({"met": met, "floor_met": kept})))
    ['met', 'floor', 'below', 'missing']
    """
    met, missed = _holds(sections["met"]), _holds(~sections["met"].astype("boolean"))
    state = pd.Series("missing", index=sections.index, dtype=object)
    state[met] = "met"
    state[missed] = "below"
    state[missed & _holds(sections["floor_met"])] = "floor"
    return state


def _holds(column: pd.Series) -> pd.Series:
    """Tell where a nullable boolean is known to be true."""
    return column.astype("boolean").fillna(value=False).astype(bool)
