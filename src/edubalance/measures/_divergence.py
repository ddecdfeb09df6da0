"""What one school adds to an entropy index; shared by the indices and their decomposition."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special

from edubalance.measures._arrays import FloatArray, nonnegative, refuse_where, weights_of


def checked(values: npt.ArrayLike, weights: npt.ArrayLike | None, alpha: float) -> tuple[FloatArray, FloatArray]:
    """Return clean weights and values of equal length; zeros are refused where GE(α) is infinite with them."""
    array = nonnegative(values, "values")
    weight = weights_of(weights, array.size)
    if alpha <= 0:
        refuse_where(
            (array == 0) & (weight > 0),
            "values must be positive, for with a zero the index is infinite",
            "zero",
            "Use theil_t, which is defined with zeros; do not leave the schools without the resource out.",
        )
    return weight, array


def divergence(ratio: FloatArray, alpha: float) -> FloatArray:
    r"""
    Return how far each ratio to the mean is from 1, so that GE(α) is the weighted mean of the result.

    Notes
    -----
    .. math:: d_\alpha(r) = \frac{r^\alpha - 1 - \alpha (r - 1)}{\alpha (\alpha - 1)}

    differs from the usual summand by a multiple of r − 1, which averages to zero. It is never negative and exactly 0
    at 1. The Box–Cox transform :math:`(r^\lambda - 1) / \lambda` keeps it accurate up to its limits
    :math:`r \ln r - r + 1` (α = 1) and :math:`r - 1 - \ln r` (α = 0).
    """
    if alpha <= 0.5:
        summand = (special.boxcox(ratio, alpha) - (ratio - 1)) / (alpha - 1)
    else:
        powers = ratio * special.boxcox(np.where(ratio > 0, ratio, 1.0), alpha - 1)
        summand = (powers - (ratio - 1)) / alpha
    result: FloatArray = np.maximum(summand, 0.0)
    return result
