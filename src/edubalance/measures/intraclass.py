"""Agreement of raters who give numbers: the six intraclass correlations of Shrout and Fleiss."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import fdtri

from edubalance.errors import MeasureError
from edubalance.measures._arrays import FloatArray
from edubalance.measures._intervals import METHODS, check_options
from edubalance.measures._survey import complete_rows, number_table
from edubalance.measures.uncertainty import Interval

FORMS = ("1,1", "2,1", "3,1", "1,k", "2,k", "3,k")

_ROUNDING = 1e-12


@dataclass(frozen=True, kw_only=True)
class IntraclassCorrelation(Interval):
    """
    An intraclass correlation with its interval.

    Attributes
    ----------
    form : str
        One of `FORMS`.
    raters : int
        Number of raters, k.
    used, dropped : int
        Targets that counted, and targets left out because a rating was missing.
    """

    form: str
    raters: int
    used: int
    dropped: int


@dataclass(frozen=True)
class _Squares:
    """Mean squares of n targets by k raters: between and within targets, between raters, and what remains."""

    n: int
    k: int
    between: float
    within: float
    raters: float
    error: float


def icc(ratings: npt.ArrayLike, form: str, *, missing: str = "refuse", level: float = 0.95) -> IntraclassCorrelation:
    r"""
    Compute an intraclass correlation of numeric ratings.

    Parameters
    ----------
    ratings : array_like, shape (n, k)
        One row a target (a lesson, a school), one column a rater; numbers.
    form : {"1,1", "2,1", "3,1", "1,k", "2,k", "3,k"}
        First the model: 1 where each target has raters of its own; 2 where the same raters, a sample of many, rate
        all targets, and their severity counts as disagreement; 3 where these raters are the only ones of interest,
        and only consistency counts. Then what is used later: the rating of one rater, or the mean of all k.
    missing : {"refuse", "listwise"}
        Targets that lack a rating are refused, or left out and counted.
    level : float
        Coverage of the interval, between 0 and 1.

    Returns
    -------
    IntraclassCorrelation
        The coefficient and its bounds. A coefficient below 0 says that raters differ more on a target than targets
        differ.

    Raises
    ------
    MeasureError
        If the form is unknown, there are fewer than two raters or complete targets, nothing varies, or a mean of
        raters does not tell targets apart at all.

    Notes
    -----
    With mean squares between targets B, within targets W, between raters J, and the remainder E,

    .. math:: ICC(1,1) = \frac{B - W}{B + (k - 1) W}, \quad
              ICC(2,1) = \frac{B - E}{B + (k - 1) E + k (J - E) / n}, \quad
              ICC(3,1) = \frac{B - E}{B + (k - 1) E};

    the forms with k follow by Spearman and Brown, :math:`k \rho / (1 + (k - 1) \rho)`, and so do their bounds. The
    bounds of models 1 and 3 come from F = B / W and F = B / E; those of model 2 from F with Satterthwaite's degrees
    of freedom. They are given as they come out: with few targets they may lie below -1, and are NaN where the degrees
    of freedom are zero.

    References
    ----------
    .. [1] Shrout, P. E. and Fleiss, J. L. (1979). Intraclass correlations: uses in assessing rater reliability.
       Psychological Bulletin 86, 420-428.
    .. [2] McGraw, K. O. and Wong, S. P. (1996). Forming inferences about some intraclass correlation coefficients.
       Psychological Methods 1, 30-46.

    Examples
    --------
    The second rater always gives one point more. Consistency is complete; as the severity of one rater, of variance
    1/2 beside the targets' 1, it costs a third; with raters of its own for each target (2 - 1/2) / (2 + 1/2) is left.

    >>> ratings = [[1, 2], [2, 3], [3, 4]]
    >>> [round(icc(ratings, form).estimate, 4) for form in ("3,1", "2,1", "1,1")]
    [1.0, 0.6667, 0.6]
    """
    check_options(level, METHODS[0], 2)
    if form not in FORMS:
        raise MeasureError(f"The form must be one of {'; '.join(FORMS)}; got {form!r}.")
    table = number_table(ratings, "ratings")
    if table.shape[1] < 2:
        raise MeasureError(f"At least two raters are needed; got {table.shape[1]}.")
    kept = complete_rows(np.isnan(table), "ratings", missing)
    squares = _mean_squares(table[kept])
    three = _two_way(squares, level) if form[0] == "2" else _one_way(squares, level, form[0])
    if form.endswith("k"):
        three = _of_the_mean(three, squares.k)
    return IntraclassCorrelation(
        *three, level, "F", form=form, raters=squares.k, used=squares.n, dropped=int(kept.size - squares.n)
    )


def _mean_squares(table: FloatArray) -> _Squares:
    """Divide the variation among targets and raters; refuse ratings that do not vary at all."""
    n, k = table.shape
    targets, raters, whole = table.mean(axis=1, keepdims=True), table.mean(axis=0), table.mean()
    if np.ptp(table) == 0:
        raise MeasureError("The ratings must vary; all are the same.", hint="Report that nobody saw a difference.")
    return _Squares(
        n,
        k,
        between=k * float(((targets - whole) ** 2).sum()) / (n - 1),
        within=float(((table - targets) ** 2).sum()) / (n * (k - 1)),
        raters=n * float(((raters - whole) ** 2).sum()) / (k - 1),
        error=float(((table - targets - raters + whole) ** 2).sum()) / ((n - 1) * (k - 1)),
    )


def _one_way(squares: _Squares, level: float, model: str) -> tuple[float, float, float]:
    """Compute coefficient and bounds of models 1 and 3, which differ in what counts as noise."""
    n, k, between = squares.n, squares.k, squares.between
    noise = squares.within if model == "1" else squares.error
    freedom = n * (k - 1) if model == "1" else (n - 1) * (k - 1)
    _refuse_alike(squares, noise)
    above = float(fdtri(n - 1, freedom, (1 + level) / 2))
    below = 1 / float(fdtri(freedom, n - 1, (1 + level) / 2))

    def ratio(scale: float) -> float:
        return (between - scale * noise) / (between + (k - 1) * scale * noise)

    return ratio(1.0), ratio(above), ratio(below)


def _refuse_alike(squares: _Squares, noise: float) -> None:
    """Refuse targets between which no rater sees a difference: there is nothing to agree on, or to miss."""
    if squares.between + noise <= _ROUNDING * (squares.within + squares.raters):
        raise MeasureError("Targets must differ; all have the same mean and every rater gave one rating throughout.")


def _two_way(squares: _Squares, level: float) -> tuple[float, float, float]:
    """Compute coefficient and bounds of model 2."""
    n, k, between, raters, error = squares.n, squares.k, squares.between, squares.raters, squares.error
    if squares.within == 0:
        return 1.0, 1.0, 1.0
    _refuse_alike(squares, error)
    whole = between + (k - 1) * error + k * (raters - error) / n
    if whole <= _ROUNDING * (between + error + raters):
        raise MeasureError("Targets or raters must differ in their means; neither do.")
    rho = (between - error) / whole
    severity, rest = k * rho * raters, (n * (1 + (k - 1) * rho) - k * rho)
    freedom = (
        (k - 1) * (n - 1) * (severity + rest * error) ** 2 / ((n - 1) * severity**2 + (rest * error) ** 2)
        if severity or rest * error
        else 0.0
    )
    above, below = (
        float(fdtri(n - 1, freedom, (1 + level) / 2)),
        float(fdtri(freedom, n - 1, (1 + level) / 2)),
    )
    other = k * raters + (k * n - k - n) * error
    low = n * (between - above * error) / (above * other + n * between)
    high = n * (below * between - error) / (other + n * below * between)
    return rho, low, high


def _of_the_mean(three: tuple[float, float, float], raters: int) -> tuple[float, float, float]:
    """Step coefficient and bounds up from one rater to the mean of all, as Spearman and Brown do."""
    shares = [1 + (raters - 1) * one for one in three]
    if shares[0] <= _ROUNDING:
        raise MeasureError(
            "The raters' means must tell targets apart; targets do not differ in them.",
            hint="Look at the form of one rater: it shows how far the raters contradict each other.",
        )
    estimate, low, high = (
        raters * one / share if share > _ROUNDING else float("-inf") for one, share in zip(three, shares, strict=True)
    )
    return estimate, low, high
