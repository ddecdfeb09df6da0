"""Many tests at once: p-values adjusted so that chance alone seldom, or in a small share, looks like a finding."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from edubalance import rounding
from edubalance.measures._arrays import FloatArray, numbers, refuse_where


def holm(p: npt.ArrayLike) -> FloatArray:
    r"""
    Adjust p-values by Holm's method: the chance of even one false finding stays below the level.

    Parameters
    ----------
    p : array_like, shape (n,)
        P-values of all tests that were looked at, not only of those that came out.

    Returns
    -------
    ndarray of float, shape (n,)
        Adjusted p-values in the same order, at most 1: a test is found at 5 % where its adjusted p is at most 0.05.

    Raises
    ------
    MeasureError
        If a p-value is missing or lies outside 0 to 1.

    See Also
    --------
    benjamini_hochberg : Finds more, and lets a share of the findings be false.

    Notes
    -----
    With the p-values in ascending order, :math:`\tilde p_{(i)} = \max_{j \le i} \min(1, (n - j + 1) p_{(j)})`. It holds
    whatever the dependence between the tests.

    References
    ----------
    .. [1] Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics
       6, 65-70.

    Examples
    --------
    3 × 0.01; 2 × 0.03; the last would be 0.04, and cannot be below the one before it.

    >>> holm([0.01, 0.04, 0.03]).round(4).tolist()
    [0.03, 0.06, 0.06]
    """
    values, order = _ascending(p)
    factors = np.arange(values.size, 0, -1)
    return _in_place(np.maximum.accumulate(np.minimum(factors * values, 1.0)), order)


def benjamini_hochberg(p: npt.ArrayLike) -> FloatArray:
    r"""
    Adjust p-values by Benjamini and Hochberg's method: of all findings, a small share at most is false on average.

    Parameters
    ----------
    p : array_like, shape (n,)
        P-values of all tests that were looked at, not only of those that came out.

    Returns
    -------
    ndarray of float, shape (n,)
        Adjusted p-values in the same order, never above Holm's.

    Raises
    ------
    MeasureError
        If a p-value is missing or lies outside 0 to 1.

    See Also
    --------
    holm : Stricter, for claims of which none may be false.

    Notes
    -----
    With the p-values in ascending order, :math:`\tilde p_{(i)} = \min_{j \ge i} \min(1, n p_{(j)} / j)`. The share of
    false findings is held where tests are independent or positively dependent, as comparisons on one questionnaire
    usually are.

    References
    ----------
    .. [1] Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate: a practical and powerful
       approach to multiple testing. Journal of the Royal Statistical Society B 57, 289-300.

    Examples
    --------
    3/1 × 0.01, 3/2 × 0.03, 3/3 × 0.04; the second cannot be above the third.

    >>> benjamini_hochberg([0.01, 0.04, 0.03]).round(4).tolist()
    [0.03, 0.04, 0.04]
    """
    values, order = _ascending(p)
    scaled = np.minimum(values * values.size / np.arange(1, values.size + 1), 1.0)
    return _in_place(np.minimum.accumulate(scaled[::-1])[::-1], order)


def _ascending(p: npt.ArrayLike) -> tuple[FloatArray, npt.NDArray[np.intp]]:
    """Sort p-values and say where each came from; refuse what is none."""
    values = numbers(p, "p", bounded=False)
    refuse_where((values < 0) | (values > 1), "P-values must lie from 0 to 1", "outside", "Pass p, not statistics.")
    order = np.argsort(rounding.tied(values), kind="stable")
    return values[order], order


def _in_place(ascending: FloatArray, order: npt.NDArray[np.intp]) -> FloatArray:
    """Put sorted values back to where they came from."""
    found = np.empty_like(ascending)
    found[order] = ascending
    return found
