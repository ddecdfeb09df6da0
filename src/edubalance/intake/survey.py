"""Questionnaires one by one: whose school there is, and no answers but from those that came back."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from edubalance import codebook
from edubalance.codebook.survey import Group
from edubalance.errors import Fault
from edubalance.intake.faults import of_a_kind
from edubalance.intake.validate import Checked

SCHOOL = ["year", "school_id"]
COMMENT = "comment"


def between(checked: Mapping[str, Checked]) -> dict[str, list[Fault]]:
    """
    Check that respondents belong to a school and level, and that what they answered fits their questionnaire's return.

    Parameters
    ----------
    checked : mapping of str to Checked
        Tables by name, their cells checked. A missing or faulty cell is not held against anything.

    Returns
    -------
    dict of str to list of Fault
        By table of answers.
    """
    faults: dict[str, list[Fault]] = {}
    for group in codebook.survey.load().groups.values():
        answers = checked.get(group.table)
        if answers is None or "returned" not in answers.frame:
            continue
        found = _not_returned(answers, group) + _silent(answers, group) + _weights(answers)
        if set(SCHOOL) <= set(answers.frame) and set(SCHOOL) <= set(checked["schools"].frame):
            found += _without_school(answers, checked["schools"])
            found += _without_level(answers, checked["sections"])
        faults[group.table] = found
    return faults


def _not_returned(answers: Checked, group: Group) -> list[Fault]:
    """Refuse answers on a questionnaire that did not come back."""
    names = [name for name in (*group.item_ids, COMMENT) if name in answers.frame]
    said = answers.frame[names].notna()
    wrong = (answers.frame["returned"] == 0) & said.any(axis=1)

    def word(row: int) -> Fault:
        name = names[int(said.loc[row].to_numpy().argmax())]
        rule = "a questionnaire that did not come back should have no answers"
        remedy = "Write 1 in returned if it came back; otherwise empty its answers."
        return Fault(answers.source.file, row, name, answers.source.cell(row, name), rule, remedy)

    return of_a_kind(answers.frame.index[wrong].tolist(), word)


def _silent(answers: Checked, group: Group) -> list[Fault]:
    """Refuse a questionnaire that came back without one answer; one with a faulty answer passes here."""
    cells = answers.source.cells
    names = [name for name in group.item_ids if name in cells]
    silent = (answers.frame["returned"] == 1) & (cells[names] == "").all(axis=1)

    def word(row: int) -> Fault:
        rule = "a questionnaire that came back should have one answer at least"
        return Fault(
            answers.source.file, row, "returned", "1", rule, "Write 0 if it was returned empty, or add answers."
        )

    return of_a_kind(answers.frame.index[silent.to_numpy(dtype=bool)].tolist(), word)


def _weights(answers: Checked) -> list[Fault]:
    """Refuse a weight of 0, and a missing one where others are there: it would count as any number or none."""
    if "weight" not in answers.frame:
        return []
    weight = answers.frame["weight"]
    cells = answers.source.cells["weight"] == ""
    some = bool((~cells).any())

    def zero(row: int) -> Fault:
        rule = "weight should be above 0"
        remedy = "Write how many persons the questionnaire stands for; delete the row of one that stands for nobody."
        return Fault(answers.source.file, row, "weight", answers.source.cell(row, "weight"), rule, remedy)

    def empty(row: int) -> Fault:
        remedy = "Fill every weight, or delete the column: then all count alike."
        return Fault(answers.source.file, row, "weight", "", "weight should be filled where others are", remedy)

    rows = answers.frame.index
    gaps = rows[cells.to_numpy(dtype=bool)].tolist() if some else []
    return of_a_kind(rows[(weight == 0).to_numpy(dtype=bool)].tolist(), zero) + of_a_kind(gaps, empty)


def _without_school(answers: Checked, schools: Checked) -> list[Fault]:
    """Refuse a respondent whose school there is not in the year."""
    rows = answers.frame[answers.frame[SCHOOL].notna().all(axis=1)]
    there = pd.MultiIndex.from_frame(schools.frame[SCHOOL])
    unsure = schools.frame.loc[schools.frame["year"].isna(), "school_id"]
    alone = ~pd.MultiIndex.from_frame(rows[SCHOOL]).isin(there) & ~rows["school_id"].isin(unsure).to_numpy()

    def word(row: int) -> Fault:
        school, year = (answers.source.cell(row, name) for name in ("school_id", "year"))
        rule = f"the school should have a row in {schools.source.file} in {year}"
        remedy = "Correct the code or the year, or add the school there."
        return Fault(answers.source.file, row, "school_id", school, rule, remedy)

    return of_a_kind(rows.index[alone].tolist(), word)


def _without_level(answers: Checked, sections: Checked) -> list[Fault]:
    """Refuse a level that the school does not have; a school without any section is not judged by level."""
    key = [*SCHOOL, "level"]
    if not set(key) <= set(answers.frame) or not set(key) <= set(sections.frame):
        return []
    rows = answers.frame[answers.frame[key].notna().all(axis=1)]
    known = sections.frame[sections.frame[SCHOOL].notna().all(axis=1)]
    has_section = pd.MultiIndex.from_frame(rows[SCHOOL]).isin(pd.MultiIndex.from_frame(known[SCHOOL]))
    fits = pd.MultiIndex.from_frame(rows[key]).isin(pd.MultiIndex.from_frame(known[key]))
    unsure = rows["school_id"].isin(sections.frame.loc[sections.frame[key].isna().any(axis=1), "school_id"])
    wrong = np.asarray(has_section & ~fits & ~unsure.to_numpy(), dtype=bool)

    def word(row: int) -> Fault:
        year, school, level = (answers.source.cell(row, name) for name in key)
        rule = f"{school} should have a {level} section in {sections.source.file} in {year}"
        remedy = "Correct the level, or add the section there."
        return Fault(answers.source.file, row, "level", level, rule, remedy)

    return of_a_kind(rows.index[wrong].tolist(), word)
