"""Permutation: how often chance alone would show a gap as large."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from edubalance.errors import MeasureError
from edubalance.measures._arrays import BoolArray, FloatArray, counted, numbers, same_length, weights_of

ALTERNATIVES = ("two-sided", "greater", "less")

# Few enough for the matrix product to stay on one processor core, so that its last bits are the same everywhere.
_LABELS_AT_ONCE = 2**17

# Differences that are equal but for rounding count as equal.
_ROUNDING = 1e-12


def permutation_p(
    values: npt.ArrayLike,
    labels: npt.ArrayLike,
    weights: npt.ArrayLike | None = None,
    *,
    rng: np.random.Generator,
    replicates: int = 9_999,
    alternative: str = "two-sided",
) -> float:
    r"""
    Test whether two groups of schools differ in their weighted mean.

    If the label meant nothing, any school could carry any label. Shuffling the labels shows how large a difference
    arises then. The schools may all be observed: the randomness tested is that of the label, not that of a sample.

    Parameters
    ----------
    values : array_like, shape (n,)
        One number a school, none missing.
    labels : array_like of bool, shape (n,)
        True for the schools of the one group, false for those of the other.
    weights : array_like, shape (n,), optional
        Pupils of each school, which stay with its value; without weights all schools count alike. A school of zero
        weight is left out.
    rng : numpy.random.Generator
        Source of randomness.
    replicates : int
        Number of shuffles.
    alternative : str
        ``two-sided``: the means differ. ``greater`` or ``less``: the mean where `labels` is true is greater or less.

    Returns
    -------
    float
        From 1 / (replicates + 1) to 1. Small: chance alone rarely shows as much.

    Raises
    ------
    MeasureError
        If values are missing, labels are not true or false, one group is empty, or the alternative is unknown.

    Notes
    -----
    With the difference :math:`d` observed and :math:`d_1, \dots, d_R` after shuffling,

    .. math:: p = \frac{1 + \#\{r : |d_r| \ge |d|\}}{1 + R},

    without the absolute values for a one-sided test. The one added is the observed arrangement itself: p is never 0.

    References
    ----------
    .. [1] Phipson, B. and Smyth, G. K. (2010). Permutation P-values should never be zero. Statistical Applications in
       Genetics and Molecular Biology 9(1), article 39.

    Examples
    --------
    Of the six ways to label two of four schools, one shows a difference of 4 and one of -4: p is near 1 / 3.

    >>> p = permutation_p([1.0, 1.0, 5.0, 5.0], [False, False, True, True], rng=np.random.default_rng(1))
    >>> abs(p - 1 / 3) < 0.02
    True
    """
    if alternative not in ALTERNATIVES:
        raise MeasureError(f"The alternative must be one of {', '.join(ALTERNATIVES)}; got {alternative!r}.")
    if replicates < 1:
        raise MeasureError(f"At least one shuffle is needed; got {replicates}.")
    array = numbers(values, "values")
    inside = _labels(labels, array.size)
    weight = weights_of(weights, array.size)
    inside = inside[weight > 0]
    weight, array = counted(weight, array)
    # Differences do not depend on the least value; without it, equal schools differ by exactly nothing.
    array = array - array.min()
    if inside.all() or not inside.any():
        raise MeasureError("Both groups need a school of positive weight; got one group only.")
    observed = _differences(inside[np.newaxis], array, weight)[0]
    as_large = 0
    step = max(_LABELS_AT_ONCE // array.size, 1)
    for first in range(0, replicates, step):
        drawn = rng.permuted(np.tile(inside, (min(step, replicates - first), 1)), axis=1)
        as_large += _count(_differences(drawn, array, weight), observed, alternative, float(array.max()))
    return (1 + as_large) / (1 + replicates)


def _labels(labels: npt.ArrayLike, count: int) -> BoolArray:
    """Turn labels into a column of true and false."""
    column = np.asarray(labels)
    if column.ndim != 1 or column.dtype != np.bool_:
        raise MeasureError(
            f"labels must be one column of true and false; got {column.dtype} of shape {column.shape}.",
            hint="Compare first: permutation_p(values, area == 'rural', …).",
        )
    same_length(count, column.size, "values", "labels")
    return column


def _differences(inside: BoolArray, values: FloatArray, weights: FloatArray) -> FloatArray:
    """Weighted mean inside less outside, for each row of labels."""
    sums = inside.astype(np.float64) @ np.column_stack((weights, weights * values))
    rest = np.array([weights.sum(), weights @ values]) - sums
    differences: FloatArray = sums[:, 1] / sums[:, 0] - rest[:, 1] / rest[:, 0]
    return differences


def _count(differences: FloatArray, observed: float, alternative: str, spread: float) -> int:
    """Count the differences at least as large as the one observed."""
    if alternative == "two-sided":
        differences, observed = np.abs(differences), abs(observed)
    elif alternative == "less":
        differences, observed = -differences, -observed
    return int((differences >= observed - _ROUNDING * spread).sum())
