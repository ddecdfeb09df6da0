"""What a county reports of itself: each number one that can be, each part within its whole, evidence a document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from edubalance.errors import EdubalanceError, Fault
from edubalance.intake.documents import names_no_document
from edubalance.intake.faults import number_wanted, of_a_kind
from edubalance.intake.validate import Checked
from edubalance.intake.variables import known, relations
from edubalance.standards import Amount, Relation, Variable
from edubalance.standards.amounts import as_text
from edubalance.standards.dated import span
from edubalance.standards.model import Terms

KEY = ["county", "year", "variable"]
PLACE = ["county", "year"]
Bools = npt.NDArray[np.bool_]


def between(checked: Mapping[str, Checked]) -> dict[str, list[Fault]]:
    """
    Check what counties report against what their standards and the form say that it can be.

    Parameters
    ----------
    checked : mapping of str to Checked
        Tables by name, their cells checked.

    Returns
    -------
    dict of str to list of Fault
        Of ``county``: numbers that cannot be, days that are none, parts above their whole, and words in the place of a
        document. A number that is refused by itself is not held against others.
    """
    county = checked.get("county")
    if county is None or not set(KEY) <= set(county.frame):
        return {}
    rows = county.frame.reindex(columns=[*KEY, "value"]).dropna()
    faults, refused = _impossible(county, rows)
    sound = rows.loc[~rows.index.isin(refused)]
    return {"county": [*faults, *_disagreeing(county, sound), *_without_document(county)]}


def _impossible(county: Checked, rows: pd.DataFrame) -> tuple[list[Fault], list[int]]:
    """Refuse numbers that a variable cannot have, variable by variable; return their rows too."""
    faults: list[Fault] = []
    refused: list[int] = []
    for name, values in rows.groupby("variable", sort=False)["value"]:
        variable = known().get(str(name))
        if variable is None:
            continue
        wrong = _outside(variable.amount, values) if variable.amount else _no_days(values)
        refused += values.index[wrong].tolist()
        faults += of_a_kind(values.index[wrong].tolist(), partial(_word_impossible, county, variable))
    return faults, refused


def _outside(amount: Amount, values: pd.Series) -> Bools:
    """Tell which numbers are out of bounds, or not whole where they should be."""
    numbers = values.to_numpy(dtype=np.float64)
    wrong = (numbers % 1 != 0) if amount.whole else np.zeros(len(numbers), dtype=bool)
    if amount.least is not None:
        wrong = wrong | (numbers < amount.least)
    if amount.most is not None:
        wrong = wrong | (numbers > amount.most)
    return np.asarray(wrong)


def _no_days(values: pd.Series) -> Bools:
    """Tell which numbers are no day, month or year."""

    def is_none(number: float) -> bool:
        try:
            span(number)
        except EdubalanceError:
            return True
        return False

    return np.array([is_none(float(number)) for number in values], dtype=bool)


def _word_impossible(county: Checked, variable: Variable, row: int) -> Fault:
    """Word a number that cannot be, with the reason."""
    amount, value = variable.amount, county.source.cell(row, "value")
    if amount is None:
        rule = f"{variable.id} should be a day such as 20151231, a month (201512) or a year (2015)"
        return Fault(county.source.file, row, "value", value, rule, "Write the digits of the calendar date alone.")
    rule = number_wanted(variable.id, amount.whole, amount.least, amount.most, variable.unit("en"))
    remedy = f"{amount.reason.en} Compare with the source; delete the row where the number is not known."
    return Fault(county.source.file, row, "value", value, rule, remedy)


def _disagreeing(county: Checked, rows: pd.DataFrame) -> list[Fault]:
    """Refuse parts that are above their whole, for every county and year at once."""
    single = rows.loc[~rows.duplicated(KEY, keep=False)]
    values = single.pivot(index=PLACE, columns="variable", values="value")
    places = single.assign(row=single.index).pivot(index=PLACE, columns="variable", values="row")
    faults: list[Fault] = []
    for relation in relations():
        if set(relation.variables) & set(values):
            part, whole = _bound(values, relation.part, unknown=0.0), _bound(values, relation.whole, unknown=np.nan)
            most = whole * relation.times if relation.times is not None else whole.where(whole <= 0, np.inf)
            above = np.flatnonzero(part > most)
            word = partial(_word_above, county, relation, places, part, most)
            faults += of_a_kind(above.tolist(), word)
    return faults


def _bound(values: pd.DataFrame, terms: Terms, *, unknown: float) -> pd.Series:
    """
    Add the terms, so that what is not known speaks against no one.

    Nothing that is counted is below nought: a part of which an addend is not known is at least the others, and a whole
    of which something not known is taken off is at most what it is taken off from. `unknown` stands for what is added
    and not known: nought in a part; in a whole it leaves the sum unknown. For what is taken off it is the other way.
    """
    taken_off = 0.0 if np.isnan(unknown) else np.nan
    added = [
        sign * values.get(name, pd.Series(np.nan, index=values.index)).fillna(unknown if sign > 0 else taken_off)
        for name, sign in terms
    ]
    return sum(added[1:], start=added[0])


def _word_above(
    county: Checked, relation: Relation, places: pd.DataFrame, part: pd.Series, most: pd.Series, place: int
) -> Fault:
    """Word a part above its whole: both with their numbers and rows, and why."""
    there = places.iloc[place]
    rows = {name: int(there[name]) for name in relation.variables if name in there and there[name] == there[name]}
    first = next(rows[name] for name, _ in relation.part if name in rows)
    others = ", ".join(f"row {row}" for row in rows.values() if row != first)
    ours, theirs = f"{as_text(relation.part)} = {part.iloc[place]:.12g}", f"{relation.limit} = {most.iloc[place]:.12g}"
    rule = f"{ours} should not be above {theirs} ({others})"
    if relation.times is None:
        rule = f"{ours} should be 0, or its row deleted, where {theirs} ({others})"
    value, remedy = county.source.cell(first, "value"), f"{relation.reason.en} Correct the number that is wrong."
    return Fault(county.source.file, first, "value", value, rule, remedy)


def _without_document(county: Checked) -> list[Fault]:
    """Refuse words that name no document where one is to show that an item is met."""
    if "evidence" not in county.frame:
        return []
    shown = [name for name, variable in known().items() if variable.kind == "document"]
    frame = county.frame.reindex(columns=[*KEY, "value", "evidence"])
    # A county that reports 0 says itself that it is not so: then no document is claimed.
    claimed = frame["variable"].isin(shown) & frame["evidence"].notna() & (frame["value"] != 0)
    silent = frame.loc[claimed, "evidence"].map(names_no_document).to_numpy(dtype=bool)
    word: Callable[[int], Fault] = partial(_word_no_document, county)
    return of_a_kind(frame.index[claimed][silent].tolist(), word)


def _word_no_document(county: Checked, row: int) -> Fault:
    """Word evidence that is none."""
    return Fault(
        county.source.file,
        row,
        "evidence",
        county.source.cell(row, "evidence"),
        f"evidence of {county.source.cell(row, 'variable')} should name a document",
        "Name it (number, date). Where there is none, write 0 in value, or delete the row if that is not known.",
    )
