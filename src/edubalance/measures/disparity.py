"""Differences between groups in one number, as the monitoring of health equity computes them; segregation."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from edubalance.errors import MeasureError
from edubalance.measures._arrays import counted, mean_of, nonnegative, numbers, positive, same_length, weights_of
from edubalance.measures.dispersion import weighted_mean
from edubalance.measures.lorenz import concentration_index


def between_group_variance(means: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    r"""
    Compute the weighted variance of group means about the overall mean.

    Parameters
    ----------
    means : array_like, shape (n_groups,)
        Mean of each group; any finite numbers.
    weights : array_like, shape (n_groups,), optional
        Pupils of each group. Without weights all groups count alike.

    Returns
    -------
    float
        In the squared unit of the means; zero when all groups are equal.

    Raises
    ------
    MeasureError
        If a mean is missing, or weights are negative or all zero.

    Notes
    -----
    With weight shares :math:`p_g`: :math:`\sum_g p_g (\bar{x}_g - \bar{x})^2`.

    Examples
    --------
    >>> between_group_variance([4.0, 6.0], weights=[50, 50])
    1.0
    """
    array = numbers(means, "means")
    weight, array = counted(weights_of(weights, array.size), array)
    return mean_of((array - mean_of(array, weight)) ** 2, weight)


def mean_difference(
    means: npt.ArrayLike, weights: npt.ArrayLike | None = None, *, reference: float | None = None
) -> float:
    r"""
    Average the distances of the groups from a reference value.

    Parameters
    ----------
    means : array_like, shape (n_groups,)
        Mean of each group; any finite numbers.
    weights : array_like, shape (n_groups,), optional
        Pupils of each group. Without weights all groups count alike.
    reference : float, optional
        What to measure from: the best group's mean, a standard. Without it, the weighted mean of all groups.

    Returns
    -------
    float
        In the unit of the means; zero when all groups stand at the reference.

    Raises
    ------
    MeasureError
        If a mean or the reference is missing, or weights are negative or all zero.

    Notes
    -----
    With weight shares :math:`p_g`: :math:`\sum_g p_g \, |\bar{x}_g - \text{reference}|`.

    Examples
    --------
    >>> mean_difference([4.0, 6.0]), mean_difference([4.0, 6.0], reference=6.0)
    (1.0, 1.0)
    """
    array = numbers(means, "means")
    weight, array = counted(weights_of(weights, array.size), array)
    centre = mean_of(array, weight) if reference is None else float(numbers([reference], "reference")[0])
    return mean_of(np.abs(array - centre), weight)


def index_of_disparity(
    means: npt.ArrayLike, weights: npt.ArrayLike | None = None, *, reference: float | None = None
) -> float:
    r"""
    Express the mean difference of the groups as a share of the reference.

    Parameters
    ----------
    means : array_like, shape (n_groups,)
        Mean of each group, none negative.
    weights : array_like, shape (n_groups,), optional
        Pupils of each group. Without weights all groups count alike.
    reference : float, optional
        What to measure from, positive. Without it, the weighted mean of all groups.

    Returns
    -------
    float
        A ratio, not a percentage. From the weighted mean it is twice Hoover's share.

    Raises
    ------
    MeasureError
        If a mean is missing or negative, weights are negative or all zero, or the reference is not positive.

    Notes
    -----
    With weight shares :math:`p_g`: :math:`\sum_g p_g \, |\bar{x}_g - \text{reference}| / \text{reference}`.

    Examples
    --------
    >>> index_of_disparity([4.0, 6.0])
    0.2
    """
    array = nonnegative(means, "means")
    weight, array = counted(weights_of(weights, array.size), array)
    base = positive(mean_of(array, weight) if reference is None else float(numbers([reference], "reference")[0]))
    return mean_of(np.abs(array - base), weight) / base


def attributable_gap(means: npt.ArrayLike, reference: float, weights: npt.ArrayLike | None = None) -> float:
    """
    Tell how much the overall mean would rise if every group stood at the reference.

    Parameters
    ----------
    means : array_like, shape (n_groups,)
        Mean of each group; any finite numbers.
    reference : float
        What every group would have, e.g. the best group's mean.
    weights : array_like, shape (n_groups,), optional
        Pupils of each group. Without weights all groups count alike.

    Returns
    -------
    float
        In the unit of the means; 0 where the overall mean is at or above the reference already. Divided by the
        overall mean it is the population attributable fraction.

    Raises
    ------
    MeasureError
        If a mean or the reference is missing, or weights are negative or all zero.

    Examples
    --------
    >>> attributable_gap([4.0, 6.0], reference=6.0, weights=[75, 25])
    1.5
    """
    array = numbers(means, "means")
    weight, array = counted(weights_of(weights, array.size), array)
    return max(0.0, float(numbers([reference], "reference")[0]) - mean_of(array, weight))


def absolute_concentration_index(
    values: npt.ArrayLike, rank: npt.ArrayLike, weights: npt.ArrayLike | None = None
) -> float:
    """
    Measure in the unit of the resource whether it goes to those that stand high by another variable.

    Parameters
    ----------
    values : array_like, shape (n_groups,)
        Resource per pupil of each group or school; zero is a value, negative numbers are refused.
    rank : array_like, shape (n_groups,)
        What to order by, lowest first; equal ranks share their average place.
    weights : array_like, shape (n_groups,), optional
        Pupils of each. Without weights all count alike.

    Returns
    -------
    float
        The concentration index times the mean: adding the same amount everywhere does not change it.

    Raises
    ------
    MeasureError
        As `edubalance.measures.lorenz.concentration_index` does.

    Examples
    --------
    >>> absolute_concentration_index([1.0, 3.0], rank=[1, 2])
    0.5
    """
    return concentration_index(values, rank, weights) * weighted_mean(values, weights)


def dissimilarity(group: npt.ArrayLike, others: npt.ArrayLike) -> float:
    r"""
    Compute the share of one group that would have to change schools to be spread as the others are.

    Parameters
    ----------
    group : array_like, shape (n_schools,)
        Pupils of the group (say, migrant children) in each school.
    others : array_like, shape (n_schools,)
        All other pupils of each school.

    Returns
    -------
    float
        From 0 (every school has the same mix) to 1 (no school has both).

    Raises
    ------
    MeasureError
        If counts are missing or negative, or one of the two has no pupils at all.

    Notes
    -----
    With totals :math:`A` and :math:`B`: :math:`D = \tfrac12 \sum_i | a_i / A - b_i / B |`.

    Examples
    --------
    >>> dissimilarity([75, 25], [25, 75])
    0.5
    """
    first, second = nonnegative(group, "group"), nonnegative(others, "others")
    same_length(first.size, second.size, "group", "others")
    if not first.any() or not second.any():
        raise MeasureError("Both groups must have pupils; one is zero in every school.")
    return float(np.abs(first / first.sum() - second / second.sum()).sum() / 2)
