"""Synthetic counties (twins) that meet published figures exactly; scenarios ``described`` and ``balanced``."""

from __future__ import annotations

from edubalance.twins.making import made, make
from edubalance.twins.spec import SCENARIOS, available
from edubalance.twins.writing import files, write

__all__ = ["SCENARIOS", "available", "files", "made", "make", "write"]
