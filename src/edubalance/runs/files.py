"""Compare a run's figures, their numbers and its named results with the committed ones, file by file."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Callable
from itertools import zip_longest
from pathlib import Path

from edubalance import results
from edubalance.runs import raster, vector
from edubalance.runs.drift import ABSENT, Drift, extra, first_difference, missing

RESULTS = "results.csv"

# Last bits differ between processors and releases; a number that moved differs by far more. The files carry ten digits,
# two more than are compared, so that rounding the last of them is no drift.
RELATIVE_TOLERANCE = 1e-8

# Of the largest number in a column, and at least of 1: a difference of equal numbers is not exactly nought everywhere.
NOISE = 1e-12

# Whole numbers of up to nine digits are counts, years and codes: they agree exactly.
_COUNT = re.compile(r"[-+]?\d{1,9}")

_NO_ROW: list[str] = []


def compare(committed: Path, run: Path) -> list[Drift]:
    """
    Compare two folders of figures.

    Parameters
    ----------
    committed, run : Path
        The reference folder and the run's; one that does not exist counts as empty.

    Returns
    -------
    list of Drift
        Files missing and extra, and what moved in the others, by name of file.
    """
    before, after = _names(committed), _names(run)
    drifts: list[Drift] = []
    for name in sorted(before | after):
        if name not in after:
            drifts.append(missing("file", name))
        elif name not in before:
            drifts.append(extra("file", name))
        else:
            drifts.extend(_comparison(name)(name, committed / name, run / name))
    return drifts


def _names(folder: Path) -> set[str]:
    """Return the files of a folder, by path below it."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def _comparison(name: str) -> Callable[[str, Path, Path], list[Drift]]:
    """Choose how to compare files of a name."""
    if name == RESULTS:
        return compare_results
    known = {".csv": compare_data, ".png": compare_pictures, ".svg": vector.compare}
    return known.get(Path(name).suffix, compare_bytes)


def compare_results(name: str, committed: Path, run: Path) -> list[Drift]:
    """
    Compare named results, each within the tolerance that is committed with it.

    Parameters
    ----------
    name : str
        How to call the file.
    committed, run : Path
        The two files.

    Returns
    -------
    list of Drift
        One a result.
    """
    del name
    before, after = results.read(committed), results.read(run)
    drifts = [missing("result", old.name, str(old.value)) for old in before if old.name not in after]
    drifts += [extra("result", new.name, str(new.value)) for new in after if new.name not in before]
    for old in before:
        if old.name not in after:
            continue
        new = after[old.name]
        if not (old.agrees_with(new) or _is_noise(old.value, new.value)):
            drifts.append(Drift("result", old.name, _number(old.value), _number(new.value)))
        if (old.unit, old.convention) != (new.unit, new.convention):
            stated = (f"{old.unit} {old.convention}", f"{new.unit} {new.convention}")
            drifts.append(Drift("result", f"{old.name}, unit and convention", *stated))
    return drifts


def _is_noise(old: float | str, new: float | str) -> bool:
    """Tell whether two numbers are both nought but for the last bits of what was subtracted."""
    return not isinstance(old, str) and not isinstance(new, str) and abs(old - new) <= NOISE


def _number(value: float | str) -> str:
    """Print a value with every digit that counts."""
    return value if isinstance(value, str) else f"{value:.12g}"


def compare_data(name: str, committed: Path, run: Path) -> list[Drift]:
    """
    Compare the numbers that a figure draws: numbers within a tolerance, text exactly.

    Parameters
    ----------
    name : str
        How to call the file.
    committed, run : Path
        The two files.

    Returns
    -------
    list of Drift
        The first cell that differs, with how many do, or none.
    """
    before, after = _rows(committed), _rows(run)
    noise = [NOISE * max(1.0, *map(_size, column)) for column in zip_longest(*before, fillvalue="")]
    moved = [
        (line, column, old, new)
        for line, (left, right) in enumerate(zip_longest(before, after, fillvalue=_NO_ROW), start=1)
        for column, (old, new) in enumerate(zip_longest(left, right, fillvalue=ABSENT), start=1)
        if not _same(old, new, noise[column - 1] if column <= len(noise) else NOISE)
    ]
    if not moved:
        return []
    line, column, old, new = moved[0]
    title = before[0][column - 1] if before and column <= len(before[0]) else str(column)
    more = f" (and {len(moved) - 1} more cells)" if len(moved) > 1 else ""
    return [Drift("data", f"{name}, line {line}, {title}{more}", old, new)]


def _rows(file: Path) -> list[list[str]]:
    """Read a CSV file."""
    with file.open(encoding="utf-8", newline="") as handle:
        return list(csv.reader(handle))


def _size(cell: str) -> float:
    """Return the absolute value of a cell; nought where it holds no number."""
    try:
        value = abs(float(cell))
    except ValueError:
        return 0.0
    return value if math.isfinite(value) else 0.0


def _same(old: str, new: str, noise: float) -> bool:
    """Tell whether two cells state the same; numbers closer than the noise do."""
    if old == new:
        return True
    if _COUNT.fullmatch(old) and _COUNT.fullmatch(new):
        return int(old) == int(new)
    try:
        left, right = float(old), float(new)
    except ValueError:
        return False
    if math.isnan(left) and math.isnan(right):
        return True
    return math.isclose(left, right, rel_tol=RELATIVE_TOLERANCE, abs_tol=noise)


def compare_pictures(name: str, committed: Path, run: Path) -> list[Drift]:
    """
    Compare pictures as they are seen: decoded, pixel by pixel.

    Parameters
    ----------
    name : str
        How to call the file.
    committed, run : Path
        The two files.

    Returns
    -------
    list of Drift
        How many pixels differ, by how much and where, or none.
    """
    found = raster.difference(committed, run)
    return [Drift("picture", name, *found)] if found else []


def compare_bytes(name: str, committed: Path, run: Path) -> list[Drift]:
    """
    Compare any other file, byte by byte.

    Parameters
    ----------
    name : str
        How to call the file.
    committed, run : Path
        The two files.

    Returns
    -------
    list of Drift
        The first line that differs, or none.
    """
    before, after = committed.read_bytes(), run.read_bytes()
    if before == after:
        return []
    texts = (before.decode("utf-8", "replace"), after.decode("utf-8", "replace"))
    return [Drift("file", f"{name}, bytes", *first_difference(*texts))]
