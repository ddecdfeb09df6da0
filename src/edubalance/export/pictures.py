"""A figure as bytes: SVG and PNG, the same on every run."""

from __future__ import annotations

import io

import numpy as np
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image as Picture

from edubalance.figures import style

COLOURS = 128


def pictures(fig: Figure, name: str, alt: str) -> tuple[bytes, bytes]:
    """
    Render a figure to the same bytes on every run.

    Parameters
    ----------
    fig : Figure
        The figure, stamped.
    name, alt : str
        Title and description that the SVG carries.

    Returns
    -------
    tuple of bytes
        SVG and PNG; the PNG is opaque, without dates or names of programs.
    """
    vector, raster = io.BytesIO(), io.BytesIO()
    with style.context():
        for text in fig.findobj(Text):
            text.set_fontfamily(style.FAMILY)
        described = {"Date": None, "Creator": None, "Title": name, "Description": alt}
        fig.draw_without_rendering()
        fig.set_layout_engine("none")  # both pictures show this one layout
        fig.savefig(vector, format="svg", metadata=described)
        fig.savefig(raster, format="png", metadata={"Software": None})
    return vector.getvalue(), _smaller(raster)


def _smaller(raster: io.BytesIO) -> bytes:
    """Pack a PNG tighter without changing a pixel: no transparency, a palette where the colours fit into one."""
    with Picture.open(raster) as opened:
        picture = opened.convert("RGB")
    pixels = np.asarray(picture)
    colours, places = np.unique(pixels.reshape(-1, 3), axis=0, return_inverse=True)
    if len(colours) <= 256:
        picture = Picture.fromarray(places.reshape(pixels.shape[:2]).astype(np.uint8), mode="P")
        picture.putpalette(colours.astype(np.uint8).tobytes())
    packed = io.BytesIO()
    picture.save(packed, format="PNG", optimize=True)
    return packed.getvalue()


def in_few_colours(png: bytes, colours: int = COLOURS) -> bytes:
    """
    Reduce the colours of a picture, for the copy that stands in a notebook.

    Parameters
    ----------
    png : bytes
        A PNG.
    colours : int
        Most colours that are left, at most 256.

    Returns
    -------
    bytes
        A PNG of the same size, about a third of the bytes. Lines, letters and areas keep their colours; the smoothing
        of their edges is coarser. The file that is saved keeps all.
    """
    with Picture.open(io.BytesIO(png)) as opened:
        picture = opened.convert("RGB").quantize(colours, method=Picture.Quantize.MEDIANCUT, dither=Picture.Dither.NONE)
    packed = io.BytesIO()
    picture.save(packed, format="PNG", optimize=True)
    return packed.getvalue()
