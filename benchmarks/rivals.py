"""
Parquet in, Parquet out: the same coefficients, Ginis, Theil indices and verdicts by this package, Polars and DuckDB.

One file of sections (county, level, area, pupils, seven indicators) is read, everything is computed, and two files are
written: a row a county, level and indicator, and a row a section. All run on one thread; times are processor time. The
floor reads the file and sorts each column once. PySAL's `inequality` knows no weights and no groups: it is called one
county, level and indicator at a time, on a part of the counties, and scaled.

Polars, DuckDB and inequality are dependencies of the benchmarks alone (``requirements-bench.lock``).
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("POLARS_MAX_THREADS", "1")

import duckdb
import numpy as np
import panel as made_up
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import sheet
from inequality.gini import Gini
from inequality.theil import TheilD

from edubalance.measures.grouped import group_rows, inequalities

name = "rivals"
ROWS = True

REPEATS = 7
FASTER_THAN_POLARS, FASTER_THAN_DUCKDB, TIMES_THE_FLOOR, AGREEMENT = 3.0, 7.0, 5.0, 1e-9
KEYS = ["county", "level"]
PART = 40


def written(rules: made_up.Rules, file: Path) -> made_up.Panel:
    """Write the made-up panel as one Parquet file; a missing value is null."""
    panel = made_up.make_panel(rules)
    columns = {"county": panel.county, "level": panel.level, "area": panel.area, "pupils": panel.pupils}
    columns |= {key: pa.array(panel.values[:, place], from_pandas=True) for place, key in enumerate(rules.indicators)}
    pq.write_table(pa.table(columns), file)
    return panel


def read(file: Path, rules: made_up.Rules) -> made_up.Panel:
    """Read the file into arrays."""
    table = pq.read_table(file, use_threads=False)
    values = np.empty((table.num_rows, len(rules.indicators)), order="F")
    for place, key in enumerate(rules.indicators):
        values[:, place] = table[key].to_numpy()
    return made_up.Panel(*(table[key].to_numpy() for key in (*KEYS, "area", "pupils")), values)


def ours(file: Path, out: Path, rules: made_up.Rules) -> None:
    """Let the package do it."""
    panel = read(file, rules)
    groups = group_rows(panel.county, panel.level)
    found = inequalities(panel.values, panel.pupils, groups, panel.area)
    verdicts = made_up.judge(panel, rules)
    many = len(rules.indicators)
    theil = found.theil
    measures = {"cv": found.coefficients.cv, "gini": found.gini, "theil": theil.total, "between": theil.between}
    columns = {key: np.repeat(column, many) for key, column in zip(KEYS, groups.keys, strict=True)}
    places = np.tile(np.arange(many), groups.count)
    columns["indicator"] = pa.DictionaryArray.from_arrays(places, list(rules.indicators))
    columns |= {key: np.asarray(value).reshape(-1) for key, value in measures.items()}
    pq.write_table(pa.table(columns), out / "groups.parquet")
    judged = {"county": panel.county, "level": panel.level, "met": verdicts.met_count, "verdict": verdicts.verdict}
    pq.write_table(pa.table(judged), out / "sections.parquet")


def in_polars(file: Path, out: Path, rules: made_up.Rules) -> None:
    """Let Polars do it, lazily."""
    frame = pl.scan_parquet(file)
    names, group = list(rules.indicators), ["indicator", *KEYS]
    long = frame.unpivot(names, index=[*KEYS, "area", "pupils"], variable_name="indicator", value_name="x")
    long = long.drop_nulls("x").with_columns(r=pl.col("pupils") * pl.col("x")).sort([*group, "x"])
    w, x, r = pl.col("pupils"), pl.col("x"), pl.col("r")
    mean = r.sum() / w.sum()
    whole = long.group_by(group, maintain_order=True).agg(
        cv=((w * (x - mean) ** 2).sum() / w.sum()).sqrt() / mean,
        gini=1 - (w * (2 * r.cum_sum() - r)).sum() / (w.sum() * r.sum()),
        theil=pl.when(x > 0).then(r * (x / mean).log()).otherwise(0.0).sum() / r.sum(),
        all_r=r.sum(),
        all_mean=mean,
    )
    areas = long.group_by([*group, "area"]).agg(area_r=r.sum(), area_mean=mean).join(whole, on=group)
    logarithm = (pl.col("area_mean") / pl.col("all_mean")).log()
    part = pl.when(pl.col("area_r") > 0).then(pl.col("area_r") * logarithm).otherwise(0.0) / pl.col("all_r")
    between = areas.group_by(group).agg(between=part.sum())
    whole.join(between, on=group).drop("all_r", "all_mean").sink_parquet(out / "groups.parquet")
    judged = _judged_by_polars(frame, names, rules)
    judged.select(*KEYS, "met", "verdict").sink_parquet(out / "sections.parquet")


def _judged_by_polars(frame: pl.LazyFrame, names: list[str], rules: made_up.Rules) -> pl.LazyFrame:
    """Judge every section by the rule of the measure."""
    met = [
        (pl.col(key) >= _by_level(rules.thresholds[:, place])).fill_null(value=False) for place, key in enumerate(names)
    ]
    low = [(pl.col(key) < _by_level(rules.floors[:, place])).fill_null(value=False) for place, key in enumerate(names)]
    counted = frame.with_columns(
        met=pl.sum_horizontal([each.cast(pl.Int8) for each in met]),
        unknown=pl.sum_horizontal([pl.col(key).is_null().cast(pl.Int8) for key in names]),
        low=pl.any_horizontal(low),
    )
    need = _by_level(rules.min_met)
    failed = pl.col("low") | (pl.col("met") + pl.col("unknown") < need)
    passed = (pl.col("met") >= need) & (pl.col("unknown") == 0)
    return counted.with_columns(verdict=pl.when(failed).then(-1).when(passed).then(1).otherwise(0))


def _by_level(limits: made_up.Floats) -> pl.Expr:
    """Take the limit of the row's level."""
    return pl.when(pl.col("level") == 0).then(float(limits[0])).otherwise(float(limits[1]))


GROUPS = """COPY (
    WITH long AS (UNPIVOT (SELECT * FROM read_parquet($FILE)) ON $NAMES INTO NAME indicator VALUE x),
    r AS (SELECT *, pupils * x AS r FROM long),
    s AS (SELECT *, sum(r) OVER upto AS upto, sum(r) OVER g AS total, sum(pupils) OVER g AS heads,
                 sum(r) OVER a AS area_r, sum(pupils) OVER a AS area_w
          FROM r
          WINDOW g AS (PARTITION BY indicator, county, level),
                 a AS (PARTITION BY indicator, county, level, area),
                 upto AS (PARTITION BY indicator, county, level ORDER BY x ROWS UNBOUNDED PRECEDING))
    SELECT indicator, county, level,
           sqrt(sum(pupils * (x - total / heads) ** 2) / any_value(heads)) / any_value(total / heads) AS cv,
           1 - sum(pupils * (2 * upto - r)) / any_value(heads * total) AS gini,
           sum(CASE WHEN x > 0 THEN r * ln(x / (total / heads)) ELSE 0 END) / any_value(total) AS theil,
           sum(CASE WHEN area_r > 0 THEN r * ln(area_r / area_w / (total / heads)) ELSE 0 END) / any_value(total)
               AS between
    FROM s GROUP BY ALL) TO $OUT"""
SECTIONS = """COPY (
    WITH c AS (SELECT *, $MET AS met, $UNKNOWN AS unknown FROM read_parquet($FILE))
    SELECT county, level, met,
           CASE WHEN $LOW OR met + unknown < $NEED THEN -1 WHEN met >= $NEED AND unknown = 0 THEN 1 ELSE 0 END
               AS verdict
    FROM c) TO $OUT"""


def in_duckdb(file: Path, out: Path, rules: made_up.Rules) -> None:
    """Let DuckDB do it, in SQL; what is filled in are names and numbers of this file alone."""
    link = duckdb.connect(config={"threads": 1})
    names = {"$FILE": f"'{file}'", "$NAMES": ", ".join(rules.indicators), "$OUT": f"'{out / 'groups.parquet'}'"}
    link.execute(_filled(GROUPS, names))
    met, low, unknown = [], [], []
    for place, key in enumerate(rules.indicators):
        met.append(f"coalesce(({key} >= {_case(rules.thresholds[:, place])})::INT, 0)")
        low.append(f"coalesce({key} < {_case(rules.floors[:, place])}, FALSE)")
        unknown.append(f"({key} IS NULL)::INT")
    counts = {"$MET": " + ".join(met), "$UNKNOWN": " + ".join(unknown), "$LOW": " OR ".join(low)}
    rest = {"$NEED": _case(rules.min_met), "$FILE": f"'{file}'", "$OUT": f"'{out / 'sections.parquet'}'"}
    link.execute(_filled(SECTIONS, counts | rest))
    link.close()


def _filled(query: str, names: dict[str, str]) -> str:
    """Fill a query in."""
    for name_, value in names.items():
        query = query.replace(name_, value)
    return query


def _case(limits: made_up.Floats) -> str:
    """Take the limit of the row's level."""
    return f"(CASE level WHEN 0 THEN {float(limits[0])!r}::DOUBLE ELSE {float(limits[1])!r}::DOUBLE END)"


def floor(file: Path, rules: made_up.Rules) -> None:
    """Read the file and sort each column once."""
    np.sort(read(file, rules).values, axis=0)


def pysal(panel: made_up.Panel) -> float:
    """Time PySAL's Gini and Theil, without weights, over a part of the counties; scaled to all."""
    chosen = np.random.default_rng(made_up.SEED).permutation(made_up.COUNTIES)[:PART]

    def work() -> None:
        for county in chosen:
            for level in (0, 1):
                rows = (panel.county == county) & (panel.level == level)
                for column in panel.values[rows].T:
                    known = ~np.isnan(column)
                    if known.sum() > 1 and column[known].sum() > 0:
                        Gini(column[known])
                        TheilD(column[known], panel.area[rows][known])

    return sheet.seconds(work) * made_up.COUNTIES / PART


def largest_difference(outs: dict[str, Path]) -> float:
    """Compare what each wrote with what the package wrote; infinite where rows or verdicts differ."""
    frames = {}
    for label, out in outs.items():
        table = pl.read_parquet(out / "groups.parquet").with_columns(pl.col("indicator").cast(pl.String))
        sections = pl.read_parquet(out / "sections.parquet").cast(pl.Int64)
        frames[label] = (table.fill_nan(None).drop_nulls("cv").sort("indicator", *KEYS), sections)
    first, judged = frames.pop("ours")
    worst = 0.0
    for table, sections in frames.values():
        if table.height != first.height or not sections.equals(judged):
            return float("inf")
        for key in ("cv", "gini", "theil", "between"):
            worst = max(worst, float(np.abs(table[key].to_numpy() - first[key].to_numpy()).max()))
    return worst


def measure() -> dict[str, Any]:
    """Run everything side by side."""
    rules = made_up.make_rules()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "panel.parquet")
        panel = written(rules, file)
        outs = {label: Path(folder, label) for label in ("ours", "polars", "duckdb")}
        for out in outs.values():
            out.mkdir()
        works: dict[str, Callable[[], None]] = {
            "ours": lambda: ours(file, outs["ours"], rules),
            "polars": lambda: in_polars(file, outs["polars"], rules),
            "duckdb": lambda: in_duckdb(file, outs["duckdb"], rules),
            "floor": lambda: floor(file, rules),
        }
        for work in works.values():
            work()
        times: dict[str, list[float]] = {label: [] for label in works}
        for _ in range(REPEATS):
            for label, work in works.items():
                times[label].append(sheet.seconds(work))
        difference = largest_difference(outs)
    own = statistics.median(times["ours"])
    words = {label: sheet.best(found) for label, found in times.items()}

    def row(rival: str, title: str, target: float) -> dict[str, Any]:
        ratios = sheet.over(times[rival], times["ours"])
        means = f"how many times as long {title} takes for the same tables."
        return sheet.row(f"beside {title}", words["ours"], words[rival], ratios, (">=", target), means=means)

    return {
        "name": name,
        "about": f"{made_up.SECTIONS:,} made-up sections x 7 indicators, Parquet to Parquet: coefficients, Ginis, "
        "Theil's T by area, and the verdict on every school. One thread, processor time.",
        "rows": [
            row("polars", "Polars", FASTER_THAN_POLARS),
            row("duckdb", "DuckDB", FASTER_THAN_DUCKDB),
            sheet.row(
                "beside reading and sorting",
                words["ours"],
                words["floor"],
                sheet.over(times["ours"], times["floor"]),
                ("<=", TIMES_THE_FLOOR),
                means="time over that of reading the file and sorting each column once.",
            ),
            sheet.row(
                "beside PySAL",
                words["ours"],
                f"{PART} counties, scaled to all",
                [pysal(panel) / own for _ in range(3)],
                means="how many times as long PySAL's Gini and Theil take, which know no weights and no groups; arrays "
                "only, no Parquet.",
            ),
        ],
        "notes": [f"Largest difference of a number: {difference:.1e}; all verdicts are equal."]
        if difference <= AGREEMENT
        else ["**Results differ.**"],
        "agree": difference <= AGREEMENT,
    }


def main(*, json: bool = False) -> int:
    """Measure and print; 1 if results disagree."""
    return sheet.tell(measure(), json=json)


if __name__ == "__main__":
    sys.exit(main(json="--json" in sys.argv[1:]))
