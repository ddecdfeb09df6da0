"""Log-rank test: whether the people of several groups leave alike."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc

from edubalance.errors import MeasureError
from edubalance.measures._arrays import FloatArray, codes_of, labels_of
from edubalance.measures._spells import at_risk_at, entries_of, spells_of

__all__ = ["LogRank", "logrank"]


@dataclass(frozen=True)
class LogRank:
    """
    Test of whether the people of several groups leave alike.

    Attributes
    ----------
    statistic : float
        Chi-square.
    degrees : int
        Its degrees of freedom: one less than there are groups.
    p : float
        Probability of so large a statistic where all groups leave alike.
    groups : tuple of hashable
        Labels, in order of first appearance.
    observed, expected : ndarray of float, shape (g,)
        People of each group who left; who would have left, had all groups left alike.
    """

    statistic: float
    degrees: int
    p: float
    groups: tuple[Hashable, ...]
    observed: FloatArray
    expected: FloatArray


def logrank(
    durations: npt.ArrayLike,
    observed: npt.ArrayLike,
    groups: Sequence[Hashable] | npt.NDArray[Any],
    *,
    entries: npt.ArrayLike | None = None,
) -> LogRank:
    r"""
    Test whether the people of several groups leave alike, by the log-rank test.

    Parameters
    ----------
    durations : array_like, shape (n,)
        How long each person was seen, from their own beginning.
    observed : array_like, shape (n,)
        True or 1 where the person left then, false or 0 where they were still there.
    groups : sequence of hashable, shape (n,)
        Group of each person, such as urban and rural; two groups at least.
    entries : array_like, shape (n,), optional
        How long each person had been there already when first seen; as in `kaplan_meier`.

    Returns
    -------
    LogRank
        Statistic, p-value, observed and expected leavers of each group.

    Raises
    ------
    MeasureError
        As `kaplan_meier`; and if there is one group only, a label is missing, nobody left, or a group had nobody left
        to compare whenever somebody left.

    Notes
    -----
    At each time at which somebody left, the d leavers are shared out to groups as the n people at risk are,
    :math:`e_g = d n_g / n`. With the differences Z of observed and expected leavers, summed over times, of all groups
    but one, and their covariance V,

    .. math:: \chi^2 = Z' V^{-1} Z, \qquad
       V_{gh} = \sum_t d \, \frac{n_g}{n} \left([g = h] - \frac{n_h}{n}\right) \frac{n - d}{n - 1}.

    The test sees best a difference in the rate of leaving that is alike at all times; where curves cross it may see
    nothing. It compares whole careers as they were: it does not allow for age or subject.

    References
    ----------
    .. [1] Mantel, N. (1966). Evaluation of survival data and two new rank order statistics arising in its
       consideration. Cancer Chemotherapy Reports 50, 163-170.

    Examples
    --------
    Of two teachers in each place one of the town leaves, then one of the village. Half a leaver is expected of each
    at first; then of the town's one and the village's two a third and two thirds.

    >>> found = logrank([1, 3, 2, 3], [1, 0, 1, 0], ["town", "town", "village", "village"])
    >>> found.observed.tolist(), (6 * found.expected).round(9).tolist()
    ([1.0, 1.0], [5.0, 7.0])
    """
    lengths, left = spells_of(durations, observed)
    labels, codes = codes_of(labels_of(groups, lengths.size))
    if len(labels) < 2:
        raise MeasureError(f"There must be two groups at least to compare; got {labels[0]!r} only.")
    if not left.any():
        raise MeasureError("Somebody must have left to compare groups; all are still there.")
    times, starts = np.unique(lengths[left]), entries_of(entries, lengths)
    parts = [codes == group for group in range(len(labels))]
    at_risk = np.column_stack([at_risk_at(starts[part], lengths[part], times) for part in parts])
    leaving = np.zeros(at_risk.shape)
    np.add.at(leaving, (np.searchsorted(times, lengths[left]), codes[left]), 1)
    return _compared(tuple(labels), at_risk.astype(np.float64), leaving)


def _compared(groups: tuple[Hashable, ...], at_risk: FloatArray, leaving: FloatArray) -> LogRank:
    """Compare observed and expected leavers, given by time (row) and group (column)."""
    total, gone = at_risk.sum(axis=1), leaving.sum(axis=1)
    share = at_risk / total[:, None]
    expected = (share * gone[:, None]).sum(axis=0)
    spread = gone * (total - gone) / np.maximum(total - 1, 1)
    covariance = np.diag(spread @ share) - (share * spread[:, None]).T @ share
    degrees = len(groups) - 1
    if np.linalg.matrix_rank(covariance[:-1, :-1]) < degrees:
        raise MeasureError(
            "Whenever somebody left, some of every group must have been there to compare, and some must have stayed.",
            hint="Leave out groups that were not followed long enough, or put small groups together.",
        )
    difference = leaving.sum(axis=0) - expected
    statistic = float(difference[:-1] @ np.linalg.solve(covariance[:-1, :-1], difference[:-1]))
    return LogRank(statistic, degrees, float(chdtrc(degrees, statistic)), groups, leaving.sum(axis=0), expected)
