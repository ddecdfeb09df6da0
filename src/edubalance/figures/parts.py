"""What a whole is made of, group by group."""

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
def composition(
    frame: pd.DataFrame, ax: Axes, *, quantity: str, unit: str = "", lang: str = "en", names: Names = None
) -> Axes:
    """
    Draw parts end to end, one bar a group.

    Parameters
    ----------
    frame : DataFrame with columns ``group``, ``part``, ``value``
        One row a group and part, in the order to draw; values that add up to something: shares of classes, teachers
        per 100 pupils. Drawn if there: ``threshold``, what the whole bar has to reach, one for all groups. A missing
        value is left out and counted in the group's name.
    ax : Axes
        Where to draw.
    quantity, unit : str
        What the values are, and their unit, in the language asked for.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of groups and parts to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "group", "part", "value")
    frames.refuse_repeats(frame, "group", "part")
    groups, parts = frames.in_order(frame, "group", style.AREAS), frames.in_order(frame, "part")
    start = np.zeros(len(groups))
    for position, part in enumerate(parts):
        values = frame[frame["part"] == part].set_index("group")["value"].astype(float).reindex(groups)
        look: dict[str, Any] = {
            "color": style.PALETTE[position % 4],
            "hatch": style.HATCHES[(position + position // 4) % 4],
        }
        name = labels.label(part, lang, names)
        ax.barh(range(len(groups)), values, 0.62, left=start, edgecolor="white", label=name, **look)
        start = start + values.fillna(0).to_numpy()
    for number, limit in enumerate(frames.distinct(frame["threshold"]) if "threshold" in frame.columns else []):
        name = wording.word("term.threshold", lang) if number == 0 else "_"
        ax.axvline(limit, color=style.INK, linewidth=1.2, label=name)
    held = {group: frame.loc[frame["group"] == group, "value"] for group in groups}
    style.rows(ax, [labels.counted(labels.label(group, lang, names), held[group], lang) for group in groups])
    ax.set_xlim(left=0)
    ax.set_xlabel(labels.wrap(wording.with_unit(quantity, unit, lang), 34))
    style.legend(ax, ncols=3)
    return ax
