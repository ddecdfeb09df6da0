"""Exact decomposition of inequality by groups, over one or several nested layers."""

from __future__ import annotations

import itertools
import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from edubalance.errors import MeasureError
from edubalance.measures._arrays import (
    FloatArray,
    IntArray,
    codes_of,
    counted,
    labels_of,
    mean_of,
    positive,
    sum_by,
)
from edubalance.measures._divergence import checked, divergence

INDICES = {"theil_t": 1.0, "theil_l": 0.0, "half_squared_cv": 2.0}
Labels = Sequence[Hashable] | npt.NDArray[np.generic]


@dataclass(frozen=True)
class GroupPart:
    """
    What one group adds to inequality.

    Attributes
    ----------
    share : float
        The group's share of the weights (pupils).
    mean : float
        Its weighted mean, in the unit of the values.
    index : float
        The index inside the group; NaN where the group has nothing of the resource.
    contribution : float
        Its part of `Decomposition.within`; the contributions add up to it.
    """

    share: float
    mean: float
    index: float
    contribution: float


@dataclass(frozen=True)
class Decomposition:
    """
    Inequality taken apart by groups.

    Attributes
    ----------
    total : float
        The index over all schools.
    between : float
        The part between the (outermost) groups: what would remain if every school had its group's mean.
    within : float
        The part inside them; `between` and `within` add up to `total`.
    by_group : dict of label to GroupPart
        The (outermost) groups, in order of first appearance.
    layers : tuple of float
        Between outermost groups, between the next groups inside them, …, inside the innermost groups: one more than
        there are layers of labels. They add up to `total`.
    """

    total: float
    between: float
    within: float
    by_group: dict[Hashable, GroupPart]
    layers: tuple[float, ...]


def decompose(
    values: npt.ArrayLike,
    groups: Sequence[Hashable] | Sequence[Sequence[Hashable]] | npt.NDArray[np.generic],
    weights: npt.ArrayLike | None = None,
    index: str = "theil_t",
) -> Decomposition:
    r"""
    Split inequality exactly into a part between groups and a part inside them, over one or several nested layers.

    Parameters
    ----------
    values : array_like, shape (n_schools,)
        Resource per pupil of each school; zeros as the index allows them.
    groups : sequence of labels, or sequence of such sequences
        One label a school; or several layers of labels, the outermost first (area, township). Every inner group must
        lie in one outer group.
    weights : array_like, shape (n_schools,), optional
        Pupils of each school. Without weights all schools count alike.
    index : str
        ``theil_t``, ``theil_l`` or ``half_squared_cv``.

    Returns
    -------
    Decomposition
        The total, its parts between and within, each group's contribution and the part of each layer.

    Raises
    ------
    MeasureError
        If labels are missing or not nested, the index is unknown, or the index is not defined for the values.

    Notes
    -----
    With a group's weight share :math:`p_g`, ratio of its mean to the overall mean :math:`r_g` and index inside it
    :math:`GE_g`,

    .. math:: GE(\alpha) = GE_\text{between}(\alpha) + \sum_g p_g \, r_g^\alpha \, GE_g(\alpha) .

    References
    ----------
    .. [1] Shorrocks, A. F. (1980). The class of additively decomposable inequality measures. Econometrica 48(3),
       613–625.

    Examples
    --------
    Equal inside both groups: everything lies between them.

    >>> parts = decompose([10, 10, 20, 20], ["rural", "rural", "urban", "urban"])
    >>> round(parts.total, 6), round(parts.between, 6), round(parts.within, 6)
    (0.056633, 0.056633, 0.0)
    >>> parts.by_group["urban"].share, parts.by_group["urban"].mean
    (0.5, 20.0)
    """
    if index not in INDICES:
        raise MeasureError(f"The index must be one of {', '.join(INDICES)}; got {index!r}.")
    alpha = INDICES[index]
    weight, array = checked(values, weights, alpha)
    layers = [_labels_counted(layer, weight, place) for place, layer in enumerate(_layers_of(groups), start=1)]
    _refuse_unnested(layers)
    weight, array = counted(weight, array)
    overall = positive(mean_of(array, weight))
    codes = [codes_of(layer)[1] for layer in layers]
    chain = [np.full(array.size, overall), *(_group_means(array, weight, code)[code] for code in codes), array]
    share = weight / weight.sum()
    terms = [
        share * (parent / overall) ** alpha * _divergence_from(parent, child, alpha)
        for parent, child in itertools.pairwise(chain)
    ]
    parts = tuple(float(term.sum()) for term in terms)
    total = float(share @ divergence(array / overall, alpha))
    by_group = _by_group(layers[0], array, weight, sum(terms[2:], start=terms[1]), alpha)
    return Decomposition(total, parts[0], math.fsum(parts[1:]), by_group, parts)


def _by_group(
    labels: list[Hashable], array: FloatArray, weight: FloatArray, inside: FloatArray, alpha: float
) -> dict[Hashable, GroupPart]:
    """Sum what the schools add inside each group, and turn it back into the index of the group alone."""
    names, code = codes_of(labels)
    held, means = sum_by(code, weight), _group_means(array, weight, code)
    share, ratio = held / weight.sum(), means / mean_of(array, weight)
    contribution = sum_by(code, inside)
    index = np.full(len(names), np.nan)
    np.divide(contribution, share * ratio**alpha, out=index, where=ratio > 0)
    rows = zip(names, share.tolist(), means.tolist(), index.tolist(), contribution.tolist(), strict=True)
    return {name: GroupPart(*parts) for name, *parts in rows}


def _group_means(array: FloatArray, weight: FloatArray, code: IntArray) -> FloatArray:
    """Average each group with weights."""
    means: FloatArray = sum_by(code, weight * array) / sum_by(code, weight)
    return means


def _divergence_from(parent: FloatArray, child: FloatArray, alpha: float) -> FloatArray:
    """Compare each mean with the one above it; below a mean of zero there is nothing but zeros, all equal."""
    return divergence(np.divide(child, parent, out=np.ones_like(child), where=parent > 0), alpha)


def _layers_of(groups: Any) -> list[Labels]:
    """Tell one column of labels from a sequence of such columns."""
    several = len(groups) > 0 and all(hasattr(entry, "__len__") and not isinstance(entry, str) for entry in groups)
    return list(groups) if several else [groups]


def _labels_counted(layer: Labels, weight: FloatArray, place: int) -> list[Hashable]:
    """Return the labels of the schools that count."""
    labels = labels_of(layer, weight.size, f"groups of layer {place}")
    return [label for label, count in zip(labels, weight, strict=True) if count > 0]


def _refuse_unnested(layers: list[list[Hashable]]) -> None:
    """Refuse an inner group that lies in two outer groups."""
    for depth, (outer, inner) in enumerate(itertools.pairwise(layers), start=1):
        home: dict[Hashable, Hashable] = {}
        for whole, part in zip(outer, inner, strict=True):
            if home.setdefault(part, whole) != whole:
                raise MeasureError(
                    f"Layers of groups must be nested; {part!r} of layer {depth + 1} lies both in {home[part]!r} and "
                    f"in {whole!r} of layer {depth}.",
                    hint="Make inner labels unique to their outer group, or decompose by one layer at a time.",
                )
