"""Rounding: numbers are compared, ranked and printed by twelve significant digits, whatever their last bits are."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

# A sum of products loses a few of sixteen digits, and how many hangs on the processor's order of summing.
DIGITS = 12
RELATIVE = 10.0**-DIGITS

# Not computed: powers of ten from a vectorised `pow` or `log10` may differ in the last bit between processors.
_TENS = np.array([float(f"1e{power}") for power in range(309)])
_SIZES = np.array([float(f"1e{power}") for power in range(-290, 291)])
_SPEC = re.compile(r"(?P<front>[+]?,?)(?:\.(?P<digits>\d+))?(?P<kind>[fge%])")
_EXACT = Context(prec=400, rounding=ROUND_HALF_UP)


def significant(values: npt.ArrayLike) -> FloatArray:
    """
    Round numbers to twelve significant digits.

    Parameters
    ----------
    values : array_like
        Numbers; missing and infinite ones stay what they are.

    Returns
    -------
    ndarray of float
        Of the same shape: the floats nearest to the rounded decimals.

    Examples
    --------
    >>> significant([0.1 + 0.2, 1 / 3, 1234567890123.4])
    array([3.00000000e-01, 3.33333333e-01, 1.23456789e+12])
    >>> bool(0.1 + 0.2 == 0.3), bool(significant(0.1 + 0.2) == 0.3)
    (False, True)
    """
    array = np.asarray(values, dtype=np.float64)
    size = np.abs(array)
    kept = ~np.isfinite(array) | (size < _SIZES[0]) | (size >= _SIZES[-1])
    exponent = np.searchsorted(_SIZES, np.where(kept, 1.0, size), side="right") - 291
    places = DIGITS - 1 - exponent
    larger, smaller = _TENS[np.maximum(places, 0)], _TENS[np.maximum(-places, 0)]
    whole = np.rint(np.where(kept, 0.0, array) * larger / smaller)
    return np.asarray(np.where(kept, array, whole * smaller / larger), dtype=np.float64)


def tied(values: npt.ArrayLike) -> FloatArray:
    """
    Make numbers equal that differ in their last digits only, before they are ranked, sorted or used as keys.

    Parameters
    ----------
    values : array_like, shape (n,)
        Numbers; missing and infinite ones stay what they are.

    Returns
    -------
    ndarray of float, shape (n,)
        Each number, or the least of the numbers that it is tied with.

    Notes
    -----
    In ascending order, a number is tied with its predecessor when they differ by at most 10⁻¹² of the larger. Rounding
    alone would still separate two equal numbers on either side of a rounded digit's edge.

    Examples
    --------
    >>> found = tied([0.1 + 0.2, 0.5, 0.3])
    >>> bool(found[0] == found[2]), float(found[1])
    (True, 0.5)
    """
    array = np.asarray(values, dtype=np.float64)
    order = np.argsort(array, kind="stable")
    ascending = array[order]
    finite = np.where(np.isfinite(ascending), ascending, 0.0)
    apart = np.diff(finite) > RELATIVE * np.maximum(np.abs(finite[1:]), np.abs(finite[:-1]))
    ends = np.isfinite(ascending)
    first = np.concatenate(([True], apart | ~ends[1:] | ~ends[:-1]))[: array.size]
    found = np.empty_like(array)
    found[order] = ascending[np.maximum.accumulate(np.where(first, np.arange(array.size), 0))]
    return found


def first_largest(values: npt.ArrayLike, axis: int | None = None) -> npt.NDArray[np.intp]:
    """
    Find the place of the largest number; of those that differ in their last digits only, the first.

    Parameters
    ----------
    values : array_like
        Numbers; missing ones are passed over, unless all are missing: then it is the first place.
    axis : int, optional
        Along which axis; all together unless given.

    Returns
    -------
    ndarray of int
        Places, as from `numpy.argmax`.

    Examples
    --------
    >>> int(np.argmax([0.3, 0.1 + 0.2])), int(first_largest([0.3, 0.1 + 0.2]))
    (1, 0)
    """
    array = np.asarray(values, dtype=np.float64)
    known = np.where(np.isnan(array), -np.inf, array)
    largest = known.max(axis=axis, keepdims=True)
    near = known >= np.where(np.isfinite(largest), reachable(largest, ">="), largest)
    return np.asarray(near.argmax(axis=axis))


def reachable(limits: npt.ArrayLike, direction: str) -> FloatArray:
    """
    Move limits by the rounding of the last binary digits, so that a value that stands exactly on its limit is on it.

    The share that a section takes of its school is a quotient: 833.85 m² shared by 20 primary and 180 junior pupils
    give a primary pupil exactly 3.825 m², and in binary figures a few parts in ten million billion less.

    Parameters
    ----------
    limits : array_like
        Limits as the rule has them.
    direction : {">=", "<=", ">", "<"}
        How a value must stand to its limit.

    Returns
    -------
    ndarray of float
        Limits to compare with: for ``>=`` and ``<`` lower by 10⁻¹² of themselves, for ``<=`` and ``>`` higher.

    Notes
    -----
    That decides as the exact products do, resource · 100 ≥ limit · pupils. Amounts, weights and limits are decimals of
    few places, so that the two sides are equal or differ by far more than 10⁻¹² of themselves, while the value's own
    error is below 10⁻¹⁵.

    Examples
    --------
    >>> area_per_pupil = 833.85 * 20 / (20 + 1.1 * 180) / 20
    >>> area_per_pupil < 3.825, bool(area_per_pupil >= reachable([3.825], ">=")[0])
    (True, True)
    """
    sign = {">=": -1.0, "<=": 1.0, ">": 1.0, "<": -1.0}[direction]
    array = np.asarray(limits, dtype=np.float64)
    moved = np.where(np.isfinite(array), np.abs(array), 0.0)
    return np.asarray(array + sign * RELATIVE * moved, dtype=np.float64)


def half_up(value: float, decimals: int) -> float:
    """
    Round to decimals as one does by hand: a half goes up, away from zero.

    Parameters
    ----------
    value : float
        Any number; a missing or infinite one stays what it is.
    decimals : int
        Decimals kept.

    Returns
    -------
    float
        The float nearest to the rounded decimal.

    Notes
    -----
    The number is taken by twelve significant digits: 0.125 and its neighbours among floats round alike.

    Examples
    --------
    >>> half_up(0.125, 2), round(0.125, 2), half_up(0.12499999999999999, 2), half_up(-0.5, 0)
    (0.13, 0.12, 0.13, -1.0)
    """
    return float(_quantized(value, -decimals)) + 0.0 if math.isfinite(value) else float(value)


def text(value: Any, spec: str) -> str:
    """
    Print a number, rounded as one does by hand: from twelve significant digits, a half away from zero.

    Parameters
    ----------
    value : float or int
        Any number.
    spec : str
        A format of Python: ``.2f``, ``+.1f``, ``,.0f``, ``.0%``, ``.3g``, ``g``.

    Returns
    -------
    str
        The number; what rounds to zero has no sign.

    Raises
    ------
    ValueError
        If the format is of another kind.

    Examples
    --------
    >>> text(0.125, ".2f"), f"{0.125:.2f}", text(2.675, ".2f"), text(12500, ",.0f"), text(0.005, ".0%")
    ('0.13', '0.12', '2.68', '12,500', '1%')
    >>> text(-1e-17, "+.2f"), text(float("nan"), ".1f")
    ('0.00', 'nan')
    """
    form = _SPEC.fullmatch(spec)
    if form is None:
        raise ValueError(f"A format such as '.2f' or '.3g' is needed; got {spec!r}.")
    if not math.isfinite(value):
        return f"{float(value):{spec}}"
    places = int(form["digits"]) if form["digits"] else 6
    kept = {"f": -places, "%": -places - 2}.get(form["kind"])
    if kept is None:
        first = Decimal(repr(float(significant(value)))).adjusted()
        kept = first - (max(places - 1, 0) if form["kind"] == "g" else places)
    rounded = float(_quantized(value, kept))
    return f"{rounded:{spec}}" if rounded else f"{0.0:{spec.removeprefix('+')}}"


def down(values: npt.ArrayLike) -> FloatArray:
    """
    Round down to whole numbers; a number that is whole but for its last digits is whole.

    Parameters
    ----------
    values : array_like
        Numbers.

    Returns
    -------
    ndarray of float
        Of the same shape.

    Examples
    --------
    >>> 0.7 / 0.1, down([0.7 / 0.1, 6.9]).tolist()
    (6.999999999999999, [7.0, 6.0])
    """
    return np.asarray(np.floor(significant(values)), dtype=np.float64)


def up(values: npt.ArrayLike) -> FloatArray:
    """
    Round up to whole numbers; a number that is whole but for its last digits is whole.

    Parameters
    ----------
    values : array_like
        Numbers.

    Returns
    -------
    ndarray of float
        Of the same shape.

    Examples
    --------
    >>> 0.55 * 100, up([0.55 * 100, 55.1]).tolist()
    (55.00000000000001, [55.0, 56.0])
    """
    return np.asarray(np.ceil(significant(values)), dtype=np.float64)


def _quantized(value: float, exponent: int) -> Decimal:
    """Round a number, taken by its significant digits, to a power of ten; a half goes away from zero."""
    exact = Decimal(value) if isinstance(value, int) else Decimal(repr(float(significant(value))))
    return exact.quantize(Decimal(1).scaleb(exponent), context=_EXACT)
