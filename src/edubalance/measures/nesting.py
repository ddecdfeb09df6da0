"""A country from its counties: Theil's T layer upon layer, pooled coefficients, without looking at a school again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edubalance.errors import MeasureError
from edubalance.measures._arrays import FloatArray, IntArray, same_length


@dataclass(frozen=True)
class Pooled:
    """
    Pupil-weighted measures of wholes.

    Attributes
    ----------
    weight, mean, cv : ndarray of float, shape (g,)
        Pupils, mean and difference coefficient of all schools of each whole; NaN where they are not defined.
    """

    weight: FloatArray
    mean: FloatArray
    cv: FloatArray


def nested_theil(
    weights: npt.ArrayLike,
    means: npt.ArrayLike,
    outer: npt.ArrayLike,
    inside: npt.ArrayLike,
    wholes: npt.ArrayLike | None = None,
) -> FloatArray:
    r"""
    Put the layers of Theil's T of a whole together from those of its parts.

    Parameters
    ----------
    weights : array_like, shape (n,)
        Pupils of each part, such as a county; parts of no pupils count nothing.
    means : array_like, shape (n,)
        Mean of each part, not negative.
    outer : array_like of int, shape (n,)
        What the parts lie in: the number of their province, from 0.
    inside : array_like, shape (n, m)
        Layers of Theil's T inside each part: between its areas, between sections inside them. NaN where a part has
        a mean of zero: nothing is inside it.
    wholes : array_like of int, shape (n,), optional
        Which whole a part belongs to, from 0, such as an indicator in a year; all to one unless given.

    Returns
    -------
    ndarray of float, shape (g, m + 2)
        For each whole: between its outer groups, between parts inside them, then the layers inside the parts. They add
        up to Theil's T of the whole. NaN where its mean is not positive.

    Raises
    ------
    MeasureError
        If lengths differ, or weights or means are negative or missing.

    See Also
    --------
    edubalance.measures.decomposition.decompose : From the schools themselves.

    Notes
    -----
    With resource shares :math:`s_i = w_i \bar{x}_i / (W \bar{x})`,

    .. math::

        T = \sum_g s_g \ln \frac{\bar{x}_g}{\bar{x}} + \sum_i s_i \ln \frac{\bar{x}_i}{\bar{x}_{g(i)}}
        + \sum_i s_i T_i .

    References
    ----------
    .. [1] Theil, H. (1967). Economics and Information Theory. Amsterdam: North-Holland.
    .. [2] Akita, T. (2003). Decomposing regional income inequality in China and Indonesia using two-stage nested
       Theil decomposition method. The Annals of Regional Science 37(1), 55–77.

    Examples
    --------
    Two provinces with one county each, of means 1 and 3, equal inside: all lies between provinces.

    >>> nested_theil([10, 10], [1.0, 3.0], [0, 1], [[0.0], [0.0]]).round(4)
    array([[0.1308, 0.    , 0.    ]])
    """
    weight, mean, layers = (np.asarray(each, dtype=np.float64) for each in (weights, means, inside))
    group = np.asarray(outer, dtype=np.int64)
    whole, count = _wholes(wholes, weight.size)
    for name, column in (("means", mean), ("outer", group), ("inside", layers)):
        same_length(weight.size, column.shape[0], "weights", name)
    kept = _counted(weight, mean)
    weight, mean, layers, group, whole = weight[kept], mean[kept], layers[kept], group[kept], whole[kept]
    group = np.unique(whole * (group.max(initial=0) + 1) + group, return_inverse=True)[1]
    resource = weight * mean
    total = np.bincount(whole, resource, count)
    defined = np.where(total > 0, total, np.nan)
    share = resource / defined[whole]
    overall = (defined / np.bincount(whole, weight, count).clip(min=np.finfo(float).tiny))[whole]
    middle = (np.bincount(group, resource) / np.bincount(group, weight))[group]
    terms = [_logs(middle, overall), _logs(mean, middle), *np.where(share[:, np.newaxis] > 0, layers, 0.0).T]
    found: FloatArray = np.column_stack([np.bincount(whole, share * term, count) for term in terms]).astype(np.float64)
    found[np.isnan(defined)] = np.nan
    return found


def pooled_coefficients(
    weights: npt.ArrayLike, means: npt.ArrayLike, deviations: npt.ArrayLike, wholes: npt.ArrayLike | None = None
) -> Pooled:
    r"""
    Compute the difference coefficient of all schools of a whole from the means and deviations of its parts.

    Parameters
    ----------
    weights, means, deviations : array_like, shape (n,)
        Pupils, pupil-weighted mean and population standard deviation of each part; parts of no pupils count nothing.
    wholes : array_like of int, shape (n,), optional
        Which whole a part belongs to, from 0; all to one unless given.

    Returns
    -------
    Pooled
        Of each whole.

    Raises
    ------
    MeasureError
        If lengths differ, or weights or means are negative or missing.

    Notes
    -----
    .. math:: CV = \frac{1}{\bar{x}} \sqrt{\frac{1}{W} \sum_i w_i \left( s_i^2 + (\bar{x}_i - \bar{x})^2 \right)} .

    Examples
    --------
    Two counties without spread, of means 4 and 6: (6 - 4) / (6 + 4).

    >>> pooled_coefficients([300, 300], [4.0, 6.0], [0.0, 0.0]).cv
    array([0.2])
    """
    weight, mean, sd = (np.asarray(each, dtype=np.float64) for each in (weights, means, deviations))
    whole, count = _wholes(wholes, weight.size)
    for name, column in (("means", mean), ("deviations", sd)):
        same_length(weight.size, column.size, "weights", name)
    kept = _counted(weight, mean)
    weight, mean, sd, whole = weight[kept], mean[kept], sd[kept], whole[kept]
    sums = np.bincount(whole, weight, count)
    divisor = np.where(sums > 0, sums, np.nan)
    overall = np.bincount(whole, weight * mean, count) / divisor
    variance = np.bincount(whole, weight * (sd**2 + (mean - overall[whole]) ** 2), count) / divisor
    return Pooled(sums.astype(np.float64), overall, np.sqrt(variance) / np.where(overall > 0, overall, np.nan))


def _wholes(wholes: npt.ArrayLike | None, size: int) -> tuple[IntArray, int]:
    """Number the whole of each part, and count the wholes."""
    whole = np.zeros(size, dtype=np.intp) if wholes is None else np.asarray(wholes, dtype=np.intp)
    same_length(size, whole.size, "weights", "wholes")
    return whole, int(whole.max(initial=0)) + 1


def _counted(weight: FloatArray, mean: FloatArray) -> npt.NDArray[np.bool_]:
    """Tell which parts have pupils, and refuse amounts that cannot be."""
    kept = weight > 0
    if (weight < 0).any() or np.isnan(weight).any() or not (mean[kept] >= 0).all():
        raise MeasureError("Weights and means must be there and not negative.", hint="Leave out parts without a value.")
    return kept


def _logs(above: FloatArray, below: FloatArray) -> FloatArray:
    """Take the logarithm of ratios; where nothing is there, it counts nothing."""
    ratio = np.divide(above, below, out=np.ones_like(above), where=above > 0)
    return np.asarray(np.log(ratio))
