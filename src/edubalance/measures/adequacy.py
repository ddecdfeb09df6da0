"""Adequacy: how many schools and pupils stand below a threshold, how far, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edubalance import rounding
from edubalance.errors import MeasureError
from edubalance.measures._arrays import FloatArray, counted, nonnegative, numbers, weights_of


@dataclass(frozen=True)
class Adequacy:
    """
    How a county stands against one threshold.

    Attributes
    ----------
    n : int
        Schools that counted: those with at least one pupil.
    n_below : int
        Schools below the threshold. A school exactly at it is not below.
    school_share : float
        `n_below` as a share of `n`.
    pupil_share : float
        Share of the pupils who go to a school below the threshold.
    mean_shortfall : float
        Relative shortfall averaged over all pupils, those without any counted as 0: FGT with α = 1.
    depth : float
        Relative shortfall averaged over the pupils of schools below; 0 where there are none.
    severity : float
        Squared relative shortfall averaged over all pupils: FGT with α = 2. Deep shortfalls count more.
    missing : float
        Units of the resource needed to lift every school to the threshold.
    """

    n: int
    n_below: int
    school_share: float
    pupil_share: float
    mean_shortfall: float
    depth: float
    severity: float
    missing: float


def share_below(values: npt.ArrayLike, threshold: float, weights: npt.ArrayLike | None = None) -> float:
    """
    Compute the share of schools, or of pupils, below a threshold.

    Parameters
    ----------
    values : array_like, shape (n_schools,)
        Resource per pupil of each school; zero is a value, negative numbers are refused.
    threshold : float
        Positive. A school exactly at it is not below.
    weights : array_like, shape (n_schools,), optional
        Pupils of each school give the share of pupils; without weights it is the share of schools.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    MeasureError
        If a value is missing or negative, the threshold is not positive, or weights are negative or all zero.

    Examples
    --------
    >>> share_below([3.0, 5.0], threshold=5.0), share_below([3.0, 5.0], threshold=5.0, weights=[100, 300])
    (0.5, 0.25)
    """
    return fgt(values, threshold, 0, weights)


def fgt(values: npt.ArrayLike, threshold: float, alpha: float, weights: npt.ArrayLike | None = None) -> float:
    r"""
    Compute the Foster–Greer–Thorbecke measure of shortfall from a threshold.

    Parameters
    ----------
    values : array_like, shape (n_schools,)
        Resource per pupil of each school; zero is a value, negative numbers are refused.
    threshold : float
        Positive. A school exactly at it is not below.
    alpha : float
        Finite and not negative: 0 counts those below, 1 averages their relative shortfalls, 2 the squares.
    weights : array_like, shape (n_schools,), optional
        Pupils of each school. Without weights all schools count alike.

    Returns
    -------
    float
        From 0 (nobody below) to 1 (all have nothing; for `alpha` of 0: all below).

    Raises
    ------
    MeasureError
        If a value is missing or negative, the threshold is not positive, `alpha` is negative or not finite, or
        weights are negative or all zero.

    Notes
    -----
    With weight shares :math:`p_i` and threshold :math:`z`: :math:`\sum_{x_i < z} p_i \, (1 - x_i / z)^\alpha`.

    References
    ----------
    .. [1] Foster, J., Greer, J., Thorbecke, E. (1984). A class of decomposable poverty measures. Econometrica 52(3),
       761–766.

    Examples
    --------
    One school of two lacks half.

    >>> [fgt([2.0, 8.0], threshold=4.0, alpha=alpha) for alpha in (0, 1, 2)]
    [0.5, 0.25, 0.125]
    """
    if not 0 <= alpha < np.inf:
        raise MeasureError(f"alpha must be finite and not negative; got {alpha:g}.", hint="Usual: 0, 1 and 2.")
    array, weight = _schools(values, weights, "weights")
    return _fgt(array, weight, _threshold(threshold), alpha)


def missing_resource(values: npt.ArrayLike, threshold: float, pupils: npt.ArrayLike, *, per: float = 1.0) -> float:
    r"""
    Add up what is missing to lift every school to the threshold, without taking from any other.

    Parameters
    ----------
    values : array_like, shape (n_schools,)
        Resource per `per` pupils of each school; zero is a value, negative numbers are refused.
    threshold : float
        Positive, in the unit of the values.
    pupils : array_like, shape (n_schools,)
        Pupils of each school.
    per : float
        Pupils that a value refers to: 1 for values per pupil, 100 for values per 100 pupils.

    Returns
    -------
    float
        Units of the resource (m², yuan, teachers), not rounded: whole teachers for each school come to more.

    Raises
    ------
    MeasureError
        If a value is missing or negative, the threshold or `per` is not positive, or pupils are negative or all zero.

    Notes
    -----
    With pupils :math:`P_i` and threshold :math:`z`: :math:`\sum_i P_i \max(0, z - x_i) / \text{per}`.

    Examples
    --------
    A school of 300 pupils has 4 teachers per 100 where 5 are needed: 3 teachers are missing.

    >>> missing_resource([4.0, 9.0], threshold=5.0, pupils=[300, 500], per=100)
    3.0
    """
    array, pupil = _schools(values, pupils, "pupils")
    return _missing(array, pupil, _threshold(threshold), per)


def describe(values: npt.ArrayLike, threshold: float, pupils: npt.ArrayLike, *, per: float = 1.0) -> Adequacy:
    """
    Describe how a county stands against one threshold.

    Parameters
    ----------
    values : array_like, shape (n_schools,)
        Resource per `per` pupils of each school; zero is a value, negative numbers are refused.
    threshold : float
        Positive, in the unit of the values. A school exactly at it is not below.
    pupils : array_like, shape (n_schools,)
        Pupils of each school; those without pupils are left out.
    per : float
        Pupils that a value refers to: 1 for values per pupil, 100 for values per 100 pupils.

    Returns
    -------
    Adequacy
        Shares below, depth and severity of the shortfall, and the amount missing.

    Raises
    ------
    MeasureError
        If a value is missing or negative, the threshold or `per` is not positive, or pupils are negative or all zero.

    Examples
    --------
    >>> county = describe([2.0, 4.0, 8.0], threshold=4.0, pupils=[100, 100, 200])
    >>> county.n_below, county.pupil_share, county.depth, county.missing
    (1, 0.25, 0.5, 200.0)
    """
    array, pupil = _schools(values, pupils, "pupils")
    limit = _threshold(threshold)
    below = int((array < rounding.reachable(limit, "<")).sum())
    incidence, shortfall, severity = (_fgt(array, pupil, limit, alpha) for alpha in (0, 1, 2))
    return Adequacy(
        n=array.size,
        n_below=below,
        school_share=below / array.size,
        pupil_share=incidence,
        mean_shortfall=shortfall,
        depth=shortfall / incidence if below else 0.0,
        severity=severity,
        missing=_missing(array, pupil, limit, per),
    )


def _schools(values: npt.ArrayLike, weights: npt.ArrayLike | None, name: str) -> tuple[FloatArray, FloatArray]:
    """Return values and weights of the schools that count."""
    array = nonnegative(values, "values")
    weight, array = counted(weights_of(weights, array.size, name), array)
    return array, weight


def _threshold(threshold: float) -> float:
    """Hand the threshold back, and refuse one that nobody can be below."""
    limit = float(numbers([threshold], "threshold")[0])
    if limit <= 0:
        raise MeasureError(f"The threshold must be positive; got {limit:g}.")
    return limit


def _fgt(array: FloatArray, weight: FloatArray, limit: float, alpha: float) -> float:
    """Average the powers of the relative shortfalls."""
    below = array < rounding.reachable(limit, "<")
    return float(weight[below] @ (1 - array[below] / limit) ** alpha / weight.sum())


def _missing(array: FloatArray, pupils: FloatArray, limit: float, per: float) -> float:
    """Sum the shortfalls of the schools, each times its pupils."""
    if not 0 < per < np.inf:
        raise MeasureError(f"per must be a positive number of pupils; got {per:g}.", hint="Usual: 1 and 100.")
    return float(pupils @ np.maximum(limit - array, 0) / per)
