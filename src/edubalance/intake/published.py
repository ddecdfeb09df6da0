"""Published difference coefficients of real counties that belong to no case: facts with their citation."""

from __future__ import annotations

import pandas as pd

from edubalance import paths, standards
from edubalance.errors import CaseError
from edubalance.standards import Standard

FOLDER = "published"
COLUMNS = (
    "unit",
    "unit_zh",
    "year",
    "level",
    "standard",
    "quantity",
    "statistic",
    "value",
    "decimals",
    "unit_of_measure",
    "source_url",
    "confidence",
    "note",
)
COMPOSITE = "composite"


def coefficients(standard: str) -> pd.DataFrame:
    """
    Read the coefficients that were published under a standard, each beside the limit that it is held to.

    Parameters
    ----------
    standard : str
        ``cn-2017-quality`` or ``cn-2012-basic``.

    Returns
    -------
    DataFrame
        One row a printed number, in the order of the files: `COLUMNS`, without `standard`; ``limit``, that of a
        single coefficient or of the composite, whichever the standard judges, else missing. ``statistic`` is ``cv``,
        ``composite``, or, where a source prints a range only, ``smallest`` and ``largest``. ``year`` is missing where
        the source does not say it.

    Raises
    ------
    CaseError
        If there are no such files, a file has other columns, or nothing was published under the standard.
    """
    figures = _files()
    ours = figures.loc[figures["standard"] == standard].drop(columns="standard").reset_index(drop=True)
    if ours.empty:
        known = ", ".join(sorted(figures["standard"].unique()))
        raise CaseError(f"Nothing was published under {standard!r}.", hint=f"There are figures under {known}.")
    rules = standards.load(standard)
    return ours.assign(limit=[_limit(rules, *key) for key in zip(ours["statistic"], ours["level"], strict=True)])


def _files() -> pd.DataFrame:
    """Read all files, in alphabetical order."""
    folder = paths.cases() / FOLDER
    files = sorted(folder.glob("*.csv"))
    if not files:
        raise CaseError(f"cases/{FOLDER} holds no CSV file.", hint="It comes with the project.")
    types: dict[str, str] = dict.fromkeys(COLUMNS, "string") | {
        "year": "Int64",
        "value": "float64",
        "decimals": "int64",
    }
    read: list[pd.DataFrame] = []
    for file in files:
        frame = pd.read_csv(file, dtype=types, encoding="utf-8")
        if tuple(frame.columns) != COLUMNS:
            raise CaseError(
                f"cases/{FOLDER}/{file.name} should have the columns {', '.join(COLUMNS)}; "
                f"it has {', '.join(frame.columns)}."
            )
        read.append(frame.fillna({"note": ""}))
    return pd.concat(read, ignore_index=True)


def _limit(rules: Standard, statistic: str, level: str) -> float:
    """Return what a published number is held to; missing where the standard does not judge it."""
    rule = "composite_limit" if statistic == COMPOSITE else "cv_limit"
    return rules.value_on(rule, rules.in_force_from, level) if rules.has_rule(rule) else float("nan")
