"""Cohorts: how many of those who enter stay, and how many enter of those who were born."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from edubalance.errors import MeasureError
from edubalance.measures._arrays import nonnegative, same_length


def retention(
    entrants: float, graduates: float, *, transferred_in: float = 0, transferred_out: float = 0, deaths: float = 0
) -> float:
    r"""
    Compute the share of a cohort that stays in school until it graduates (巩固率).

    Pupils who change schools have not left school: those who came are taken off the graduates, those who went are
    added to them.

    Parameters
    ----------
    entrants : float
        Pupils who entered the first grade.
    graduates : float
        Pupils who graduated when the cohort did.
    transferred_in, transferred_out : float
        Pupils of the cohort who came from elsewhere and who went elsewhere before they graduated.
    deaths : float
        Pupils of the cohort who died.

    Returns
    -------
    float
        1 where nobody gave up school; above 1 where the counts do not fit each other.

    Raises
    ------
    MeasureError
        If a count is negative or missing, or nobody entered who lived.

    Notes
    -----
    (graduates − transferred in + transferred out) / (entrants − deaths).

    References
    ----------
    .. [1] 县域义务教育优质均衡发展督导评估办法（教督〔2017〕6号）, three-year retention in junior schools, as local
       application files spell the formula out.

    Examples
    --------
    Of 100 who entered one died; 2 came, 5 went, 95 graduated: one gave up.

    >>> round(retention(100, 95, transferred_in=2, transferred_out=5, deaths=1), 4)
    0.9899
    """
    counts = nonnegative([entrants, graduates, transferred_in, transferred_out, deaths], "the counts")
    entered, graduated, came, went, died = (float(count) for count in counts)
    if entered <= died:
        raise MeasureError(
            f"Retention needs entrants who lived; got {entered:g} entrants and {died:g} deaths.",
            hint="Leave out cohorts of nobody.",
        )
    return (graduated - came + went) / (entered - died)


@dataclass(frozen=True)
class EntryRatio:
    """
    How many enter school of each who was born so many years before.

    Attributes
    ----------
    estimate : float
        Geometric mean of the ratios of the years known.
    low, high : float
        Where the ratio of one further year is expected; NaN from one year alone.
    years : int
        Years known.
    """

    estimate: float
    low: float
    high: float
    years: int


def entry_ratio(entrants: npt.ArrayLike, births: npt.ArrayLike, *, level: float = 0.95) -> EntryRatio:
    r"""
    Estimate how many will enter school of each who was born, from years of which both are known.

    Parameters
    ----------
    entrants : array_like, shape (n_years,)
        Pupils who entered the first grade, year by year; positive.
    births : array_like, shape (n_years,)
        Births so many years before, in the same order; positive.
    level : float
        Coverage of the interval.

    Returns
    -------
    EntryRatio
        The ratio, and the interval for one further year.

    Raises
    ------
    MeasureError
        If the columns differ in length, a number is missing or not positive, or the level is no share.

    Notes
    -----
    Deaths, and families who come and go before school, are all in the ratio; it is below 1 where more leave than come.
    With the logarithms of the ratios :math:`r_i`, their mean :math:`\bar r` and standard deviation :math:`s`, the
    prediction interval is :math:`\exp(\bar r \pm t_{n-1} s \sqrt{1 + 1/n})`. It supposes that further years differ as
    the known ones do: a new policy or a new town is outside of it. Few years make it wide, and should.

    Examples
    --------
    >>> found = entry_ratio([90, 110], [100, 100])
    >>> round(found.estimate, 3), found.years
    (0.995, 2)
    >>> steady = entry_ratio([95, 190, 285], [100, 200, 300])
    >>> round(steady.low, 3), round(steady.high, 3)
    (0.95, 0.95)
    """
    if not 0 < level < 1:
        raise MeasureError(f"The level must lie between 0 and 1; got {level:g}.", hint="Use 0.95 for 95 percent.")
    came, born = nonnegative(entrants, "entrants"), nonnegative(births, "births")
    same_length(came.size, born.size, "entrants", "births")
    if not (came.all() and born.all()):
        raise MeasureError("Entrants and births must be positive in every year.", hint="Leave out years with nobody.")
    ratios = np.log(came / born)
    mean = float(ratios.mean())
    if ratios.size == 1:
        return EntryRatio(float(np.exp(mean)), float("nan"), float("nan"), 1)
    reach = float(stats.t.ppf((1 + level) / 2, ratios.size - 1) * ratios.std(ddof=1) * np.sqrt(1 + 1 / ratios.size))
    low, high = (float(np.exp(mean + side * reach)) for side in (-1, 1))
    return EntryRatio(float(np.exp(mean)), low, high, int(ratios.size))
