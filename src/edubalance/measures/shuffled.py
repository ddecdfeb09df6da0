"""Statistics of many shuffled labellings at once: one row a labelling, the observed one first by custom."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from edubalance.measures._arrays import FloatArray

Labels = npt.NDArray[np.int64]

# What differs by rounding only is equal.
_ROUNDING = 1e-12


def group_sums(labels: Labels, code: int, amounts: FloatArray) -> FloatArray:
    """
    Sum the amounts of the rows that carry a label, for every labelling.

    Parameters
    ----------
    labels : ndarray of int, shape (r, n)
        One labelling a row.
    code : int
        The label.
    amounts : ndarray of float, shape (n,)
        What is summed.

    Returns
    -------
    ndarray of float, shape (r,)
        0 where no row carries the label.

    Examples
    --------
    >>> group_sums(np.array([[1, 1, 0], [0, 1, 1]]), 1, np.array([1.0, 2.0, 4.0])).tolist()
    [3.0, 6.0]
    """
    return np.asarray((labels == code) @ amounts, dtype=np.float64)


def mean_gaps(labels: Labels, code: int, values: FloatArray, weights: FloatArray) -> FloatArray:
    """
    Subtract from the weighted mean of the rows that carry a label that of the others, for every labelling.

    Parameters
    ----------
    labels : ndarray of int, shape (r, n)
        One labelling a row.
    code : int
        The label.
    values, weights : ndarray of float, shape (n,)
        Values and non-negative weights.

    Returns
    -------
    ndarray of float, shape (r,)
        NaN where no row, or every row, carries the label.

    Examples
    --------
    Inside (1 · 2 + 3 · 4) / 4 = 3.5, outside 1.

    >>> mean_gaps(np.array([[1, 1, 0]]), 1, np.array([2.0, 4.0, 1.0]), np.array([1.0, 3.0, 9.0])).tolist()
    [2.5]
    """
    inside = group_sums(labels, code, weights)
    product = group_sums(labels, code, weights * values)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(product / inside - ((weights * values).sum() - product) / (weights.sum() - inside))


def studentised_gaps(
    labels: Labels,
    code: int,
    values: FloatArray,
    weights: FloatArray,
    clusters: Labels | None = None,
) -> FloatArray:
    r"""
    Divide the gap of `mean_gaps` by its standard error, for every labelling.

    Labels that are shuffled make all schools alike, in spread too. A plain gap of schools that are not (few small
    schools that differ much beside many large ones that do not) is then compared with gaps that vary less or more than
    it does, and shows something that is not there. Divided by its own standard error it does not.

    Parameters
    ----------
    labels : ndarray of int, shape (r, n)
        One labelling a row.
    code : int
        The label.
    values, weights : ndarray of float, shape (n,)
        Values and non-negative weights.
    clusters : ndarray of int, shape (n,), optional
        Number of each row's school, from 0, where the rows of a school carry one label; each row is a school unless
        given.

    Returns
    -------
    ndarray of float, shape (r,)
        Infinite where schools differ between the labels only; 0 where there is no gap; NaN where no row, or every row,
        carries the label. Where one school alone carries or lacks it, nothing is known of its spread: the plain gap.

    Notes
    -----
    With :math:`W_g` and mean :math:`m_g` of a group of :math:`k_g` schools, each of weight :math:`w_c` and product
    :math:`s_c = \sum_{i \in c} w_i x_i`, the squared standard error is

    .. math:: \sum_g \frac{k_g}{k_g - 1} \sum_{c \in g} \left(\frac{s_c - m_g w_c}{W_g}\right)^2 .

    References
    ----------
    .. [1] Janssen, A. (1997). Studentized permutation tests for non-i.i.d. hypotheses and the generalized
       Behrens-Fisher problem. Statistics & Probability Letters 36(1), 9-21.
    .. [2] Chung, E. and Romano, J. P. (2013). Exact and asymptotically robust permutation tests. Annals of Statistics
       41(2), 484-507.

    Examples
    --------
    Means 3 and 1, each of two schools that lie 1 away: variances 1 and 1.

    >>> studentised_gaps(np.array([[1, 1, 0, 0]]), 1, np.array([2.0, 4.0, 0.0, 2.0]), np.ones(4)).round(4).tolist()
    [1.4142]
    """
    if not values.size:
        return np.full(len(labels), np.nan)
    school = np.arange(values.size) if clusters is None else clusters
    many = int(school.max()) + 1
    first = np.unique(school, return_index=True)[1]
    weight, product = np.bincount(school, weights, many), np.bincount(school, weights * values, many)
    inside = labels[:, first] == code
    variance, means = np.zeros(len(labels)), []
    with np.errstate(invalid="ignore", divide="ignore"):
        for group in (inside, ~inside):
            counts, whole = group @ (weight > 0).astype(np.float64), group @ weight
            mean = (group @ product) / whole
            squares = ((group * (product - mean[:, np.newaxis] * weight)) ** 2).sum(axis=1)
            variance += counts / (counts - 1) * squares / whole**2
            means.append(mean)
        gap = means[0] - means[1]
        scale = _ROUNDING * float(np.abs(values).max())
        gap = np.where(np.abs(gap) <= scale, 0.0, gap)
        error = np.sqrt(variance)
        found = gap / np.where(error <= scale, 0.0, error)
    alone = (inside.sum(axis=1) == 1) | ((~inside).sum(axis=1) == 1)
    return np.asarray(np.where(alone | (gap == 0), gap, found))


def between_shares(labels: Labels, resources: FloatArray, pupils: FloatArray) -> FloatArray:
    r"""
    Compute the share of Theil's T that lies between the labels, for every labelling.

    Parameters
    ----------
    labels : ndarray of int, shape (r, n)
        One labelling a row; all of them use the labels of the first.
    resources, pupils : ndarray of float, shape (n,)
        Amounts (not per pupil) and pupils of each section.

    Returns
    -------
    ndarray of float, shape (r,)
        0 where all labels have the same mean; NaN where sections are all equal.

    See Also
    --------
    edubalance.measures.decomposition.decompose : The parts of every group, for one labelling.

    Notes
    -----
    With shares of resources :math:`s` and of pupils :math:`p`, the part between labels is
    :math:`\sum_g s_g \ln (s_g / p_g)`, and the total is the same sum over sections.

    Examples
    --------
    Groups equal inside hold everything between them; groups of one poor and one rich section hold nothing.

    >>> found = between_shares(np.array([[0, 0, 1, 1], [0, 1, 0, 1]]), np.array([1.0, 1, 3, 3]), np.ones(4))
    >>> found.round(12).tolist()
    [1.0, 0.0]
    """
    resource_share, pupil_share = resources / resources.sum(), pupils / pupils.sum()
    total = float(_relative_entropy(resource_share, pupil_share).sum())
    between = np.zeros(len(labels))
    for code in np.unique(labels[0]).tolist():
        between += _relative_entropy(group_sums(labels, code, resource_share), group_sums(labels, code, pupil_share))
    return between / total if total > 0 else np.full(len(labels), np.nan)


def _relative_entropy(resource_share: FloatArray, pupil_share: FloatArray) -> FloatArray:
    """Return ``s ln(s / p)`` of every unit; a unit without resources adds 0."""
    held = (resource_share > 0) & (pupil_share > 0)
    ratio = np.divide(resource_share, pupil_share, out=np.ones_like(resource_share), where=held)
    return np.asarray(resource_share * np.log(ratio))


def within_variance_shares(labels: Labels, values: FloatArray, weights: FloatArray) -> FloatArray:
    r"""
    Compute the share of the weighted variance that lies inside the labels, for every labelling.

    Parameters
    ----------
    labels : ndarray of int, shape (r, n)
        One labelling a row; all of them use the labels of the first.
    values, weights : ndarray of float, shape (n,)
        Values and non-negative weights.

    Returns
    -------
    ndarray of float, shape (r,)
        0 where rows of one label are all equal, 1 where all labels have the same mean; NaN where all rows are equal.

    Notes
    -----
    With weights :math:`w`, group sums :math:`W_g` and :math:`S_g = \sum_{i \in g} w_i x_i`, the variance between is
    :math:`\sum_g S_g^2 / W_g - S^2 / W`; what is left of the whole lies inside. The squared coefficient of variation
    divides both by the same squared mean, so that its shares are the same.

    Examples
    --------
    >>> found = within_variance_shares(np.array([[0, 0, 1, 1], [0, 1, 0, 1]]), np.array([1.0, 1, 3, 3]), np.ones(4))
    >>> found.tolist()
    [0.0, 1.0]
    """
    centred = values - (weights * values).sum() / weights.sum()
    total = float((weights * centred**2).sum())
    between = np.zeros(len(labels))
    for code in np.unique(labels[0]).tolist():
        weight, product = group_sums(labels, code, weights), group_sums(labels, code, weights * centred)
        between += np.divide(product**2, weight, out=np.zeros_like(product), where=weight > 0)
    return 1 - between / total if total > 0 else np.full(len(labels), np.nan)


def coefficients(values: FloatArray, pupils: FloatArray) -> FloatArray:
    """
    Compute the pupil-weighted population coefficient of variation of every row.

    Parameters
    ----------
    values, pupils : ndarray of float, shape (r, n)
        One county a row: where years are swapped, both change from row to row.

    Returns
    -------
    ndarray of float, shape (r,)
        The coefficients.

    See Also
    --------
    edubalance.measures.grouped.difference_coefficients : Where missing values and conventions matter.

    Examples
    --------
    >>> coefficients(np.array([[4.0, 6.0]]), np.array([[300.0, 300.0]])).round(12).tolist()
    [0.2]
    """
    share = pupils / pupils.sum(axis=1, keepdims=True)
    mean = (share * values).sum(axis=1)
    variance = (share * (values - mean[:, None]) ** 2).sum(axis=1)
    return np.asarray(np.sqrt(variance) / mean)
