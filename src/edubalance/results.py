"""Named results: the numbers that a case states, each with unit, tolerance and convention."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from edubalance import rounding, storage
from edubalance.errors import EdubalanceError
from edubalance.spreadsheets import as_csv, as_meant, neutral

Value = TypeVar("Value", bound=float | str)

FIELDS = ("name", "value", "unit", "tolerance", "convention")


@dataclass(frozen=True)
class Result:
    """
    One named result.

    Attributes
    ----------
    name : str
        Dotted name, general to special: ``cv.primary.backbone_teachers_per_100``.
    value : float or str
        A number, or a verdict or outcome as text. NaN where the number is not defined.
    unit : str
        ``ratio``, ``percent``, ``m² per pupil`` …; ``text`` for a verdict.
    tolerance : float
        Largest absolute difference that counts as the same number; 0 for text.
    convention : str
        How it was computed, where there is more than one way.
    """

    name: str
    value: float | str
    unit: str
    tolerance: float = 0.0
    convention: str = ""

    def agrees_with(self, other: Result) -> bool:
        """Tell whether another run's value is the same within this result's tolerance."""
        if isinstance(self.value, str) or isinstance(other.value, str):
            return self.value == other.value
        if math.isnan(self.value) or math.isnan(other.value):
            return math.isnan(self.value) and math.isnan(other.value)
        return abs(self.value - other.value) <= self.tolerance


class Results:
    """
    The named results of one run, in the order in which they were stated.

    Examples
    --------
    >>> results = Results()
    >>> results.add("pupils.primary", 47994, unit="pupils")
    47994
    >>> len(results), results["pupils.primary"].unit
    (1, 'pupils')
    """

    def __init__(self) -> None:
        self._results: dict[str, Result] = {}

    def add(self, name: str, value: Value, *, unit: str, tolerance: float | None = None, convention: str = "") -> Value:
        """
        Record a result under a name not used before and hand the value back.

        Without a tolerance, numbers agree to nine significant digits: room for another
        processor's last bits, not for another result.
        """
        if name in self._results:
            raise EdubalanceError(
                f"The result {name!r} is recorded already.", hint="Give each result a name of its own."
            )
        number = value if isinstance(value, str) else float(value)
        if tolerance is None:
            tolerance = 0.0 if isinstance(number, str) or not math.isfinite(number) else abs(number) * 1e-9
        self._results[name] = Result(name, number, unit, tolerance, convention)
        return value

    def __getitem__(self, name: str) -> Result:
        """Return one result; unknown names are refused."""
        try:
            return self._results[name]
        except KeyError:
            raise EdubalanceError(f"There is no result named {name!r}.") from None

    def __iter__(self) -> Iterator[Result]:
        """Iterate in the order of recording."""
        return iter(self._results.values())

    def __len__(self) -> int:
        """Count the results."""
        return len(self._results)

    def __contains__(self, name: str) -> bool:
        """Tell whether a name is recorded."""
        return name in self._results


def write(results: Results, file: Path) -> None:
    """Write the results as CSV; numbers carry 12 significant digits."""
    storage.write(file, as_csv([FIELDS, *map(_row, results)]))


def _row(result: Result) -> tuple[object, ...]:
    """Lay out one result; digits of a number are no text."""
    value = neutral(result.value) if isinstance(result.value, str) else rounding.text(result.value, ".12g")
    return result.name, value, result.unit, rounding.text(result.tolerance, ".3g"), result.convention


def read(file: Path) -> Results:
    """Read what `write` wrote."""
    results = Results()
    with file.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            value: float | str = as_meant(row["value"]) if row["unit"] == "text" else float(row["value"])
            results.add(
                row["name"], value, unit=row["unit"], tolerance=float(row["tolerance"]), convention=row["convention"]
            )
    return results
