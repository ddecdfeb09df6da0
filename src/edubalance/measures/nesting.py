"""Theil's T of a country from that of its counties: layer upon layer, without looking at a school again."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from edubalance.errors import MeasureError
from edubalance.measures._arrays import FloatArray, same_length


def nested_theil(
    weights: npt.ArrayLike, means: npt.ArrayLike, outer: npt.ArrayLike, inside: npt.ArrayLike
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

    Returns
    -------
    ndarray of float, shape (m + 2,)
        Between the outer groups, between parts inside them, then the layers inside the parts. They add up to Theil's T
        of the whole. NaN where the overall mean is not positive.

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
    array([0.1308, 0.    , 0.    ])
    """
    weight, mean, layers = (np.asarray(each, dtype=np.float64) for each in (weights, means, inside))
    group = np.asarray(outer, dtype=np.int64)
    for name, column in (("means", mean), ("outer", group), ("inside", layers)):
        same_length(weight.size, column.shape[0], "weights", name)
    kept = weight > 0
    if (weight < 0).any() or np.isnan(weight).any() or not (mean[kept] >= 0).all():
        raise MeasureError("Weights and means must be there and not negative.", hint="Leave out parts without a value.")
    weight, mean, layers, group = weight[kept], mean[kept], layers[kept], group[kept]
    resource = weight * mean
    whole, total = weight.sum(), resource.sum()
    if not total > 0:
        return np.full(layers.shape[1] + 2, np.nan)
    share = resource / total
    group_mean = np.bincount(group, resource) / np.maximum(np.bincount(group, weight), np.finfo(float).tiny)
    outer_terms = _logs(group_mean[group], total / whole)
    inner_terms = _logs(mean, group_mean[group])
    parts = np.where(share[:, np.newaxis] > 0, layers, 0.0)
    return np.concatenate(([share @ outer_terms, share @ inner_terms], share @ parts))


def _logs(above: FloatArray, below: FloatArray | float) -> FloatArray:
    """Take the logarithm of ratios; where nothing is there, it counts nothing."""
    ratio = np.divide(above, below, out=np.ones_like(above), where=above > 0)
    return np.asarray(np.log(ratio))
