"""Printed tables: no measure is computed here, so that no table disagrees with its figure."""

from edubalance.tables.judged import coefficients as coefficients
from edubalance.tables.judged import coverage as coverage
from edubalance.tables.judged import gaps as gaps
from edubalance.tables.judged import items as items
from edubalance.tables.judged import verdicts as verdicts
from edubalance.tables.needs import counted_unit as counted_unit
from edubalance.tables.needs import shortfalls as shortfalls
from edubalance.tables.printed import Printed as Printed
from edubalance.tables.printed import names as names
from edubalance.tables.records import ledger as ledger
from edubalance.tables.records import provenance as provenance

__all__ = [
    "Printed",
    "coefficients",
    "counted_unit",
    "coverage",
    "gaps",
    "items",
    "ledger",
    "names",
    "provenance",
    "shortfalls",
    "verdicts",
]
