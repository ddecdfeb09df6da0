"""Who came and who went, held against the pupils of every section and against the flows of the other schools."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

import pandas as pd

from edubalance.errors import Fault
from edubalance.intake.counts import SECTION, without_section
from edubalance.intake.faults import of_a_kind
from edubalance.intake.validate import Checked

# What takes the pupils of one year to those of the next, besides its entrants.
CAME, WENT = "transferred_in", ("graduates", "transferred_out", "dropouts", "deaths")
FLOWS = (CAME, *WENT)
FOUNDERS = ("public", "private")


def between(checked: Mapping[str, Checked]) -> dict[str, list[Fault]]:
    """
    Check that flows belong to a section, take its pupils from year to year, and agree over the county.

    Parameters
    ----------
    checked : mapping of str to Checked
        Tables by name, their cells checked.

    Returns
    -------
    dict of str to list of Fault
        Faults of the table ``pupils_flow``. Where a number is missing, nothing that needs it is asked.

    Notes
    -----
    For a section that is there in two years in a row: pupils of the second = pupils of the first − graduates +
    transferred in − transferred out − dropouts − deaths + entrants of the second. A section that opens or closes in
    between gets or hands over pupils by order, and is not asked.

    Moves between schools of the county are seen from both ends. In a year and level of which all sections tell both
    columns, those who left public schools for private ones are as many as those who came to private schools from
    public ones, and so for the other three ways; those who left rural schools for schools of the county are as many
    as those who came from rural schools; and those who came to urban schools from schools of the county are as many
    as those who left for urban ones. A year before a section of the level opens is not asked: some may have left for
    a school that has no row yet.
    """
    flow, sections = checked.get("pupils_flow"), checked["sections"]
    if flow is None or not set(SECTION) <= set(flow.frame) or not {*SECTION, "pupils"} <= set(sections.frame):
        return {}
    rows = _beside(flow, sections)
    faults = without_section(flow, sections) + _too_many(flow, sections, rows) + _unexplained(flow, sections, rows)
    return {"pupils_flow": faults + _one_sided(flow, sections, checked["schools"])}


def _unique(checked: Checked) -> pd.DataFrame:
    """Return the rows whose key is known and stands once."""
    frame = checked.frame
    return frame[frame[SECTION].notna().all(axis=1) & ~frame.duplicated(SECTION, keep=False)]


def _beside(flow: Checked, sections: Checked) -> pd.DataFrame:
    """Set the pupils of this year and the next, and the next year's entrants, beside every flow; NaN where unknown."""
    own = _unique(flow).reset_index()
    stock = _unique(sections)[[*SECTION, "pupils"]]
    later = stock.assign(year=stock["year"] - 1).rename(columns={"pupils": "next_pupils"})
    rows = own.merge(stock, on=SECTION, how="left").merge(later, on=SECTION, how="left")
    if "entrants" not in own:
        return rows.set_index("row")
    fresh = own.assign(year=own["year"] - 1)[[*SECTION, "entrants"]].rename(columns={"entrants": "next_entrants"})
    return rows.merge(fresh, on=SECTION, how="left").set_index("row")


def _too_many(flow: Checked, sections: Checked, rows: pd.DataFrame) -> list[Fault]:
    """Refuse more entrants than pupils, and more leavers than there were pupils to leave."""
    faults: list[Fault] = []
    if "entrants" in rows:
        above = rows.index[rows["entrants"] > rows["pupils"]]
        faults += of_a_kind(above.tolist(), partial(_crowd, flow, sections, rows))
    if set(FLOWS) <= set(rows):
        left = rows[list(WENT)].sum(axis=1, skipna=False)
        beyond = rows.index[left > rows["pupils"] + rows[CAME]]
        faults += of_a_kind(beyond.tolist(), partial(_exodus, flow, rows, left))
    return faults


def _crowd(flow: Checked, sections: Checked, rows: pd.DataFrame, row: int) -> Fault:
    """Word entrants that are more than all pupils."""
    rule = f"entrants should not be above the pupils of the section in {sections.source.file}, which are"
    remedy = "Correct one of the two: entrants are the first grade only."
    found = flow.source.cell(row, "entrants")
    return Fault(flow.source.file, row, "entrants", found, f"{rule} {rows['pupils'][row]:g}", remedy)


def _exodus(flow: Checked, rows: pd.DataFrame, left: pd.Series, row: int) -> Fault:
    """Word leavers that are more than those who were there or came."""
    there = rows["pupils"][row] + rows[CAME][row]
    rule = f"{' + '.join(WENT)} should not be above pupils + {CAME}, which is {there:g}"
    remedy = "Compare the flows of the section with its pupils of the same school year."
    return Fault(flow.source.file, row, "", f"{left[row]:g}", rule, remedy)


def _unexplained(flow: Checked, sections: Checked, rows: pd.DataFrame) -> list[Fault]:
    """Refuse flows that do not take the pupils of one year to those of the next."""
    if not {*FLOWS, "next_entrants"} <= set(rows):
        return []
    expected = rows["pupils"] + rows[CAME] - rows[list(WENT)].sum(axis=1, skipna=False) + rows["next_entrants"]
    differs = expected.notna() & rows["next_pupils"].notna() & (expected != rows["next_pupils"])

    def word(row: int) -> Fault:
        year = int(rows["year"][row])
        rule = (
            f"pupils − graduates + transferred_in − transferred_out − dropouts − deaths of {year} + entrants of "
            f"{year + 1}, which is {expected[row]:g}, should be the pupils of {year + 1} in {sections.source.file}"
        )
        remedy = f"Correct the flows of {year}, the entrants of {year + 1}, or the pupils of one of the years."
        return Fault(flow.source.file, row, "", f"{rows['next_pupils'][row]:g}", rule, remedy)

    return of_a_kind(rows.index[differs].tolist(), word)


def _one_sided(flow: Checked, sections: Checked, schools: Checked) -> list[Fault]:
    """Refuse moves between the schools of the county that the two ends count differently."""
    labels = ["year", "school_id", "county", "area", "founder"]
    if not set(labels) <= set(schools.frame):
        return []
    known = schools.frame[labels].dropna().drop_duplicates(["year", "school_id"], keep=False)
    rows = _unique(sections)[SECTION].merge(known, on=["year", "school_id"], how="left", validate="many_to_one")
    rows = rows.merge(_unique(flow), on=SECTION, how="left")
    faults: list[Fault] = []
    for _, part in rows.groupby(["year", "level"], sort=True):
        year, level = float(part["year"].iloc[0]), str(part["level"].iloc[0])
        following = rows[(rows["year"] == year + 1) & (rows["level"] == level)]
        if part["county"].isna().any() or set(following["school_id"]) - set(part["school_id"]):
            continue
        for county, here in part.groupby("county"):
            place = f"at the {level} level of {county} in {year:g}"
            faults += [_disagreement(flow, place, *each) for each in _ends(here) if each[1] != each[3]]
    return faults


def _ends(here: pd.DataFrame) -> Iterator[tuple[str, float, str, float]]:
    """Count each kind of move at both ends, where all sections tell: what left, how many, what came, how many."""
    private = here["founder"] == "private"
    of = {"public": ~private, "private": private, "rural": here["area"] == "rural", "urban": here["area"] == "urban"}
    out, came = ([f"{way}_{founder}" for founder in FOUNDERS] for way in ("transferred_out_to", "transferred_in_from"))
    pairs = [([f"transferred_out_to_{b}"], a, [f"transferred_in_from_{a}"], b) for a in FOUNDERS for b in FOUNDERS]
    pairs += [(out, "rural", ["transferred_in_from_rural"], ""), (["transferred_out_to_urban"], "", came, "urban")]
    for left, origin, joined, target in pairs:
        needed = [*left, *joined]
        if not set(needed) <= set(here) or here[needed].isna().any(axis=None):
            continue
        ends = [
            float(here.loc[of[kind] if kind else slice(None), columns].sum().sum())
            for kind, columns in ((origin, left), (target, joined))
        ]
        names = [
            f"{' + '.join(columns)} of {f'{kind} ' if kind else ''}schools"
            for kind, columns in ((origin, left), (target, joined))
        ]
        yield names[0], ends[0], names[1], ends[1]


def _disagreement(flow: Checked, place: str, left: str, many: float, joined: str, others: float) -> Fault:
    """Word moves that one end counts and the other does not."""
    rule = f"{place}, {left} should be {joined}, which is {others:g}"
    remedy = "Both ends count the same pupils: compare the registers of those who left with those who came."
    return Fault(flow.source.file, None, "", f"{many:g}", rule, remedy)
