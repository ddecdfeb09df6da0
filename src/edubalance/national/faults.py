"""Faults in the rows of a partition: each fails its county and year, and no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from edubalance import codebook, messages
from edubalance.characters import apart, folds, hidden, is_hidden
from edubalance.national.index import Key
from edubalance.national.reading import Held, Rows

Mask = npt.NDArray[np.bool_]
_PLAIN = r"^[!-~]+$"
_LOOK = "Compare with the source: a digit, a sign or the unit may be wrong."


@dataclass(frozen=True)
class Failure:
    """
    Why a county and year cannot be judged: one kind of fault.

    Attributes
    ----------
    key : int
        Place of the county and year in the partition.
    table, column : str
        Where; empty where no table or column is meant.
    school_id, value : str
        The first row with the fault, and what it holds.
    rule, remedy : str
        What should be, and what to do.
    rows : int
        Rows with the fault.
    """

    key: int
    table: str
    column: str
    school_id: str
    value: str
    rule: str
    remedy: str
    rows: int


@dataclass(frozen=True)
class _Kind:
    """Rows with one kind of fault, and how it is worded."""

    table: str
    column: str
    bad: Mask
    rule: str | Callable[[], str]
    remedy: str | Callable[[str], str] = _LOOK


def find(held: Held) -> list[Failure]:
    """
    Check the rows of a partition by the codebook.

    Parameters
    ----------
    held : Held
        The partition.

    Returns
    -------
    list of Failure
        By county and year; empty where all is well.

    Notes
    -----
    The rules are those of `edubalance.intake.read_tables`, on the columns that the standard asks for.
    """
    failures = _without_place(held)
    for kind in _kinds(held):
        if kind.bad.any():
            failures += _by_key(held, kind)
    return sorted(failures, key=lambda failure: failure.key)


def _without_place(held: Held) -> list[Failure]:
    """Refuse rows that do not say where or when they belong, and the counties that they may belong to."""
    found = []
    for number, key in enumerate(held.partition.keys):
        if not key.vague and number not in held.partition.unsure:
            continue
        column, value, rule = _unclear(key)
        count = int((held.schools.key == number).sum() + (held.sections.key == number).sum())
        found.append(Failure(number, "", column, "", value, rule, "Correct it in every row.", count))
    for number, column, other in held.partition.unclear:
        value = str(getattr(held.partition.keys[number], column))
        rule, remedy = _spelling(column, value, other)
        found.append(Failure(number, "", column, "", value, rule, remedy, 1))
    return found


def _spelling(column: str, value: str, other: str) -> tuple[str, str]:
    """Word a name or code that looks like another one, or holds a character that nobody sees."""
    if not other:
        found = ", ".join(f"U+{ord(character):04X}" for character in hidden(value))
        plain = "".join(character for character in value if not is_hidden(character))
        if not plain.strip():
            return messages.pair("faults", "hidden_only", {"column": column, "found": found}, "en")
        return messages.pair("faults", "hidden_character", {"column": column, "found": found, "plain": plain}, "en")
    first, second = apart(value, other), apart(other, value)
    return messages.pair("faults", "keys_alike", {"first": first, "second": second, "other": "the panel"}, "en")


def _unclear(key: Key) -> tuple[str, str, str]:
    """Say which part of a place is wrong, what stands there, and what should; no part where other rows are to blame."""
    absent = [name for name, value in zip(key._fields, key, strict=True) if value is None]
    if absent:
        return absent[0], "", f"{', '.join(absent)} should be filled"
    if key.vague:
        return "year", str(key.year), _expected(codebook.table("schools").column("year"))
    return "", "", "all rows that may be of the county should say their province, county and year; some do not"


def _kinds(held: Held) -> Iterator[_Kind]:
    """Go through all that can be wrong."""
    for table, rows in (("schools", held.schools), ("sections", held.sections)):
        yield _Kind(table, "school_id", rows.school < 0, "school_id should be filled", "Give the school its code.")
        yield from _numbers(table, rows)
        yield from _codes(table, rows)
        yield from _parts(table, rows)
    yield from _spellings(held)
    yield from _duplicates(held)
    yield from _between(held)


def _numbers(table: str, rows: Rows) -> Iterator[_Kind]:
    """Check that required numbers are there, whole where they count things, and within their range."""
    for name, values in rows.numbers.items():
        column = codebook.table(table).column(name)
        missing = np.isnan(values)
        if column.required:
            yield _Kind(table, name, missing, f"{name} should be filled", f"Fill it: {column.meaning}")
        low = -np.inf if column.minimum is None else column.minimum
        high = np.inf if column.maximum is None else column.maximum
        bad = (values < low) | (values > high) | np.isinf(values)
        if column.kind == "integer":
            bad |= (np.rint(values) != values) & ~missing
        yield _Kind(table, name, bad, partial(_expected, column))


def _codes(table: str, rows: Rows) -> Iterator[_Kind]:
    """Check that codes are filled and known."""
    for name, places in rows.codes.items():
        column = codebook.table(table).column(name)
        yield _Kind(table, name, places == -1, f"{name} should be filled", f"Fill it: {column.meaning}")
        yield _Kind(table, name, places == -2, partial(_expected, column), partial(_remedy, column))


def _expected(column: codebook.Column) -> str:
    """Say what a column may hold; the reader of tables, which words it, takes long to import and is seldom needed."""
    from edubalance.intake.faults import expected

    return expected(column)


def _remedy(column: codebook.Column, value: str) -> str:
    """Say what to do with an unknown code."""
    from edubalance.intake.faults import remedy_for_code

    return remedy_for_code(column, value)


def _parts(table: str, rows: Rows) -> Iterator[_Kind]:
    """Check that no part is above its whole, alone or together with others."""
    held = rows.numbers
    for column in codebook.table(table).columns:
        if column.name in held and column.not_above in held:
            rule = f"{column.name} should not be above {column.not_above}"
            yield _Kind(table, column.name, held[column.name] > held[column.not_above], rule, "Correct one of the two.")
    for total in codebook.table(table).sums:
        parts = [held[name] for name in total.parts if name in held]
        if len(parts) > 1 and total.whole in held:
            names = " + ".join(name for name in total.parts if name in held)
            above = np.nansum(parts, axis=0) > held[total.whole]
            yield _Kind(table, total.whole, above, f"{names} should not be above {total.whole}", total.meaning)
    for each in codebook.table(table).nothing:
        for name in (name for name in each.columns if {name, each.without} <= set(held)):
            wrong = (held[each.without] == 0) & (held[name] > 0)
            yield _Kind(table, name, wrong, f"{name} should be 0 where {each.without} is 0", each.meaning)


def _spellings(held: Held) -> Iterator[_Kind]:
    """Check that the code of a school is written in one way in its county and year, without a hidden character."""
    codes = held.school_ids
    plain = pc.all(pc.match_substring_regex(codes, _PLAIN), min_count=0).as_py()
    if plain and pc.count_distinct(pc.ascii_upper(codes)).as_py() == len(codes):
        return
    texts = codes.to_pylist()
    unseen = np.array([bool(hidden(text)) for text in texts] + [False])
    forms = [np.unique(form, return_inverse=True)[1] for form in zip(*map(folds, texts), strict=True)]
    for table, rows in (("schools", held.schools), ("sections", held.sections)):
        rule, remedy = "school_id should hold no invisible character", "Write it again by hand."
        yield _Kind(table, "school_id", unseen[rows.school], rule, remedy)
    both = (held.schools, held.sections)
    key, school = (np.concatenate([getattr(rows, name) for rows in both]) for name in ("key", "school"))
    bad = np.zeros(key.size, dtype=bool)
    for form in forms:
        bad |= _of_two_schools(key, school, np.append(form, len(codes)))
    rule = "school_id should be written in one way; another code of the county looks the same"
    remedy = "Write the same in every row, or, if two are meant, codes that a reader can tell apart."
    cut = held.schools.key.size
    yield _Kind("schools", "school_id", bad[:cut], rule, remedy)
    yield _Kind("sections", "school_id", bad[cut:], rule, remedy)


def _of_two_schools(key: npt.NDArray[np.int64], school: npt.NDArray[np.int64], form: npt.NDArray[np.int64]) -> Mask:
    """Tell which rows are of a county and year in which another school's code has the same form."""
    whole = key * form.size + form[school]
    pairs = np.unique(np.stack((whole, school)), axis=1)
    forms, count = np.unique(pairs[0], return_counts=True)
    return np.asarray(np.isin(whole, forms[count > 1]) & (school >= 0))


def _duplicates(held: Held) -> Iterator[_Kind]:
    """Check that a key names one row; rows stand in the order of their keys."""
    schools, sections = held.schools, held.sections
    remedy = "Delete one of the rows, or correct its key."
    same = _as_before(schools.key) & _as_before(schools.school)
    yield _Kind("schools", "school_id", same, "year, school_id should name one row", remedy)
    same = _as_before(sections.key) & _as_before(sections.school) & _as_before(sections.codes["level"])
    yield _Kind("sections", "school_id", same, "year, school_id, level should name one row", remedy)


def _as_before(values: npt.NDArray[np.integer]) -> Mask:
    """Tell which values are those of the row before."""
    return np.append([False], values[1:] == values[:-1])[: values.size]


def _between(held: Held) -> Iterator[_Kind]:
    """Check schools against sections: partners, levels that the type has, senior pupils."""
    schools, sections = held.schools, held.sections
    row, found = school_rows(held)
    yield _Kind("sections", "school_id", ~found, "the section should have a school in the same county and year")
    types, levels = list(codebook.codes("type").values()), list(codebook.codes("level"))
    kind = schools.codes["type"]
    bound = np.array([*(bool(code.levels) for code in types), False, False])
    with_section = np.zeros(schools.key.size, dtype=bool)
    with_section[row[found]] = True
    rule = "the school should have a section in the same county and year"
    yield _Kind("schools", "school_id", bound[kind] & ~with_section, rule)
    fits = np.array([[level in code.levels or not code.levels for level in levels] + [True] * 2 for code in types])
    fits = np.vstack((fits, np.ones((2, fits.shape[1]), dtype=bool)))
    if schools.key.size:
        misfit = found & ~fits[kind[row], sections.codes["level"]]
        yield _Kind("sections", "level", misfit, "the type of the school should have this level")
    if "senior_pupils" in schools.numbers:
        none = np.array([*(bool(code.levels) and "senior" not in code.levels for code in types), False, False])
        rule = "a school of a type without senior pupils should have none"
        yield _Kind("schools", "senior_pupils", none[kind] & (schools.numbers["senior_pupils"] > 0), rule)


def school_rows(held: Held) -> tuple[npt.NDArray[np.int64], Mask]:
    """
    Find the school of each section.

    Parameters
    ----------
    held : Held
        The partition.

    Returns
    -------
    row : ndarray of int
        Row of the school in ``held.schools``, for each section; of no meaning where there is none.
    found : ndarray of bool
        Whether there is one.
    """
    many = len(held.school_ids) + 1
    schools = held.schools.key * many + held.schools.school
    sections = held.sections.key * many + held.sections.school
    row = np.searchsorted(schools, sections)
    row = np.minimum(row, max(schools.size - 1, 0))
    found = schools[row] == sections if schools.size else np.zeros(sections.size, dtype=bool)
    return row, found


def _by_key(held: Held, kind: _Kind) -> Iterator[Failure]:
    """Word one kind of fault for each county and year that has it."""
    rows = held.schools if kind.table == "schools" else held.sections
    bad = np.flatnonzero(kind.bad)
    keys, first, count = np.unique(rows.key[bad], return_index=True, return_counts=True)
    for key, place, times in zip(keys.tolist(), bad[first].tolist(), count.tolist(), strict=True):
        value = _value(rows, kind.column, place)
        school = held.school_ids[int(rows.school[place])].as_py() if rows.school[place] >= 0 else ""
        rule = kind.rule if isinstance(kind.rule, str) else kind.rule()
        remedy = kind.remedy if isinstance(kind.remedy, str) else kind.remedy(value)
        yield Failure(key, kind.table, kind.column, school, value, rule, remedy, times)


def _value(rows: Rows, column: str, row: int) -> str:
    """Return what a cell holds, as text."""
    if column in rows.numbers:
        number = rows.numbers[column][row]
        return "" if np.isnan(number) else f"{number:.12g}"
    return str(rows.words[column][row].as_py() or "") if column in rows.words else ""
