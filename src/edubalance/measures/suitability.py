"""Whether survey items suit factor analysis: Kaiser-Meyer-Olkin and Bartlett."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc

from edubalance.errors import MeasureError
from edubalance.measures._arrays import FloatArray
from edubalance.measures._axes import correlations
from edubalance.measures._survey import answers

_SINGULAR = 1e-10


@dataclass(frozen=True)
class SamplingAdequacy:
    """
    The Kaiser-Meyer-Olkin measure.

    Attributes
    ----------
    overall : float
        All items together, from 0 to 1.
    items : ndarray of float, shape (k,)
        Each item alone.
    used, dropped : int
        Rows that counted, and rows left out because they had gaps.
    """

    overall: float
    items: FloatArray
    used: int
    dropped: int


@dataclass(frozen=True)
class Sphericity:
    """
    Bartlett's test of sphericity.

    Attributes
    ----------
    chi2 : float
        Test statistic.
    df : int
        Degrees of freedom: the pairs of items.
    p : float
        How probable a statistic as large is where no items are correlated.
    used, dropped : int
        Rows that counted, and rows left out because they had gaps.
    """

    chi2: float
    df: int
    p: float
    used: int
    dropped: int


def kmo(items: npt.ArrayLike, *, missing: str = "refuse") -> SamplingAdequacy:
    r"""
    Compute the Kaiser-Meyer-Olkin measure: how far items share more than pairs of them do.

    Parameters
    ----------
    items : array_like, shape (n, k)
        Answers, one row a person, one column an item; at least two items.
    missing : {"refuse", "listwise"}
        Rows with gaps are refused, or left out and counted.

    Returns
    -------
    SamplingAdequacy
        The measure of all items and of each.

    Raises
    ------
    MeasureError
        If an item does not vary, one follows from the others, or an item correlates with none.

    See Also
    --------
    bartlett_sphericity : Whether the correlations could be chance.

    Notes
    -----
    With correlations :math:`r_{ij}` and partial correlations :math:`q_{ij}` given all other items, which the inverse
    :math:`A = R^{-1}` holds as :math:`q_{ij} = -a_{ij} / \sqrt{a_{ii} a_{jj}}`,

    .. math:: KMO = \frac{\sum_{i \neq j} r_{ij}^2}{\sum_{i \neq j} r_{ij}^2 + \sum_{i \neq j} q_{ij}^2};

    for one item the sums run over its own pairs. Two items always give one half.

    References
    ----------
    .. [1] Kaiser, H. F. and Rice, J. (1974). Little Jiffy, Mark IV. Educational and Psychological Measurement 34,
       111-117.

    Examples
    --------
    Three items that are a common sign plus a sign of their own correlate by 1/2, and by 1/3 given the third:
    (1/4) / (1/4 + 1/9).

    >>> from itertools import product
    >>> signs = np.array(list(product((-1, 1), repeat=4)))
    >>> found = kmo(signs[:, :1] + signs[:, 1:])
    >>> round(found.overall, 4), found.items.round(4).tolist()
    (0.6923, [0.6923, 0.6923, 0.6923])
    """
    table, dropped = answers(items, missing)
    matrix = _regular(correlations(table))
    inverse = np.linalg.inv(matrix)
    scale = np.sqrt(np.diag(inverse))
    shared, partial = matrix**2, (inverse / np.outer(scale, scale)) ** 2
    np.fill_diagonal(shared, 0.0)
    np.fill_diagonal(partial, 0.0)
    if (shared.sum(axis=0) < _SINGULAR).any():
        raise MeasureError("Every item must correlate with another; one correlates with none.", hint="Leave it out.")
    each = shared.sum(axis=0) / (shared + partial).sum(axis=0)
    return SamplingAdequacy(float(shared.sum() / (shared + partial).sum()), each, len(table), dropped)


def bartlett_sphericity(items: npt.ArrayLike, *, missing: str = "refuse") -> Sphericity:
    r"""
    Test whether items correlate at all: Bartlett's test of sphericity.

    With hundreds of answers nearly every questionnaire passes: the test is a floor, not a mark.

    Parameters
    ----------
    items : array_like, shape (n, k)
        Answers, one row a person, one column an item; at least two items.
    missing : {"refuse", "listwise"}
        Rows with gaps are refused, or left out and counted.

    Returns
    -------
    Sphericity
        Statistic, degrees of freedom and p.

    Raises
    ------
    MeasureError
        If an item does not vary, or one follows from the others.

    See Also
    --------
    kmo : How much the items share.

    Notes
    -----
    With n rows, k items and the determinant of their correlations,

    .. math:: \chi^2 = -\left(n - 1 - \frac{2k + 5}{6}\right) \ln |R|, \quad df = \frac{k (k - 1)}{2}.

    References
    ----------
    .. [1] Bartlett, M. S. (1951). The effect of standardization on a chi-square approximation in factor analysis.
       Biometrika 38, 337-344.

    Examples
    --------
    Sixteen rows, three items that correlate by 1/2: the determinant is 1/2, and (15 - 11/6) ln 2 = 9.126.

    >>> from itertools import product
    >>> signs = np.array(list(product((-1, 1), repeat=4)))
    >>> found = bartlett_sphericity(signs[:, :1] + signs[:, 1:])
    >>> round(found.chi2, 3), found.df, round(found.p, 3)
    (9.126, 3, 0.028)
    """
    table, dropped = answers(items, missing)
    rows, columns = table.shape
    determinant = float(np.linalg.slogdet(_regular(correlations(table)))[1])
    chi2 = max(-(rows - 1 - (2 * columns + 5) / 6) * determinant, 0.0)
    df = columns * (columns - 1) // 2
    return Sphericity(chi2, df, float(chdtrc(df, chi2)), rows, dropped)


def _regular(matrix: FloatArray) -> FloatArray:
    """Hand correlations back, and refuse those without an inverse."""
    if float(np.linalg.eigvalsh(matrix)[0]) < _SINGULAR:
        raise MeasureError(
            "No item may follow from the others; one does.",
            hint="Leave out items that repeat or add up others, or ask more people than there are items.",
        )
    return matrix
