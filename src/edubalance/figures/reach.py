"""Intervals that reach far: the axis keeps to the marks, and an arrow says that a line goes on."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

# Of very few schools a bound may lie at many times the estimate; drawn in full, it would press all marks together.
TIMES = 2.5


def furthest(*shown: npt.ArrayLike) -> float:
    """
    Say how far to the right an axis goes for the sake of an interval.

    Parameters
    ----------
    *shown : array_like
        What must be seen: marks and limits, none negative.

    Returns
    -------
    float
        `TIMES` the largest of them; infinite where there is none.

    Examples
    --------
    >>> furthest([0.2, 0.4], [0.5])
    1.25
    """
    largest = max((float(np.nanmax(each)) for each in map(np.asarray, shown) if not np.isnan(each).all()), default=0.0)
    return TIMES * largest if largest > 0 else float("inf")


def cut(ax: Axes, right: float, high: npt.ArrayLike, heights: npt.ArrayLike, colour: str) -> None:
    """
    End the axis, and put an arrow where an interval goes on beyond it.

    Parameters
    ----------
    ax : Axes
        With the intervals drawn.
    right : float
        As `furthest` gives it.
    high, heights : array_like
        Upper bounds, and where their lines are.
    colour : str
        Of the lines.
    """
    beyond = np.asarray(high, dtype=float) > right
    if beyond.any():
        ax.set_xlim(right=right)
        ends = np.full(int(beyond.sum()), right)
        ax.plot(ends, np.asarray(heights)[beyond], ">", color=colour, markersize=4, clip_on=False, zorder=4)
