"""What was asked of the public, with its interval, and published figures of the place."""

from __future__ import annotations

import pandas as pd

from edubalance.assessment.sections import rule_date
from edubalance.cases import Case
from edubalance.codebook import Tables
from edubalance.measures import uncertainty
from edubalance.standards import Standard

# Who was asked: how many were satisfied, and of how many.
ASKED = {
    "everyone_asked": ("satisfied_questionnaires", "valid_questionnaires"),
    "parents_asked": ("satisfied_parent_questionnaires", "valid_parent_questionnaires"),
    "persons_visited": ("satisfied_interviewed", "interviewed"),
}


def satisfaction(tables: Tables, standard: Standard, *, condition: str = "social_recognition") -> pd.DataFrame:
    """
    Put Wilson's interval around the share of the satisfied, by who was asked and by year.

    Parameters
    ----------
    tables : Tables
        Validated tables; ``county`` holds the counts.
    standard : Standard
        Says which share is asked for.
    condition : str
        Its condition.

    Returns
    -------
    DataFrame
        One row a county, year and ``group``: ``value``, ``low``, ``high`` and ``threshold`` in percent, ``n`` (those
        who answered). A group that was not asked has no row.
    """
    wide = tables.county.pivot(index=["county", "year"], columns="variable", values="value")
    counts = wide.reindex(columns=[variable for pair in ASKED.values() for variable in pair]).reset_index()
    rows = [
        {"county": row["county"], "year": int(row["year"]), "group": group, **_share(row[part], row[whole])}
        for row in counts.to_dict("records")
        for group, (part, whole) in ASKED.items()
        if pd.notna(row[part]) and pd.notna(row[whole])
    ]
    frame = pd.DataFrame(rows, columns=["county", "year", "group", "value", "low", "high", "n"])
    return frame.assign(threshold=[standard.value_on(condition, rule_date(year)) for year in frame["year"]])


def _share(part: float, whole: float) -> dict[str, float]:
    """Return the share and its interval in percent."""
    interval = uncertainty.wilson(int(part), int(whole))
    return {"value": 100 * interval.estimate, "low": 100 * interval.low, "high": 100 * interval.high, "n": whole}


def published(case: Case, quantity: str) -> pd.DataFrame:
    """
    Read the published figures of one quantity that bear on a case.

    Parameters
    ----------
    case : Case
        Its folder holds ``data/published.csv``.
    quantity : str
        Quantity as the file names it.

    Returns
    -------
    DataFrame
        One row a figure: ``unit`` (place), ``year``, ``level``, ``quantity``, ``statistic``, ``value``,
        ``unit_of_measure``, ``source_url``, ``confidence``, ``note``.
    """
    figures = pd.read_csv(case.folder / "data" / "published.csv", keep_default_na=False)
    return figures.loc[figures["quantity"] == quantity].drop(columns="decimals").reset_index(drop=True)
