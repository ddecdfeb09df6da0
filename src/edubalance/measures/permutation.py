"""Permutation: shuffled labels, and how often chance alone would show as much."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from edubalance.errors import MeasureError
from edubalance.measures._arrays import BoolArray, FloatArray, counted, numbers, same_length, weights_of
from edubalance.measures.shuffled import Labels, studentised_gaps

ALTERNATIVES = ("two-sided", "greater", "less")

# Few enough for the matrix product to stay on one processor core, so that its last bits are the same everywhere.
_LABELS_AT_ONCE = 2**17

# Statistics that are equal but for rounding count as equal.
_ROUNDING = 1e-12


def within_strata(labels: Labels, strata: Labels, rng: np.random.Generator, replicates: int) -> Labels:
    """
    Shuffle labels among the rows of each stratum.

    Parameters
    ----------
    labels, strata : ndarray of int, shape (n,)
        Codes of the labels and of the strata (such as levels) that labels stay inside.
    rng : numpy.random.Generator
        Source of randomness.
    replicates : int
        Number of shuffles.

    Returns
    -------
    ndarray of int, shape (replicates + 1, n)
        The labels as observed in row 0, the shuffles below.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> shuffled = within_strata(np.array([1, 2, 3, 4]), np.array([0, 0, 1, 1]), rng, 3)
    >>> shuffled[0].tolist(), sorted(set(shuffled[:, 0].tolist()) | {1, 2})
    ([1, 2, 3, 4], [1, 2])
    """
    drawn = np.tile(labels, (replicates + 1, 1))
    for stratum in np.unique(strata):
        inside = np.flatnonzero(strata == stratum)
        drawn[1:, inside] = rng.permuted(np.tile(labels[inside], (replicates, 1)), axis=1)
    return drawn


def p_value(statistics: FloatArray, alternative: str) -> float:
    r"""
    Compare the observed statistic with the shuffled ones.

    Parameters
    ----------
    statistics : ndarray of float, shape (replicates + 1,)
        The observed one first.
    alternative : str
        ``greater`` or ``less``, the side that speaks for the claim; ``two-sided``, away from 0 on either.

    Returns
    -------
    float
        Share of all, the observed one among them, that show at least as much: never 0, and at most
        `alpha` in a share `alpha` of counties in which labels mean nothing. A shuffle whose statistic is not defined
        counts as showing as much, so that it never makes a claim look better founded.

    Raises
    ------
    MeasureError
        If the alternative is unknown.

    Notes
    -----
    With the statistic :math:`d` observed and :math:`d_1, \dots, d_R` after shuffling,
    :math:`p = (1 + \#\{r : d_r \ge d\}) / (1 + R)` [1]_. It is valid for any :math:`R`; more shuffles make it finer.

    References
    ----------
    .. [1] Phipson, B. and Smyth, G. K. (2010). Permutation P-values should never be zero. Statistical Applications in
       Genetics and Molecular Biology 9(1), article 39.

    Examples
    --------
    >>> p_value(np.array([3.0, 1.0, 2.0, 4.0]), "greater"), p_value(np.array([3.0, 1.0, 2.0, 4.0]), "less")
    (0.5, 0.75)
    >>> p_value(np.array([3.0, 1.0, -5.0, 2.0]), "two-sided")
    0.5
    """
    if alternative not in ALTERNATIVES:
        raise MeasureError(f"The alternative must be one of {', '.join(ALTERNATIVES)}; got {alternative!r}.")
    sided = np.abs(statistics) if alternative == "two-sided" else statistics * (-1.0 if alternative == "less" else 1.0)
    # A shuffle that gives the observed labels back differs in the last bits only; it counts as equal.
    margin = _ROUNDING * np.max(np.abs(statistics), initial=0.0, where=np.isfinite(statistics))
    return float(np.mean(~(sided < sided[0] - margin)))


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
    arises then, in its own standard errors. The schools may all be observed: the randomness tested is that of the
    label, not that of a sample. Where the groups differ in spread and in size, but not in mean, the p-value keeps its
    level as nearly as Welch's test does; where they are alike it is exact.

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
    With the difference over its standard error, :math:`d`, observed and :math:`d_1, \dots, d_R` after shuffling (see
    `edubalance.measures.shuffled.studentised_gaps`),

    .. math:: p = \frac{1 + \#\{r : |d_r| \ge |d|\}}{1 + R},

    without the absolute values for a one-sided test. The one added is the observed arrangement itself: p is never 0.

    References
    ----------
    .. [1] Phipson, B. and Smyth, G. K. (2010). Permutation P-values should never be zero. Statistical Applications in
       Genetics and Molecular Biology 9(1), article 39.
    .. [2] Chung, E. and Romano, J. P. (2013). Exact and asymptotically robust permutation tests. Annals of Statistics
       41(2), 484-507.

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
    codes, strata = inside.astype(np.int64), np.zeros(array.size, dtype=np.int64)
    found = studentised_gaps(codes[np.newaxis], 1, array, weight)
    step = max(_LABELS_AT_ONCE // array.size, 1)
    for first in range(0, replicates, step):
        drawn = within_strata(codes, strata, rng, min(step, replicates - first))[1:]
        found = np.append(found, studentised_gaps(drawn, 1, array, weight))
    return p_value(found, alternative)


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
