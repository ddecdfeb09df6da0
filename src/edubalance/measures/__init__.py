"""Measures of spread, inequality, gaps and adequacy: plain functions of arrays, free of data and of law."""

from edubalance.measures import (
    adequacy,
    decomposition,
    disparity,
    dispersion,
    entropy,
    gaps,
    grouped,
    grouping,
    influence,
    lorenz,
    permutation,
    resampling,
    uncertainty,
)

__all__ = [
    "adequacy",
    "decomposition",
    "disparity",
    "dispersion",
    "entropy",
    "gaps",
    "grouped",
    "grouping",
    "influence",
    "lorenz",
    "permutation",
    "resampling",
    "uncertainty",
]
