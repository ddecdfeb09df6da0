"""What the grouped measures return."""

from __future__ import annotations

from dataclasses import dataclass

from edubalance.measures._arrays import FloatArray, IntArray


@dataclass(frozen=True)
class DifferenceCoefficients:
    """
    Difference coefficients of g groups and k indicators.

    Attributes
    ----------
    mean, sd, cv : ndarray of float, shape (g, k)
        Mean, standard deviation, and the second over the first. NaN where they are not defined.
    n : ndarray of int, shape (g, k)
        Schools counted.
    n_missing : ndarray of int, shape (g, k)
        Schools left out, for want of a value or of pupils.
    convention : str
        How schools are weighed and what is divided by.
    """

    mean: FloatArray
    sd: FloatArray
    cv: FloatArray
    n: IntArray
    n_missing: IntArray
    convention: str


@dataclass(frozen=True)
class TheilDecompositions:
    """
    Theil's T of g groups and k indicators, split by inner groups.

    Attributes
    ----------
    total, between, within : ndarray of float, shape (g, k)
        Inequality of all schools; between the inner groups; inside them. The first is the sum of the others.
    """

    total: FloatArray
    between: FloatArray
    within: FloatArray


@dataclass(frozen=True)
class Inequalities:
    """
    All measures of g groups and k indicators.

    Attributes
    ----------
    coefficients : DifferenceCoefficients
        Means, standard deviations, difference coefficients, schools counted and left out.
    gini : ndarray of float, shape (g, k)
        Gini coefficients.
    theil : TheilDecompositions
        Theil's T, in all, between and within the inner groups.
    """

    coefficients: DifferenceCoefficients
    gini: FloatArray
    theil: TheilDecompositions
