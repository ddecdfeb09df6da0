"""
What papermill finds by entry point: the engine, imported when it is first asked for.

papermill loads every entry point whenever it is imported, and half-way through: an entry point that imported papermill
in turn would find it unfinished, and one that imported much would make each program that uses papermill slow to start.
"""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    """Answer as the engine does."""
    if name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from edubalance.runs.engine import WarmEngine

    return getattr(WarmEngine, name)
