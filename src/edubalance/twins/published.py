"""The published figures that a twin meets, as the case's ``published.csv`` holds them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from edubalance import paths
from edubalance.errors import CaseError
from edubalance.twins.calibrate import interval

FILE = "published.csv"
COLUMNS = (
    "unit",
    "year",
    "level",
    "quantity",
    "statistic",
    "value",
    "decimals",
    "unit_of_measure",
    "source_url",
    "confidence",
    "note",
)


@dataclass(frozen=True)
class Figure:
    """
    One published figure.

    Attributes
    ----------
    value : float
        As printed.
    decimals : int
        Decimals printed.
    """

    value: float
    decimals: int

    @property
    def low(self) -> float:
        """Return the smallest number that prints as the figure."""
        return interval(self.value, self.decimals)[0]

    @property
    def high(self) -> float:
        """Return the largest number that prints as the figure."""
        return interval(self.value, self.decimals)[1]

    def printed_by(self, number: float) -> bool:
        """
        Tell whether a number prints as this figure.

        Examples
        --------
        >>> Figure(0.335, 3).printed_by(0.33451), Figure(0.335, 3).printed_by(0.3356)
        (True, False)
        """
        return self.low <= number <= self.high


Margins = dict[tuple[int, str, str, str], Figure]


def margins(case_id: str, wanted: Collection[str]) -> Margins:
    """
    Pick the figures that a specification names from the case's published figures.

    Parameters
    ----------
    case_id : str
        The case.
    wanted : collection of str
        Lines of year, level, quantity and one or more statistics: ``2023 primary pupils total``.

    Returns
    -------
    dict
        Figures by year, level, quantity and statistic.

    Raises
    ------
    CaseError
        If a figure named is not among the published ones, or is there more than once.
    """
    file = paths.case(case_id) / "data" / FILE
    if not wanted:
        return {}
    frame = pd.read_csv(file, dtype="string", keep_default_na=False)
    found: Margins = {}
    for line in wanted:
        year, level, quantity, *statistics = line.split()
        for statistic in statistics:
            key = (int(year), level, quantity, statistic)
            found[key] = _figure(frame, key, f"cases/{case_id}/data/{FILE}")
    return found


def _figure(frame: pd.DataFrame, key: tuple[int, str, str, str], file: str) -> Figure:
    """Find the one row of a figure."""
    asked = dict(zip(("year", "level", "quantity", "statistic"), map(str, key), strict=True))
    rows = frame
    for column, content in asked.items():
        rows = rows[rows[column] == content]
    if len(rows) != 1:
        raise CaseError(
            f"{file} should hold one figure {' '.join(asked.values())}; it holds {len(rows)}.",
            hint="Add the figure, or take it out of the twin's specification.",
        )
    return Figure(float(rows["value"].iloc[0]), int(rows["decimals"].iloc[0]))
