"""Pictures are compared as they are seen; an edit is found however small it is."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from edubalance.figures import style
from edubalance.runs import raster

DIGITS = "0123456789"


def png(pixels) -> bytes:
    content = io.BytesIO()
    Image.fromarray(np.asarray(pixels, dtype=np.uint8)).save(content, format="PNG")
    return content.getvalue()


@pytest.fixture
def white():
    """Give a picture of the size of a figure."""
    return np.full((400, 700, 3), 255, np.uint8)


def test_every_pixel_may_differ_a_little(white):
    assert raster.difference(png(white), png(white - 8)) is None
    assert raster.difference(png(white), png(white - 9)) == (
        "as committed",
        "280000 pixels differ, by up to 9/255, within columns 0–699, rows 0–399",
    )


def test_a_few_pixels_far_from_each_other_may_differ_by_more(white):
    speckled = white.copy()
    speckled[::40, ::40] = 0  # 180 of 280,000
    assert raster.difference(png(white), png(speckled)) is None
    speckled[::20, ::20] = 0  # 700: more than one in a thousand
    assert raster.difference(png(white), png(speckled)) is not None


@pytest.mark.parametrize(("across", "down"), [(1, 0), (0, 1), (1, 1), (8, 8), (-8, 8)])
def test_two_pixels_in_one_square_are_an_edit(white, across, down):
    edited = white.copy()
    edited[200, 300] = edited[200 + down, 300 + across] = 0
    assert raster.difference(png(white), png(edited)) is not None


def test_two_pixels_in_no_common_square_are_none(white):
    edited = white.copy()
    edited[200, 300] = edited[200, 309] = 0
    assert raster.difference(png(white), png(edited)) is None


@pytest.mark.parametrize("size", [7, 10])
@pytest.mark.parametrize("new", DIGITS)
@pytest.mark.parametrize("old", DIGITS)
def test_any_digit_in_the_place_of_another_is_found(old, new, size):
    font = ImageFont.truetype(style.mpl.get_data_path() + "/fonts/ttf/DejaVuSans.ttf", size)
    pictures = []
    for digit in (old, new):
        picture = Image.new("RGB", (700, 400), "white")
        ImageDraw.Draw(picture).text((300, 200), f"0.{digit}1", fill="#767676", font=font)
        pictures.append(png(picture))
    assert (raster.difference(*pictures) is None) == (old == new)


@pytest.mark.parametrize(("text", "other"), [("0.5", "05"), ("−3", "3"), ("3 %", "3 ‰"), ("1,2", "1.2")])
def test_a_point_or_a_sign_that_is_gone_is_found(text, other):
    pictures = []
    for words in (text, other):
        fig, ax = style.figure()
        ax.set_title(words)
        content = io.BytesIO()
        fig.savefig(content, format="png")
        pictures.append(content.getvalue())
    assert raster.difference(*pictures) is not None


def test_transparency_counts(white):
    clear = np.dstack([white, np.full(white.shape[:2], 0, np.uint8)])
    assert raster.difference(png(white), png(clear)) is not None


def test_another_size_says_so():
    assert raster.difference(png(np.zeros((1, 1, 3))), png(np.zeros((1, 2, 3)))) == ("1 × 1 pixels", "2 × 1 pixels")


@pytest.mark.parametrize("length", [0, 1, 40, 60])
def test_a_picture_cut_short_is_a_difference(white, length):
    before, after = raster.difference(png(white), png(white)[:length])
    assert before == "as committed"
    assert "cannot be decoded" in after
