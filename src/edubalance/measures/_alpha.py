"""Alpha from a matrix: of covariances, or of correlations."""

from __future__ import annotations

import numpy as np

from edubalance.errors import MeasureError
from edubalance.measures._arrays import FloatArray

ROUNDING = 1e-12


def alpha_of(covariances: FloatArray) -> float:
    """Compute alpha from covariances; refuse items whose sum does not vary."""
    count, own, whole = len(covariances), float(np.trace(covariances)), float(covariances.sum())
    if whole <= ROUNDING * own:
        raise MeasureError(
            "The sum of the items must vary; it is the same for all.",
            hint="Reverse items that are worded the other way round.",
        )
    return count / (count - 1) * (1 - own / whole)
