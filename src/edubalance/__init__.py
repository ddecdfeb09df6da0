"""
Balanced compulsory education in a county: how far, how sure, and what it would take.

``import edubalance as eb`` gives the public modules, each read when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

__version__ = "0.1.0"

__all__ = [
    "assessment",
    "cases",
    "codebook",
    "evidence",
    "export",
    "figures",
    "intake",
    "measures",
    "results",
    "schools",
    "standards",
    "tables",
    "twins",
]


def __getattr__(name: str) -> ModuleType:
    """Import a public module on first use, so that ``import edubalance`` itself is quick."""
    if name in __all__:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
