"""Measures of many groups and many indicators at once: one call serves one county or three thousand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from edubalance.measures import _kernels
from edubalance.measures._arrays import FloatArray, IntArray
from edubalance.measures._blocks import Block, check_convention, clean, nest, prepare, spans
from edubalance.measures._outcomes import DifferenceCoefficients, Inequalities, TheilDecompositions
from edubalance.measures.grouping import Groups, group_rows

__all__ = [
    "DifferenceCoefficients",
    "Groups",
    "Inequalities",
    "TheilDecompositions",
    "difference_coefficients",
    "ginis",
    "group_rows",
    "inequalities",
    "theil_decompositions",
    "weighted_means",
]


def difference_coefficients(
    values: npt.ArrayLike,
    pupils: npt.ArrayLike,
    groups: Groups,
    convention: str = "weighted_population",
) -> DifferenceCoefficients:
    r"""
    Compute the difference coefficients (差异系数) of every group and indicator.

    The meaning is that of `edubalance.measures.dispersion.difference_coefficient`, which measures one group and
    refuses what is not defined. Among thousands of groups one must not stop the others: here it becomes NaN.

    Parameters
    ----------
    values : array_like, shape (n, k) or (n,)
        Resource per pupil, one row a school and one column an indicator. NaN is a missing value.
    pupils : array_like, shape (n,)
        Pupils of each school. A school of no pupils counts nothing.
    groups : Groups
        What `group_rows` made of the rows' keys.
    convention : str
        One of `edubalance.measures.dispersion.CONVENTIONS`: schools weigh by their pupils or alike; the sum of
        squares is divided by their number or by one less.

    Returns
    -------
    DifferenceCoefficients
        NaN where a group has no value, where its mean is not positive (a resource that no school has is a failure,
        not an equality), and, for the sample convention, where it has one value only.

    Raises
    ------
    MeasureError
        If the convention is unknown, shapes differ, values are infinite, or pupils are missing, infinite or negative.

    See Also
    --------
    edubalance.measures.dispersion.difference_coefficient : One group, one indicator.

    Notes
    -----
    With weights :math:`w_i`, :math:`W = \sum_i w_i` and the pooled mean :math:`\bar{x} = \sum_i w_i x_i / W`,

    .. math:: CV = \frac{1}{\bar{x}} \sqrt{\frac{1}{W} \sum_i w_i (x_i - \bar{x})^2}.

    A missing value takes its school's weight out of both sums, for this indicator alone. Sums run over the values
    less the group's least value: equal schools give exactly 0, and nothing is lost to cancellation.

    Examples
    --------
    Two counties of two schools each: (6 - 4) / (6 + 4), and two equal schools.

    >>> groups = group_rows(["A", "A", "B", "B"])
    >>> result = difference_coefficients([4.0, 6.0, 5.0, 5.0], [300, 300, 100, 500], groups)
    >>> result.cv[:, 0]
    array([0.2, 0. ])
    """
    check_convention(convention)
    results = _run(lambda block: (*_kernels.moments(block, convention), block.present), 4, values, pupils, groups)
    return _coefficients(results, groups, convention)


def weighted_means(values: npt.ArrayLike, pupils: npt.ArrayLike, groups: Groups) -> FloatArray:
    """
    Average every indicator over the pupils of every group.

    Parameters
    ----------
    values : array_like, shape (n, k) or (n,)
        Resource per pupil; NaN is a missing value.
    pupils : array_like, shape (n,)
        Pupils of each school.
    groups : Groups
        What `group_rows` made of the rows' keys.

    Returns
    -------
    ndarray of float, shape (g, k)
        The resource of all schools with a value over their pupils; NaN where there is none.

    Raises
    ------
    MeasureError
        If shapes differ, values are infinite, or pupils are missing, infinite or negative.

    Examples
    --------
    100 pupils with 4 m² each and 300 pupils with 8 m² each share 2 800 m².

    >>> weighted_means([4.0, 8.0], [100, 300], group_rows([1, 1]))
    array([[7.]])
    """
    return _run(lambda block: (block.mean,), 1, values, pupils, groups)[0]


def ginis(values: npt.ArrayLike, pupils: npt.ArrayLike, groups: Groups) -> FloatArray:
    r"""
    Compute the pupil-weighted Gini coefficient of every group and indicator.

    Parameters
    ----------
    values : array_like, shape (n, k) or (n,)
        Resource per pupil, not negative; NaN is a missing value.
    pupils : array_like, shape (n,)
        Pupils of each school.
    groups : Groups
        What `group_rows` made of the rows' keys.

    Returns
    -------
    ndarray of float, shape (g, k)
        0 where all schools are equal; NaN where a group has no value, a negative one, or a mean of zero.

    Raises
    ------
    MeasureError
        If shapes differ, values are infinite, or pupils are missing, infinite or negative.

    Notes
    -----
    With schools in rising order of value, pupil shares :math:`p_i` and :math:`C_i = p_1 + \dots + p_i`,

    .. math:: G = \frac{1}{\bar{x}} \sum_i p_i (x_i - \bar{x}) (C_i + C_{i-1}).

    One sort of packed keys (group, value, row) orders all groups of a block.

    Examples
    --------
    One of two equally large schools has everything.

    >>> ginis([0.0, 6.0], [100, 100], group_rows([1, 1]))
    array([[0.5]])
    """
    return _run(lambda block: (_kernels.gini(block),), 1, values, pupils, groups)[0]


def theil_decompositions(
    values: npt.ArrayLike, pupils: npt.ArrayLike, groups: Groups, inner: npt.ArrayLike
) -> TheilDecompositions:
    r"""
    Split the Theil T of every group and indicator between and within inner groups.

    Parameters
    ----------
    values : array_like, shape (n, k) or (n,)
        Resource per pupil, not negative; NaN is a missing value.
    pupils : array_like, shape (n,)
        Pupils of each school.
    groups : Groups
        What `group_rows` made of the rows' keys: counties, for example.
    inner : array_like, shape (n,)
        The inner group of each school: its area, for example. Integer codes are fastest.

    Returns
    -------
    TheilDecompositions
        NaN where a group has no value, a negative one, or a mean of zero.

    Raises
    ------
    MeasureError
        If shapes differ, values are infinite, or pupils are missing, infinite or negative.

    Notes
    -----
    With pupil shares :math:`p_i`, inner groups :math:`h` of share :math:`P_h` and mean :math:`\bar{x}_h`, and
    :math:`0 \ln 0 = 0`,

    .. math::

        T = \sum_h P_h \frac{\bar{x}_h}{\bar{x}} \ln \frac{\bar{x}_h}{\bar{x}}
        + \sum_h P_h \frac{\bar{x}_h}{\bar{x}} \sum_{i \in h} \frac{p_i}{P_h}
        \frac{x_i}{\bar{x}_h} \ln \frac{x_i}{\bar{x}_h}.

    Examples
    --------
    Two areas of two equal schools each: all inequality lies between them.

    >>> groups = group_rows([1, 1, 1, 1])
    >>> result = theil_decompositions([1.0, 1.0, 3.0, 3.0], [10, 10, 10, 10], groups, [0, 0, 1, 1])
    >>> result.within[0, 0], round(result.between[0, 0], 4)
    (np.float64(0.0), np.float64(0.1308))
    """
    return _decompositions(*_run(_kernels.theil, 2, values, pupils, groups, inner))


def inequalities(
    values: npt.ArrayLike,
    pupils: npt.ArrayLike,
    groups: Groups,
    inner: npt.ArrayLike,
    convention: str = "weighted_population",
) -> Inequalities:
    """
    Compute difference coefficients, Gini coefficients and Theil decompositions in one pass over the rows.

    The numbers are those of `difference_coefficients`, `ginis` and `theil_decompositions`, but for rounding: the rows
    are sorted and prepared once for all of them, and added up in another order.

    Parameters
    ----------
    values : array_like, shape (n, k) or (n,)
        Resource per pupil; NaN is a missing value.
    pupils : array_like, shape (n,)
        Pupils of each school.
    groups : Groups
        What `group_rows` made of the rows' keys.
    inner : array_like, shape (n,)
        The inner group of each school.
    convention : str
        One of `edubalance.measures.dispersion.CONVENTIONS`, for the difference coefficients.

    Returns
    -------
    Inequalities
        All measures of every group and indicator.

    Raises
    ------
    MeasureError
        As the three functions do.

    Examples
    --------
    >>> result = inequalities([4.0, 6.0], [300, 300], group_rows([1, 1]), inner=[0, 1])
    >>> result.coefficients.cv, result.gini
    (array([[0.2]]), array([[0.1]]))
    """
    check_convention(convention)

    def kernel(block: Block) -> tuple[FloatArray | IntArray, ...]:
        return *_kernels.moments(block, convention), block.present, _kernels.gini(block), *_kernels.theil(block)

    results = _run(kernel, 7, values, pupils, groups, inner)
    return Inequalities(
        _coefficients(results[:4], groups, convention), results[4], _decompositions(results[5], results[6])
    )


def _run(
    kernel: Callable[[Block], tuple[FloatArray | IntArray, ...]],
    outputs: int,
    values: npt.ArrayLike,
    pupils: npt.ArrayLike,
    groups: Groups,
    inner: npt.ArrayLike | None = None,
) -> list[FloatArray]:
    """Apply a kernel block by block; return its outputs, each of shape (g, k)."""
    columns, weights = clean(values, pupils, groups)
    nested = nest(groups, inner)
    results = np.empty((outputs, len(columns), groups.count))
    for span in spans(groups):
        results[:, :, span] = kernel(prepare(columns, weights, groups, nested, span))
    return [result.T for result in results]


def _coefficients(results: list[FloatArray], groups: Groups, convention: str) -> DifferenceCoefficients:
    """Name the outputs of the kernel of moments, followed by the number of values."""
    mean, sd, cv, present = results
    n = present.astype(np.intp)
    return DifferenceCoefficients(mean, sd, cv, n, groups.sizes[:, np.newaxis] - n, convention)


def _decompositions(total: FloatArray, between: FloatArray) -> TheilDecompositions:
    """Give what is not between the inner groups to what is within; rounding must not make that negative."""
    within = np.maximum(total - between, 0.0)
    return TheilDecompositions(between + within, between, within)
