"""Schools and classes against what they may hold at most."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from edubalance import wording
from edubalance.figures import frames, labels, style

Names = Mapping[str, str] | None


@style.context()
def against_limits(frame: pd.DataFrame, ax: Axes, *, lang: str = "en", names: Names = None) -> Axes:
    """
    Draw each school or section as a multiple of its limit, one row a condition; right of the line it is too large.

    Parameters
    ----------
    frame : DataFrame with columns ``condition``, ``area``, ``value``, ``threshold``
        One row a school or section and condition, as from `assessment.requirements.by_school`; the conditions ask
        for at most the threshold. A missing value is not drawn; the row's name says how many there are.
    ax : Axes
        Where to draw.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of the conditions to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "condition", "area", "value", "threshold")
    conditions, areas = frames.in_order(frame, "condition"), frames.in_order(frame, "area", style.AREAS)
    multiple = (frame["value"] / frame["threshold"]).astype(float)
    rows = frame["condition"].astype(str).map(conditions.index).to_numpy(dtype=float)
    for position, area in enumerate(areas):
        here = (frame["area"] == area).to_numpy(dtype=bool) & np.isfinite(multiple.to_numpy())
        look: dict[str, Any] = {"color": style.colour(area, position), "marker": style.marker(area, position)}
        height = rows[here] + (position - (len(areas) - 1) / 2) * 0.24
        ax.scatter(multiple[here], height, s=20, alpha=0.65, linewidths=0, label=labels.label(area, lang), **look)
    ax.axvline(1, color=style.INK, linewidth=1.2, linestyle="--", zorder=1, label=wording.word("term.limit", lang))
    held = {condition: multiple[(frame["condition"] == condition).to_numpy()] for condition in conditions}
    style.rows(ax, [labels.counted(labels.label(name, lang, names), held[name], lang) for name in conditions])
    ax.set_xlim(left=0)
    ax.set_xlabel(wording.word("term.multiple_of_limit", lang))
    style.legend(ax, ncols=4)
    return ax
