"""Saturation: how many themes so many interviews bring up, and whether more interviews would bring new ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

from edubalance.errors import MeasureError
from edubalance.measures._arrays import BoolArray, FloatArray, IntArray


@dataclass(frozen=True)
class Saturation:
    """
    Themes brought up by the first interviews, in the order given and in any order.

    Attributes
    ----------
    themes : ndarray of int, shape (n,)
        Different themes in the first 1, 2, … interviews as they stand.
    expected : ndarray of float, shape (n,)
        Mean over all orders of the interviews.
    low, high : ndarray of float, shape (n,)
        Bounds that the given share of random orders lies between; NaN without a source of randomness.
    once, twice : int
        Themes that one interview alone brings up, and two.
    """

    themes: IntArray
    expected: FloatArray
    low: FloatArray
    high: FloatArray
    once: int
    twice: int


def saturation(
    incidence: npt.ArrayLike,
    *,
    rng: np.random.Generator | None = None,
    replicates: int = 999,
    coverage: float = 0.95,
) -> Saturation:
    r"""
    Count the different themes in the first interviews, and compare with other orders of the same interviews.

    A curve that has been flat for long says that more interviews of this kind would hardly bring a new theme. In one
    order it may be flat by chance: the mean and the band show what the order has to do with it.

    Parameters
    ----------
    incidence : array_like of bool, shape (n, t)
        Whether each interview brings each theme up; one row an interview, in the order in which they were held.
    rng : numpy.random.Generator, optional
        Source of random orders for the band.
    replicates : int
        Number of random orders.
    coverage : float
        Share of the orders that lie inside the band, between 0 and 1.

    Returns
    -------
    Saturation
        The curve, its mean over all orders, the band, and how many themes came up once and twice.

    Raises
    ------
    MeasureError
        If there is no interview or no theme, entries are not true or false, or the coverage is out of range.

    Notes
    -----
    A theme that :math:`n_j` of n interviews bring up is missing from k interviews drawn without replacement with
    probability :math:`\binom{n - n_j}{k} / \binom{n}{k}`, so that the mean over all orders is

    .. math:: S(k) = \sum_j \left[1 - \binom{n - n_j}{k} \Big/ \binom{n}{k}\right].

    The band is of orders of these interviews: it does not say what others would have told.

    References
    ----------
    .. [1] Gotelli, N. J. and Colwell, R. K. (2001). Quantifying biodiversity: procedures and pitfalls in the
       measurement and comparison of species richness. Ecology Letters 4, 379-391.
    .. [2] Guest, G., Bunce, A. and Johnson, L. (2006). How many interviews are enough? Field Methods 18, 59-82.

    Examples
    --------
    Two interviews, the first with both themes, the second with one: both orders end at 2, and begin at 2 and 1.

    >>> found = saturation([[True, True], [True, False]])
    >>> found.themes.tolist(), found.expected.tolist(), found.once
    ([2, 2], [1.5, 2.0], 1)
    """
    table = _incidence(incidence)
    if not 0 < coverage < 1:
        raise MeasureError(f"The coverage must lie between 0 and 1; got {coverage:g}.", hint="Use 0.95 for 95 percent.")
    interviews = table.sum(axis=0)
    low, high = np.full((2, len(table)), np.nan)
    if rng is not None:
        orders = np.array([rng.permutation(len(table)) for _ in range(replicates)])
        drawn = np.array([_accumulated(table[order]) for order in orders])
        low, high = np.quantile(drawn, [(1 - coverage) / 2, (1 + coverage) / 2], axis=0, method="inverted_cdf")
    return Saturation(
        _accumulated(table),
        _expected(interviews, len(table)),
        np.asarray(low, dtype=np.float64),
        np.asarray(high, dtype=np.float64),
        int((interviews == 1).sum()),
        int((interviews == 2).sum()),
    )


def _accumulated(table: BoolArray) -> IntArray:
    """Count the different themes of the first interviews."""
    return np.asarray(np.logical_or.accumulate(table, axis=0).sum(axis=1), dtype=np.intp)


def _expected(interviews: IntArray, count: int) -> FloatArray:
    """Average the number of different themes over all orders, from how many interviews bring each up."""
    drawn = np.arange(1, count + 1)[:, np.newaxis]
    absent = count - interviews[np.newaxis, :]
    # Where fewer interviews are without the theme than are drawn, it cannot be missed.
    possible = absent >= drawn
    held = np.where(possible, absent, drawn)
    logarithm = gammaln(held + 1) - gammaln(held - drawn + 1) - gammaln(count + 1) + gammaln(count - drawn + 1)
    missed = np.where(possible, np.exp(logarithm), 0.0)
    return np.asarray(np.round((1 - missed).sum(axis=1), 12), dtype=np.float64)


def _incidence(incidence: npt.ArrayLike) -> BoolArray:
    """Turn what interviews bring up into a table of true and false."""
    table = np.asarray(incidence)
    if table.ndim != 2 or 0 in table.shape or table.dtype != np.bool_:
        raise MeasureError(
            f"incidence must be a table of true and false, interviews × themes; got {table.dtype} of {table.shape}.",
            hint="Compare first: counts > 0.",
        )
    return np.asarray(table, dtype=np.bool_)
