"""The funds of county, townships and schools: against the schools that they are for, and against each other."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from edubalance.errors import Fault
from edubalance.intake.faults import of_a_kind
from edubalance.intake.validate import Checked

KEY = ["year", "unit", "unit_id", "level"]
SCHOOL = ["year", "school_id"]
BUDGETS = {"public_funds_yuan": "public_funds_budget_yuan", "training_yuan": "training_budget_yuan"}
# Columns of which units can be summed to the county, and levels to all levels.
SUMMED = (
    "pupils",
    "education_spending_yuan",
    "personnel_yuan",
    "public_funds_yuan",
    "training_yuan",
    "capital_yuan",
)
OF_TOWNSHIPS = ("fiscal_revenue_yuan", "residents")
COUNTED_LEVELS = ("primary", "junior")


def between(checked: Mapping[str, Checked]) -> dict[str, list[Fault]]:
    """
    Check that funds belong to units that there are, and that they add up.

    Parameters
    ----------
    checked : mapping of str to Checked
        Tables by name, their cells checked.

    Returns
    -------
    dict of str to list of Fault
        By table. Schools are held against the other tables in the years that these have; a missing or faulty cell
        on either side is not held against anything.

    Notes
    -----
    Schools of a level, townships, and single levels may add up to less than the county (it spends money of its own,
    and levels such as kindergartens need not be listed), but not to more. Pupils of a school at a level are those
    of its section. Public funds and training of a school, over all its levels, are those of the table of schools,
    or no more than those where it has senior pupils, who have no row here.
    """
    funds = checked.get("finance")
    schools, sections = checked["schools"], checked["sections"]
    if funds is None or not set(KEY) <= set(funds.frame) or not {*SCHOOL, "level"} <= set(sections.frame):
        return {}
    if not set(SCHOOL) <= set(schools.frame):
        return {}
    rows = funds.frame[funds.frame[KEY].notna().all(axis=1) & ~funds.frame.duplicated(KEY, keep=False)]
    faults = [*_misplaced_levels(funds, rows), *_unknown_units(funds, schools, rows)]
    faults += _unknown_schools(funds, schools, rows)
    faults += _without_section(funds, schools, sections, rows)
    faults += _other_pupils(funds, sections, rows)
    for column, budget in BUDGETS.items():
        faults += _other_budgets(funds, schools, sections, rows, column, budget)
    return {"finance": faults + _above_whole(funds, rows)}


def _misplaced_levels(funds: Checked, rows: pd.DataFrame) -> list[Fault]:
    """Refuse a township by level: it stands under all."""
    wrong = (rows["unit"] == "township") & (rows["level"] != "all")

    def word(row: int) -> Fault:
        level = funds.source.cell(row, "level")
        remedy = "Sum the levels of the township to one row, or correct the unit."
        return Fault(funds.source.file, row, "level", level, "a township should stand under all", remedy)

    return of_a_kind(rows.index[wrong].tolist(), word)


def _unknown_units(funds: Checked, schools: Checked, rows: pd.DataFrame) -> list[Fault]:
    """Refuse a county row that names another unit, and a township that no school is in."""
    county = rows["unit"] == "county"
    known_townships = schools.frame["township"].dropna() if "township" in schools.frame else rows["unit_id"]
    nowhere = (rows["unit"] == "township") & ~rows["unit_id"].isin(known_townships)
    other = county & (rows["unit_id"] != rows["county"]) if "county" in rows else county & False

    def word(row: int) -> Fault:
        found = funds.source.cell(row, "unit_id")
        if funds.source.cell(row, "unit") == "county":
            rule = f"unit_id should be the county of the row, {funds.source.cell(row, 'county')}"
            return Fault(funds.source.file, row, "unit_id", found, rule, "Write the county, or correct the unit.")
        rule = f"{schools.source.file} should have schools of this township"
        near = ", ".join(sorted(set(known_townships))[:5])
        return Fault(funds.source.file, row, "unit_id", found, rule, f"Correct the code; its townships: {near}.")

    return of_a_kind(rows.index[nowhere | other].tolist(), word)


def _of_schools(rows: pd.DataFrame, other: Checked) -> pd.DataFrame:
    """Return the rows of schools, in the years that another table has."""
    return rows[(rows["unit"] == "school") & rows["year"].isin(other.frame["year"].dropna())]


def _unknown_schools(funds: Checked, schools: Checked, rows: pd.DataFrame) -> list[Fault]:
    """Refuse a school that the table of schools does not have in a year that it has."""
    ours = _of_schools(rows, schools)
    there = pd.MultiIndex.from_frame(ours[["year", "unit_id"]]).isin(pd.MultiIndex.from_frame(schools.frame[SCHOOL]))
    unsure = ours["unit_id"].isin(schools.frame.loc[schools.frame["year"].isna(), "school_id"]).to_numpy()

    def word(row: int) -> Fault:
        rule = f"the school should be in {schools.source.file} in {funds.source.cell(row, 'year')}"
        school = funds.source.cell(row, "unit_id")
        return Fault(funds.source.file, row, "unit_id", school, rule, "Add it there, or correct the code or the year.")

    return of_a_kind(ours.index[~there & ~unsure].tolist(), word)


def _without_section(funds: Checked, schools: Checked, sections: Checked, rows: pd.DataFrame) -> list[Fault]:
    """Refuse a level that the school does not teach; schools that are not known are reported already."""
    ours = _of_schools(rows, schools)
    ours = ours[ours["level"].isin(COUNTED_LEVELS)]
    known = pd.MultiIndex.from_frame(ours[["year", "unit_id"]]).isin(pd.MultiIndex.from_frame(schools.frame[SCHOOL]))
    taught = pd.MultiIndex.from_frame(sections.frame[[*SCHOOL, "level"]])
    there = pd.MultiIndex.from_frame(ours[["year", "unit_id", "level"]]).isin(taught)
    faulty = sections.frame[["year", "level"]].isna().any(axis=1)
    unsure = ours["unit_id"].isin(sections.frame.loc[faulty, "school_id"]).to_numpy()

    def word(row: int) -> Fault:
        level, year = funds.source.cell(row, "level"), funds.source.cell(row, "year")
        rule = f"the school should have a {level} section in {sections.source.file} in {year}"
        return Fault(
            funds.source.file, row, "level", level, rule, "Add it there, correct the level, or delete this row."
        )

    return of_a_kind(ours.index[known & ~there & ~unsure].tolist(), word)


def _other_pupils(funds: Checked, sections: Checked, rows: pd.DataFrame) -> list[Fault]:
    """Refuse pupils of a school that are not those of its section."""
    if "pupils" not in rows or "pupils" not in sections.frame:
        return []
    listed = sections.frame.dropna(subset=[*SCHOOL, "level"])
    counted = listed[~listed.duplicated([*SCHOOL, "level"], keep=False)].set_index([*SCHOOL, "level"])["pupils"]
    ours = _of_schools(rows, sections)
    keys = pd.MultiIndex.from_frame(ours[["year", "unit_id", "level"]])
    stated = pd.Series(counted.reindex(keys).to_numpy(dtype=np.float64), index=ours.index)
    differs = ours["pupils"].notna() & stated.notna() & (ours["pupils"] != stated)

    def word(row: int) -> Fault:
        rule = f"pupils should be those of the section in {sections.source.file}, which are {stated[row]:g}"
        remedy = "Correct one of the two; both count the pupils of the school year that began in the year."
        return Fault(funds.source.file, row, "pupils", funds.source.cell(row, "pupils"), rule, remedy)

    return of_a_kind(ours.index[differs].tolist(), word)


def _other_budgets(
    funds: Checked, schools: Checked, sections: Checked, rows: pd.DataFrame, column: str, budget: str
) -> list[Fault]:
    """Refuse amounts of a school that do not add up to what the table of schools states."""
    if column not in rows or budget not in schools.frame:
        return []
    ours = _of_schools(rows, schools)
    grouped = ours.groupby(["year", "unit_id"])[column]
    taught = sections.frame.groupby(SCHOOL)["level"].nunique()
    first = ours.reset_index(names="place").groupby(["year", "unit_id"])["place"].first()
    frame = pd.DataFrame({"sum": grouped.sum(min_count=1), "row": first})
    frame["complete"] = grouped.count() >= taught.reindex(frame.index).fillna(1)
    stated = schools.frame.dropna(subset=SCHOOL).drop_duplicates(SCHOOL).set_index(SCHOOL)
    frame["budget"] = stated[budget].reindex(frame.index)
    senior = stated["senior_pupils"].reindex(frame.index) if "senior_pupils" in stated else pd.Series(0.0, frame.index)
    above = frame["sum"] > frame["budget"]
    below = (frame["sum"] < frame["budget"]) & frame["complete"] & ~(senior > 0)
    wrong = frame[above | below].set_index("row").sort_index()

    def word(row: int) -> Fault:
        found = wrong.loc[row]
        rule = (
            f"{column} of the school ({found['sum']:.0f} over its levels) should be its {budget} in "
            f"{schools.source.file}, which is {found['budget']:.0f}"
        )
        remedy = "State the same year's budget in both, or leave one of the two empty."
        return Fault(funds.source.file, row, column, funds.source.cell(row, column), rule, remedy)

    return of_a_kind([int(row) for row in wrong.index], word)


def _above_whole(funds: Checked, rows: pd.DataFrame) -> list[Fault]:
    """Refuse levels, schools or townships that together are above the county."""
    county = rows[rows["unit"] == "county"]
    wholes: list[tuple[str, pd.DataFrame, pd.DataFrame, tuple[str, ...]]] = [
        ("levels", county[county["level"] != "all"].assign(level="all"), county[county["level"] == "all"], SUMMED),
        ("schools", rows[rows["unit"] == "school"], county, SUMMED),
        ("townships", rows[rows["unit"] == "township"], county, (*SUMMED, *OF_TOWNSHIPS)),
    ]
    faults: list[Fault] = []
    for units, parts, whole, columns in wholes:
        for column in (name for name in columns if name in rows):
            faults += _sums_above(funds, units, column, parts, whole)
    return faults


def _sums_above(funds: Checked, units: str, column: str, parts: pd.DataFrame, whole: pd.DataFrame) -> list[Fault]:
    """Refuse the sum of some units in one column that is above the row of the whole."""
    key = [name for name in ("county", "year", "level") if name in parts]
    sums = parts.groupby(key)[column].sum()
    known = sums.reindex(pd.MultiIndex.from_frame(whole[key])).set_axis(whole.index)
    above = known > whole[column]

    def word(row: int) -> Fault:
        rule = f"{column} of the county should not be below the sum over its {units}, which is {known[row]:.0f}"
        remedy = f"Correct the county's number, or those of the {units}."
        return Fault(funds.source.file, row, column, funds.source.cell(row, column), rule, remedy)

    return of_a_kind(whole.index[above.to_numpy(dtype=np.bool_)].tolist(), word)
