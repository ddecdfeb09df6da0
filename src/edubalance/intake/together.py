"""Several cases as one set of tables: many counties are the same code as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import pandas as pd

from edubalance.cases import DEFAULT_SCENARIO, Case
from edubalance.codebook import Tables
from edubalance.errors import CaseError
from edubalance.intake import read_case


def read_cases(cases: Sequence[Case], scenario: str = DEFAULT_SCENARIO) -> Tables:
    """
    Read the tables of several cases and stack them; each case stays a county of its own.

    Parameters
    ----------
    cases : sequence of Case
        The cases, at least one.
    scenario : str
        Which scenario of each.

    Returns
    -------
    Tables
        All rows of every table, case after case.

    Raises
    ------
    CaseError
        If no case is named, or two of them use one code for a school: a section could not be told its school.
    """
    if not cases:
        raise CaseError("At least one case is needed; none was named.")
    # A list and no mapping: a case named twice is refused by its own codes.
    return stack([case.id for case in cases], [read_case(case, scenario) for case in cases])


def stack(names: Sequence[str], read: Sequence[Tables]) -> Tables:
    """
    Stack tables that are read already; each case stays a county of its own.

    Parameters
    ----------
    names : sequence of str
        What the cases are called in messages.
    read : sequence of Tables
        The tables of each.

    Returns
    -------
    Tables
        All rows of every table, case after case.

    Raises
    ------
    CaseError
        If two of them use one code for a school: a section could not be told its school.
    """
    taken: dict[str, int] = {}
    for position, tables in enumerate(read):
        for code in tables.schools["school_id"].unique():
            if taken.setdefault(str(code), position) != position:
                raise CaseError(
                    f"The cases {names[taken[str(code)]]} and {names[position]} both have a school {code}.",
                    hint="Put the case's own letters before its codes.",
                )
    columns = [field.name for field in fields(Tables)]
    return Tables(*(pd.concat([getattr(tables, name) for tables in read], ignore_index=True) for name in columns))
