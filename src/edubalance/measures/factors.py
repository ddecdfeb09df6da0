"""Factors behind survey items: how items load on them, and their rotation."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edubalance import rounding
from edubalance.errors import MeasureError
from edubalance.measures._arrays import FloatArray, not_beyond
from edubalance.measures._axes import check_count, correlations, principal_axes, upright
from edubalance.measures._survey import answers

ROTATIONS = ("none", "varimax")

_SWEEPS = 1_000
_TURN = 1e-10  # Angles below this turn nothing.


@dataclass(frozen=True)
class Loadings:
    """
    How items load on common factors.

    Attributes
    ----------
    loadings : ndarray of float, shape (k, m)
        One row an item, one column a factor: correlations of items with factors.
    communalities : ndarray of float, shape (k,)
        Share of each item's variance that the factors explain.
    explained : ndarray of float, shape (m,)
        Share of the variance of all items that each factor explains, in descending order.
    rotation : str
        ``none`` or ``varimax``.
    rounds : int
        Rounds until the communalities settled.
    used, dropped : int
        Rows that counted, and rows left out because they had gaps.
    """

    loadings: FloatArray
    communalities: FloatArray
    explained: FloatArray
    rotation: str
    rounds: int
    used: int
    dropped: int


def factor_loadings(
    items: npt.ArrayLike, n_factors: int, *, rotation: str = "none", missing: str = "refuse"
) -> Loadings:
    """
    Extract common factors from items by principal axis factoring.

    Parameters
    ----------
    items : array_like, shape (n, k)
        Answers, one row a person, one column an item; one factor needs three items, two need five.
    n_factors : int
        How many factors to extract; theory or a scree plot says how many.
    rotation : {"none", "varimax"}
        Varimax turns the factors so that items load on few of them.
    missing : {"refuse", "listwise"}
        Rows with gaps are refused, or left out and counted.

    Returns
    -------
    Loadings
        Loadings, communalities and shares explained.

    Raises
    ------
    MeasureError
        If the items cannot identify so many factors, an item does not vary, a communality rises above 1 (a Heywood
        case), a factor explains nothing, or the communalities do not settle.

    See Also
    --------
    varimax : The rotation alone.
    edubalance.measures.suitability.kmo : Whether the items share enough.

    Notes
    -----
    Iterated principal axes: communalities stand in the diagonal of the correlations, starting as each item's largest
    correlation; the leading eigenvectors times the roots of their eigenvalues are loadings, whose sums of squares are
    the next communalities, until none changes by 1e-10. The result minimises the squared residual correlations, as
    minres does. The sign of a factor means nothing; here its loadings sum to zero or more.

    References
    ----------
    .. [1] Harman, H. H. (1976). Modern Factor Analysis, 3rd edition, chapters 8 and 9. University of Chicago Press.

    Examples
    --------
    Three items that correlate by 1/2 load by √(1/2) on one factor.

    >>> from itertools import product
    >>> signs = np.array(list(product((-1, 1), repeat=4)))
    >>> found = factor_loadings(signs[:, :1] + signs[:, 1:], 1)
    >>> found.loadings.round(4).tolist(), found.explained.round(4).tolist()
    ([[0.7071], [0.7071], [0.7071]], [0.5])
    """
    if rotation not in ROTATIONS:
        raise MeasureError(f"The rotation must be one of {', '.join(ROTATIONS)}; got {rotation!r}.")
    table, dropped = answers(items, missing)
    check_count(table.shape[1], n_factors)
    loadings, rounds = principal_axes(correlations(table), n_factors)
    if rotation == "varimax":
        loadings = varimax(loadings)
    squares = loadings**2
    return Loadings(loadings, squares.sum(axis=1), squares.mean(axis=0), rotation, rounds, len(table), dropped)


def varimax(loadings: npt.ArrayLike) -> FloatArray:
    r"""
    Turn factors so that each item loads on few of them: Kaiser's normal varimax.

    Parameters
    ----------
    loadings : array_like, shape (k, m)
        Loadings on uncorrelated factors.

    Returns
    -------
    ndarray of float, shape (k, m)
        Turned loadings, the factor that explains most first, each factor's sum not negative. Communalities are as
        before.

    Raises
    ------
    MeasureError
        If the loadings are no table of finite numbers, or the factors do not come to rest.

    Notes
    -----
    Rows are scaled to communality 1. Each pair of factors is turned by the angle :math:`\varphi` that maximises the
    variance of squared loadings; with :math:`u = x^2 - y^2` and :math:`v = 2xy` over k items,

    .. math:: \tan 4\varphi = \frac{2 \sum uv - 2 \sum u \sum v / k}
              {\sum (u^2 - v^2) - ((\sum u)^2 - (\sum v)^2) / k},

    until no angle exceeds 1e-10.

    References
    ----------
    .. [1] Kaiser, H. F. (1958). The varimax criterion for analytic rotation in factor analysis. Psychometrika 23,
       187-200.

    Examples
    --------
    Two items of each factor, seen from between the factors: squared, 0.25 + 0.25 and 0.16 + 0.16.

    >>> turned = varimax([[0.5, 0.5], [0.5, 0.5], [0.4, -0.4], [0.4, -0.4]])
    >>> (turned**2).round(4).tolist()
    [[0.5, 0.0], [0.5, 0.0], [0.0, 0.32], [0.0, 0.32]]
    """
    table = np.array(loadings, dtype=np.float64)
    if table.ndim != 2 or table.size == 0 or not np.isfinite(table).all():
        raise MeasureError(f"Loadings must be a table of finite numbers; got shape {table.shape}.")
    not_beyond(table.ravel(), "loadings, counted row by row,")
    lengths = _lengths(table)
    turned = table / lengths
    for _ in range(_SWEEPS):
        if _sweep(turned) < _TURN:
            break
    else:
        raise MeasureError(f"The factors must come to rest; they did not in {_SWEEPS} sweeps.")
    turned *= lengths
    order = np.argsort(-rounding.tied((turned**2).sum(axis=0)), kind="stable")
    return upright(turned[:, order])


def _lengths(table: FloatArray) -> FloatArray:
    """Return the length of each row, 1 for a row of noughts; squares of the smallest numbers would be nought too."""
    largest = np.abs(table).max(axis=1, keepdims=True)
    largest[largest == 0] = 1.0
    lengths = largest * np.sqrt(((table / largest) ** 2).sum(axis=1, keepdims=True))
    return np.asarray(np.where(lengths == 0, 1.0, lengths))


def _sweep(turned: FloatArray) -> float:
    """Turn every pair of factors once, in place; return the widest angle."""
    widest = 0.0
    rows, columns = turned.shape
    for one in range(columns - 1):
        for other in range(one + 1, columns):
            x, y = turned[:, one].copy(), turned[:, other].copy()
            u, v = x**2 - y**2, 2 * x * y
            across = 2 * float(u @ v - u.sum() * v.sum() / rows)
            along = float((u**2 - v**2).sum() - (u.sum() ** 2 - v.sum() ** 2) / rows)
            angle = math.atan2(across, along) / 4 if math.hypot(across, along) > _TURN else 0.0
            turned[:, one] = x * math.cos(angle) + y * math.sin(angle)
            turned[:, other] = y * math.cos(angle) - x * math.sin(angle)
            widest = max(widest, abs(angle))
    return widest
