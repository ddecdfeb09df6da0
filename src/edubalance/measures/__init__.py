"""Measures of spread, inequality, gaps, adequacy, agreement and use: plain functions, free of data and of law."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

__all__ = [
    "access",
    "adequacy",
    "agreement",
    "association",
    "chance",
    "change",
    "cluster_effects",
    "clusters",
    "cohorts",
    "convergence",
    "decomposition",
    "disparity",
    "dispersion",
    "effect",
    "efficiency",
    "efficiency_bootstrap",
    "entropy",
    "explained",
    "factors",
    "gaps",
    "grouped",
    "grouping",
    "influence",
    "intraclass",
    "items",
    "jackknife",
    "krippendorff",
    "levelling",
    "lorenz",
    "multiplicity",
    "nesting",
    "permutation",
    "ranking",
    "reliability",
    "resampling",
    "saturation",
    "seating",
    "series",
    "shares",
    "shuffled",
    "suitability",
    "survival",
    "trend",
    "uncertainty",
]


def __getattr__(name: str) -> ModuleType:
    """Import a module on first use: a difference coefficient needs no linear programs."""
    if name in __all__:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
