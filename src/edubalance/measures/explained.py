"""How much of the spread between schools goes with what is known of them: shares of explained variance."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from edubalance.errors import MeasureError
from edubalance.measures._arrays import FloatArray, IntArray, codes_of, labels_of, numbers, same_length, weights_of
from edubalance.measures._intervals import check_level
from edubalance.measures._left_out import JACKKNIFE, LEFT_OUT

SPLITS = ("fields", "shapley")
REST = "rest"
# Of fewer schools the interval holds too rarely (docs/coverage.md).
LEAST_SCHOOLS = 12
_NEARLY_ONE = 1 - 1e-15
_MOST_FACTORS = 8  # Shapley's value looks at every subset of them.


@dataclass(frozen=True)
class Share:
    """
    Share of the variance that goes with one factor.

    Attributes
    ----------
    share : float
        Of 1. By Fields' rule it may be negative.
    by_chance : float
        What it would be on average if nothing went with any factor: more columns raise it. Of the rest, less than 1.
    low, high : float
        Jackknife bounds of the share that the process has; the lower one is corrected for chance. Of fewer than twelve
        schools the least and the largest share without any one school.
    method : str
        ``jackknife``, or ``leave-one-out`` where there are too few schools for an interval.
    """

    share: float
    by_chance: float
    low: float
    high: float
    method: str


def explained_shares(
    values: npt.ArrayLike,
    factors: Mapping[str, npt.ArrayLike],
    weights: npt.ArrayLike | None = None,
    *,
    split: str = "fields",
    level: float = 0.95,
) -> dict[str, Share]:
    r"""
    Split the variance between schools into shares that go with factors, and a rest.

    A share says how far schools that differ in the factor differ in the resource, the other factors held alike by a
    linear regression. It is an association. A school's area, founder or size is nobody's experiment: what would
    happen if it were changed, these shares do not say. What is not measured lies in the rest, or in the factor that
    goes with it.

    Parameters
    ----------
    values : array_like, shape (n_schools,)
        Resource per pupil.
    factors : mapping of str to array_like, each of shape (n_schools,)
        Numbers enter as they are; anything else is a label and enters as one column a label.
    weights : array_like, shape (n_schools,), optional
        Pupils of each school. Without weights all schools count alike.
    split : str
        ``fields``: the covariance of each factor's fitted part with the values; ``shapley``: what each factor adds to
        :math:`R^2`, averaged over all orders in which factors may enter (at most eight factors).
    level : float
        Coverage, between 0 and 1.

    Returns
    -------
    dict of str to Share
        The factors in their order, then ``rest``; the shares add up to 1 exactly, and so do those by chance.

    Raises
    ------
    MeasureError
        If there is no factor, one is called ``rest`` or does not vary, the split is unknown, or all values are equal.

    See Also
    --------
    edubalance.measures.decomposition.decompose : Exact parts by one grouping, without a regression.

    Notes
    -----
    With fitted values :math:`\hat y = a + \sum_j z_j`, where :math:`z_j` is the part of factor j, Fields' share is
    :math:`s_j = \operatorname{cov}(z_j, y) / \operatorname{var}(y)`; Shorrocks (1982) shows that this split holds for
    any inequality measure that meets his six axioms, so that it does not depend on the measure. The shares add up to
    :math:`R^2`, and the rest is :math:`1 - R^2`. With one factor of labels, :math:`R^2` is the share between groups
    of the squared coefficient of variation. Factors that go together (the country and small schools) share what they
    have in common, each split by its own rule: read the sum first.

    More columns raise :math:`R^2` by chance alone. A share is a quadratic form :math:`y' A_j y / y' V y` of the values;
    of values that are independent of the factors and equally variable it is near
    :math:`c_j = \operatorname{tr} A_j / \operatorname{tr} V`, exactly so where schools count alike. The bounds come from
    leaving out school after school, with Student's t. The lower one is that of the adjusted share
    :math:`(s_j - c_j) / (1 - c_j)`, and at least 0: where nothing goes with a factor it nearly always is 0. The upper
    one is that of the share as it is, on the scale :math:`\operatorname{artanh} \sqrt{s_j}` of a correlation.

    References
    ----------
    .. [1] Fields, G. S. (2003). Accounting for income inequality and its change: a new method, with application to
       the distribution of earnings in the United States. Research in Labor Economics 22, 1-38.
    .. [2] Shorrocks, A. F. (1982). Inequality decomposition by factor components. Econometrica 50(1), 193-211.
    .. [3] Miller, R. G. (1974). The jackknife - a review. Biometrika 61(1), 1-15.

    Examples
    --------
    y = a + 2b, a and b each -1 or 1 and unrelated: variances 1 and 4.

    >>> a, b = np.array([-1.0, -1, 1, 1]), np.array([-1.0, 1, -1, 1])
    >>> found = explained_shares(10 + a + 2 * b, {"a": a, "b": b})
    >>> {name: round(part.share, 12) + 0 for name, part in found.items()}
    {'a': 0.2, 'b': 0.8, 'rest': 0.0}
    """
    y = numbers(values, "values")
    weight = weights_of(weights, y.size)
    columns = _designs(factors, y.size, split)
    check_level(level)
    found = _shares(y, columns, weight[np.newaxis] / weight.sum(), split)[0]
    if np.isnan(found).any():
        raise MeasureError("Values must differ to have shares of their spread; all are equal.")
    by_chance = _by_chance(columns, weight / weight.sum(), split)
    # The last column is what all factors explain together: the rest is what is left of it.
    every, chance = (np.append(table[..., :-1], 1 - table[..., -1:], axis=-1) for table in (found, by_chance))
    without = _shares(y, columns, _each_left_out(weight), split)
    without[:, -1] = 1 - without[:, -1]
    bounds = [_bounds(*one, level) for one in zip(every.tolist(), without.T, chance.tolist(), strict=True)]
    low, high, method = bounds[-1]
    bounds[-1] = 1 - high, 1 - low, method
    named = zip([*factors, REST], found.tolist(), by_chance.tolist(), bounds, strict=True)
    return {name: Share(share, likely, *ends) for name, share, likely, ends in named}


def _each_left_out(weight: FloatArray) -> FloatArray:
    """Return the weights without each school that has any, one a row, with sum 1."""
    left = np.tile(weight, (int((weight > 0).sum()), 1))
    left[np.arange(len(left)), np.flatnonzero(weight > 0)] = 0.0
    return np.asarray(left / left.sum(axis=1, keepdims=True))


def _bounds(share: float, without: FloatArray, by_chance: float, level: float) -> tuple[float, float, str]:
    """Put bounds around a share: from below without its part by chance, from above as a correlation."""
    n = without.size
    if np.isnan(without).any():
        return math.nan, math.nan, "none"
    if n < LEAST_SCHOOLS:
        return min(share, float(without.min())), max(share, float(without.max())), LEFT_OUT
    quantile = float(stdtrit(n - 1, (1 + level) / 2))
    low = (share - by_chance - quantile * math.sqrt((n - 1) * float(without.var()))) / (1 - by_chance)
    # Rounding may lift a share to 1, whose correlation has no finite scale.
    there, moved = (np.arctanh(np.sqrt(np.clip(one, 0.0, _NEARLY_ONE))) for one in (np.asarray(share), without))
    high = math.tanh(float(there) + quantile * math.sqrt((n - 1) * float(moved.var()))) ** 2
    return max(low, 0.0) if share >= 0 else low, high, JACKKNIFE


def _by_chance(columns: list[FloatArray], weight: FloatArray, split: str) -> FloatArray:
    """Return the shares that independent values have on average, and the rest."""
    if split == "fields":
        amounts = _traces(columns, weight)
    else:
        amounts = _averaged(
            lambda chosen: _traces([columns[place] for place in chosen], weight).sum(keepdims=True), len(columns)
        )[0]
    shares = amounts / (1 - float(weight @ weight))
    return np.append(shares, 1 - shares.sum())


def _traces(columns: list[FloatArray], weight: FloatArray) -> FloatArray:
    """Return the covariance of each factor's fitted part with independent values of variance 1, on average."""
    table = np.hstack(columns)
    mixed = (table - weight @ table).T * weight
    squares = mixed @ table
    products = (np.linalg.pinv(squares, rcond=1e-10, hermitian=True) @ mixed) * mixed
    return np.asarray(np.add.reduceat(products.sum(axis=1), _edges(columns)))


def _designs(factors: Mapping[str, npt.ArrayLike], count: int, split: str) -> list[FloatArray]:
    """Turn each factor into its columns."""
    if split not in SPLITS:
        raise MeasureError(f"The split must be one of {', '.join(SPLITS)}; got {split!r}.")
    if not factors or REST in factors:
        raise MeasureError(f"Factors must be named, none of them {REST!r}; got {list(factors)}.")
    if split == "shapley" and len(factors) > _MOST_FACTORS:
        raise MeasureError(f"Shapley's split takes at most {_MOST_FACTORS} factors; got {len(factors)}.")
    return [_columns(name, factor, count) for name, factor in factors.items()]


def _columns(name: str, factor: npt.ArrayLike, count: int) -> FloatArray:
    """Return a number as one column, labels as one column each but the first."""
    raw = np.asarray(factor)
    if raw.dtype.kind in "iuf":
        column = numbers(raw, name)
        same_length(count, column.size, "values", name)
        spread = column.std()
        design = ((column - column.mean()) / (spread or 1.0))[:, np.newaxis]
    else:
        labels, codes = codes_of(labels_of(raw, count, name))
        design = codes[:, np.newaxis] == np.arange(1, len(labels))
    if not design.any():
        raise MeasureError(f"A factor must vary between schools; {name} does not.", hint="Leave it out.")
    return np.asarray(design, dtype=np.float64)


def _shares(y: FloatArray, columns: list[FloatArray], weights: FloatArray, split: str) -> FloatArray:
    """Split the variance for every row of weights, shape (r, n) with sum 1; return shares and rest, (r, k + 1)."""
    variance = weights @ y**2 - (weights @ y) ** 2
    variance = np.where(variance > 1e-12 * (weights @ y**2), variance, np.nan)
    covariances = _fields(y, columns, weights) if split == "fields" else _shapley(y, columns, weights)
    shares = covariances / variance[:, np.newaxis]
    return np.column_stack((shares, 1 - shares.sum(axis=1)))


def _fields(y: FloatArray, columns: list[FloatArray], weights: FloatArray) -> FloatArray:
    """Return the covariance of each factor's fitted part with the values, for every row of weights."""
    table = np.hstack(columns)
    means = weights @ table
    products = (table[:, :, np.newaxis] * table[:, np.newaxis, :]).reshape(len(y), -1)
    squares = (weights @ products).reshape(-1, *2 * table.shape[1:]) - means[:, :, np.newaxis] * means[:, np.newaxis]
    mixed = weights @ (table * y[:, np.newaxis]) - means * (weights @ y)[:, np.newaxis]
    # Resampled counties may lack a label: the pseudo-inverse then leaves its column out.
    slopes = (np.linalg.pinv(squares, rcond=1e-10, hermitian=True) @ mixed[:, :, np.newaxis])[:, :, 0]
    return np.asarray(np.add.reduceat(slopes * mixed, _edges(columns), axis=1))


def _edges(columns: list[FloatArray]) -> IntArray:
    """Return the place of each factor's first column."""
    return np.asarray(np.cumsum([0] + [column.shape[1] for column in columns])[:-1], dtype=np.intp)


def _shapley(y: FloatArray, columns: list[FloatArray], weights: FloatArray) -> FloatArray:
    """Return what each factor adds to the explained variance, averaged over all orders of entry."""
    return _averaged(lambda chosen: _fields(y, [columns[place] for place in chosen], weights).sum(axis=1), len(columns))


def _averaged(amount: Callable[[tuple[int, ...]], FloatArray], count: int) -> FloatArray:
    """Average what each factor adds to an amount over all orders of entry; none explain nothing."""
    some = {chosen: amount(chosen) for size in range(1, count + 1) for chosen in combinations(range(count), size)}
    explained = {(): np.zeros_like(some[(0,)])} | some
    added = np.zeros((some[(0,)].size, count))
    for chosen, before in explained.items():
        for place in set(range(count)) - set(chosen):
            orders = math.factorial(len(chosen)) * math.factorial(count - len(chosen) - 1) / math.factorial(count)
            added[:, place] += orders * (explained[tuple(sorted((*chosen, place)))] - before)
    return added
