"""What must hold between cells, between rows, and between the tables."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from functools import partial

import numpy as np
import pandas as pd

from edubalance import codebook
from edubalance.errors import Fault
from edubalance.intake.faults import of_a_kind
from edubalance.intake.validate import Checked

# The columns of classes by size name their bounds.
BAND = re.compile(r"classes_([0-9]+)_(?:to_([0-9]+)|or_more)")


def within(checked: Checked) -> list[Fault]:
    """
    Check what must hold between the cells and rows of one table.

    Parameters
    ----------
    checked : Checked
        A table whose cells are checked; missing and faulty cells pass here.

    Returns
    -------
    list of Fault
        Duplicate keys, parts above their whole, numbers of whom or what there is none, county rows that say nothing, and
        classes by size that the largest class contradicts.
    """
    faults = _duplicates(checked)
    for column in checked.source.table.columns:
        if column.not_above and {column.name, column.not_above} <= set(checked.frame):
            faults += _not_above(checked, column)
    for total in checked.source.table.sums:
        faults += _sums(checked, total)
    for each in checked.source.table.nothing:
        faults += _nothing(checked, each)
    return faults + _silent(checked) + _largest_class(checked)


def _duplicates(checked: Checked) -> list[Fault]:
    """Refuse a second row with the same key, and name the first."""
    key = list(checked.source.table.key)
    if not set(key) <= set(checked.frame):
        return []
    keys = checked.frame[key].dropna()
    first = keys.index.to_series().groupby([keys[name] for name in key]).transform("first")

    def word(row: int) -> Fault:
        rule = f"{', '.join(key)} should name one row; row {first[row]} has the same"
        value = ", ".join(checked.source.cell(row, name) for name in key)
        return Fault(checked.source.file, row, "", value, rule, "Delete one of the two, or correct its key.")

    return of_a_kind(first.index[first != first.index].tolist(), word)


def _not_above(checked: Checked, column: codebook.Column) -> list[Fault]:
    """Refuse a part that is above its whole."""
    above = checked.frame[column.name] > checked.frame[column.not_above]

    def word(row: int) -> Fault:
        whole = checked.source.cell(row, column.not_above)
        rule = f"{column.name} should not be above {column.not_above}, which is {whole}"
        return Fault(
            checked.source.file,
            row,
            column.name,
            checked.source.cell(row, column.name),
            rule,
            "Correct one of the two.",
        )

    return of_a_kind(checked.frame.index[above].tolist(), word)


def _sums(checked: Checked, total: codebook.Sum) -> list[Fault]:
    """Refuse parts that are together above their whole, unless one of them alone is: that is reported already."""
    parts = [name for name in total.parts if name in checked.frame]
    if len(parts) < 2 or total.whole not in checked.frame:
        return []
    whole = checked.frame[total.whole]
    sums = checked.frame[parts].sum(axis=1)
    above = (sums > whole) & (checked.frame[parts].max(axis=1) <= whole)

    def word(row: int) -> Fault:
        rule = f"{' + '.join(parts)} ({sums[row]:g}) should not be above {total.whole}"
        return Fault(checked.source.file, row, total.whole, checked.source.cell(row, total.whole), rule, total.meaning)

    return of_a_kind(checked.frame.index[above].tolist(), word)


def _nothing(checked: Checked, each: codebook.Nothing) -> list[Fault]:
    """Refuse numbers above 0 where whom or what they are of is 0."""
    frame, faults = checked.frame, list[Fault]()
    if each.without not in frame:
        return faults
    for name in (name for name in each.columns if name in frame):
        wrong = frame.index[(frame[each.without] == 0) & (frame[name] > 0)]
        faults += of_a_kind(wrong.tolist(), partial(_without, checked, each, name))
    return faults


def _without(checked: Checked, each: codebook.Nothing, name: str, row: int) -> Fault:
    """Word a number above 0 where another one is 0."""
    names = {place: (place, checked.source.table.column(place).zh) for place in (name, each.without)}
    return Fault.of(
        "nothing_without",
        checked.source.file,
        row,
        name,
        checked.source.cell(row, name),
        column=names[name],
        without=names[each.without],
        meaning=(each.meaning, each.meaning_zh),
    )


def _silent(checked: Checked) -> list[Fault]:
    """Refuse a row of the county's table with neither a value nor evidence."""
    cells = checked.source.cells
    if checked.source.table.name != "county" or cells.empty:
        return []
    said = cells.reindex(columns=["value", "evidence"], fill_value="")
    silent = (said == "").all(axis=1)

    def word(row: int) -> Fault:
        rule = "value or evidence should be filled"
        return Fault(checked.source.file, row, "value", "", rule, "Fill one of the two, or delete the row.")

    return of_a_kind(cells.index[silent].tolist(), word)


def bands(names: Iterable[object]) -> dict[str, tuple[float, float]]:
    """
    Return the fewest and the most pupils of a class of each band of sizes.

    Parameters
    ----------
    names : iterable of object
        Columns; those that are no band are left out.

    Returns
    -------
    dict of str to tuple of float and float
        In the order of the columns.

    Examples
    --------
    >>> bands(["classes", "classes_46_to_55", "classes_66_or_more"])
    {'classes_46_to_55': (46.0, 55.0), 'classes_66_or_more': (66.0, inf)}
    """
    found = {str(name): match for name in names if (match := BAND.fullmatch(str(name)))}
    return {name: (float(match[1]), float(match[2] or np.inf)) for name, match in found.items()}


def _largest_class(checked: Checked) -> list[Fault]:
    """Refuse a largest class that is smaller than a class of a band, or in a band that has none."""
    frame, largest = checked.frame, "largest_class_pupils"
    faults: list[Fault] = []
    if largest not in frame:
        return faults
    for name, (low, high) in bands(frame).items():
        below = (frame[name] > 0) & (frame[largest] < low)
        faults += of_a_kind(frame.index[below].tolist(), partial(_at_least, checked, largest, low, name))
        without = (frame[name] == 0) & frame[largest].between(low, high)
        faults += of_a_kind(frame.index[without].tolist(), partial(_at_least, checked, name, 1, largest))
    return faults


def _at_least(checked: Checked, column: str, least: float, other: str, row: int) -> Fault:
    """Word a number that another one of its row shows to be too small."""
    rule = f"{column} should be {least:g} or more, as {other} is {checked.source.cell(row, other)}"
    found = checked.source.cell(row, column)
    return Fault(checked.source.file, row, column, found, rule, "Correct one of the two.")


def between(checked: Mapping[str, Checked]) -> dict[str, list[Fault]]:
    """
    Check what must hold between schools, sections and county.

    Parameters
    ----------
    checked : mapping of str to Checked
        Tables by name, their cells checked. A row with a faulty key is not held against another table.

    Returns
    -------
    dict of str to list of Fault
        Faults by table.
    """
    schools, sections = checked["schools"], checked["sections"]
    ours: list[Fault] = []
    theirs: list[Fault] = []
    if {"year", "school_id"} <= set(schools.frame) and {"year", "school_id"} <= set(sections.frame):
        ours += _without_partner(schools, sections, "section")
        theirs += _without_partner(sections, schools, "row")
        if "type" in schools.frame and "level" in sections.frame:
            theirs += _misfit_levels(schools, sections)
    if {"type", "senior_pupils"} <= set(schools.frame):
        ours += _senior_pupils(schools)
    by_county = [name for name, each in checked.items() if name != "schools" and "county" in each.frame]
    return {"schools": ours, "sections": theirs} | {
        name: _unknown_counties(schools, checked[name]) for name in by_county
    }


def _without_partner(checked: Checked, other: Checked, partner: str) -> list[Fault]:
    """Refuse a row whose school and year the other table does not have."""
    key = ["year", "school_id"]
    rows = checked.frame[checked.frame[key].notna().all(axis=1)]
    if partner == "section":
        rows = rows[rows["type"].isin(_bound_types())] if "type" in rows else rows.iloc[:0]
    there = pd.MultiIndex.from_frame(other.frame[key])
    unsure = other.frame.loc[other.frame["year"].isna(), "school_id"]
    alone = ~pd.MultiIndex.from_frame(rows[key]).isin(there) & ~rows["school_id"].isin(unsure).to_numpy()

    def word(row: int) -> Fault:
        school = checked.source.cell(row, "school_id")
        year = checked.source.cell(row, "year")
        rule = f"the school should have a {partner} in {other.source.file} in {year}"
        remedy = f"Add it there, correct the code, or delete this row.{_other_years(other, school)}"
        return Fault(checked.source.file, row, "school_id", school, rule, remedy)

    return of_a_kind(rows.index[alone].tolist(), word)


def _other_years(other: Checked, school: str) -> str:
    """Say in which years the other table has the school."""
    years = other.frame.loc[other.frame["school_id"].isin([school]), "year"].dropna()
    return f" There it stands in {', '.join(f'{year:g}' for year in sorted(set(years)))}." if len(years) else ""


def _bound_types() -> list[str]:
    """Return the types of school that must have a section."""
    return [code.value for code in codebook.codes("type").values() if code.levels]


def _misfit_levels(schools: Checked, sections: Checked) -> list[Fault]:
    """Refuse a section whose level the type of its school does not have."""
    key = ["year", "school_id"]
    types = schools.frame[[*key, "type"]].dropna().drop_duplicates(key)
    joined = sections.frame[[*key, "level"]].reset_index().merge(types, on=key).dropna().set_index("row")
    allowed = {(code.value, level) for code in codebook.codes("type").values() for level in code.levels}
    fits = [pair in allowed for pair in zip(joined["type"], joined["level"], strict=True)]
    misfit = joined.index[joined["type"].isin(_bound_types()).to_numpy() & ~np.array(fits, dtype=bool)]

    def word(row: int) -> Fault:
        level, school = sections.source.cell(row, "level"), sections.source.cell(row, "school_id")
        rule = f"a school of type {joined['type'].loc[row]} should have no {level} section"
        remedy = f"Correct the level, or the type of {school} in {schools.source.file}."
        return Fault(sections.source.file, row, "level", level, rule, remedy)

    return of_a_kind(sorted(misfit.tolist()), word)


def _senior_pupils(schools: Checked) -> list[Fault]:
    """Refuse senior pupils where the type of the school has no senior section."""
    without = [code.value for code in codebook.codes("type").values() if code.levels and "senior" not in code.levels]
    wrong = schools.frame["type"].isin(without) & (schools.frame["senior_pupils"] > 0)

    def word(row: int) -> Fault:
        rule = f"a school of type {schools.source.cell(row, 'type')} should have no senior pupils"
        remedy = "Correct the type, or empty the cell."
        return Fault(schools.source.file, row, "senior_pupils", schools.source.cell(row, "senior_pupils"), rule, remedy)

    return of_a_kind(schools.frame.index[wrong].tolist(), word)


def _unknown_counties(schools: Checked, county: Checked) -> list[Fault]:
    """Refuse a county of another table that has no school."""
    if "county" not in schools.frame:
        return []
    known = sorted(set(schools.frame["county"].dropna()))
    stated = county.frame["county"].dropna()

    def word(row: int) -> Fault:
        found = county.source.cell(row, "county")
        close = difflib.get_close_matches(found, known, n=1)
        remedy = f"Did you mean {close[0]}?" if close else f"Its counties: {', '.join(known[:5])}."
        rule = f"{schools.source.file} should have schools of this county"
        return Fault(county.source.file, row, "county", found, rule, remedy)

    return of_a_kind(stated.index[~stated.isin(known)].tolist(), word) if known else []
