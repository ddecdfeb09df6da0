"""Compare pictures of pixels as they are seen: decoded, channel by channel."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

Pixels = NDArray[np.int16]

# Of 255: as far as a rasteriser may round differently.
CHANNEL_TOLERANCE = 8

# Of all pixels: how many may differ by more.
SHARE_TOLERANCE = 0.001

# Side of a square in which at most one pixel may differ by more. A letter, a mark or a line is more than one pixel wide
# or long, so whatever an editor adds, takes away or moves is found, however small a part of the picture it is.
SQUARE = 9

# What Pillow raises on bytes that are no picture, or not a whole one.
_UNREADABLE = (OSError, ValueError, SyntaxError, Image.DecompressionBombError)


def difference(committed: Path | bytes, run: Path | bytes) -> tuple[str, str] | None:
    """
    Say how two pictures differ.

    Parameters
    ----------
    committed, run : Path or bytes
        PNG or JPEG, a file or its content.

    Returns
    -------
    tuple of str or None
        The committed picture and the run's, in words; None where they show the same.
    """
    try:
        before, after = _pixels(committed), _pixels(run)
    except _UNREADABLE as error:
        return "as committed", f"a picture that cannot be decoded: {error}"
    if before.shape != after.shape:
        return _size(before), _size(after)
    apart = np.abs(before - after).max(axis=-1)
    differs = apart > CHANNEL_TOLERANCE
    if not differs.any() or (differs.mean() <= SHARE_TOLERANCE and not _crowded(differs)):
        return None
    return "as committed", f"{int(differs.sum())} pixels differ, by up to {int(apart.max())}/255, {_place(differs)}"


def _pixels(source: Path | bytes) -> Pixels:
    """Decode a picture to signed channels, so that differences do not wrap around."""
    with Image.open(io.BytesIO(source) if isinstance(source, bytes) else source) as picture:
        return np.asarray(picture.convert("RGBA"), dtype=np.int16)


def _crowded(differs: NDArray[np.bool_]) -> bool:
    """Tell whether two pixels that differ lie in one square."""
    counted = ndimage.convolve(differs.astype(np.int16), np.ones((SQUARE, SQUARE), np.int16), mode="constant")
    return bool(counted.max(initial=0) > 1)


def _size(pixels: Pixels) -> str:
    """Say how large a picture is."""
    height, width = pixels.shape[:2]
    return f"{width} × {height} pixels"


def _place(differs: NDArray[np.bool_]) -> str:
    """Say where the pixels lie that differ."""
    rows, columns = np.nonzero(differs)
    return f"within columns {columns.min()}–{columns.max()}, rows {rows.min()}–{rows.max()}"
