"""Shuffles: what chance alone would show if labels, or years, meant nothing."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]


def within_strata(labels: Labels, strata: Labels, rng: np.random.Generator, replicates: int) -> Labels:
    """
    Shuffle labels among the rows of each stratum.

    Parameters
    ----------
    labels, strata : ndarray of int, shape (n,)
        Codes of the labels and of the strata (such as levels) that labels stay inside.
    rng : numpy.random.Generator
        Source of randomness.
    replicates : int
        Number of shuffles.

    Returns
    -------
    ndarray of int, shape (replicates + 1, n)
        The labels as observed in row 0, the shuffles below.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> shuffled = within_strata(np.array([1, 2, 3, 4]), np.array([0, 0, 1, 1]), rng, 3)
    >>> shuffled[0].tolist(), sorted(set(shuffled[:, 0].tolist()) | {1, 2})
    ([1, 2, 3, 4], [1, 2])
    """
    drawn = np.tile(labels, (replicates + 1, 1))
    for stratum in np.unique(strata):
        inside = np.flatnonzero(strata == stratum)
        drawn[1:, inside] = rng.permuted(np.tile(labels[inside], (replicates, 1)), axis=1)
    return drawn


def p_value(statistics: Floats, alternative: str) -> float:
    """
    Compare the observed statistic with the shuffled ones.

    Parameters
    ----------
    statistics : ndarray of float, shape (replicates + 1,)
        The observed one first.
    alternative : {"greater", "less"}
        Which side speaks for the claim.

    Returns
    -------
    float
        Share of all, the observed one among them, that show at least as much: never 0, and at most
        `alpha` in a share `alpha` of counties in which labels mean nothing.

    Examples
    --------
    >>> p_value(np.array([3.0, 1.0, 2.0, 4.0]), "greater"), p_value(np.array([3.0, 1.0, 2.0, 4.0]), "less")
    (0.5, 0.75)
    """
    sign = 1.0 if alternative == "greater" else -1.0
    # A shuffle that gives the observed labels back differs in the last bits only; it counts as equal.
    margin = 1e-12 * np.abs(statistics).max()
    return float(np.mean(sign * statistics >= sign * statistics[0] - margin))


def group_sums(labels: Labels, code: int, amounts: Floats) -> Floats:
    """Sum the amounts of the rows that carry a label, for every shuffle."""
    return np.asarray((labels == code) @ amounts, dtype=np.float64)


def mean_gaps(labels: Labels, code: int, values: Floats, weights: Floats) -> Floats:
    """
    Weighted mean of the rows that carry a label less that of the others, for every shuffle.

    Parameters
    ----------
    labels : ndarray of int, shape (r, n)
        Shuffled labels.
    code : int
        The label.
    values, weights : ndarray of float, shape (n,)
        Values and non-negative weights.

    Returns
    -------
    ndarray of float, shape (r,)
        NaN where no row, or every row, carries the label.
    """
    inside = group_sums(labels, code, weights)
    product = group_sums(labels, code, weights * values)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(product / inside - ((weights * values).sum() - product) / (weights.sum() - inside))


def between_shares(labels: Labels, resources: Floats, pupils: Floats) -> Floats:
    r"""
    Share of Theil's T that lies between the labels, for every shuffle.

    Parameters
    ----------
    labels : ndarray of int, shape (r, n)
        Shuffled labels.
    resources, pupils : ndarray of float, shape (n,)
        Amounts (not per pupil) and pupils of each section.

    Returns
    -------
    ndarray of float, shape (r,)
        0 where all labels have the same mean; NaN where sections are all equal.

    Notes
    -----
    With shares of resources :math:`s` and of pupils :math:`p`, the part between labels is
    :math:`\sum_g s_g \ln (s_g / p_g)`, and the total is the same sum over sections.
    """
    resource_share, pupil_share = resources / resources.sum(), pupils / pupils.sum()
    total = _relative_entropy(resource_share, pupil_share)
    between = sum(
        _relative_entropy_of(group_sums(labels, code, resource_share), group_sums(labels, code, pupil_share))
        for code in np.unique(labels[0])
    )
    return np.asarray(between / total if total > 0 else np.full(len(labels), np.nan))


def _relative_entropy(resource_share: Floats, pupil_share: Floats) -> float:
    """Sum ``s ln(s / p)`` over all units; a unit without resources adds 0."""
    return float(_relative_entropy_of(resource_share, pupil_share).sum())


def _relative_entropy_of(resource_share: Floats, pupil_share: Floats) -> Floats:
    """Return ``s ln(s / p)`` of every unit."""
    held = resource_share > 0
    ratio = np.divide(resource_share, pupil_share, out=np.ones_like(resource_share), where=held & (pupil_share > 0))
    return np.asarray(resource_share * np.log(ratio))


def coefficients(values: Floats, pupils: Floats) -> Floats:
    """Pupil-weighted population coefficient of variation of every row of (r, n) values and pupils."""
    share = pupils / pupils.sum(axis=1, keepdims=True)
    mean = (share * values).sum(axis=1)
    variance = (share * (values - mean[:, None]) ** 2).sum(axis=1)
    return np.asarray(np.sqrt(variance) / mean)
