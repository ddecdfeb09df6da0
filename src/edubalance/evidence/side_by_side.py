"""The ledgers of several cases beside each other."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from edubalance.cases import DEFAULT_SCENARIO, Case
from edubalance.evidence.claims import ledger
from edubalance.evidence.material import gather
from edubalance.intake import read_case
from edubalance.standards import Standard


def ledgers(
    cases: Sequence[Case], standard: Standard, *, year: int, scenarios: Sequence[str] = (DEFAULT_SCENARIO,)
) -> pd.DataFrame:
    """
    Put the claims of several cases on trial, each in one or more scenarios.

    Parameters
    ----------
    cases : sequence of Case
        Cases whose folders hold tables of schools.
    standard : Standard
        The standard that all are judged by.
    year : int
        The year that the trials look at.
    scenarios : sequence of str
        Scenarios that every case has.

    Returns
    -------
    DataFrame
        The rows of `claims.ledger`, case after case and scenario after scenario, with ``case`` and ``scenario``.
    """
    found = [
        ledger(case, gather(read_case(case, scenario), standard, year=year)).assign(case=case.id, scenario=scenario)
        for case in cases
        for scenario in scenarios
    ]
    return pd.concat(found, ignore_index=True)
