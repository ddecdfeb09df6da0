"""
What `edubalance national` writes about one year, as someone would write it in Polars for this panel and this standard.

Nothing is checked, no row may be faulty, the rules are copied in by hand, and there is one year: it does less than the
command, and never more. Polars is a dependency of the benchmarks alone.
"""

from __future__ import annotations

import os
from pathlib import Path

os.environ.setdefault("POLARS_MAX_THREADS", "1")

import polars as pl
from scipy.special import stdtrit

from edubalance.standards import Standard

LEVELS = ("primary", "junior")
WEIGHTS = {"nine_year": (1.0, 1.1, 0.0), "twelve_year": (1.0, 1.1, 1.32), "complete_secondary": (0.0, 1.0, 1.2)}
SPLIT = (
    "teaching_auxiliary_area_m2",
    "indoor_sports_area_m2",
    "sports_ground_area_m2",
    "equipment_value_10k_yuan",
    "multimedia_classrooms",
)
COUNTY = ["province", "county", "year"]
GROUP = [*COUNTY, "level", "indicator"]
WORDS = {-1: "not_met", 0: "undetermined", 1: "met"}


def write(panel: Path, out: Path, standard: Standard, date: str) -> None:
    """Read schools and sections, write all tables."""
    out.mkdir(exist_ok=True)
    names = [indicator.id for indicator in standard.indicators]
    sections = judged(values(panel), names, standard, date).collect()
    sections.write_parquet(out / "sections.parquet")
    measured = coefficients(sections.lazy(), names, standard, date).collect()
    measured.write_parquet(out / "coefficients.parquet")
    bounds = intervals(sections.lazy(), measured.lazy(), names)
    counties = of_counties(sections.lazy(), measured.lazy(), bounds).collect()
    counties.write_parquet(out / "counties.parquet")
    summary(counties.lazy()).collect().write_parquet(out / "summary.parquet")
    indicators(measured.lazy()).collect().write_parquet(out / "indicators.parquet")
    layers(measured.lazy()).collect().write_parquet(out / "layers.parquet")


def values(panel: Path) -> pl.LazyFrame:
    """Join sections to their schools, split what levels share, and compute the seven indicators."""
    schools = pl.scan_parquet(panel / "schools/*/*.parquet", hive_partitioning=True)
    sections = pl.scan_parquet(panel / "sections/*/*.parquet", hive_partitioning=True)
    key = [*COUNTY, "school_id"]
    whole = schools.select(*key, "type", "founder", "area", "senior_pupils", *SPLIT)
    frame = sections.join(whole, on=key, how="left", maintain_order="left")
    weight, senior = pl.lit(None, pl.Float64), pl.lit(0.0)
    for kind, (primary, junior, higher) in WEIGHTS.items():
        own = pl.when(pl.col("level") == "primary").then(primary).otherwise(junior)
        weight = pl.when(pl.col("type") == kind).then(own).otherwise(weight)
        senior = pl.when(pl.col("type") == kind).then(higher * pl.col("senior_pupils")).otherwise(senior)
    frame = frame.with_columns(part=weight * pl.col("pupils"), senior=senior)
    share = pl.col("part") / (pl.col("part").sum().over(key) + pl.col("senior"))
    frame = frame.with_columns(share=pl.when(pl.col("part").is_null()).then(1.0).otherwise(share))
    frame = frame.with_columns([pl.col(name) * pl.col("share") for name in SPLIT])
    college = pl.when(pl.col("level") == "primary").then(pl.col("teachers_junior_college")).otherwise(0)
    qualified = college + pl.col("teachers_bachelor") + pl.col("teachers_master") + pl.col("teachers_doctor")
    arts = pl.sum_horizontal("pe_teachers", "music_teachers", "art_teachers", "arts_teachers")
    pupils = pl.col("pupils")
    return frame.filter(pupils > 0).select(
        *(*COUNTY, "school_id", "level", "type", "founder", "area", "pupils"),
        teachers_above_required_qualification_per_100=qualified * 100 / pupils,
        backbone_teachers_per_100=pl.col("backbone_teachers") * 100 / pupils,
        pe_and_arts_teachers_per_100=arts * 100 / pupils,
        teaching_and_auxiliary_area_per_pupil=(pl.col("teaching_auxiliary_area_m2") - pl.col("indoor_sports_area_m2"))
        / pupils,
        sports_area_per_pupil=(pl.col("sports_ground_area_m2") + pl.col("indoor_sports_area_m2")) / pupils,
        equipment_value_per_pupil=pl.col("equipment_value_10k_yuan") * 10_000 / pupils,
        multimedia_classrooms_per_100=pl.col("multimedia_classrooms") * 100 / pupils,
    )


def _by_level(standard: Standard, rule: str, date: str, *, floor: bool = False) -> pl.Expr:
    """Take the limit of the row's level."""
    look = standard.floor_on if floor else standard.value_on
    primary, junior = (look(rule, date, level) for level in LEVELS)
    return pl.when(pl.col("level") == "primary").then(primary).otherwise(junior)


def judged(frame: pl.LazyFrame, names: list[str], standard: Standard, date: str) -> pl.LazyFrame:
    """Judge every section."""
    met = [(pl.col(name) >= _by_level(standard, name, date)).fill_null(value=False) for name in names]
    low = [(pl.col(name) < _by_level(standard, name, date, floor=True)).fill_null(value=False) for name in names]
    frame = frame.with_columns(
        met_count=pl.sum_horizontal([each.cast(pl.Int8) for each in met]),
        undetermined_count=pl.sum_horizontal([pl.col(name).is_null().cast(pl.Int8) for name in names]),
        low=pl.any_horizontal(low),
    )
    need = _by_level(standard, "school_min_met", date)
    unknown = pl.col("undetermined_count")
    failed = pl.col("low") | (pl.col("met_count") + unknown < need)
    passed = (pl.col("met_count") >= need) & (unknown == 0)
    floor = pl.when(pl.col("low")).then(pl.lit(value=False)).when(unknown == 0).then(pl.lit(value=True))
    verdict = pl.when(failed).then(-1).when(passed).then(1).otherwise(0)
    return frame.with_columns(floor_ok=floor.otherwise(None), code=verdict).drop("low").with_columns(_word("verdict"))


def _word(name: str, code: str = "code") -> pl.Expr:
    """Turn codes into words."""
    return pl.col(code).replace_strict(WORDS, return_dtype=pl.String).alias(name)


def coefficients(sections: pl.LazyFrame, names: list[str], standard: Standard, date: str) -> pl.LazyFrame:
    """Measure every county, level and indicator: mean, coefficient, Gini, Theil by area, and counts."""
    limits = pl.concat(
        [
            pl.DataFrame({"level": level, "indicator": names}).with_columns(
                threshold=pl.Series([standard.value_on(name, date, level) for name in names]),
                floor=pl.Series([standard.floor_on(name, date, level) for name in names]),
                limit=pl.lit(standard.value_on("cv_limit", date, level)),
            )
            for level in LEVELS
        ]
    ).lazy()
    index = [*COUNTY, "level", "area", "pupils"]
    long = sections.select(*index, *names).unpivot(names, index=index, variable_name="indicator", value_name="x")
    long = long.join(limits, on=["level", "indicator"]).with_columns(r=pl.col("pupils") * pl.col("x"))
    n = long.group_by(GROUP).agg(
        n_sections=pl.col("x").count(),
        n_missing=pl.col("x").null_count(),
        n_met=(pl.col("x") >= pl.col("threshold")).sum(),
        n_floor=(pl.col("x") >= pl.col("floor")).sum(),
        limit=pl.col("limit").first(),
    )
    known = long.drop_nulls("x").sort([*GROUP, "x"])
    w, x, r = pl.col("pupils"), pl.col("x"), pl.col("r")
    mean = r.sum() / w.sum()
    sd = ((w * (x - mean) ** 2).sum() / w.sum()).sqrt()
    whole = known.group_by(GROUP, maintain_order=True).agg(
        pupils=w.sum(),
        mean=mean,
        sd=sd,
        cv=sd / mean,
        gini=1 - (w * (2 * r.cum_sum() - r)).sum() / (w.sum() * r.sum()),
        theil_t=pl.when(x > 0).then(r * (x / mean).log()).otherwise(0.0).sum() / r.sum(),
        all_r=r.sum(),
    )
    areas = known.group_by([*GROUP, "area"]).agg(area_r=r.sum(), area_mean=mean)
    areas = areas.join(whole.select(*GROUP, "all_r", "mean"), on=GROUP)
    term = pl.col("area_r") * (pl.col("area_mean") / pl.col("mean")).log()
    part = pl.when(pl.col("area_r") > 0).then(term).otherwise(0.0) / pl.col("all_r")
    between = areas.group_by(GROUP).agg(between_areas=part.sum())
    judged_ = pl.when(pl.col("cv") > pl.col("limit")).then(-1).when(pl.col("n_missing") > 0).then(0).otherwise(1)
    return (
        n.join(whole, on=GROUP, how="left")
        .join(between, on=GROUP, how="left")
        .with_columns(
            between_sections=pl.col("theil_t") - pl.col("between_areas"),
            met=pl.when(pl.col("cv").is_null()).then(0).otherwise(judged_),
        )
        .sort(*GROUP)
    )


def intervals(sections: pl.LazyFrame, measured: pl.LazyFrame, names: list[str]) -> pl.LazyFrame:
    """Put a jackknife interval around every composite: one section after the other left out, from sums."""
    place = [*COUNTY, "level"]
    index = [*place, "school_id", "pupils"]
    long = sections.select(*index, *names).unpivot(names, index=index, variable_name="indicator", value_name="x")
    long = long.join(measured.select(*GROUP, "mean", "cv", all_w="pupils"), on=GROUP)
    w, e, rest = pl.col("pupils"), pl.col("x") - pl.col("mean"), pl.col("all_w") - pl.col("pupils")
    squares = pl.col("all_w") * (pl.col("cv") * pl.col("mean")) ** 2 - w * e**2 - (w * e) ** 2 / rest
    without = ((squares / rest).sqrt() / (pl.col("mean") - w * e / rest)).fill_null(pl.col("cv"))
    others = long.group_by(*place, "school_id").agg(
        theta=without.mean(), all_theta=pl.col("cv").mean(), counts=pl.col("x").is_not_null().any()
    )
    n, change = pl.len(), (pl.col("theta") / pl.col("all_theta")).log()
    found = (
        others.filter("counts")
        .group_by(place)
        .agg(
            n=n,
            centre=pl.col("all_theta").first().log() - (n - 1) * change.mean(),
            spread=((n - 1) * change.var(ddof=0)).sqrt(),
        )
    )
    quantile = (pl.col("n") - 1).map_batches(lambda held: pl.Series(stdtrit(held.to_numpy(), 0.975)), pl.Float64)
    reach = quantile * pl.col("spread")
    low, high = (pl.col("centre") - reach).exp(), (pl.col("centre") + reach).exp()
    return found.select(*place, composite_low=low, composite_high=high)


def of_counties(sections: pl.LazyFrame, measured: pl.LazyFrame, bounds: pl.LazyFrame) -> pl.LazyFrame:
    """Combine verdicts by level and county, and rank the composites."""
    place = [*COUNTY, "level"]
    schools = sections.group_by(place).agg(
        n_sections=pl.len(),
        pupils=pl.col("pupils").sum(),
        **{f"sections_{word}": (pl.col("code") == code).sum() for code, word in WORDS.items()},
        sections_code=pl.col("code").min(),
    )
    balance = measured.group_by(place).agg(
        **{f"coefficients_{word}": (pl.col("met") == code).sum() for code, word in WORDS.items()},
        composite=pl.when(pl.col("cv").null_count() == 0).then(pl.col("cv").mean()),
        balance_code=pl.col("met").min(),
    )
    frame = schools.join(balance, on=place).join(bounds, on=place, how="left")
    frame = frame.with_columns(code=pl.min_horizontal("sections_code", "balance_code"))
    frame = frame.with_columns(
        county_code=pl.col("code").min().over(COUNTY),
        rank=pl.col("composite").rank("min").over("year", "level"),
    )
    words = {"verdict": "code", "county_verdict": "county_code"}
    words |= {f"{part}_verdict": f"{part}_code" for part in ("sections", "balance")}
    return frame.with_columns([_word(name, code) for name, code in words.items()]).sort(place)


def summary(counties: pl.LazyFrame) -> pl.LazyFrame:
    """Count verdicts for the nation and every province."""
    sums = ["n_sections", "pupils", *(f"sections_{word}" for word in WORDS.values())]
    alone = counties.select(*COUNTY, "level", "code", "composite", *sums)
    both = counties.group_by(COUNTY).agg(pl.col("county_code").first().alias("code"), pl.col(sums).sum())
    both = both.with_columns(level=pl.lit("all"), composite=pl.lit(None, pl.Float64))
    every = pl.concat([alone, both.select(alone.collect_schema().names())], how="vertical_relaxed")
    return _scoped(
        every,
        ["year", "level"],
        **{f"counties_{word}": (pl.col("code") == code).sum() for code, word in WORDS.items()},
        **{name: pl.col(name).sum() for name in sums},
        composite=pl.col("composite").median(),
    )


def _scoped(frame: pl.LazyFrame, keys: list[str], **found: pl.Expr) -> pl.LazyFrame:
    """Aggregate for the nation, then for every province."""
    nation = frame.group_by(keys).agg(**found).with_columns(scope=pl.lit("nation"), province=pl.lit(None, pl.String))
    provinces = frame.group_by([*keys, "province"]).agg(**found).with_columns(scope=pl.lit("province"))
    place = ["scope", "province", *keys]
    return pl.concat([each.select(*place, *found) for each in (nation, provinces)]).sort(place)


def indicators(measured: pl.LazyFrame) -> pl.LazyFrame:
    """Say of every indicator how often it fails, and put means and deviations together."""
    w, mean, sd = pl.col("pupils"), pl.col("mean"), pl.col("sd")
    pooled = (w * mean).sum() / w.sum()
    below = pl.col("n_sections") - pl.col("n_met")
    frame = _scoped(
        measured,
        ["year", "level", "indicator"],
        n_sections=pl.col("n_sections").sum(),
        n_missing=pl.col("n_missing").sum(),
        n_below=below.sum(),
        n_below_floor=(pl.col("n_sections") - pl.col("n_floor")).sum(),
        share_below=below.sum() / pl.col("n_sections").sum(),
        **{f"counties_{word}": (pl.col("met") == code).sum() for code, word in WORDS.items()},
        pupils=w.sum(),
        mean=pooled,
        cv=((w * (sd**2 + (mean - pooled) ** 2)).sum() / w.sum()).sqrt() / pooled,
        sigma=mean.filter(mean > 0).log().std(ddof=0),
    )
    rank = pl.col("share_below").rank("min", descending=True).over("scope", "province", "year", "level")
    return frame.with_columns(failure_rank=rank)


def layers(measured: pl.LazyFrame) -> pl.LazyFrame:
    """Decompose inequality between provinces, counties, areas and sections."""
    keys = ["year", "level", "indicator"]
    frame = measured.with_columns(r=pl.col("pupils") * pl.col("mean"))
    found = []
    for scope, by in (("nation", keys), ("province", [*keys, "province"])):
        held = frame.with_columns(
            total_r=pl.col("r").sum().over(by),
            total_mean=pl.col("r").sum().over(by) / pl.col("pupils").sum().over(by),
            outer_mean=pl.col("r").sum().over([*keys, "province"]) / pl.col("pupils").sum().over([*keys, "province"]),
        )
        share = pl.col("r") / pl.col("total_r")
        parts = held.group_by(by).agg(
            between_provinces=(share * (pl.col("outer_mean") / pl.col("total_mean")).log()).sum(),
            between_counties=(share * (pl.col("mean") / pl.col("outer_mean")).log()).sum(),
            between_areas=(share * pl.col("between_areas")).sum(),
            between_sections=(share * pl.col("between_sections")).sum(),
            n_missing=pl.col("n_missing").sum(),
        )
        names = ["between_provinces", "between_counties", "between_areas", "between_sections"]
        kept = names if scope == "nation" else names[1:]
        tidy = parts.unpivot(kept, index=[*by, "n_missing"], variable_name="component", value_name="theil_t")
        tidy = tidy.with_columns(share=pl.col("theil_t") / pl.col("theil_t").sum().over(by), scope=pl.lit(scope))
        province = pl.lit(None, pl.String) if scope == "nation" else pl.col("province")
        order = ["scope", "province", *keys, "component", "theil_t", "share", "n_missing"]
        found.append(tidy.with_columns(province=province).select(order))
    return pl.concat(found)
