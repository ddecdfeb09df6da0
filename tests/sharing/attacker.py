"""An attacker on a shared copy: reads its files and nothing else of the package, and solves for what is hidden.

What it knows are the files, the rules in docs/privacy.md (a hidden count is a whole number, 0 or more), and the
totals of each column by year and level where somebody has printed them. It names the rules itself, so that a rule
that the package forgets is still used against it.
"""

from __future__ import annotations

import io
from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse.csgraph import connected_components

KEY = ["year", "school_id", "level"]
DEGREES = ["teachers_junior_college", "teachers_bachelor", "teachers_master", "teachers_doctor"]
STAFF = [*DEGREES, "teachers_mid_or_higher_title", "backbone_teachers"]
SUBJECTS = ["pe", "music", "art", "arts"]
CAME = [f"transferred_in_from_{origin}" for origin in ("public", "private", "rural", "outside")]
WENT = [*(f"transferred_out_to_{target}" for target in ("public", "private", "urban")), "transferred_out_of_county"]
FLOWS = ["entrants", "graduates", "transferred_in", *CAME, "transferred_out", *WENT, "dropouts", "deaths"]
REPORTED = ["deaths_3y", "disabled_of_school_age", "disabled_enrolled", "disabled_in_special_schools",
            "transferred_in_3y", "transferred_out_3y", "special_school_pupils"]  # fmt: skip
BIG = 1e5
NOBODY = (None, 0.0)


class Attack:
    """Unknown cells, and equations and limits on them; a cell in sight is a number."""

    def __init__(self) -> None:
        self.names: list[tuple] = []
        self.rows: list[tuple[dict[int, float], float, float]] = []
        self.cells: dict[tuple, int] = {}

    def cell(self, name: tuple, value: float) -> tuple[int | None, float]:
        """Return the number of an unknown cell, or the value of one in sight."""
        if value == value:
            return None, float(value)
        if name not in self.cells:
            self.cells[name] = len(self.names)
            self.names.append(name)
        return self.cells[name], 0.0

    def state(self, terms: list[tuple[tuple[int | None, float], float]], low: float, high: float) -> None:
        """State low ≤ Σ sign · cell ≤ high."""
        seen = sum(sign * value for (_, value), sign in terms)
        unknown: dict[int, float] = {}
        for (number, _), sign in terms:
            if number is not None:
                unknown[number] = unknown.get(number, 0.0) + sign
        unknown = {number: sign for number, sign in unknown.items() if sign}
        if unknown:
            self.rows.append((unknown, low - seen, high - seen))

    def equal(self, left: list, right: list, times: float = 1.0) -> None:
        """State that two sums are the same."""
        self.state([(cell, 1.0) for cell in left] + [(cell, -times) for cell in right], 0.0, 0.0)

    def within(self, parts: list, wholes: list) -> None:
        """State that a sum is at most another."""
        self.state([(cell, 1.0) for cell in parts] + [(cell, -1.0) for cell in wholes], -np.inf, 0.0)

    def solve(self, least: int) -> pd.DataFrame:
        """Return what each unknown cell may be; ranges that are wide enough are not looked at further."""
        size = len(self.names)
        lengths = [len(row) for row, _, _ in self.rows]
        data = [sign for row, _, _ in self.rows for sign in row.values()]
        places = [number for row, _, _ in self.rows for number in row]
        matrix = sparse.csr_array((data, (np.repeat(np.arange(len(lengths)), lengths), places)), (len(lengths), size))
        limits = np.array([(low, high) for _, low, high in self.rows])
        linked = (matrix != 0).astype(int)
        count, label = connected_components(linked.T @ linked, directed=False)
        low, high = np.zeros(size), np.full(size, BIG)
        for part in range(count):
            columns = np.flatnonzero(label == part)
            rows = np.flatnonzero(np.diff(matrix[:, columns].indptr))
            if len(rows):
                low[columns], high[columns] = _ranges(matrix[rows][:, columns], limits[rows], least)
        return pd.DataFrame({"name": self.names, "low": low, "high": high})


def _ranges(matrix: sparse.csr_array, limits: np.ndarray, least: int) -> tuple[np.ndarray, np.ndarray]:
    """Bound the cells of one part: first by solutions in many directions, then one by one where that is not enough."""
    size, rng = matrix.shape[1], np.random.default_rng(size_seed := matrix.shape[1])
    known = LinearConstraint(matrix, limits[:, 0], limits[:, 1])
    low, high = np.full(size, np.inf), np.full(size, -np.inf)

    def look(aim: np.ndarray) -> None:
        solved = milp(aim, constraints=known, bounds=Bounds(0, BIG), integrality=np.ones(size))
        if solved.x is None:
            raise ValueError(f"what is known contradicts itself ({size_seed} cells)")
        found = np.round(solved.x)
        np.minimum(low, found, out=low)
        np.maximum(high, found, out=high)

    wide = max(1, least - 2)
    for _ in range(min(12, 2 * size)):
        look(rng.choice([-1.0, 1.0], size))
    for number in range(size):
        for sign in (1.0, -1.0):
            if high[number] - low[number] < wide:
                look(sign * (np.arange(size) == number))
    return low, high


def _frame(files: Mapping[str, str], name: str) -> pd.DataFrame:
    """Read one file; none has no rows."""
    return pd.read_csv(io.StringIO(files[name])) if name in files else pd.DataFrame()


def attack(files: Mapping[str, str], least: int, totals: Mapping[tuple, float], year: int) -> pd.DataFrame:
    """
    Solve for what a copy hides.

    `files` are the texts of the copy by path; `totals` are known by table, column, year and level, or by file, group
    and attribute. Returns one row per unknown cell: ``name`` (table, key and column), ``low``, ``high``. A range that
    is wide enough is not exact.
    """
    solver = Attack()
    schools, sections, flow = (_frame(files, f"data/{name}.csv") for name in ("schools", "sections", "pupils_flow"))
    where = {(row.year, row.school_id): row for row in schools.itertuples()}
    tables = {"sections": (sections, STAFF), "pupils_flow": (flow, FLOWS)}
    grids = {name: _grid(solver, name, frame, columns) for name, (frame, columns) in tables.items() if len(frame)}
    _rows(solver, sections, grids)
    for table, grid in grids.items():
        for (each, level), keys in _by_level(grid).items():
            for column in next(iter(grid.values())):
                if (table, column, each, level) in totals:
                    total = totals[table, column, each, level]
                    solver.state([(grid[key][column], 1.0) for key in keys], total, total)
    if "pupils_flow" in grids:
        _moves(solver, grids["pupils_flow"], where)
    people = _people(solver, files, sections, grids["sections"], totals, year)
    _county(solver, files, grids.get("pupils_flow", {}), people, year)
    return solver.solve(least)


def _grid(solver: Attack, table: str, frame: pd.DataFrame, columns: list[str]) -> dict[tuple, dict[str, tuple]]:
    """Return the cells of a table by section and column."""
    values = frame.reindex(columns=[*KEY, *columns])
    return {
        key: {column: solver.cell((table, *key, column), value) for column, value in zip(columns, rest, strict=True)}
        for *key, rest in ((*row[:3], row[3:]) for row in values.itertuples(index=False, name=None))
        for key in [tuple(key)]
    }


def _by_level(grid: Mapping[tuple, dict]) -> dict[tuple, list[tuple]]:
    """Group sections by year and level."""
    found: dict[tuple, list[tuple]] = {}
    for key in grid:
        found.setdefault((key[0], key[2]), []).append(key)
    return found


def _rows(solver: Attack, sections: pd.DataFrame, grids: Mapping[str, dict]) -> None:
    """Use what holds inside the rows, and from one year to the next."""
    pupils = {tuple(row[:3]): row[3] for row in sections[[*KEY, "pupils"]].itertuples(index=False, name=None)}
    teachers = {tuple(row[:3]): row[3] for row in sections[[*KEY, "teachers"]].itertuples(index=False, name=None)}
    staff = grids["sections"]
    adds_up = _adds_up([([row[column] for column in DEGREES], (None, teachers[key])) for key, row in staff.items()])
    for key, row in staff.items():
        whole = (None, float(teachers[key]))
        for parts in (DEGREES, STAFF[4:5], STAFF[5:6]):
            solver.within([row[column] for column in parts], [whole])
        if adds_up:
            solver.equal([row[column] for column in DEGREES], [whole])
    flow = grids.get("pupils_flow", {})
    made_of = {"transferred_in": [CAME[0], CAME[1], CAME[3]], "transferred_out": [WENT[0], WENT[1], WENT[3]]}
    sure = {
        whole: _adds_up([([row[column] for column in parts], row[whole]) for row in flow.values()])
        for whole, parts in made_of.items()
    }
    for key, row in flow.items():
        for whole, parts in made_of.items():
            solver.within([row[column] for column in parts], [row[whole]])
            if sure[whole]:
                solver.equal([row[column] for column in parts], [row[whole]])
        solver.within([row[CAME[2]], row[CAME[3]]], [row["transferred_in"]])
        solver.within([row[WENT[2]], row[WENT[3]]], [row["transferred_out"]])
        here = (None, float(pupils[key]))
        left = [row[name] for name in ("graduates", "transferred_out", "dropouts", "deaths")]
        solver.within([row["entrants"]], [here])
        solver.within(left, [here, row["transferred_in"]])
        following = (key[0] + 1, *key[1:])
        if following in flow and following in pupils:
            there = (None, float(pupils[following]))
            solver.equal([here, row["transferred_in"], flow[following]["entrants"]], [*left, there])


def _adds_up(rows: list[tuple[list, tuple]]) -> bool:
    """Return whether parts make up their whole in every row in sight."""
    seen = [(parts, whole) for parts, whole in rows if all(number is None for number, _ in [*parts, whole])]
    return bool(seen) and all(sum(value for _, value in parts) == whole[1] for parts, whole in seen)


def _moves(solver: Attack, flow: Mapping[tuple, dict], where: Mapping[tuple, object]) -> None:
    """Use that moves inside the county are counted at both ends, unless a section of the level opens next year."""
    levels = _by_level(flow)
    for (year, level), keys in levels.items():
        if {key[1] for key in levels.get((year + 1, level), [])} - {key[1] for key in keys}:
            continue
        of = {key: where[key[0], key[1]] for key in keys}
        public = [key for key in keys if of[key].founder != "private"]
        private = [key for key in keys if of[key].founder == "private"]
        rural, urban = ([key for key in keys if of[key].area == area] for area in ("rural", "urban"))
        kinds = {"public": public, "private": private}
        for home, leaving in kinds.items():
            for target, gaining in kinds.items():
                out = [flow[key][f"transferred_out_to_{target}"] for key in leaving]
                solver.equal(out, [flow[key][f"transferred_in_from_{home}"] for key in gaining])
        out = [flow[key][column] for key in rural for column in WENT[:2]]
        solver.equal(out, [flow[key][CAME[2]] for key in keys])
        solver.equal([flow[key][WENT[2]] for key in keys], [flow[key][column] for key in urban for column in CAME[:2]])


def _people(
    solver: Attack,
    files: Mapping[str, str],
    sections: pd.DataFrame,
    staff: Mapping,
    totals: Mapping[tuple, float],
    year: int,
) -> dict:
    """Use the lists of persons: codes add up, and those of teachers are those of the sections."""
    found: dict[tuple, tuple] = {}
    for path in (path for path in files if path.startswith("records/") and path.endswith("_counts.csv")):
        frame = _frame(files, path)
        group = frame.columns[0]
        cells = {
            (row[0], row[1], str(row[2])): solver.cell((path, row[0], row[1], str(row[2])), row[3])
            for row in frame[[group, "attribute", "code", "count"]].itertuples(index=False, name=None)
        }
        if group == "role":
            continue
        for (each, attribute), rows in frame.groupby([group, "attribute"]):
            parts = [(cells[each, attribute, str(code)], 1.0) for code in rows["code"]]
            if (path, each, attribute) in totals:
                many = totals[path, each, attribute]
                solver.state(parts, many, many)
        if path == "records/teachers_counts.csv":
            found = cells
    for level in {key[0] for key in found}:
        keys = [key for key in staff if key[0] == year and key[2] == level]
        for column, attribute, codes in (
            *((column, "qualification", [column.removeprefix("teachers_")]) for column in DEGREES),
            (STAFF[4], "title", ["senior", "middle"]),
            (STAFF[5], "backbone", ["1"]),
        ):
            solver.equal(
                [staff[key][column] for key in keys], [found.get((level, attribute, code), NOBODY) for code in codes]
            )
        for code in SUBJECTS:
            taught = sections[(sections["year"] == year) & (sections["level"] == level)].get(f"{code}_teachers")
            if taught is not None and taught.notna().all():
                solver.equal([(None, float(taught.sum()))], [found.get((level, "subject", code), NOBODY)])
    return found


def _county(solver: Attack, files: Mapping[str, str], flow: Mapping, people: Mapping, year: int) -> None:
    """Use the county's own numbers."""
    county, finance = _frame(files, "data/county.csv"), _frame(files, "data/finance.csv")
    if county.empty:
        return
    known = {(row.year, row.variable): row.value for row in county.itertuples()}
    for each in sorted(set(county["year"])):
        of = {name: solver.cell(("county", each, name), known.get((each, name), np.nan)) for name in REPORTED}
        solver.within([of["disabled_enrolled"]], [of["disabled_of_school_age"]])
        solver.within([of["disabled_in_special_schools"]], [of["disabled_enrolled"]])
        if (each, "grade7_enrolment_3y_before") in known:
            entered = (None, float(known[each, "grade7_enrolment_3y_before"]))
            solver.within([of["transferred_out_3y"], of["deaths_3y"]], [entered, of["transferred_in_3y"]])
        span = [key for key in flow if each - 2 <= key[0] <= each and key[2] == "junior"]
        if len({key[0] for key in span}) == 3:
            for name, column in (
                ("transferred_in_3y", CAME[3]),
                ("transferred_out_3y", WENT[3]),
                ("deaths_3y", "deaths"),
            ):
                solver.equal([flow[key][column] for key in span], [of[name]], 3.0)
        if len(finance):
            special = finance[(finance["year"] == each) & (finance["level"] == "special")]
            cells = {
                unit: [solver.cell(("finance", each, unit, row.unit_id), row.pupils) for row in rows.itertuples()]
                for unit, rows in special.groupby("unit")
            }
            if cells:
                solver.equal(cells["county"], [of["special_school_pupils"]])
                solver.equal(cells["school"], [of["special_school_pupils"]])
    for name, attribute in (("certified_fulltime_teachers", "certificate"), ("rotated_teachers", "rotated_in")):
        counted = [cell for (_, each, code), cell in people.items() if each == attribute and code == "1"]
        if counted and (year, name) in known:
            solver.equal(counted, [(None, float(known[year, name]))])
