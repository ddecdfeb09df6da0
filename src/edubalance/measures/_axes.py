"""Principal axes of a correlation matrix: the engine behind factor loadings and omega."""

from __future__ import annotations

import numpy as np

from edubalance.errors import MeasureError
from edubalance.measures._arrays import FloatArray, refuse_where
from edubalance.measures._survey import refuse_constant

_ROUNDS = 5_000
_STEP = 1e-10  # Communalities that change by less have settled.
_ROUNDING = 1e-6  # A communality above 1 by less is one of 1.
_NOTHING = 1e-8  # A factor that explains less explains nothing.


def correlations(table: FloatArray) -> FloatArray:
    """Correlate the columns of a complete table; columns that do not vary are refused."""
    refuse_constant(table)
    deviations = table - table.mean(axis=0)
    scaled = deviations / np.sqrt((deviations**2).sum(axis=0))
    matrix: FloatArray = scaled.T @ scaled
    np.fill_diagonal(matrix, 1.0)
    return matrix


def check_count(items: int, factors: int) -> None:
    """Refuse more factors than so many items can identify: their loadings would not be determined."""
    identified = [count for count in range(1, items) if (items - count) ** 2 >= items + count]
    most = max(identified, default=0)
    if factors not in range(1, most + 1):
        raise MeasureError(
            f"{items} items identify {f'1 to {most}' if most > 1 else 'one' if most else 'no'} factor"
            f"{'s' if most != 1 else ''}; got n_factors={factors}.",
            hint="One factor needs three items, two need five.",
        )


def principal_axes(matrix: FloatArray, factors: int) -> tuple[FloatArray, int]:
    """
    Extract common factors by iterated principal axis factoring.

    Communalities start as each item's largest correlation and stand in the diagonal; the leading eigenvectors, scaled
    by the roots of their eigenvalues, are the loadings, and their squares the next communalities.

    Parameters
    ----------
    matrix : ndarray of float, shape (k, k)
        Correlations, ones in the diagonal.
    factors : int
        How many factors; `check_count` has passed it.

    Returns
    -------
    tuple of ndarray and int
        Loadings, shape (k, factors), each factor's sum not negative; and the rounds that it took.

    Raises
    ------
    MeasureError
        If a communality rises above 1, a factor explains nothing, or the communalities do not settle.
    """
    reduced = matrix.copy()
    communalities = np.abs(matrix - np.eye(len(matrix))).max(axis=0)
    for rounds in range(1, _ROUNDS + 1):
        np.fill_diagonal(reduced, communalities)
        sizes, axes = np.linalg.eigh(reduced)
        loadings = axes[:, ::-1][:, :factors] * np.sqrt(np.maximum(sizes[::-1][:factors], 0.0))
        before, communalities = communalities, (loadings**2).sum(axis=1)
        _refuse_improper(communalities)
        if np.abs(communalities - before).max() < _STEP:
            _refuse_empty(loadings)
            return upright(loadings), rounds
    raise MeasureError(
        f"The communalities must settle; they did not in {_ROUNDS} rounds.",
        hint="Extract fewer factors, or look for items that hardly correlate with any other.",
    )


def upright(loadings: FloatArray) -> FloatArray:
    """Turn factors round whose loadings sum to less than zero: the sign of a factor means nothing."""
    return loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)


def _refuse_improper(communalities: FloatArray) -> None:
    """Refuse a Heywood case: an item whose own variance would be negative."""
    refuse_where(
        communalities > 1 + _ROUNDING,
        "No item may share more than its whole variance (a Heywood case)",
        "above it",
        "Extract fewer factors, take out items that repeat each other, or ask more people.",
    )


def _refuse_empty(loadings: FloatArray) -> None:
    """Refuse a factor that explains nothing."""
    count = loadings.shape[1]
    if (loadings**2).sum(axis=0).min() < _NOTHING:
        raise MeasureError(
            f"The items must share enough for n_factors={count}; a factor explains nothing.",
            hint="Extract fewer factors; items that do not correlate have no common factor.",
        )
