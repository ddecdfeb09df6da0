"""Guards for durations, and who was still there when."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from edubalance.measures._arrays import BoolArray, FloatArray, IntArray, nonnegative, numbers, refuse_where, same_length


def spells_of(durations: npt.ArrayLike, observed: npt.ArrayLike) -> tuple[FloatArray, BoolArray]:
    """Turn durations and marks of leaving into arrays of equal length."""
    lengths, marks = nonnegative(durations, "durations"), numbers(observed, "observed")
    same_length(lengths.size, marks.size, "durations", "observed")
    refuse_where(
        (marks != 0) & (marks != 1),
        "observed must be 1 where somebody left and 0 where they were still there",
        "other",
        "Code retirement, death and transfer by what the question counts as leaving.",
    )
    left: BoolArray = marks == 1
    return lengths, left


def still_there(lengths: FloatArray, times: FloatArray) -> IntArray:
    """Count for each time those who were seen until then at least."""
    return (lengths.size - np.searchsorted(np.sort(lengths), times, side="left")).astype(np.intp)
