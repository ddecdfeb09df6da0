"""How much of the spread between schools goes with what is known of them: shares of explained variance."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from edubalance.errors import MeasureError
from edubalance.measures._arrays import FloatArray, codes_of, labels_of, numbers, same_length, weights_of
from edubalance.measures._intervals import METHODS, bounds, check_options

SPLITS = ("fields", "shapley")
REST = "rest"
_MOST_FACTORS = 8  # Shapley's value looks at every subset of them.


@dataclass(frozen=True)
class Share:
    """
    Share of the variance that goes with one factor.

    Attributes
    ----------
    share : float
        Of 1. By Fields' rule it may be negative.
    low, high : float
        Bootstrap interval; NaN where none was asked for.
    """

    share: float
    low: float = math.nan
    high: float = math.nan


def explained_shares(
    values: npt.ArrayLike,
    factors: Mapping[str, npt.ArrayLike],
    weights: npt.ArrayLike | None = None,
    *,
    split: str = "fields",
    rng: np.random.Generator | None = None,
    replicates: int = 999,
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
    rng : numpy.random.Generator, optional
        Source of randomness; with it every share has a bootstrap interval over schools.
    replicates : int
        Resampled counties.
    level : float
        Coverage, between 0 and 1.

    Returns
    -------
    dict of str to Share
        The factors in their order, then ``rest``; the shares add up to 1 exactly.

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
    have in common, each split by its own rule: read the sum first. More columns raise :math:`R^2` by chance alone.

    References
    ----------
    .. [1] Fields, G. S. (2003). Accounting for income inequality and its change: a new method, with application to
       the distribution of earnings in the United States. Research in Labor Economics 22, 1-38.
    .. [2] Shorrocks, A. F. (1982). Inequality decomposition by factor components. Econometrica 50(1), 193-211.

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
    found = _shares(y, columns, weight[np.newaxis] / weight.sum(), split)[0]
    if np.isnan(found).any():
        raise MeasureError("Values must differ to have shares of their spread; all are equal.")
    names = [*factors, REST]
    if rng is None:
        return {name: Share(float(part)) for name, part in zip(names, found, strict=True)}
    check_options(level, METHODS[0], replicates)
    drawn = rng.multinomial(y.size, np.full(y.size, 1 / y.size), size=replicates) * weight
    drawn = drawn[drawn.sum(axis=1) > 0]
    many = _shares(y, columns, drawn / drawn.sum(axis=1, keepdims=True), split)
    kept = many[~np.isnan(many).any(axis=1)]
    return {
        name: Share(float(found[place]), *bounds(kept[:, place], float(found[place]), level, METHODS[0]))
        for place, name in enumerate(names)
    }


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
    edges = np.cumsum([0] + [column.shape[1] for column in columns])[:-1]
    return np.asarray(np.add.reduceat(slopes * mixed, edges, axis=1))


def _shapley(y: FloatArray, columns: list[FloatArray], weights: FloatArray) -> FloatArray:
    """Return what each factor adds to the explained variance, averaged over all orders of entry."""
    count = len(columns)
    explained = {(): np.zeros(len(weights))} | {
        chosen: _fields(y, [columns[place] for place in chosen], weights).sum(axis=1)
        for size in range(1, count + 1)
        for chosen in combinations(range(count), size)
    }
    added = np.zeros((len(weights), count))
    for chosen, amount in explained.items():
        for place in set(range(count)) - set(chosen):
            orders = math.factorial(len(chosen)) * math.factorial(count - len(chosen) - 1) / math.factorial(count)
            added[:, place] += orders * (explained[tuple(sorted((*chosen, place)))] - amount)
    return added
