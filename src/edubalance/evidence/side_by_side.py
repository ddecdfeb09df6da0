"""Several cases beside each other: their ledgers, and the dimensions of the standard."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from edubalance.assessment import Assessment, assess
from edubalance.assessment.verdict import MET, NOT_MET, UNDETERMINED, combine, from_boolean
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


def dimensions(
    cases: Sequence[Case], standard: Standard, *, year: int, scenarios: Sequence[str] = (DEFAULT_SCENARIO,)
) -> pd.DataFrame:
    """
    Count the items of every dimension that several cases meet.

    Parameters
    ----------
    cases : sequence of Case
        Cases whose folders hold tables of schools.
    standard : Standard
        The standard that all are judged by.
    year : int
        The year judged.
    scenarios : sequence of str
        Scenarios that every case has.

    Returns
    -------
    DataFrame
        The rows of `dimension_counts`, case after case and scenario after scenario, with ``case`` and ``scenario``.
    """
    found = [
        dimension_counts(assess(read_case(case, scenario), standard).of(year)).assign(case=case.id, scenario=scenario)
        for case in cases
        for scenario in scenarios
    ]
    return pd.concat(found, ignore_index=True)


def dimension_counts(assessment: Assessment) -> pd.DataFrame:
    """
    Count the items of every dimension that a county meets.

    Parameters
    ----------
    assessment : Assessment
        Of one county and year.

    Returns
    -------
    DataFrame
        One row a dimension, in the order of the standard: ``met``, ``not_met``, ``undetermined`` (items) and
        ``verdict`` (of the dimension). An item of several conditions is met if all of them are. The indicators of
        resource allocation are items, met where their coefficients are inside the limit at every level; what is
        asked of every single section is one more item of that dimension.
    """
    judged = pd.concat([_resource_items(assessment), assessment.items[["dimension", "item", "verdict"]]])
    items = judged.groupby(["dimension", "item"], sort=False)["verdict"].agg(combine)
    rows = []
    for dimension, verdict in assessment.dimensions[["dimension", "verdict"]].itertuples(index=False, name=None):
        of_it = list(items[dimension]) if dimension in items else []
        counts = {name: of_it.count(name) for name in (MET, NOT_MET, UNDETERMINED)}
        rows.append({"dimension": dimension, **counts, "verdict": verdict})
    return pd.DataFrame(rows)


def _resource_items(assessment: Assessment) -> pd.DataFrame:
    """Lay the coefficients and the rule for single sections out as items of resource allocation."""
    counties, sections = assessment.counties, assessment.section_verdicts
    spread = pd.DataFrame({"item": counties["indicator"], "verdict": from_boolean(counties["met"])})
    single = pd.DataFrame({"item": "every_section", "verdict": sections["verdict"]})
    return pd.concat([spread, single]).assign(dimension="resource_allocation")
