"""The scales of the survey: how reliable they are, what their items load on, and how groups differ on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from edubalance import rounding, wording
from edubalance.errors import EdubalanceError
from edubalance.figures import frames, labels, style, survey_names

Names = Mapping[str, str] | None
# A custom, not a law: Nunnally (1978), Psychometric Theory, 2nd edition, page 245, for early research.
USUAL = 0.7
LETTERS_OF_A_ROW = 26
EFFECTS = ("g", "delta")


@style.context()
def scale_reliability(
    frame: pd.DataFrame, ax: Axes, *, mark: float | None = USUAL, lang: str = "en", names: Names = None
) -> Axes:
    """
    Draw the reliability of each scale: alpha with its interval, and omega.

    Parameters
    ----------
    frame : DataFrame with columns ``group``, ``construct``, ``alpha``, ``low``, ``high``, ``omega``, ``used``
        One row a group of respondents and construct, as from `evidence.survey_scales.consistency`. A coefficient that
        is not defined is not drawn.
    ax : Axes
        Where to draw.
    mark : float, optional
        A customary mark to draw; none if None.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of groups and constructs to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "group", "construct", "alpha", "low", "high", "omega", "used")
    frames.refuse_repeats(frame, "group", "construct")
    rows = np.arange(len(frame))
    ax.hlines(rows, frame["low"], frame["high"], color=style.BLUE, linewidth=2.0, zorder=3)
    ax.plot(frame["alpha"], rows, linestyle="", marker="o", color=style.BLUE, markersize=7, zorder=4)
    hollow: dict[str, Any] = {"marker": "D", "color": style.RED, "markerfacecolor": "none", "markersize": 7}
    ax.plot(frame["omega"], rows, linestyle="", zorder=5, **hollow)
    if mark is not None:
        ax.axvline(mark, color=style.INK, linewidth=1.2, linestyle="--", zorder=2)
    pairs = zip(frame["group"], frame["construct"], frame["used"], strict=True)
    style.rows(ax, [_scale(str(group), str(construct), used, lang, names) for group, construct, used in pairs], 30)
    least = np.nanmin(frame[["low", "omega"]].to_numpy(dtype=float), initial=1.0 if mark is None else mark)
    ax.set_xlim(max(float(least) - 0.05, -1.0), 1.01)
    ax.set_xlabel(wording.word("survey.reliability", lang))
    handles = [
        Line2D([], [], color=style.BLUE, marker="o", linewidth=2.0, label=wording.word("survey.alpha", lang)),
        Line2D([], [], linestyle="", label=wording.word("survey.omega", lang), **hollow),
    ]
    usual: dict[str, Any] = {"color": style.INK, "linestyle": "--", "linewidth": 1.2}
    if mark is not None:
        handles.append(Line2D([], [], label=wording.word("survey.usual_mark", lang), **usual))
    style.legend(ax, ncols=3, handles=handles)
    return ax


def _scale(group: str, construct: str, used: float, lang: str, names: Names) -> str:
    """Name a scale by who was asked for what, and how many count."""
    called = (survey_names.respondents(group, lang, names), survey_names.construct(construct, lang, names))
    return wording.with_unit(
        " · ".join(called), f"n\u00a0=\u00a0{rounding.text(used, '.0f')}" if np.isfinite(used) else "", lang
    )


@style.context()
def factor_loadings(frame: pd.DataFrame, ax: Axes, *, lang: str = "en", names: Names = None) -> Axes:
    """
    Draw what each item loads on, one column a factor; a frame marks the factor that its construct is meant to be.

    Parameters
    ----------
    frame : DataFrame with columns ``group``, ``item``, ``construct``, ``factor``, ``meant``, ``loading``
        One group of respondents; one row an item and factor, as from `evidence.survey_validity.loadings`.
    ax : Axes
        Where to draw.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of items and constructs to print.

    Returns
    -------
    Axes
        The `ax` passed in.
    """
    frames.require(frame, "group", "item", "construct", "factor", "meant", "loading")
    frames.refuse_repeats(frame, "item", "factor")
    group, items = frames.only(frame, "group"), frames.in_order(frame, "item")
    factors = sorted(frame["factor"].unique())
    columns = ["item", "construct", "factor", "meant", "loading"]
    for item, construct, factor, meant, loading in frame[columns].itertuples(index=False, name=None):
        x, y = factors.index(factor), items.index(item)
        colour = style.heat(min(abs(loading), 1.0))
        ax.add_patch(Rectangle((x - 0.46, y - 0.44), 0.92, 0.88, facecolor=colour))
        if construct == meant:
            ax.add_patch(Rectangle((x - 0.46, y - 0.44), 0.92, 0.88, fill=False, edgecolor=style.INK, linewidth=1.8))
        ink = "white" if sum(colour[:3]) < 1.5 else style.INK
        ax.text(x, y, rounding.text(loading, ".2f").replace("-", "−"), ha="center", va="center", color=ink)
    style.rows(ax, [survey_names.item(group, item, lang, names) for item in items], LETTERS_OF_A_ROW)
    ax.grid(visible=False)
    ax.set_xlim(-0.55, len(factors) - 0.45)
    meant_by = frame.drop_duplicates("factor").set_index("factor")["meant"]
    called = [labels.wrap(survey_names.construct(str(meant_by[each]), lang, names), 16) for each in factors]
    ax.set_xticks(range(len(factors)), called, rotation=35, ha="right", rotation_mode="anchor")
    ax.tick_params(axis="x", length=0)
    ax.set_xlabel(labels.wrap(wording.word("survey.loading", lang), 30))
    return ax


@style.context()
def group_effects(
    frame: pd.DataFrame,
    ax: Axes,
    *,
    effect: str = "g",
    alpha: float = 0.05,
    reach: float = 0.0,
    lang: str = "en",
    names: Names = None,
) -> Axes:
    """
    Draw how far every two groups stand apart, one row a comparison; a full mark holds up against all comparisons.

    Parameters
    ----------
    frame : DataFrame with columns ``construct``, ``first``, ``second``, `effect`, its bounds, and ``holm``
        One row a comparison, as from `evidence.survey_groups.differences`. A comparison that could not be made is not
        drawn; its row says so.
    ax : Axes
        Where to draw.
    effect : {"g", "delta"}
        Hedges' g, in standard deviations, or Cliff's delta, in pairs.
    alpha : float
        Level that Holm's adjusted p is held against.
    reach : float
        How far the axis runs to both sides of 0 at least, so that small differences look small.
    lang : str
        ``"en"`` or ``"zh"``.
    names : mapping of str to str, optional
        Names of constructs and groups to print.

    Returns
    -------
    Axes
        The `ax` passed in.

    Raises
    ------
    EdubalanceError
        If the effect is neither of these.
    """
    if effect not in EFFECTS:
        raise EdubalanceError(f"The effect must be one of {', '.join(EFFECTS)}; got {effect!r}.")
    frames.require(frame, "construct", "first", "second", effect, f"{effect}_low", f"{effect}_high", "holm")
    frames.refuse_repeats(frame, *[name for name in ("group", "construct", "first", "second") if name in frame])
    rows, low, high = np.arange(len(frame)), frame[f"{effect}_low"], frame[f"{effect}_high"]
    ax.axvline(0, color=style.INK, linewidth=1.2, zorder=1)
    ax.hlines(rows, low, high, color=style.BLUE, linewidth=1.8, zorder=2)
    clear = (frame["holm"] <= rounding.reachable(alpha, "<=")).to_numpy(dtype=bool)
    looks: dict[bool, dict[str, Any]] = {
        True: {"markerfacecolor": style.BLUE, "label": wording.word("survey.holds_up", lang)},
        False: {"markerfacecolor": "white", "label": wording.word("survey.may_be_chance", lang)},
    }
    common: dict[str, Any] = {"linestyle": "", "marker": "o", "color": style.BLUE, "markersize": 7, "zorder": 3}
    for kind, look in looks.items():
        ax.plot(frame[effect].where(clear == kind), rows, **common, **look)
    style.rows(ax, [_comparison(row, effect, lang, names) for row in frame.to_dict("records")], 30)
    widest = 1.06 * float(np.nanmax(np.abs(pd.concat([low, high]).to_numpy(dtype=float)), initial=reach))
    ax.set_xlim(-widest, widest)
    ax.set_xlabel(labels.wrap(wording.word(f"survey.{effect}", lang), 26))
    style.legend(ax, ncols=2)
    return ax


def _comparison(row: Mapping[Any, Any], effect: str, lang: str, names: Names) -> str:
    """Name a comparison by its construct and both groups; say where it could not be made."""
    pair = [survey_names.respondents(str(row[name]), lang, names) for name in ("first", "second")]
    undefined = "" if np.isfinite(float(row[effect])) else wording.word("state.missing", lang)
    colon = "：" if lang == "zh" else ": "
    construct = survey_names.construct(str(row["construct"]), lang, names)
    return wording.with_unit(f"{construct}{colon}{' − '.join(pair)}", undefined, lang)
