"""Every sum and limit that ties the counts of a county together: what anybody may use to compute a hidden one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from edubalance import codebook
from edubalance.codebook import Tables
from edubalance.intake.pupils_flow import CAME, FOUNDERS, WENT
from edubalance.intake.variables import relations
from edubalance.sharing.system import Builder, Floats, Ints, System

SECTION = ["year", "school_id", "level"]
# The parts of which a whole is made up where nobody is left over: intake asks only that they are not above it, but who
# sees that they add up in every row in sight takes it for granted.
COMPLETE = {
    "transferred_in": ("transferred_in_from_public", "transferred_in_from_private", "transferred_in_from_outside"),
    "transferred_out": ("transferred_out_to_public", "transferred_out_to_private", "transferred_out_of_county"),
    "teachers": ("teachers_junior_college", "teachers_bachelor", "teachers_master", "teachers_doctor"),
}
# What single teachers and sections both count: column of the sections by attribute and codes.
LISTED = {
    "teachers_junior_college": ("qualification", ("junior_college",)),
    "teachers_bachelor": ("qualification", ("bachelor",)),
    "teachers_master": ("qualification", ("master",)),
    "teachers_doctor": ("qualification", ("doctor",)),
    "teachers_mid_or_higher_title": ("title", ("senior", "middle")),
    "backbone_teachers": ("backbone", ("1",)),
}
# What single teachers and the county both count.
REPORTED = {"certified_fulltime_teachers": ("certificate", ("1",)), "rotated_teachers": ("rotated_in", ("1",))}
# What the county reports of a cohort over three years is a third of what the junior sections count in them.
OF_COHORT = {
    "transferred_in_3y": "transferred_in_from_outside",
    "transferred_out_3y": "transferred_out_of_county",
    "deaths_3y": "deaths",
}
COHORT_YEARS = 3
SPECIAL = "special_school_pupils"


class Counts:
    """The counts of the tables by place in a system, while it is built."""

    def __init__(
        self, tables: Tables, records: Mapping[str, pd.DataFrame], plan: Mapping[str, Any], least: int
    ) -> None:
        self.builder = Builder()
        self.tables, self.records, self.least = tables, records, least
        self.place: dict[tuple[str, str], Ints] = {}
        for name in ("sections", "pupils_flow"):
            frame = getattr(tables, name)
            fixed = ["pupils", "teachers"] if name == "sections" else []
            for column in [*fixed, *plan["counts"][name]]:
                self._add(name, frame.index, column, frame[column])
        for name, frame in records.items():
            self._add(name, frame.index, "count", frame["count"])
        self._add("county", tables.county.index, "value", tables.county["value"])
        special = tables.finance[(tables.finance["level"] == "special")]
        self._add("finance", special.index, "pupils", special["pupils"])

    def _add(self, table: str, rows: pd.Index, column: str, values: pd.Series) -> None:
        """Add one column."""
        self.place[table, column] = self.builder.add(table, list(rows), column, values.to_numpy(dtype=np.float64))

    def reported(self, variable: str, year: int) -> Ints:
        """Return the place of what the county reports, none where it does not."""
        county = self.tables.county
        rows = (county["variable"] == variable) & (county["year"] == year) & county["value"].notna()
        return self.place["county", "value"][rows.to_numpy(dtype=bool)]


def system(
    tables: Tables, records: Mapping[str, pd.DataFrame], plan: Mapping[str, Any], least: int, year: int
) -> System:
    """
    Collect the counts of one county and all that is known to hold between them.

    Parameters
    ----------
    tables : Tables
        The true tables of one county.
    records : mapping of str to DataFrame
        Counts of persons, nothing hidden, as from `edubalance.sharing.records.counted`.
    plan : mapping
        What is kept, hidden and dropped.
    least : int
        Smallest count of persons in sight; a total below it is taken to be unknown, as it is itself a small count.
    year : int
        Year of the records.

    Returns
    -------
    System
        Its cells are in sight but for the small ones.

    Notes
    -----
    Known are: the limits and sums of the codebook; that transfers are made up of public, private and outside where
    they are in all rows; the pupils of a year by those of the year before and the flows; both ends of the moves inside
    the county; what single teachers, sections and county each count; the limits on the county's own numbers; a third
    of three years' moves and deaths as the cohort's; and the total of every column in each year and level, as a
    yearbook prints it.
    """
    counts = Counts(tables, records, plan, least)
    _limits(counts)
    _chain(counts)
    _ends(counts)
    _totals(counts, plan, least, year)
    _listed(counts, year)
    _groups(counts)
    _county(counts, year)
    built = counts.builder.build()
    return System(_marked(built.cells, counts, plan, least), built.matrix, built.low, built.high)


def _limits(counts: Counts) -> None:
    """State the parts within their wholes, row by row; they make them up where they do so in all rows without doubt."""
    for name in ("sections", "pupils_flow"):
        place = {column: at for (table, column), at in counts.place.items() if table == name}
        sums = [(total.parts, total.whole) for total in codebook.table(name).sums]
        sums += [((column.name,), column.not_above) for column in codebook.table(name).columns if column.not_above]
        for parts, whole in sums:
            known = [part for part in parts if part in place]
            if known and whole in place:
                _within(
                    counts, [place[part] for part in known], place[whole], exact=COMPLETE.get(whole) == tuple(parts)
                )


def _within(counts: Counts, parts: list[Ints], whole: Ints, *, exact: bool) -> None:
    """State parts within a whole for every row; missing parts count as nothing."""
    values = counts.builder.values()
    rows = np.column_stack([*parts, whole])
    numbers = values[rows]
    exact = exact and _adds_up(numbers, counts.least)
    for places, seen in zip(rows, ~np.isnan(numbers), strict=True):
        signs = np.append(np.ones(len(parts)), -1.0)
        counts.builder.limit(places[seen], signs[seen])
        if exact:
            counts.builder.equal(places, signs)


def _adds_up(numbers: Floats, least: int) -> bool:
    """Return whether parts make up their whole in every row that has no small count and so may be in sight."""
    small = ((numbers > 0) & (numbers < least)).any(axis=1) | np.isnan(numbers).any(axis=1)
    rows = numbers[~small]
    return bool((rows[:, :-1].sum(axis=1) == rows[:, -1]).all())


def _rows_by_section(counts: Counts, name: str) -> dict[tuple[int, str, str], int]:
    """Return the row number of every section in a table, by year, school and level."""
    keys = getattr(counts.tables, name)[SECTION].itertuples(index=False, name=None)
    return {(int(year), str(school), str(level)): row for row, (year, school, level) in enumerate(keys)}


def _chain(counts: Counts) -> None:
    """State how flows take the pupils of a year to those of the next, and that no more leave than were there."""
    sections, own = (_rows_by_section(counts, name) for name in ("sections", "pupils_flow"))
    state, went = counts.builder, [counts.place["pupils_flow", name] for name in WENT]
    pupils, came, entrants = (
        counts.place[key] for key in (("sections", "pupils"), ("pupils_flow", CAME), ("pupils_flow", "entrants"))
    )
    lost = [1.0] * len(went)
    for (year, school, level), row in own.items():
        now, following = sections.get((year, school, level)), (year + 1, school, level)
        if now is None:
            continue
        left = [each[row] for each in went]
        state.limit(np.array([entrants[row], pupils[now]]), np.array([1.0, -1.0]))
        state.limit(np.array([*left, came[row], pupils[now]]), np.array([*lost, -1.0, -1.0]))
        if following in sections and following in own:
            gained = [pupils[now], came[row], entrants[own[following]]]
            signs = np.array([*lost, -1.0, -1.0, -1.0, 1.0])
            state.equal(np.array([*left, *gained, pupils[sections[following]]]), signs)


def _ends(counts: Counts) -> None:
    """State that the moves inside the county are counted alike at both ends, year by year and level by level."""
    flow = counts.tables.pupils_flow
    labels = counts.tables.schools[["year", "school_id", "area", "founder"]]
    rows = flow[SECTION].merge(labels, on=["year", "school_id"], how="left")
    for _, part in rows.groupby(["year", "level"], sort=True):
        for left, origin, joined, target in _pairs(part):
            out = [counts.place["pupils_flow", column][part.index[origin]] for column in left]
            into = [counts.place["pupils_flow", column][part.index[target]] for column in joined]
            places = np.concatenate([*out, *into])
            gone = sum(len(each) for each in out)
            counts.builder.equal(places, np.append(np.ones(gone), -np.ones(len(places) - gone)))


def _pairs(part: pd.DataFrame) -> Iterator[tuple[list[str], Any, list[str], Any]]:
    """Name each kind of move: columns and schools that lose, columns and schools that gain."""
    private = (part["founder"] == "private").to_numpy(dtype=bool)
    of = {"public": ~private, "private": private}
    rural, urban = ((part["area"] == area).to_numpy(dtype=bool) for area in ("rural", "urban"))
    every = np.ones(len(part), dtype=bool)
    for home, away in product(FOUNDERS, FOUNDERS):
        yield [f"transferred_out_to_{away}"], of[home], [f"transferred_in_from_{home}"], of[away]
    yield [f"transferred_out_to_{founder}" for founder in FOUNDERS], rural, ["transferred_in_from_rural"], every
    yield ["transferred_out_to_urban"], every, [f"transferred_in_from_{founder}" for founder in FOUNDERS], urban


def _totals(counts: Counts, plan: Mapping[str, Any], least: int, year: int) -> None:
    """State the total of every column in each year and level, but for totals that are small or in a list."""
    values = counts.builder.values()
    listed = LISTED if "teachers_counts" in counts.records else {}
    for name, columns in plan["counts"].items():
        for (each, _), rows in getattr(counts.tables, name).groupby(["year", "level"], sort=False).indices.items():
            for column in (column for column in columns if each != year or column not in listed):
                places = counts.place[name, column][rows]
                total = float(values[places].sum())
                if total == 0 or total >= least:
                    counts.builder.total(places, total)


def _listed(counts: Counts, year: int) -> None:
    """State that the lists of teachers count what their sections do."""
    frame, sections = counts.records.get("teachers_counts"), counts.tables.sections
    if frame is None:
        return
    for level in frame["level"].unique():
        rows = np.flatnonzero(((sections["year"] == year) & (sections["level"] == level)).to_numpy(dtype=bool))
        for column, (attribute, codes) in LISTED.items():
            listed = _of_codes(counts, attribute, codes, level)
            _same(counts, counts.place["sections", column][rows], listed)


def _of_codes(counts: Counts, attribute: str, codes: Sequence[str], level: str | None = None) -> Ints:
    """Return where the lists of teachers count some codes of an attribute, at one level or at all."""
    frame = counts.records["teachers_counts"]
    rows = (frame["attribute"] == attribute) & frame["code"].isin(codes)
    if level is not None:
        rows &= frame["level"] == level
    return counts.place["teachers_counts", "count"][rows.to_numpy(dtype=bool)]


def _same(counts: Counts, these: Ints, those: Ints, times: float = 1.0) -> None:
    """State that two sums are the same, the second taken some times."""
    if len(these) and len(those):
        signs = np.append(np.ones(len(these)), np.full(len(those), -times))
        counts.builder.equal(np.concatenate([these, those]), signs)


def _groups(counts: Counts) -> None:
    """State how many persons the codes of each attribute of a list add up to."""
    values = counts.builder.values()
    for name, frame in counts.records.items():
        if "themes" in frame["attribute"].unique():
            continue
        by = [column for column in frame if column not in ("code", "count")]
        for rows in frame.groupby(by, sort=False).indices.values():
            places = counts.place[name, "count"][rows]
            counts.builder.total(places, float(values[places].sum()))


def _county(counts: Counts, year: int) -> None:
    """State what the county's own numbers cannot be above, and what else counts the same."""
    flow, finance = counts.tables.pupils_flow, counts.tables.finance
    special = finance[finance["level"] == "special"]
    for each in sorted(set(counts.tables.county["year"])):
        for relation in relations():
            if relation.times is not None:
                _relation(counts, relation, int(each))
        ours = counts.reported(SPECIAL, int(each))
        for unit in ("county", "school"):
            rows = ((special["year"] == each) & (special["unit"] == unit)).to_numpy(dtype=bool)
            _same(counts, counts.place["finance", "pupils"][rows], ours)
        span = flow["year"].between(each - COHORT_YEARS + 1, each) & (flow["level"] == "junior")
        if flow.loc[span, "year"].nunique() == COHORT_YEARS:
            for variable, column in OF_COHORT.items():
                moved = counts.place["pupils_flow", column][span.to_numpy(dtype=bool)]
                _same(counts, moved, counts.reported(variable, int(each)), COHORT_YEARS)
    if "teachers_counts" in counts.records:
        for variable, (attribute, codes) in REPORTED.items():
            _same(counts, _of_codes(counts, attribute, codes), counts.reported(variable, year))


def _relation(counts: Counts, relation: Any, year: int) -> None:
    """State one limit of a standard, where the county reports all that it names."""
    terms = [(name, float(sign)) for name, sign in relation.part]
    terms += [(name, -float(sign) * relation.times) for name, sign in relation.whole]
    places = [(counts.reported(name, year), sign) for name, sign in terms]
    if all(len(place) == 1 for place, _ in places):
        joined = np.concatenate([place for place, _ in places])
        counts.builder.limit(joined, np.array([sign for _, sign in places]))


def _marked(cells: pd.DataFrame, counts: Counts, plan: Mapping[str, Any], least: int) -> pd.DataFrame:
    """Mark the cells that may be hidden, those that must be, and what is lost by each."""
    hideable = np.zeros(len(cells), dtype=bool)
    private = np.zeros(len(cells), dtype=bool)
    for name, columns in plan["counts"].items():
        for column in columns:
            hideable[counts.place[name, column]] = True
            private[counts.place[name, column]] = column not in plan["beside"].get(name, ())
    for name, frame in counts.records.items():
        sheltered = ~frame["attribute"].isin(plan["open"]).to_numpy(dtype=bool)
        hideable[counts.place[name, "count"]] = private[counts.place[name, "count"]] = sheltered
    reported = counts.tables.county["variable"].isin(plan["variables"]).to_numpy(dtype=bool)
    hideable[counts.place["county", "value"]] = private[counts.place["county", "value"]] = reported
    hideable[counts.place["finance", "pupils"]] = private[counts.place["finance", "pupils"]] = True
    values = cells["value"].to_numpy(dtype=np.float64)
    known = ~np.isnan(values)
    small = private & known & (values > 0) & (values < least)
    return cells.assign(small=small, hideable=hideable & known, cost=_costs(cells, counts, plan, small))


def _costs(cells: pd.DataFrame, counts: Counts, plan: Mapping[str, Any], small: Any) -> Floats:
    """Say what is lost when a cell is hidden: more for large counts, and most for what decides a verdict."""
    values = cells["value"].to_numpy(dtype=np.float64)
    cost = 1.0 + np.log2(1.0 + np.nan_to_num(values)) / 4
    for level, groups in plan["judged"].items():
        rows = (counts.tables.sections["level"] == level).to_numpy(dtype=bool)
        for group in groups:
            columns = [counts.place["sections", column][rows] for column in group]
            lost = np.any([small[places] for places in columns], axis=0)
            for places in columns:
                cost[places[~lost]] *= plan["dear"]
    # A little apart, so that there is one cheapest choice on every machine.
    return np.asarray(cost * (1.0 + 1e-3 * (np.arange(len(cost)) * 0.6180339887498949 % 1.0)))
