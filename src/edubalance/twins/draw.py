"""Seeded draws that are the same on every machine: one stream a purpose, values cut to six decimals."""

from __future__ import annotations

import zlib

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

DECIMALS = 6


def stream(seed: int, *purpose: object) -> np.random.Generator:
    """
    Open the random stream of one purpose; streams of different purposes do not disturb each other.

    Parameters
    ----------
    seed : int
        Seed of the specification.
    *purpose : object
        Words that name the purpose, e.g. ``"pupils", 2022``.

    Returns
    -------
    numpy.random.Generator
        A generator of its own for this purpose.

    Examples
    --------
    >>> float(stream(1, "pupils").random()) == float(stream(1, "pupils").random())
    True
    >>> float(stream(1, "pupils").random()) == float(stream(1, "teachers").random())
    False
    """
    word = "/".join(str(part) for part in purpose)
    return np.random.default_rng([seed, zlib.crc32(word.encode("utf-8"))])


def cut(values: npt.ArrayLike) -> FloatArray:
    """
    Cut values to six decimals, so that the last bits of another processor cannot change a table.

    Examples
    --------
    >>> float(cut(2.00000049))
    2.0
    """
    return np.asarray(np.round(np.asarray(values, dtype=np.float64), DECIMALS), dtype=np.float64)


def normals(rng: np.random.Generator, size: int) -> FloatArray:
    """Draw standard normal deviates, none beyond three."""
    return cut(np.clip(ndtri(rng.random(size)), -3.0, 3.0))


def uniforms(rng: np.random.Generator, size: int, low: float = 0.0, high: float = 1.0) -> FloatArray:
    """Draw uniform deviates between two bounds."""
    return cut(low + (high - low) * rng.random(size))


def factors(rng: np.random.Generator, weights: FloatArray, spread: float) -> FloatArray:
    """
    Draw positive factors around 1 whose weighted mean is 1: noise that adds nothing to a total.

    Examples
    --------
    >>> factor = factors(stream(1, "noise"), np.array([100.0, 300.0]), 0.1)
    >>> round(float((factor * [100, 300]).sum()), 3)
    400.0
    """
    if spread == 0 or weights.sum() == 0:
        return np.ones(weights.size)
    raw = cut(np.exp(spread * normals(rng, weights.size)))
    return cut(raw * weights.sum() / (raw * weights).sum())
