"""Published totals of the whole country, which a synthetic panel meets."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files

from edubalance.errors import EdubalanceError

# About as many county-level units as the country has; smaller panels keep the ratios to this number.
COUNTIES = 2_895


@dataclass(frozen=True)
class Margin:
    """
    One total of the country in one year.

    Attributes
    ----------
    value : float
        In single schools, pupils or teachers; a share from 0 to 1.
    how : {"printed", "between", "carried"}
        Printed for this year; on the line between the printed years before and after; or carried from the nearest.
    """

    value: float
    how: str


@lru_cache(maxsize=1)
def _printed() -> dict[tuple[str, str], dict[int, Decimal]]:
    """Read the published totals, by level and quantity, then year."""
    found: dict[tuple[str, str], dict[int, Decimal]] = {}
    text = files("edubalance.national").joinpath("margins.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        years = found.setdefault((row["level"], row["quantity"]), {})
        years[int(row["year"])] = Decimal(row["printed"]) * Decimal(row["times"])
    return found


def margin(year: int, level: str, quantity: str) -> Margin:
    """
    Return a total of the country.

    Parameters
    ----------
    year : int
        Year in which the school year began.
    level : {"primary", "junior"}
        Level.
    quantity : str
        ``schools``, ``pupils`` or ``teachers``; ``schools_urban``, ``schools_town``, ``schools_rural``; for the primary
        level ``bachelor_share`` and ``college_share`` too.

    Returns
    -------
    Margin
        The total and where it comes from.

    Raises
    ------
    EdubalanceError
        If nothing was published of this quantity.

    Examples
    --------
    >>> margin(2023, "primary", "schools")
    Margin(value=143500.0, how='printed')
    >>> margin(2026, "primary", "schools").how, margin(2021, "primary", "pupils").how
    ('carried', 'between')
    """
    known = _printed().get((level, quantity))
    if known is None:
        raise EdubalanceError(f"No total of {quantity} ({level}) is among the published ones.")
    if year in known:
        return Margin(float(known[year]), "printed")
    before = max((other for other in known if other < year), default=None)
    after = min((other for other in known if other > year), default=None)
    if before is None or after is None:
        nearest = before if after is None else after
        return Margin(float(known[nearest if nearest is not None else year]), "carried")
    share = Decimal(year - before) / Decimal(after - before)
    return Margin(float(known[before] + share * (known[after] - known[before])), "between")
