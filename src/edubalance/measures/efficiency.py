"""Efficiency: what units make of their resources, against the frontier that the best of them span."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edubalance.measures._arrays import BoolArray, FloatArray
from edubalance.measures._frontier import (
    ORIENTATIONS,
    RETURNS,
    TOLERANCE,
    Units,
    check_model,
    distances_to,
    mixtures,
    units_of,
)
from edubalance.measures.efficiency_bootstrap import EfficiencyIntervals, bootstrap_dea

__all__ = [
    "ORIENTATIONS",
    "RETURNS",
    "Efficiency",
    "EfficiencyIntervals",
    "ScaleEfficiency",
    "bootstrap_dea",
    "dea",
    "scale_efficiency",
]


@dataclass(frozen=True)
class Efficiency:
    """
    Efficiency of n units with m inputs and s outputs, and how it came about.

    Attributes
    ----------
    scores : ndarray of float, shape (n,)
        From above 0 to 1. Of the inputs, or the inverse of the factor by which all outputs could grow.
    lambdas : ndarray of float, shape (n, n)
        Row by row the mixture of units against which a unit is held; ``lambdas @ inputs`` is what the mixture uses.
    input_slacks : ndarray of float, shape (n, m)
        What the mixture uses less, beyond the proportional shrinking of inputs; in their units.
    output_slacks : ndarray of float, shape (n, s)
        What the mixture produces more, beyond the proportional growth of outputs; in their units.
    returns : str
        Assumption on returns to scale.
    orientation : str
        What shrinks or grows in proportion.
    """

    scores: FloatArray
    lambdas: FloatArray
    input_slacks: FloatArray
    output_slacks: FloatArray
    returns: str
    orientation: str

    @property
    def efficient(self) -> BoolArray:
        """Mark units that are on the frontier and could not do with less of any input, or more of any output."""
        slack = self.input_slacks.any(axis=1) | self.output_slacks.any(axis=1)
        efficient: BoolArray = (self.scores >= 1 - TOLERANCE) & ~slack
        return efficient

    @property
    def peers(self) -> tuple[tuple[int, ...], ...]:
        """List for each unit the positions of the units in its mixture."""
        return tuple(tuple(np.flatnonzero(mixture).tolist()) for mixture in self.lambdas)


@dataclass(frozen=True)
class ScaleEfficiency:
    """
    What units lose by their size.

    Attributes
    ----------
    scores : ndarray of float, shape (n,)
        Score under constant returns over the score under variable returns, from above 0 to 1.
    constant, variable : ndarray of float, shape (n,)
        These two scores.
    returns : tuple of str
        ``constant`` at the best size; ``increasing`` where a unit is too small, ``decreasing`` where it is too large.
    """

    scores: FloatArray
    constant: FloatArray
    variable: FloatArray
    returns: tuple[str, ...]


def dea(
    inputs: npt.ArrayLike, outputs: npt.ArrayLike, *, returns: str = "constant", orientation: str = "input"
) -> Efficiency:
    r"""
    Compute efficiency by data envelopment analysis.

    A unit is held against the mixture of all units that does best where the unit is. Scores are relative: a frontier
    spanned by wasteful units makes the others look well, and few units with many columns make most look efficient. An
    interval is given by `bootstrap_dea`.

    Parameters
    ----------
    inputs : array_like, shape (n, m) or (n,)
        What each unit uses, of which less is better: teachers, floor area, expenditure.
    outputs : array_like, shape (n, s) or (n,)
        What each unit produces, of which more is better: graduates, pupils taught.
    returns : {"constant", "variable", "nonincreasing"}
        Whether a unit is held against units of any size, or against mixtures of about its own size.
    orientation : {"input", "output"}
        Ask how little input would do, or how much output could be had.

    Returns
    -------
    Efficiency
        Scores from 0 to 1 in either orientation, mixtures and slacks.

    Raises
    ------
    MeasureError
        If lengths differ, values are missing or negative, a unit has no input or no output at all, a column is zero
        everywhere, an option is unknown, or the solver fails.

    See Also
    --------
    bootstrap_dea : Intervals of the scores.
    scale_efficiency : What units lose by their size.

    Notes
    -----
    In input orientation, for each unit o,

    .. math:: \min_{\theta, \lambda \ge 0} \theta \quad \text{with} \quad
       \sum_j \lambda_j x_j \le \theta x_o, \quad \sum_j \lambda_j y_j \ge y_o,

    under variable returns with :math:`\sum_j \lambda_j = 1`, under nonincreasing returns with a sum of at most 1. In
    output orientation :math:`\phi` is maximised with :math:`\sum_j \lambda_j x_j \le x_o` and
    :math:`\sum_j \lambda_j y_j \ge \phi y_o`; the score is :math:`1 / \phi`. A second stage holds the factor and
    maximises the sum of slacks, each as a share of the largest amount in its column, so that it does not depend on
    units either. Several mixtures may do equally well: scores are unique, mixtures need not be. Weights, and slacks
    as shares, below 1e-7 are rounding and set to 0.

    References
    ----------
    .. [1] Charnes, A., Cooper, W. W. and Rhodes, E. (1978). Measuring the efficiency of decision making units.
       European Journal of Operational Research 2, 429-444.
    .. [2] Banker, R. D., Charnes, A. and Cooper, W. W. (1984). Some models for estimating technical and scale
       inefficiencies in data envelopment analysis. Management Science 30, 1078-1092.

    Examples
    --------
    Pupils per teacher are 20, 10 and 16: the first school is the frontier.

    >>> schools = dea([10, 10, 25], [200, 100, 400])
    >>> schools.scores.round(6).tolist(), schools.peers
    ([1.0, 0.5, 0.8], ((0,), (0,), (0,)))

    Held against its own size only, the largest school is on the frontier too.

    >>> dea([10, 10, 25], [200, 100, 400], returns="variable").scores.round(6).tolist()
    [1.0, 1.0, 1.0]
    """
    check_model(returns, orientation)
    units = units_of(inputs, outputs)
    scores = _scores(units, returns, orientation)
    targets = units.scaled(scores, orientation)
    weights = mixtures(units, targets, returns)
    return Efficiency(
        scores,
        np.where(weights < TOLERANCE, 0, weights),
        _slacks(targets.inputs - weights @ units.inputs, units.inputs),
        _slacks(weights @ units.outputs - targets.outputs, units.outputs),
        returns,
        orientation,
    )


def scale_efficiency(inputs: npt.ArrayLike, outputs: npt.ArrayLike, *, orientation: str = "input") -> ScaleEfficiency:
    r"""
    Compute what units lose by being too small or too large.

    Parameters
    ----------
    inputs : array_like, shape (n, m) or (n,)
        What each unit uses.
    outputs : array_like, shape (n, s) or (n,)
        What each unit produces.
    orientation : {"input", "output"}
        As in `dea`.

    Returns
    -------
    ScaleEfficiency
        Scores, and which way each unit deviates from the best size.

    Raises
    ------
    MeasureError
        As `dea`.

    Notes
    -----
    The score under constant returns over the score under variable returns. Where they differ, a third score, under
    nonincreasing returns, tells the side: it equals the one under constant returns where a unit is too small.

    References
    ----------
    .. [1] Färe, R., Grosskopf, S. and Lovell, C. A. K. (1985). The Measurement of Efficiency of Production. Boston:
       Kluwer-Nijhoff.

    Examples
    --------
    One teacher for 10 pupils, two for 30, six for 60: the best size is the middle one.

    >>> schools = scale_efficiency([1, 2, 6], [10, 30, 60])
    >>> schools.scores.round(4).tolist(), schools.returns
    ([0.6667, 1.0, 0.6667], ('increasing', 'constant', 'decreasing'))
    """
    check_model("constant", orientation)
    units = units_of(inputs, outputs)
    constant, variable, nonincreasing = (_scores(units, returns, orientation) for returns in RETURNS)
    at_best = constant >= variable - TOLERANCE
    too_small = nonincreasing <= constant + TOLERANCE
    side = np.where(at_best, "constant", np.where(too_small, "increasing", "decreasing"))
    return ScaleEfficiency(np.minimum(constant / variable, 1), constant, variable, tuple(side.tolist()))


def _scores(units: Units, returns: str, orientation: str) -> FloatArray:
    """Compute scores from 0 to 1 and hold rounding to that."""
    scores: FloatArray = np.minimum(1 / distances_to(units, units, returns, orientation), 1)
    return scores


def _slacks(difference: FloatArray, amounts: FloatArray) -> FloatArray:
    """Set differences to 0 that are rounding."""
    slacks: FloatArray = np.where(difference < TOLERANCE * amounts.max(axis=0), 0, difference)
    return slacks
