"""Variance of means and of their difference where rows come in clusters: CR2, with Satterthwaite's freedom."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from edubalance.measures._arrays import BoolArray, FloatArray, IntArray

_ROUNDING = 1e-12


@dataclass(frozen=True)
class _Block:
    """The rows of one group: their shares of its mean, how far they lie from it, and their clusters."""

    share: FloatArray
    residual: FloatArray
    cluster: IntArray


def clustered_error(
    values: FloatArray, weights: FloatArray, clusters: IntArray, groups: tuple[BoolArray, ...]
) -> tuple[float, float]:
    r"""
    Compute the standard error of a mean, or of the difference of two, and its degrees of freedom.

    Parameters
    ----------
    values, weights : ndarray of float, shape (n,)
        Values, and positive weights.
    clusters : ndarray of int, shape (n,)
        Numbers of the clusters, from 0.
    groups : tuple of ndarray of bool
        The rows of the one mean, or of both.

    Returns
    -------
    tuple of float
        Standard error and degrees of freedom.

    Notes
    -----
    With the shares :math:`p_i = w_i / \sum w` of the rows of a group in its mean, the residuals of cluster c are
    :math:`(I - H)_c y`, and the variance is :math:`\sum_c (p_c' A_c e_c)^2` with :math:`A_c = B_c^{-1/2}`,

    .. math:: B_c = (I - H)_c (I - H)_c' = I - 1 p_c' - p_c 1' + 1 1' \sum_i p_i^2 .

    It is unbiased where rows are independent and equally variable. With :math:`g_c = (I - H)_c' A_c p_c` the degrees of
    freedom are :math:`(\sum_c g_c' g_c)^2 / \sum_{c,d} (g_c' g_d)^2`. Two groups add their parts cluster by cluster.

    References
    ----------
    .. [1] Bell, R. M. and McCaffrey, D. F. (2002). Bias reduction in standard errors for linear regression with
       multi-stage samples. Survey Methodology 28(2), 169-181.
    .. [2] Pustejovsky, J. E. and Tipton, E. (2018). Small-sample methods for cluster-robust variance estimation and
       hypothesis testing in fixed effects models. Journal of Business & Economic Statistics 36(4), 672-683.

    Examples
    --------
    Four rows, each a cluster: the textbook's standard error of a mean with three degrees of freedom.

    >>> all_rows = (np.ones(4, dtype=bool),)
    >>> error, freedom = clustered_error(np.array([1.0, 2, 3, 6]), np.ones(4), np.arange(4), all_rows)
    >>> round(4 * error**2 * 3, 9), round(freedom, 9)
    (14.0, 3.0)
    """
    many = int(clusters.max()) + 1
    totals, products = np.zeros(many), np.zeros((many, many))
    for place, rows in enumerate(groups):
        share = weights[rows] / weights[rows].sum()
        block = _Block(share, values[rows] - share @ values[rows], clusters[rows])
        found, between = _adjusted(block, many)
        totals += found if place == 0 else -found
        products += between
    trace, squares = float(np.trace(products)), float((products**2).sum())
    return math.sqrt(float(totals @ totals)), trace**2 / squares if squares > 0 else 0.0


def _adjusted(block: _Block, many: int) -> tuple[FloatArray, FloatArray]:
    """Return the adjusted total of every cluster of a group, and the products of their rows (I - H)' A p."""
    square = float(block.share @ block.share)
    totals, own, sums, with_shares = (np.zeros(many) for _ in range(4))
    order = np.argsort(block.cluster, kind="stable")
    starts = np.flatnonzero(np.diff(block.cluster[order], prepend=-1))
    for rows in np.split(order, starts[1:]):
        cluster, share = int(block.cluster[rows[0]]), block.share[rows]
        loading = _times_root(share, square)
        totals[cluster] = loading @ block.residual[rows]
        own[cluster], sums[cluster], with_shares[cluster] = loading @ loading, loading.sum(), loading @ share
    crossed = np.outer(sums, with_shares)
    return totals, np.diag(own) - crossed - crossed.T + square * np.outer(sums, sums)


def _times_root(share: FloatArray, square: float) -> FloatArray:
    """Multiply a cluster's shares by the inverse root of I - 1p' - p1' + s11', not I in two directions only."""
    if share[0] == share[-1] and np.ptp(share) == 0:
        # Equal shares: the one direction is 1.
        amount = 1 - 2 * float(share.sum()) + square * share.size
        return share / math.sqrt(amount) if amount > _ROUNDING else np.zeros_like(share)
    directions, corner = np.linalg.qr(np.column_stack([np.ones_like(share), share]))
    inside = np.eye(len(corner)) + corner @ np.array([[square, -1.0], [-1.0, 0.0]]) @ corner.T
    amounts, turned = np.linalg.eigh(inside)
    # A cluster that is all of its group has no residual: its direction is left out, as a pseudo-inverse does.
    root = np.where(amounts > _ROUNDING, 1 / np.sqrt(np.maximum(amounts, _ROUNDING)), 0.0)
    within = directions.T @ share
    return np.asarray(share + directions @ (turned @ (root * (turned.T @ within)) - within))
