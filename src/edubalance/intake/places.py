"""Settlements and schools of the table of places, against the schools that there are."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import pandas as pd

from edubalance import codebook
from edubalance.errors import Fault
from edubalance.intake.faults import of_a_kind
from edubalance.intake.validate import Checked

# What a place and its school both state.
SHARED = ("county", "area", "township", "x_km", "y_km")
PLACE = ["year", "place_id"]
SCHOOL = ["year", "school_id"]
LEVELS = ("primary", "junior")
# What stands at one kind of place only.
BELONGS = {"children": "settlement", "seats": "school"}


def between(checked: Mapping[str, Checked]) -> dict[str, list[Fault]]:
    """
    Check that the places are the schools of their year, where these stand, with seats at the levels they teach.

    Parameters
    ----------
    checked : mapping of str to Checked
        Tables by name, their cells checked.

    Returns
    -------
    dict of str to list of Fault
        By table. Schools are asked for in the years that the table of places has. How many children live in the
        settlements is not held against the pupils: some go to school elsewhere.
    """
    places, schools = checked.get("places"), checked["schools"]
    if places is None or not {*PLACE, "place"} <= set(places.frame) or not set(SCHOOL) <= set(schools.frame):
        return {}
    known = places.frame[places.frame[[*PLACE, "place"]].notna().all(axis=1)]
    standing = known[known["place"] == "school"]
    joined = _beside(standing, schools)
    faults = _misplaced(places, known) + _unknown(places, schools, standing) + _taken(places, schools, known)
    for name in (name for name in SHARED if name in places.frame and name in schools.frame):
        faults += _elsewhere(places, schools, joined, name)
    faults += _untaught(places, checked["sections"], standing)
    return {"places": faults, "schools": _unlisted(places, schools, standing)}


def _misplaced(places: Checked, known: pd.DataFrame) -> list[Fault]:
    """Refuse children at a school and seats in a settlement; none of either may be stated as 0."""
    faults: list[Fault] = []
    for quantity, kind in BELONGS.items():
        for column in (f"{quantity}_{level}" for level in LEVELS if f"{quantity}_{level}" in known):
            wrong = known.index[(known["place"] != kind) & (known[column] > 0)]
            faults += of_a_kind(wrong.tolist(), partial(_wrong_place, places, column, kind))
    return faults


def _wrong_place(places: Checked, column: str, kind: str, row: int) -> Fault:
    """Word a number that stands at the wrong kind of place."""
    remedy = f"Empty the cell, or set place to {kind}."
    return _fault(places, row, column, f"{column} should be stated for a {kind} only", remedy)


def _unknown(places: Checked, schools: Checked, standing: pd.DataFrame) -> list[Fault]:
    """Refuse a school that the schools of the year do not have."""
    there = pd.MultiIndex.from_frame(schools.frame[SCHOOL])
    unsure = schools.frame.loc[schools.frame["year"].isna(), "school_id"]
    alone = ~pd.MultiIndex.from_frame(standing[PLACE]).isin(there) & ~standing["place_id"].isin(unsure).to_numpy()

    def word(row: int) -> Fault:
        rule = f"the school should have a row in {schools.source.file} in {places.source.cell(row, 'year')}"
        return _fault(places, row, "place_id", rule, "Add it there, correct the code, or delete this row.")

    return of_a_kind(standing.index[alone].tolist(), word)


def _taken(places: Checked, schools: Checked, known: pd.DataFrame) -> list[Fault]:
    """Refuse a settlement that bears the code of a school."""
    codes = set(schools.frame["school_id"].dropna())
    wrong = known.index[(known["place"] == "settlement") & known["place_id"].isin(codes)]
    rule = "a settlement should not bear the code of a school"
    remedy = "Give the settlement a code of its own, or set place to school."
    return of_a_kind(wrong.tolist(), lambda row: _fault(places, row, "place_id", rule, remedy))


def _beside(standing: pd.DataFrame, schools: Checked) -> pd.DataFrame:
    """Put beside every school of the places what the schools state of it, by the row of the places."""
    stated = schools.frame.drop_duplicates(SCHOOL, keep=False)
    stated = stated[[*SCHOOL, *(name for name in SHARED if name in stated)]].rename(columns={"school_id": "place_id"})
    return standing.reset_index().merge(stated, on=PLACE, suffixes=("", "_stated")).set_index("row")


def _elsewhere(places: Checked, schools: Checked, joined: pd.DataFrame, name: str) -> list[Fault]:
    """Refuse a school that stands elsewhere, or is something else, than the schools say; where both say something."""
    ours, theirs = joined[name], joined[f"{name}_stated"]
    wrong = joined.index[(ours.notna() & theirs.notna() & (ours != theirs)).to_numpy(dtype=bool)]

    def word(row: int) -> Fault:
        value = theirs.loc[row]
        stated = f"{value:.12g}" if isinstance(value, float) else str(value)
        rule = f"{name} should be that of the school in {schools.source.file}, which is {stated}"
        return _fault(places, row, name, rule, "Correct one of the two.")

    return of_a_kind(sorted(wrong.tolist()), word)


def _untaught(places: Checked, sections: Checked, standing: pd.DataFrame) -> list[Fault]:
    """Refuse seats at a level that the school does not teach; a school without any section is reported already."""
    if not {*SCHOOL, "level"} <= set(sections.frame):
        return []
    taught = sections.frame[[*SCHOOL, "level"]].dropna()
    listed = pd.MultiIndex.from_frame(standing[PLACE]).isin(pd.MultiIndex.from_frame(taught[SCHOOL]))
    faults: list[Fault] = []
    for level in (level for level in LEVELS if f"seats_{level}" in standing):
        of_level = pd.MultiIndex.from_frame(taught.loc[taught["level"] == level, SCHOOL])
        without = listed & ~pd.MultiIndex.from_frame(standing[PLACE]).isin(of_level)
        wrong = standing.index[without & (standing[f"seats_{level}"] > 0).to_numpy(dtype=bool)]
        faults += of_a_kind(wrong.tolist(), partial(_without_level, places, sections, level))
    return faults


def _without_level(places: Checked, sections: Checked, level: str, row: int) -> Fault:
    """Word seats at a level that is not taught."""
    rule = f"the school should have a {level} section in {sections.source.file} in {places.source.cell(row, 'year')}"
    return _fault(places, row, f"seats_{level}", rule, "Empty the cell, or add the section there.")


def _unlisted(places: Checked, schools: Checked, standing: pd.DataFrame) -> list[Fault]:
    """Ask for every school that has sections, in the years that the places have."""
    frame = schools.frame
    bound = [code.value for code in codebook.codes("type").values() if code.levels]
    asked = frame[SCHOOL].notna().all(axis=1) & frame["year"].isin(places.frame["year"].dropna())
    rows = frame[asked & (frame["type"].isin(bound) if "type" in frame else False)]
    missing = ~pd.MultiIndex.from_frame(rows[SCHOOL]).isin(pd.MultiIndex.from_frame(standing[PLACE]))
    # A row of which the kind is not known may be the school.
    unsure = places.frame.loc[places.frame[["year", "place"]].isna().any(axis=1), "place_id"]
    missing &= ~rows["school_id"].isin(unsure).to_numpy()

    def word(row: int) -> Fault:
        year = schools.source.cell(row, "year")
        rule = f"the school should stand in {places.source.file} in {year}, as the other schools of the year do"
        remedy = "Add it there, or take the year out of that table."
        return Fault(schools.source.file, row, "school_id", schools.source.cell(row, "school_id"), rule, remedy)

    return of_a_kind(rows.index[missing].tolist(), word)


def _fault(places: Checked, row: int, column: str, rule: str, remedy: str) -> Fault:
    """Name a cell of the places."""
    return Fault(places.source.file, row, column, places.source.cell(row, column), rule, remedy)
