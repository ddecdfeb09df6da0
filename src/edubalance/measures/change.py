"""Why inequality changed: pupils moved between groups, groups moved apart, or schools inside groups did."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import numpy as np
import numpy.typing as npt

from edubalance.errors import MeasureError
from edubalance.measures._arrays import FloatArray, positive
from edubalance.measures._divergence import divergence
from edubalance.measures.decomposition import INDICES, GroupPart, decompose

Labels = Sequence[Hashable] | npt.NDArray[np.generic]


@dataclass(frozen=True)
class Change:
    """
    A change of inequality and its three parts.

    Attributes
    ----------
    before, after : float
        The index at both ends.
    composition : float
        What the groups' shares of pupils changed.
    between : float
        What the groups' means changed.
    within : float
        What the inequality inside groups changed. The three parts add up to `after` less `before`.
    """

    before: float
    after: float
    composition: float
    between: float
    within: float


def split_change(
    before: tuple[npt.ArrayLike, Labels, npt.ArrayLike],
    after: tuple[npt.ArrayLike, Labels, npt.ArrayLike],
    index: str = "theil_t",
) -> Change:
    r"""
    Split a change of inequality into composition, between and within, without a rest.

    Parameters
    ----------
    before, after : tuple of three array_like, each of shape (n,)
        Values (resource per pupil), groups (a label a school) and weights (pupils). The schools need not be the same.
    index : str
        ``theil_t``, ``theil_l`` or ``half_squared_cv``.

    Returns
    -------
    Change
        The three parts. They describe: a part says what the index would have done had only this changed, not why
        pupils or resources moved.

    Raises
    ------
    MeasureError
        As `edubalance.measures.decomposition.decompose`.

    See Also
    --------
    edubalance.measures.decomposition.decompose : The parts at one time.

    Notes
    -----
    The index is a function of the groups' pupil shares :math:`p_g`, means and inside indices:

    .. math:: GE(\alpha) = \sum_g p_g \, d_\alpha(r_g) + \sum_g p_g \, r_g^\alpha \, GE_g(\alpha) ,

    with :math:`r_g` the mean over the overall mean. Each of the three is moved from its first to its last state, in
    all six orders; a part is the average of what its step does (Shapley's value), so that no order is preferred and
    nothing is left over. For Theil's L the part within is the first term of Mookherjee and Shorrocks,
    :math:`\sum_g \tfrac12 (p_{g0} + p_{g1}) \Delta L_g`, exactly; their other terms are approximations of the other
    two. A group that is there at one end only has no pupils at the other; its mean and inside index are taken to be
    the same at both ends, so that its coming or going is composition. The same holds for the inside index of a group
    that has nothing of the resource at one end.

    References
    ----------
    .. [1] Mookherjee, D. and Shorrocks, A. (1982). A decomposition analysis of the trend in UK income inequality.
       Economic Journal 92, 886-902.
    .. [2] Shorrocks, A. F. (2013). Decomposition procedures for distributional analysis: a unified framework based on
       the Shapley value. Journal of Economic Inequality 11, 99-126.

    Examples
    --------
    Equal inside, means as before: only the shares of pupils move, from one in two to one in four.

    >>> found = split_change(([10, 20], ["rural", "urban"], [1, 1]), ([10, 20], ["rural", "urban"], [1, 3]))
    >>> round(found.composition - (found.after - found.before), 12), found.between, found.within
    (0.0, 0.0, 0.0)
    """
    if index not in INDICES:
        raise MeasureError(f"The index must be one of {', '.join(INDICES)}; got {index!r}.")
    ends = [decompose(*end[:2], end[2], index).by_group for end in (before, after)]
    states = _states(ends)
    alpha = INDICES[index]

    def value(*at: int) -> float:
        share, mean, inside = (states[at[part]][part] for part in range(3))
        return _index(share, mean, inside, alpha)

    parts = np.zeros(3)
    for order in permutations(range(3)):
        at = [0, 0, 0]
        for part in order:
            start = value(*at)
            at[part] = 1
            parts[part] += (value(*at) - start) / 6
    composition, between, within = parts.tolist()
    return Change(value(0, 0, 0), value(1, 1, 1), composition, between, within)


def _states(ends: list[dict[Hashable, GroupPart]]) -> list[tuple[FloatArray, FloatArray, FloatArray]]:
    """Lay shares, means and inside indices of all groups out at both ends; borrow what one end does not have."""
    names = list(dict.fromkeys([*ends[0], *ends[1]]))
    tables: list[Any] = []
    for end in ends:
        rows = [(end[name].share, end[name].mean, end[name].index) if name in end else (0.0,) * 3 for name in names]
        tables.append(np.array(rows, dtype=np.float64))
    there = np.array([[name in end for name in names] for end in ends])
    for here, other in ((0, 1), (1, 0)):
        tables[here][~there[here], 1:] = tables[other][~there[here], 1:]
    for here, other in ((0, 1), (1, 0)):
        unknown = np.isnan(tables[here][:, 2])
        tables[here][unknown, 2] = np.nan_to_num(tables[other][unknown, 2])
    return [(table[:, 0], table[:, 1], table[:, 2]) for table in tables]


def _index(share: FloatArray, mean: FloatArray, inside: FloatArray, alpha: float) -> float:
    """Compute the index from what the groups are."""
    counted = share > 0
    share, inside = share[counted], inside[counted]
    ratio = mean[counted] / positive(float(share @ mean[counted]))
    return float(share @ divergence(ratio, alpha) + share @ (ratio**alpha * inside))
