"""Gaps between groups and between the ends of the distribution, in the unit of the indicator or as ratios."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edubalance.errors import MeasureError
from edubalance.measures._arrays import (
    codes_of,
    counted,
    labels_of,
    nonnegative,
    numbers,
    positive,
    sum_by,
    weights_of,
)


@dataclass(frozen=True)
class MeanGap:
    """
    A group's mean against that of the reference group.

    Attributes
    ----------
    mean, reference_mean : float
        Weighted means in the unit of the values.
    absolute : float
        `mean` minus `reference_mean`; negative where the group has less.
    relative : float
        `absolute` as a share of `reference_mean`: −0.2 is 20 % less.
    ratio : float
        `mean` divided by `reference_mean`; 1 is parity.
    """

    mean: float
    reference_mean: float
    absolute: float
    relative: float
    ratio: float


def mean_gap(
    values: npt.ArrayLike,
    groups: Sequence[Hashable] | npt.NDArray[np.generic],
    weights: npt.ArrayLike | None = None,
    *,
    reference: Hashable,
) -> dict[Hashable, MeanGap]:
    """
    Compare the mean of each group with that of a reference group.

    Parameters
    ----------
    values : array_like, shape (n_schools,)
        Resource per pupil of each school; zero is a value, negative numbers are refused.
    groups : sequence of labels, shape (n_schools,)
        Group of each school, e.g. urban, town, rural.
    weights : array_like, shape (n_schools,), optional
        Pupils of each school. Without weights all schools count alike.
    reference : label
        The group that the others are compared with.

    Returns
    -------
    dict of label to MeanGap
        Every group but the reference, in order of first appearance. Groups without pupils are left out.

    Raises
    ------
    MeasureError
        If values or labels are missing, values or weights are negative, no school with pupils is in the reference
        group, or its mean is zero.

    Examples
    --------
    >>> gap = mean_gap([4.0, 6.0, 10.0], ["rural", "rural", "urban"], [100, 300, 200], reference="urban")["rural"]
    >>> gap.mean, gap.absolute, gap.relative, gap.ratio
    (5.5, -4.5, -0.45, 0.55)
    """
    array = nonnegative(values, "values")
    labels = labels_of(groups, array.size)
    weight = weights_of(weights, array.size)
    names, code = codes_of([label for label, count in zip(labels, weight, strict=True) if count > 0])
    if reference not in names:
        raise MeasureError(
            f"The reference must be a group that has schools with pupils; got {reference!r}, "
            f"the groups are {', '.join(map(repr, names))}."
        )
    weight, array = counted(weight, array)
    means = dict(zip(names, (sum_by(code, weight * array) / sum_by(code, weight)).tolist(), strict=True))
    base = positive(means.pop(reference))
    return {name: MeanGap(mean, base, mean - base, (mean - base) / base, mean / base) for name, mean in means.items()}


def range_ratio(values: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """
    Divide the largest value by the smallest (极差率).

    Parameters
    ----------
    values : array_like, shape (n_schools,)
        Resource per pupil of each school; the smallest must be positive.
    weights : array_like, shape (n_schools,), optional
        Pupils of each school: those without pupils are left out, else the number does not matter.

    Returns
    -------
    float
        1 when all schools are equal; two extreme schools alone decide it.

    Raises
    ------
    MeasureError
        If a value is missing or negative, or the smallest is zero.

    See Also
    --------
    quantile_ratio : Does not hang on the two extreme schools.

    Examples
    --------
    >>> range_ratio([2.0, 3.0, 8.0])
    4.0
    """
    array = nonnegative(values, "values")
    (_, array) = counted(weights_of(weights, array.size), array)
    return _ratio(float(array.max()), float(array.min()), "smallest value")


def quantile(values: npt.ArrayLike, probability: float, weights: npt.ArrayLike | None = None) -> float:
    """
    Return the smallest value that at least a given share of the pupils does not exceed.

    Parameters
    ----------
    values : array_like, shape (n_schools,)
        Any finite numbers.
    probability : float
        From 0 (the smallest value) to 1 (the largest).
    weights : array_like, shape (n_schools,), optional
        Pupils of each school. Without weights all schools count alike.

    Returns
    -------
    float
        A value that occurs: there is no interpolation, so that a school of k pupils counts as k schools of one.

    Raises
    ------
    MeasureError
        If a value is missing, weights are negative or all zero, or `probability` lies outside 0 to 1.

    Examples
    --------
    >>> quantile([1.0, 2.0, 3.0], 0.5, weights=[10, 10, 80])
    3.0
    """
    if not 0 <= probability <= 1:
        raise MeasureError(f"A probability lies between 0 and 1; got {probability:g}.", hint="Write 10 % as 0.1.")
    array = numbers(values, "values")
    weight, array = counted(weights_of(weights, array.size), array)
    return float(np.quantile(array, probability, weights=weight, method="inverted_cdf"))


def quantile_ratio(
    values: npt.ArrayLike, weights: npt.ArrayLike | None = None, *, upper: float = 0.9, lower: float = 0.1
) -> float:
    """
    Divide an upper quantile by a lower one, the ninetieth by the tenth percentile unless told otherwise.

    Parameters
    ----------
    values : array_like, shape (n_schools,)
        Resource per pupil of each school; the lower quantile must be positive.
    weights : array_like, shape (n_schools,), optional
        Pupils of each school. Without weights all schools count alike.
    upper, lower : float
        Probabilities between 0 and 1, `upper` not below `lower`.

    Returns
    -------
    float
        1 when all schools between the two quantiles are equal.

    Raises
    ------
    MeasureError
        If a value is missing or negative, the probabilities are out of order, or the lower quantile is zero.

    Examples
    --------
    >>> quantile_ratio([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    9.0
    """
    if upper < lower:
        raise MeasureError(f"The upper probability must not be below the lower; got {upper:g} and {lower:g}.")
    array = nonnegative(values, "values")
    return _ratio(quantile(array, upper, weights), quantile(array, lower, weights), "lower quantile")


def _ratio(above: float, below: float, name: str) -> float:
    """Divide, and refuse to divide by zero."""
    if below == 0:
        raise MeasureError(f"The {name} must be positive to divide by it; got 0.", hint="Use gini or theil_t instead.")
    return above / below
