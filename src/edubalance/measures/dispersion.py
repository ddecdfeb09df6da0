"""Spread between schools: the difference coefficient (差异系数) in its three conventions, and Hoover's share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edubalance.errors import MeasureError
from edubalance.measures._arrays import (
    FloatArray,
    counted,
    mean_of,
    nonnegative,
    numbers,
    positive,
    shares_and_ratios,
    weights_of,
)

CONVENTIONS = ("weighted_population", "unweighted_population", "unweighted_sample")


@dataclass(frozen=True)
class Dispersion:
    """
    Mean and spread of one indicator over the schools of a county.

    Attributes
    ----------
    mean : float
        Mean in the unit of the values; weighted by pupils where the convention says so.
    sd : float
        Standard deviation in the unit of the values.
    cv : float
        Difference coefficient, `sd` divided by `mean`.
    convention : str
        One of `CONVENTIONS`.
    n : int
        Schools that counted: those with at least one pupil.
    """

    mean: float
    sd: float
    cv: float
    convention: str
    n: int


def weighted_mean(values: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """
    Average the schools' values by weight; by pupils it is the pooled mean, all resource over all pupils.

    Parameters
    ----------
    values : array_like, shape (n_schools,)
        Any finite numbers; negative ones are allowed.
    weights : array_like, shape (n_schools,), optional
        Not negative, not zero everywhere. Without weights all schools count alike.

    Returns
    -------
    float
        The mean, in the unit of the values.

    Raises
    ------
    MeasureError
        If values are missing, or weights are negative or all zero.

    Examples
    --------
    >>> weighted_mean([4.0, 6.0], weights=[100, 300])
    5.5
    """
    array = numbers(values, "values")
    weight, array = counted(weights_of(weights, array.size), array)
    return mean_of(array, weight)


def standard_deviation(
    values: npt.ArrayLike, pupils: npt.ArrayLike, *, convention: str = "weighted_population"
) -> float:
    """
    Compute the standard deviation between schools.

    Parameters
    ----------
    values : array_like, shape (n_schools,)
        Any finite numbers; negative ones are allowed.
    pupils : array_like, shape (n_schools,)
        Pupils of each school. Schools without pupils are left out under every convention.
    convention : str
        One of `CONVENTIONS`.

    Returns
    -------
    float
        The standard deviation, in the unit of the values; zero when all schools are equal.

    Raises
    ------
    MeasureError
        If values are missing, pupils are negative or all zero, the convention is unknown, or a sample form is asked
        of a single school.

    Examples
    --------
    >>> standard_deviation([4.0, 6.0], pupils=[300, 300])
    1.0
    """
    array = numbers(values, "values")
    pupil, array = counted(weights_of(pupils, array.size, "pupils"), array)
    return _mean_and_sd(array, pupil, convention)[1]


def describe(values: npt.ArrayLike, pupils: npt.ArrayLike, *, convention: str = "weighted_population") -> Dispersion:
    """
    Compute mean, standard deviation and difference coefficient together.

    Parameters
    ----------
    values : array_like, shape (n_schools,)
        Resource per pupil of each school; zero is a value, negative numbers are refused.
    pupils : array_like, shape (n_schools,)
        Pupils of each school. Schools without pupils are left out under every convention.
    convention : str
        One of `CONVENTIONS`.

    Returns
    -------
    Dispersion
        The three numbers, the convention and how many schools counted.

    Raises
    ------
    MeasureError
        As `difference_coefficient` does.

    Examples
    --------
    >>> describe([4.0, 6.0], pupils=[300, 300])
    Dispersion(mean=5.0, sd=1.0, cv=0.2, convention='weighted_population', n=2)
    """
    array = nonnegative(values, "values")
    pupil, array = counted(weights_of(pupils, array.size, "pupils"), array)
    mean, deviation = _mean_and_sd(array, pupil, convention)
    return Dispersion(mean, deviation, deviation / positive(mean), convention, array.size)


def difference_coefficient(
    values: npt.ArrayLike, pupils: npt.ArrayLike, *, convention: str = "weighted_population"
) -> float:
    r"""
    Compute the between-school difference coefficient (校际差异系数).

    By the national convention each school counts in proportion to its pupils: the spread that pupils meet.

    Parameters
    ----------
    values : array_like, shape (n_schools,)
        Resource per pupil (or per 100 pupils) of each school. Zero is a value, negative numbers are refused.
    pupils : array_like, shape (n_schools,)
        Pupils of each school. Schools without pupils are left out under every convention.
    convention : str
        ``weighted_population`` (the national one), ``unweighted_population`` or ``unweighted_sample``: the plain
        mean and standard deviation of the schools' values, with divisor n or n − 1.

    Returns
    -------
    float
        Zero when all schools are equal, for one school too (but not in the sample form, which needs two); the
        weighted form has no fixed upper bound. Independent of the unit.

    Raises
    ------
    MeasureError
        If lengths differ, a value is missing or negative, pupils are negative or all zero, no school has anything
        of the resource, the convention is unknown, or a sample form is asked of a single school.

    See Also
    --------
    edubalance.measures.lorenz.gini : Bounded by one, less sensitive to a single rich school.

    Notes
    -----
    With pupil shares :math:`p_i = P_i / \sum_j P_j` and the pooled mean :math:`\bar{x} = \sum_i p_i x_i`,

    .. math:: CV = \frac{1}{\bar{x}} \sqrt{\sum_i p_i (x_i - \bar{x})^2} .

    There is no degrees-of-freedom correction, because all schools of the county are observed.

    References
    ----------
    .. [1] 县域义务教育校际均衡指标计算方法, worked example of five schools; it prints 0.52.

    Examples
    --------
    Two equally large schools with 4 and 6 m² a pupil: (6 − 4) / (6 + 4).

    >>> difference_coefficient([4.0, 6.0], pupils=[300, 300])
    0.2

    The official example: books and pupils of five schools.

    >>> pupils, books = [45, 37, 89, 76, 55], [279, 137, 935, 160, 402]
    >>> per_pupil = [b / p for b, p in zip(books, pupils)]
    >>> for convention in CONVENTIONS:
    ...     round(difference_coefficient(per_pupil, pupils, convention=convention), 4)
    0.5153
    0.4888
    0.5465
    """
    return describe(values, pupils, convention=convention).cv


def hoover(values: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    r"""
    Compute Hoover's share: how much of the resource would have to move for all to have the mean.

    Parameters
    ----------
    values : array_like, shape (n_schools,)
        Resource per pupil of each school; zero is a value, negative numbers are refused.
    weights : array_like, shape (n_schools,), optional
        Pupils of each school. Without weights all schools count alike.

    Returns
    -------
    float
        Zero when all schools are equal; always below one.

    Raises
    ------
    MeasureError
        If a value is missing or negative, weights are negative or all zero, or the mean is zero.

    Notes
    -----
    Also called Pietra's or Schutz's index. With weight shares :math:`p_i` and weighted mean :math:`\bar{x}`,

    .. math:: H = \frac{1}{2 \bar{x}} \sum_i p_i \, |x_i - \bar{x}| .

    Examples
    --------
    Of 1 + 2 + 3 units, one has to move from the third school to the first.

    >>> round(hoover([1, 2, 3]) * 6, 12)
    1.0
    """
    share, ratio = shares_and_ratios(values, weights)
    return float(share @ np.abs(ratio - 1) / 2)


def composite(coefficients: npt.ArrayLike) -> float:
    """
    Average difference coefficients into the composite (综合差异系数) of the 2012 rule: their plain mean.

    Parameters
    ----------
    coefficients : array_like, shape (n_indicators,)
        One difference coefficient an indicator, none missing, none negative.

    Returns
    -------
    float
        The composite coefficient.

    Raises
    ------
    MeasureError
        If a coefficient is missing or negative.

    Examples
    --------
    >>> composite([0.25, 0.75])
    0.5
    """
    array = nonnegative(coefficients, "coefficients")
    return mean_of(array, np.ones(array.size))


def _mean_and_sd(values: FloatArray, pupils: FloatArray, convention: str) -> tuple[float, float]:
    """Return mean and standard deviation by convention; the arrays are clean and hold no school without pupils."""
    if convention not in CONVENTIONS:
        raise MeasureError(
            f"The convention must be one of {', '.join(CONVENTIONS)}; got {convention!r}.",
            hint="The national difference coefficient is weighted_population.",
        )
    if convention == "unweighted_sample" and values.size < 2:
        raise MeasureError(
            "A sample standard deviation needs at least two schools with pupils; got one.",
            hint="All schools of a county are observed: use a population convention.",
        )
    weights = pupils if convention == "weighted_population" else np.ones(values.size)
    divisor = weights.sum() - (convention == "unweighted_sample")
    mean = mean_of(values, weights)
    return mean, float(np.sqrt(weights @ (values - mean) ** 2 / divisor))
