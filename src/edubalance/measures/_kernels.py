"""The kernels behind `grouped`: each takes a block of whole groups and gives numbers by column and group."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from edubalance.measures._arrays import FloatArray, IntArray
from edubalance.measures._blocks import Block, divide

# Packed keys fill the positive half of 64 bits; 50 bits of value leave room for the rounding of a share of 1.
_KEY_BITS = 62
_VALUE_BITS = 50
# Smaller values all get the key 0, and are sorted in full: dividing by them would overflow.
_SMALLEST = 1e-290

# numpy sorts rows of up to so many numbers three times as fast as long ones (benchmarks/panel.py).
_PIECE = 256

# Sums of a group below this leave room for the next group's first step in 32 bits.
_LARGEST_SMALL = 2.0**30

_ALMOST_ONE = 1 - np.finfo(np.float64).epsneg


def moments(block: Block, convention: str) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Compute mean, standard deviation and coefficient by convention; NaN where they are not defined."""
    if convention == "weighted_population":
        mean, divisor = block.mean, block.weight
        squares = block.deviations * block.deviations
        squares *= block.pupils
    else:
        divisor = block.present.astype(np.float64)
        mean_above = divide(block.add(block.above), divisor)
        mean = block.least + mean_above
        squares = np.where(block.missing, 0.0, block.above - block.spread(mean_above))
        squares *= squares
    sd = np.sqrt(divide(block.add(squares), divisor - (convention == "unweighted_sample")))
    return mean, sd, np.where(block.least >= 0, divide(sd, mean), np.nan)


def gini(block: Block) -> FloatArray:
    """Compute the Gini coefficient of each group."""
    index, terms = _rising(block)
    weights = np.take(block.weights, index)
    terms *= weights
    terms *= _twice_the_place(weights, block)
    coefficient = divide(block.add(terms), block.weight**2 * block.mean)
    return np.where(block.least >= 0, np.maximum(coefficient, 0.0), np.nan)


def _twice_the_place(weights: FloatArray, block: Block) -> FloatArray:
    """
    Add the weights before each row of its group to those up to it.

    Pupils are whole, and numpy adds integers up nine times as fast as floats.
    """
    small = block.whole and bool((block.weight < _LARGEST_SMALL).all())
    kind: type[np.number] = np.int32 if small else np.int64 if block.whole else np.float64
    steps: npt.NDArray[Any] = weights.astype(kind)
    twice = steps.copy()
    twice[:, block.starts[1:]] -= block.weight[:, :-1].astype(kind)
    np.cumsum(twice, axis=1, dtype=kind, out=twice)
    twice += twice
    twice -= steps
    return twice.astype(np.float64, copy=False)


def theil(block: Block) -> tuple[FloatArray, FloatArray]:
    """Compute the Theil T of each group: in all, and between its inner groups."""
    defined = (block.least >= 0) & (block.mean > 0)
    mean = np.where(defined, block.mean, np.nan)
    terms = _theil_terms(block.deviations / block.spread(np.where(defined, mean, np.inf)))
    terms *= block.pupils
    parts = np.diff(block.outer, append=block.inner_starts.size)
    inner_mean = np.repeat(block.least, parts, axis=1) + divide(block.inner_above, block.inner_weight)
    between = _theil_terms(inner_mean / np.repeat(mean, parts, axis=1) - 1) * block.inner_weight
    between[block.inner_weight == 0] = 0.0
    total = np.where(defined, block.weight, np.nan)
    return block.add(terms) / total, np.add.reduceat(between, block.outer, axis=1) / total


def _theil_terms(excess: FloatArray) -> FloatArray:
    """
    Compute r ln r - (r - 1) of ratios r to a mean, from their excess r - 1.

    The second part adds up to nothing, and makes every term positive: rounding cannot turn equality into inequality.
    """
    # r = 0 would give 0 times minus infinity; one step above it gives 0 times a number, which is 0 ln 0.
    terms = excess * _ALMOST_ONE
    np.log1p(terms, out=terms)
    terms += terms * excess
    terms -= excess
    return terms


def _rising(block: Block) -> tuple[IntArray, FloatArray]:
    """
    Give each group's deviations in rising order, column by column, and the flat index that puts them so.

    Values that differ by less than the packed keys can tell are sorted once more, in full: the order of a group, and
    with it the last digit of a sum, does not depend on which other groups the block has.
    """
    index = _packed_order(block)
    above = np.take(block.above, index)
    falls = above[:, 1:] < above[:, :-1]
    falls[:, block.starts[1:] - 1] = False
    for column in np.flatnonzero(falls.any(axis=1)):
        index[column] = np.lexsort((block.above[column], block.numbers)) + column * block.numbers.size
        above[column] = block.above.ravel()[index[column]]
    above -= block.mean_beside
    return index, above


def _packed_order(block: Block) -> IntArray:
    """Sort packed keys (group, value, row): one plain sort for all groups, far faster than any `argsort`."""
    columns, rows = block.above.shape
    row_bits, group_bits = (rows - 1).bit_length(), (block.starts.size - 1).bit_length()
    value_bits = min(_KEY_BITS - row_bits - group_bits, _VALUE_BITS)
    largest = block.above.max(axis=1, keepdims=True)
    keys: IntArray = np.empty(block.above.shape, dtype=np.int64)
    np.multiply(block.above, (2**value_bits - 1) / np.maximum(largest, _SMALLEST), out=keys, casting="unsafe")
    keys <<= row_bits
    keys += (block.numbers << (value_bits + row_bits)) | np.arange(rows)
    _sort_inside(keys, block)
    keys &= 2**row_bits - 1
    keys += np.arange(0, columns * rows, rows)[:, np.newaxis]
    return keys


def _sort_inside(keys: IntArray, block: Block) -> None:
    """
    Sort keys that stand group by group already, in place.

    A group of at most half a piece lies whole in a piece of the first cut, or of the second, which begins half a piece
    later; larger groups are sorted by themselves.
    """
    half, rows = _PIECE // 2, keys.shape[1]
    large = np.flatnonzero(block.sizes > half)
    if 2 * block.sizes[large].sum() > rows:
        keys.sort(axis=1)
        return
    for first in (0, half):
        last = first + (rows - first) // _PIECE * _PIECE
        keys[:, first:last].reshape(len(keys), -1, _PIECE).sort(axis=2)
        keys[:, last:].sort(axis=1)
    for start, size in zip(block.starts[large].tolist(), block.sizes[large].tolist(), strict=True):
        keys[:, start : start + size].sort(axis=1)
