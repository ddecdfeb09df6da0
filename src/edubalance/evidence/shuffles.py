"""Shuffles of a county's labels: whole schools change places, among those that teach the same levels."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from edubalance.evidence.material import REPLICATES, Material
from edubalance.measures.permutation import p_value, within_strata
from edubalance.measures.shuffled import (
    Labels,
    between_shares,
    coefficients,
    group_sums,
    mean_gaps,
    studentised_gaps,
    within_variance_shares,
)

Floats = npt.NDArray[np.float64]

__all__ = [
    "Floats",
    "Gap",
    "Labels",
    "between_shares",
    "coefficients",
    "gap_of",
    "group_sums",
    "mean_gaps",
    "of_schools",
    "p_value",
    "random_signs",
    "school_codes",
    "school_gaps",
    "studentised_gaps",
    "within_strata",
    "within_variance_shares",
]


class Gap(NamedTuple):
    """A difference of means as observed, and over its standard error as observed and shuffled."""

    value: float
    statistics: Floats


def of_schools(frame: pd.DataFrame, labels: Labels, material: Material) -> Labels:
    """
    Shuffle a label of the school among the schools that teach the same levels.

    The two sections of an integrated school lie in one place and share its resources: they keep one label.

    Parameters
    ----------
    frame : DataFrame
        One row a section, with ``school_id`` and ``level``.
    labels : ndarray of int, shape (n,)
        Code of each row's label, the same for the rows of a school.
    material : Material
        Its generator is the source of randomness.

    Returns
    -------
    ndarray of int, shape (REPLICATES + 1, n)
        The labels as observed in row 0, the shuffles below.
    """
    schools = school_codes(frame)
    first = np.unique(schools, return_index=True)[1]
    taught = frame.groupby(schools)["level"].agg(lambda levels: " ".join(sorted(levels)))
    strata = pd.factorize(taught)[0].astype(np.int64)
    return within_strata(labels[first], strata, material.rng, REPLICATES)[:, schools]


def school_gaps(frame: pd.DataFrame, inside: Labels, values: Floats, weights: Floats, material: Material) -> Gap:
    """
    Compare rows inside with the others as observed, then with the label shuffled among schools.

    Parameters
    ----------
    frame : DataFrame
        One row a section, with ``school_id`` and ``level``.
    inside : ndarray of int, shape (n,)
        1 for the rows of the one side, 0 for the others.
    values, weights : ndarray, shape (n,)
        Values and non-negative weights.
    material : Material
        Its generator is the source of randomness.

    Returns
    -------
    Gap
        Mean inside less mean outside; the same over its standard error between schools, the observed one first. A
        plain gap of few small schools would be found too often (`measures.shuffled.studentised_gaps`).
    """
    drawn = of_schools(frame, inside, material)
    return gap_of(drawn, values.astype(np.float64), weights.astype(np.float64), school_codes(frame))


def gap_of(drawn: Labels, values: Floats, weights: Floats, schools: Labels | None = None) -> Gap:
    """Compare the rows labelled 1 with the others, for every labelling, the observed one first."""
    plain = mean_gaps(drawn[:1], 1, values, weights)
    return Gap(float(plain[0]), studentised_gaps(drawn, 1, values, weights, schools))


def random_signs(number: int, material: Material) -> Floats:
    """
    Flip signs at random: the years of a school swapped, a move the other way round, an answer past the middle.

    Parameters
    ----------
    number : int
        How many signs, one a school.
    material : Material
        Its generator is the source of randomness.

    Returns
    -------
    ndarray of float, shape (REPLICATES + 1, number)
        Ones in row 0, as observed; 1 and -1 below.
    """
    signs = material.rng.choice([-1.0, 1.0], size=(REPLICATES + 1, number))
    signs[0] = 1.0
    return signs


def school_codes(frame: pd.DataFrame) -> Labels:
    """Number the schools that the rows belong to."""
    return np.asarray(pd.factorize(frame["school_id"])[0], dtype=np.int64)
