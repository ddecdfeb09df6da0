"""Chance: how far the shares of schools would differ if people were dealt out among them at random."""

from __future__ import annotations

import math

from edubalance.errors import MeasureError

# A share that no trait of people is below.
SMALLEST = 1e-50


def chance_coefficient(share: float, people: float, units: int) -> float:
    r"""
    Compute the difference coefficient of shares that a random deal of people among schools would show.

    A school of ten teachers can hardly hold the county's share of young ones exactly. What a random deal would show
    is the mark that an observed coefficient is to be held against: far above it, schools differ by more than chance.

    Parameters
    ----------
    share : float
        Share of all people who have the trait, above 0 and not above 1.
    people : float
        All people; more than one.
    units : int
        Schools among which they are dealt out; each keeps its number of people.

    Returns
    -------
    float
        Square root of the mean squared coefficient over all deals; schools are weighted by their people.

    Raises
    ------
    MeasureError
        If the share is not above 0 and at most 1, or there are too few people or schools.

    Notes
    -----
    A school that is dealt :math:`n_i` of N people has a share whose variance is
    :math:`\frac{p (1 - p)}{n_i} \frac{N - n_i}{N - 1}`; weighted with :math:`n_i / N` and summed over k schools,

    .. math:: \mathrm{E}\, CV^2 = \frac{1 - p}{p} \cdot \frac{k - 1}{N - 1}.

    The sizes of the schools drop out.

    References
    ----------
    .. [1] Johnson, N. L., Kemp, A. W. and Kotz, S. (2005). Univariate Discrete Distributions, 3rd edition, chapter 6.
       Hoboken: Wiley: the hypergeometric variance.

    Examples
    --------
    Two schools of one teacher each, one of two teachers young: one school has all, the other none, in every deal.

    >>> chance_coefficient(0.5, people=2, units=2)
    1.0
    """
    if not SMALLEST <= share <= 1:
        raise MeasureError(
            f"The share must lie above 0 and not above 1; got {share:g}.", hint="Pass a share, no percent."
        )
    if people <= 1 or units < 1:
        raise MeasureError(f"There must be more than one person and at least one school; got {people:g} and {units}.")
    return math.sqrt((1 - share) / share * (units - 1) / (people - 1))
