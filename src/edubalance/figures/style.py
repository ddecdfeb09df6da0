"""How figures look: font, colours, markers, and the stamp that says what the data are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.resources import as_file, files
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib import colormaps, font_manager, rcsetup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import blended_transform_factory

from edubalance import rounding, wording
from edubalance.figures import labels

FAMILY = ["DejaVu Sans", "Edubalance Sans SC"]
WIDTH = 4.7  # inches: printed 8 cm wide, letters of 10.5 points are still 7 points high
FONT_SIZE = 10.5
AROUND_ROWS = 1.4  # inches above and below the rows of a row chart: legend, axis, stamp

# The first five only: of the others, most are too pale on white.
PALETTE: tuple[str, ...] = tuple(sns.color_palette("colorblind", 5).as_hex())
BLUE, ORANGE, GREEN, RED, PURPLE = PALETTE
INK, GREY, PALE = "#222222", "#767676", "#d0d0d0"
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
HATCHES = ("", "///", "...", "xxx")
PATTERNS: tuple[Any, ...] = ("", (5, 2), (1, 1.5), (6, 2, 1, 2))  # as seaborn writes them
DASHES: tuple[Any, ...] = tuple((0, pattern) if pattern else "-" for pattern in PATTERNS)  # as Matplotlib does

AREAS = ("urban", "town", "rural")
COLOURS = {
    "urban": BLUE,
    "town": ORANGE,
    "rural": GREEN,
    "primary": BLUE,
    "junior": RED,
    "described": BLUE,
    "balanced": ORANGE,
}
SHAPES = {
    "urban": "o",
    "town": "s",
    "rural": "^",
    "primary": "o",
    "junior": "D",
    "described": "o",
    "balanced": "s",
}
# Light to dark and with a symbol each, so that they differ in grey print too.
STATE_COLOURS = {"met": "#bfdcee", "floor": "#efb23e", "below": "#b5460f", "missing": "#ffffff"}
STATE_MARKERS = {"met": "", "floor": "_", "below": "x", "missing": "$?$"}
VERDICT_COLOURS = {"met": "#bfdcee", "not_met": "#b5460f", "undetermined": "#ffffff"}
VERDICT_SYMBOLS = {"met": "✓", "not_met": "✗", "undetermined": "?"}
HEAT = "cividis_r"

# Settings of programs and windows, which change no picture.
_OUTSIDE = (
    "backend",
    "backend_fallback",
    "interactive",
    "toolbar",
    "tk.",
    "webagg.",
    "savefig.directory",
    "docstring.",
)

# Matplotlib's defaults and seaborn's settings below ours: nothing that the reader's session or files have set shines
# through. Lines are drawn point by point, since which points may be left out hangs on the last bits of the others.
SETTINGS: Any = {
    **{name: value for name, value in mpl.rcParamsDefault.items() if not name.startswith(_OUTSIDE)},
    **sns.plotting_context("paper"),
    **sns.axes_style("ticks"),
    "font.family": FAMILY,
    "font.size": FONT_SIZE,
    "axes.titlesize": FONT_SIZE + 1,
    "axes.labelsize": FONT_SIZE,
    "xtick.labelsize": FONT_SIZE,
    "ytick.labelsize": FONT_SIZE,
    "legend.fontsize": FONT_SIZE,
    "legend.frameon": False,
    "legend.handlelength": 1.3,
    "legend.handletextpad": 0.5,
    "legend.columnspacing": 0.9,
    "figure.dpi": 110,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.prop_cycle": rcsetup.cycler(color=PALETTE),
    "grid.color": "#e6e6e6",
    "grid.linewidth": 0.7,
    "hatch.linewidth": 0.7,
    "lines.linewidth": 1.6,
    "lines.markersize": 5.5,
    "path.simplify": False,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "savefig.dpi": 110,
    "savefig.facecolor": "white",
    "savefig.transparent": False,
    "svg.fonttype": "path",
    "svg.hashsalt": "edubalance",
}


def _register() -> None:
    """Make the package's own font known to Matplotlib."""
    font = files("edubalance.figures").joinpath("fonts", "NotoSansSC-subset.otf")
    with as_file(font) as path:
        font_manager.fontManager.addfont(path)


_register()


def heat(value: float) -> tuple[float, float, float, float]:
    """
    Return the colour of a value on the scale of heat maps.

    Parameters
    ----------
    value : float
        From 0 to 1.

    Returns
    -------
    tuple of float
        Red, green, blue and opacity. The scale has steps; a value on the edge of one gets the same colour whatever its
        last digits are.

    Examples
    --------
    >>> heat(0.625) == heat(0.6249999999999999)
    True
    """
    red, green, blue, opacity = colormaps[HEAT](float(rounding.significant(value)))
    return red, green, blue, opacity


def shades(table: pd.DataFrame) -> pd.DataFrame:
    """Round the values of a heat map to the digits that colours may depend on."""
    return pd.DataFrame(rounding.significant(table), index=table.index, columns=table.columns)


@contextmanager
def context() -> Iterator[None]:
    """
    Draw in the package's style inside a ``with`` block, or as a decorator; nothing stays set after it.

    Yields
    ------
    None
        Settings of the reader's session come back at the end.

    Examples
    --------
    >>> with context():
    ...     plt.rcParams["font.family"]
    ['DejaVu Sans', 'Edubalance Sans SC']
    """
    with mpl.rc_context(SETTINGS):
        yield


@context()
def figure(
    rows: int | None = None, *, ncols: int = 1, width: float | None = None, height: float = 3.6, row: float = 0.6
) -> tuple[Figure, Any]:
    """
    Open a figure in the package's style.

    Parameters
    ----------
    rows : int, optional
        Number of rows that a row chart will have; the height follows it.
    ncols : int
        Number of axes side by side.
    width, height : float
        Size in inches; the width is `WIDTH` a column.
    row : float
        Height of a row in inches: 0.6 holds a name of three lines, 0.35 one of a single line.

    Returns
    -------
    tuple of Figure and Axes
        With several columns, an array of axes.

    Examples
    --------
    >>> fig, ax = figure(rows=7)
    >>> [float(side) for side in fig.get_size_inches()]
    [4.7, 5.6]
    >>> plt.close(fig)
    """
    size = (width or WIDTH * ncols, height if rows is None else AROUND_ROWS + row * rows)
    fig, axes = plt.subplots(ncols=ncols, figsize=size, layout="constrained")
    return fig, axes


@context()
def stamp(fig: Figure, kind: str, lang: str, *, scenario: str = "described", level: str = "") -> Text:
    """
    Say on the face of a figure what kind of data it shows, and of which level if it is of one only.

    Parameters
    ----------
    fig : Figure
        Room for the line is made at its lower edge.
    kind : str
        ``"twin"``, ``"observed"``, ``"published"`` or ``"package"``.
    lang : str
        Language that comes first; the line holds both.
    scenario : str
        Scenario of a twin.
    level : str
        The one level that is drawn, told in the left corner.

    Returns
    -------
    Text
        The line on the kind of data.
    """
    if fig.get_layout_engine() is None:
        fig.set_layout_engine("constrained")
    line = 0.24 / fig.get_figheight()
    engine: Any = fig.get_layout_engine()
    engine.set(rect=(0, line, 1, 1 - line))
    words = wording.kind(kind, lang, scenario)
    if level:
        told = f"{wording.word('term.level', lang)}{': ' if lang == 'en' else '：'}{labels.label(level, lang)}"
        fig.text(0.01, 0.15 * line, told, ha="left", va="bottom")
    return fig.text(0.99, 0.15 * line, words, ha="right", va="bottom")


def colour(code: str, position: int) -> str:
    """Return the colour of a level, area or scenario; of another group, by its position."""
    return COLOURS.get(code, PALETTE[position % len(PALETTE)])


def marker(code: str, position: int) -> str:
    """Return the marker of a level, area or scenario; of another group, by its position."""
    return SHAPES.get(code, MARKERS[position % len(MARKERS)])


def hues(column: str, groups: Sequence[str]) -> dict[str, Any]:
    """Return the arguments with which seaborn gives each group of a column its colour; legends are ours."""
    palette = {code: colour(code, position) for position, code in enumerate(groups)}
    return {"hue": column, "hue_order": list(groups), "palette": palette, "legend": False}


def shapes(column: str, groups: Sequence[str]) -> dict[str, Any]:
    """Return the arguments with which seaborn gives each group of a column its marker."""
    markers = {code: marker(code, position) for position, code in enumerate(groups)}
    return {"style": column, "style_order": list(groups), "markers": markers}


def patterns(groups: Sequence[str]) -> dict[str, Any]:
    """Return the dashes of each group, as seaborn takes them."""
    return {code: PATTERNS[position % len(PATTERNS)] for position, code in enumerate(groups)}


def handles(
    groups: Sequence[str], lang: str, names: Mapping[str, str] | None = None, *, dashed: bool = False, **look: Any
) -> list[Line2D]:
    """Make the legend of groups from their colours, markers and, if asked for, dashes; `look` overrides them."""
    return [
        Line2D(
            [],
            [],
            label=labels.label(code, lang, names),
            linestyle=DASHES[position % len(DASHES)] if dashed else "",
            **{"color": colour(code, position), "marker": marker(code, position), **look},
        )
        for position, code in enumerate(groups)
    ]


def legend(ax: Axes, *, ncols: int = 3, **options: Any) -> None:
    """
    Put the legend above the axes, where it hides no data; none where nothing has a name.

    Parameters
    ----------
    ax : Axes
        Where to draw. Alone in its figure, its legend starts at the figure's edge, above the names of rows.
    ncols : int
        Columns of the legend; fewer if they do not fit.
    **options : Any
        Handed on to `Axes.legend`.
    """
    if not options.get("handles") and not ax.get_legend_handles_labels()[0]:
        return
    alone = len(ax.figure.axes) == 1
    across = blended_transform_factory(ax.figure.transFigure, ax.transAxes) if alone else ax.transAxes
    place = {"bbox_to_anchor": (0.01 if alone else 0, 1.0), "bbox_transform": across, "borderaxespad": 0.3}
    for columns in range(ncols, 0, -1):
        drawn = ax.legend(loc="lower left", ncols=columns, **place, **options)
        if drawn.get_window_extent().width < ax.figure.bbox.width * 0.98 / max(len(ax.figure.axes), 1):
            break


def rows(ax: Axes, names: list[str], columns: int = 19, *, middle: float = 0) -> None:
    """
    Name the rows of a row chart, the first one on top; no name takes more than three lines, or than its row holds.

    Parameters
    ----------
    ax : Axes
        Where the rows are drawn.
    names : list of str
        Their names.
    columns : int
        Letters of a line; more if a name would take a line too many.
    middle : float
        Height of the first row's middle: 0, or 0.5 where seaborn's heat map has drawn.
    """
    lines = _lines_of_a_row(ax, len(names))
    while any(labels.wrap(text, columns).count("\n") >= lines for text in names):
        columns += 1
    texts = [labels.wrap(text, columns) for text in names]
    ax.set_yticks(np.arange(len(names)) + middle, texts, rotation=0)
    ax.set_ylim(len(names) - 0.5 + middle, middle - 0.5)
    ax.tick_params(axis="y", length=0)
    ax.set_ylabel("")
    sns.despine(ax=ax, left=True)
    ax.grid(axis="x")


def _lines_of_a_row(ax: Axes, rows: int) -> int:
    """Return how many lines of text a row of a row chart holds: one to three."""
    height = (ax.figure.bbox.height / ax.figure.dpi - AROUND_ROWS) / rows
    return int(np.clip(height * 0.98 // (FONT_SIZE * 1.2 / 72), 1, 3))
