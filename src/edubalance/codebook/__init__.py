"""Every column of every table, from ``codebook.yml``: the one place that knows names, units and ranges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from importlib.resources import files

import pandas as pd

from edubalance.codebook import description, survey
from edubalance.codebook.columns import Bound, Code, Codebook, Column, Nothing, Sum, Table
from edubalance.codebook.page import markdown, section
from edubalance.codebook.parse import parse
from edubalance.errors import EdubalanceError

__all__ = [
    "REQUIRED",
    "Bound",
    "Code",
    "Codebook",
    "Column",
    "Nothing",
    "Sum",
    "Table",
    "Tables",
    "as_frame",
    "as_markdown",
    "code_label",
    "codes",
    "load",
    "parse",
    "survey",
    "table",
    "tables",
]


REQUIRED = ("schools", "sections")


@lru_cache(maxsize=1)
def load() -> Codebook:
    """Return the codebook of the package with the tables of its questionnaire, read once."""
    book = parse(files("edubalance").joinpath("codebook.yml").read_text(encoding="utf-8"))
    return Codebook({**book.tables, **survey.tables(survey.load(), book.codes["level"])}, book.codes)


def tables() -> tuple[Table, ...]:
    """Return all tables, in the order of the codebook."""
    return tuple(load().tables.values())


def table(name: str) -> Table:
    """
    Return one table.

    Parameters
    ----------
    name : str
        ``schools``, ``sections``, ``county`` or another of the codebook's tables.

    Returns
    -------
    Table
        Its key, columns and limits.

    Raises
    ------
    EdubalanceError
        If there is no such table.

    Examples
    --------
    >>> table("sections").key
    ('year', 'school_id', 'level')
    >>> table("schools").column("books").unit("zh")
    '册'
    """
    try:
        return load().tables[name]
    except KeyError:
        known = ", ".join(load().tables)
        raise EdubalanceError(f"There is no table {name!r}.", hint=f"Tables: {known}.") from None


@lru_cache(maxsize=64)
def _empty(name: str) -> pd.DataFrame:
    """Make a table without rows once."""
    return table(name).without_rows()


def _without_rows(name: str) -> pd.DataFrame:
    """Return a table that a county may not have, without rows."""
    return _empty(name).copy()


@dataclass(frozen=True, eq=False)
class Tables:
    """
    The tables that everything else is computed from.

    Each holds all columns of the codebook in its order, with the types of `Table.dtypes`; a column that a
    file does not have is there, all missing. Rows keep the order of the file.

    Attributes
    ----------
    schools : DataFrame
        One row a school and year.
    sections : DataFrame
        One row a section (学段) and year.
    county : DataFrame
        One row a county, year and variable; may have no rows.
    classes, teachers, finance, pupils_flow, births, places, interviews : DataFrame
    survey_parents, survey_teachers, survey_pupils, survey_managers : DataFrame
        Tables that a county may have or not, without rows where it has none; the codebook says what a row is.
    """

    schools: pd.DataFrame
    sections: pd.DataFrame
    county: pd.DataFrame = field(default_factory=partial(_without_rows, "county"))
    classes: pd.DataFrame = field(default_factory=partial(_without_rows, "classes"))
    teachers: pd.DataFrame = field(default_factory=partial(_without_rows, "teachers"))
    finance: pd.DataFrame = field(default_factory=partial(_without_rows, "finance"))
    pupils_flow: pd.DataFrame = field(default_factory=partial(_without_rows, "pupils_flow"))
    births: pd.DataFrame = field(default_factory=partial(_without_rows, "births"))
    places: pd.DataFrame = field(default_factory=partial(_without_rows, "places"))
    interviews: pd.DataFrame = field(default_factory=partial(_without_rows, "interviews"))
    survey_parents: pd.DataFrame = field(default_factory=partial(_without_rows, "survey_parents"))
    survey_teachers: pd.DataFrame = field(default_factory=partial(_without_rows, "survey_teachers"))
    survey_pupils: pd.DataFrame = field(default_factory=partial(_without_rows, "survey_pupils"))
    survey_managers: pd.DataFrame = field(default_factory=partial(_without_rows, "survey_managers"))


def codes(code_list: str) -> Mapping[str, Code]:
    """
    Return one code list, by code.

    Parameters
    ----------
    code_list : str
        ``type``, ``founder``, ``area``, ``level`` or another of the codebook's code lists.

    Returns
    -------
    mapping of str to Code
        In the order of the codebook.

    Raises
    ------
    EdubalanceError
        If there is no such list.

    Examples
    --------
    >>> list(codes("area"))
    ['urban', 'town', 'rural']
    >>> codes("type")["complete_secondary"].levels
    ('junior', 'senior')
    """
    try:
        return load().codes[code_list]
    except KeyError:
        known = ", ".join(load().codes)
        raise EdubalanceError(f"There is no code list {code_list!r}.", hint=f"Code lists: {known}.") from None


def code_label(code_list: str, value: str, lang: str) -> str:
    """
    Return what a code means, in English (``en``) or Chinese (``zh``).

    Parameters
    ----------
    code_list : str
        ``type``, ``founder``, ``area``, ``level`` or another of the codebook's code lists.
    value : str
        A code of that list.
    lang : {"en", "zh"}
        Language.

    Returns
    -------
    str
        The label.

    Raises
    ------
    EdubalanceError
        If there is no such list or code.

    Examples
    --------
    >>> code_label("area", "town", "zh"), code_label("area", "town", "en")
    ('镇区', 'town')
    """
    known = codes(code_list)
    if value not in known:
        raise EdubalanceError(f"{code_list} has no code {value!r}.", hint=f"Codes: {', '.join(known)}.")
    return known[value].zh if lang == "zh" else known[value].en


def as_markdown(lang: str = "en", name: str | None = None) -> str:
    """
    Return the codebook as a page in Markdown.

    Parameters
    ----------
    lang : {"en", "zh"}
        Language: the page of ``docs/codebook.md`` or of ``docs/codebook.zh.md``.
    name : str, optional
        One table only, with the code lists that it uses.

    Returns
    -------
    str
        Markdown.

    Raises
    ------
    EdubalanceError
        If there is no such table.

    Examples
    --------
    >>> as_markdown("zh", "births").splitlines()[0]
    '## 出生人口表 `births.csv`'
    """
    return markdown(load(), survey.load().scales, lang) if name is None else section(load(), table(name).name, lang)


def as_frame(lang: str = "en", name: str | None = None) -> pd.DataFrame:
    """
    Return the codebook as a table, one row a column.

    Parameters
    ----------
    lang : {"en", "zh"}
        Language of the headings and of what is said.
    name : str, optional
        One table only.

    Returns
    -------
    DataFrame
        Text; a cell is empty where nothing is laid down.

    Raises
    ------
    EdubalanceError
        If there is no such table.

    Examples
    --------
    >>> as_frame("zh", "births")["含义"].tolist()[-1]
    '活产数。'
    """
    return description.frame(tables() if name is None else (table(name),), load().codes, lang)
