"""Guards for durations, and who was still there when."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from edubalance import rounding
from edubalance.measures._arrays import BoolArray, FloatArray, IntArray, nonnegative, numbers, refuse_where, same_length


def spells_of(durations: npt.ArrayLike, observed: npt.ArrayLike) -> tuple[FloatArray, BoolArray]:
    """Turn durations and marks of leaving into arrays of equal length."""
    lengths, marks = rounding.significant(nonnegative(durations, "durations")), numbers(observed, "observed")
    same_length(lengths.size, marks.size, "durations", "observed")
    refuse_where(
        (marks != 0) & (marks != 1),
        "observed must be 1 where somebody left and 0 where they were still there",
        "other",
        "Code retirement, death and transfer by what the question counts as leaving.",
    )
    left: BoolArray = marks == 1
    return lengths, left


def entries_of(entries: npt.ArrayLike | None, lengths: FloatArray) -> FloatArray:
    """Turn the times from which people were seen into an array; without them all were seen from their beginning."""
    if entries is None:
        return np.full(lengths.size, -np.inf)
    starts = rounding.significant(nonnegative(entries, "entries"))
    same_length(lengths.size, starts.size, "durations", "entries")
    refuse_where(
        starts >= lengths,
        "entries must lie before durations",
        "other",
        "Leave out who was never seen: nothing is known of when they would have left.",
    )
    return starts


def at_risk_at(starts: FloatArray, lengths: FloatArray, times: FloatArray) -> IntArray:
    """Count for each time those who were seen from before until then at least."""
    gone = np.searchsorted(np.sort(lengths), times, side="left")
    not_yet = starts.size - np.searchsorted(np.sort(starts), times, side="left")
    return (lengths.size - gone - not_yet).astype(np.intp)
