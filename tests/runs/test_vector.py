"""SVG pictures are compared by what they draw."""

# ruff: noqa: E501 (a picture a line)

from __future__ import annotations

import base64
import io

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from edubalance.figures import style
from edubalance.runs import vector

HEAD = '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'


@pytest.fixture
def drifts(tmp_path):
    """Give a function that compares two texts of SVG, wrapped in a document."""

    def compare(before: str, after: str) -> list[str]:
        files = [tmp_path / name for name in ("before.svg", "after.svg")]
        for file, text in zip(files, (before, after), strict=True):
            file.write_text(text if text.startswith(("<?", "no")) else f"{HEAD}{text}</svg>", encoding="utf-8")
        return [str(drift) for drift in vector.compare("01.svg", *files)]

    return compare


def clipped(*ids: str) -> str:
    """Draw two lines, each with a clip path of its own."""
    first, second = ids
    return (
        f'<g id="line_1"><path d="M 1 2" clip-path="url(#{first})"/><path d="M 3 4" clip-path="url(#{second})"/></g>'
        f'<defs><clipPath id="{first}"/><clipPath id="{second}"/></defs>'
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param('<path d="M 1 2 L 3 4"/>', '<path d="M 1.0009 2 L 3 3.9991"/>', id="a path"),
        pytest.param('<rect x="1" width="2"/>', '<rect width="2.0005" x="1"/>', id="sides, in any order"),
        pytest.param('<g transform="translate(5 6) scale(0.1 -0.1)"/>', '<g transform="translate(5.001 6) scale(0.100001 -0.1)"/>', id="a shift"),
        pytest.param('<g style="stroke-width: 0.7; fill: #1f77b4"/>', '<g style="stroke-width: 0.7001; fill: #1f77b4"/>', id="a width"),
        pytest.param('<path d="M -0 1e-7"/>', '<path d="M 0 0"/>', id="noise about nought"),
        pytest.param(clipped("p0123456789", "pabcdef0123"), clipped("pffffffffff", "p0000000000"), id="ids of clip paths"),
        pytest.param('<defs><path id="C0_1_0123456789"/></defs><use xlink:href="#C0_1_0123456789"/>', '<defs><path id="C0_1_ffffffffff"/></defs><use xlink:href="#C0_1_ffffffffff"/>', id="members of a collection"),
        pytest.param('<pattern id="h0123456789"/><g style="fill: url(#h0123456789)"/>', '<pattern id="hffffffffff"/><g style="fill: url(#hffffffffff)"/>', id="a hatch"),
    ],
)  # fmt: skip
def test_what_draws_the_same_is_no_drift(drifts, before, after):
    assert drifts(before, after) == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param('<path id="a" d="M 1 2"/>', '<path id="a" d="M 1 2.002"/>', "a, path d: M 1 2 → M 1 2.002", id="a coordinate"),
        pytest.param('<path d="M 1 2"/>', '<path d="L 1 2"/>', "M 1 2 → L 1 2", id="a command"),
        pytest.param('<path d="M 1 2"/>', '<path d="M 1 2 3"/>', "M 1 2 → M 1 2 3", id="a number more"),
        pytest.param('<g transform="scale(0.1)"/>', '<g transform="scale(0.1005)"/>', "scale(0.1) → scale(0.1005)", id="a factor, though nearer than a length may be"),
        pytest.param('<g transform="scale(1)"/>', '<g transform="rotate(1)"/>', "scale(1) → rotate(1)", id="another transformation"),
        pytest.param('<g style="fill: #1f77b4"/>', '<g style="fill: #1f77b5"/>', "#1f77b4 → fill: #1f77b5", id="a colour"),
        pytest.param('<g style="fill: #111111"/>', '<g style="fill: #111112"/>', "#111111 → fill: #111112", id="a colour of digits alone"),
        pytest.param('<use xlink:href="#DejaVuSans-33"/>', '<use xlink:href="#DejaVuSans-38"/>', "#DejaVuSans-33 → #DejaVuSans-38", id="a digit's glyph"),
        pytest.param('<g id="text_1"/>', '<g id="text_2"/>', "text_1 → text_2", id="a name that means something"),
        pytest.param("<!-- 0.51 -->", "<!-- 0.52 -->", "0.51 → 0.52", id="the text that glyphs spell"),
        pytest.param("<title>met</title>", "<title>not met</title>", "met → not met", id="a text"),
        pytest.param("<g/><g/>", "<g/>", "·g → (absent)", id="an element fewer"),
        pytest.param("<g><path/></g>", "<g/><path/>", "··path → ·path", id="an element elsewhere"),
        pytest.param('<g style=""/>', "<g/>", "·g style → ·g", id="an attribute fewer"),
        pytest.param(clipped("p0123456789", "pabcdef0123"), clipped("p0123456789", "p0123456789"), "url(#p2) → url(#p1)", id="two clip paths become one"),
        pytest.param('<path clip-path="url(#p0123456789)"/>', '<path clip-path="url(#m0123456789)"/>', "url(#p1) → url(#m1)", id="an id of another kind"),
        pytest.param("<g/>", "no SVG", "an SVG → not an SVG: syntax error", id="a file that is none"),
    ],
)  # fmt: skip
def test_what_draws_something_else_is_named(drifts, before, after, expected):
    (drift,) = drifts(before, after)
    assert drift.startswith("picture: 01.svg")
    assert expected in drift


def test_further_places_are_counted(drifts):
    (drift,) = drifts('<path d="M 1 1"/>' * 3, '<path d="M 2 2"/>' * 3)
    assert "(and 2 more places)" in drift


def embedded(*pixels: int) -> str:
    content = io.BytesIO()
    Image.new("RGB", (20, 20)).save(content, format="PNG")
    picture = Image.open(content)
    for place in pixels:
        picture.putpixel((place, 10), (200, 200, 200))
    content = io.BytesIO()
    picture.save(content, format="PNG", compress_level=len(pixels))
    return f'<image xlink:href="data:image/png;base64,{base64.b64encode(content.getvalue()).decode()}"/>'


def test_an_embedded_picture_is_compared_as_it_is_seen(drifts):
    assert drifts(embedded(), embedded()) == []
    assert len(drifts(embedded(), embedded(3, 4))) == 1


@given(st.lists(st.floats(0.5, 3), min_size=3, max_size=6), st.integers(-3, 3), st.integers(0, 5))
def test_a_figure_drawn_from_numbers_some_last_places_away_is_the_same(tmp_path_factory, values, units, place):
    """Matplotlib's own hashes move, and nothing that is seen."""
    folder = tmp_path_factory.mktemp("drawn")
    moved = np.array(values)
    at = place % len(values)
    moved[at] += units * np.spacing(moved[at])
    for name, drawn in (("a", np.array(values)), ("b", moved)):
        with style.context():
            fig, axes = style.figure(ncols=2, height=2)
            axes[0].plot(drawn, marker="o")
            axes[1].scatter(drawn, drawn, s=20 * drawn)
            fig.savefig(folder / name, format="svg", metadata={"Date": None})
            mpl.pyplot.close(fig)
    assert vector.compare("01.svg", folder / "a", folder / "b") == []
