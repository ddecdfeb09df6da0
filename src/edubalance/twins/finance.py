"""The funds of a twin: the county's by level and year, and those of its townships and schools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from edubalance import codebook
from edubalance.twins import draw, funds
from edubalance.twins.calibrate import whole_with_total
from edubalance.twins.draw import FloatArray
from edubalance.twins.spec import Spec, domain

PARTS = ["personnel_yuan", "public_funds_yuan", "training_yuan", "capital_yuan"]
AMOUNTS = ["pupils", "education_spending_yuan", *PARTS]
SPECIAL_FUNDS, SPECIAL_PUPILS = "special_school_public_funds_yuan", "special_school_pupils"
SPECIAL_TRAINING = 0.06


def table(spec: Spec, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """
    List the funds of the county, its townships and its schools.

    Parameters
    ----------
    spec : Spec
        The specification of the twin; ``specs/_finance.yml`` says what its funds are like.
    tables : mapping of str to DataFrame
        ``schools``, ``sections`` and ``county`` of the twin, no cell emptied.

    Returns
    -------
    DataFrame
        Columns of the codebook's table ``finance``: the county from the first year told of, townships and schools
        in the years that the table of schools has.

    Notes
    -----
    The county's spending per pupil of a level is set first, and its total follows. Public funds and training of a
    school are those of the table of schools, parted between its levels by pupils. What the county does not keep
    itself is dealt out among the schools of the level, so that schools, townships and county add up to the yuan.
    """
    told = domain("finance", spec)
    amounts = funds.per_pupil(spec, told)
    schools = pd.concat([_school_rows(spec, told, tables, amounts, year) for year in spec.years], ignore_index=True)
    county = _county_rows(spec, told, tables["county"], amounts, schools)
    townships = pd.concat(
        [_township_rows(spec, told, schools[schools["year"] == year], county) for year in spec.years], ignore_index=True
    )
    rows = pd.concat([county, townships, schools], ignore_index=True).assign(county=spec.case)
    return rows.reindex(columns=[column.name for column in codebook.table("finance").columns])


def _school_rows(
    spec: Spec, told: Mapping[str, Any], tables: Mapping[str, pd.DataFrame], amounts: funds.Amounts, year: int
) -> pd.DataFrame:
    """Deal the spending of every level out among its schools, in one year."""
    rows = _with_public_funds(tables, year, spec.funded_least)
    weight = rows["heads"].to_numpy(dtype=np.float64) * np.exp(_effects(spec, told, tables["schools"], rows))
    rest = np.zeros(len(rows), dtype=np.int64)
    for level, places in rows.groupby("level", sort=False).indices.items():
        pupils = int(rows["pupils"].iloc[places].sum())
        total = round(amounts[str(level)][year] * pupils * (1 - told["central"]))
        dealt = max(total - int(rows["public_funds_yuan"].iloc[places].sum()), 0)
        rest[places] = whole_with_total(weight[places], dealt)
    share = draw.uniforms(draw.stream(spec.seed, "finance", "capital", year), len(rows), *told["capital"])
    capital = np.floor(draw.cut(rest * share)).astype(np.int64)
    rows = rows.assign(unit="school", unit_id=rows["school_id"], capital_yuan=capital, personnel_yuan=rest - capital)
    rows["education_spending_yuan"] = rest + rows["public_funds_yuan"]
    special = _special_totals(spec, told, tables["county"], amounts, year)
    return pd.concat([rows, _special_rows(tables["schools"], special, year)], ignore_index=True)


def _with_public_funds(tables: Mapping[str, pd.DataFrame], year: int, least: int) -> pd.DataFrame:
    """Part public funds and training of every school between its levels, by pupils, to the yuan."""
    schools = tables["schools"][tables["schools"]["year"] == year]
    rows = tables["sections"][tables["sections"]["year"] == year][["year", "school_id", "level", "pupils"]]
    rows = rows.merge(schools.drop(columns="year"), on="school_id", validate="many_to_one").reset_index(drop=True)
    pupils = rows.groupby("school_id")["pupils"]
    whole, until = pupils.transform("sum"), pupils.cumsum()
    for column, source in (
        ("public_funds_yuan", "public_funds_budget_yuan"),
        ("training_yuan", "training_budget_yuan"),
    ):
        ends, starts = (np.round(rows[source] * part / whole) for part in (until, until - rows["pupils"]))
        rows[column] = (ends - starts).astype(np.int64)
    return rows.assign(heads=rows["pupils"] * np.maximum(whole, least) / whole)


def _effects(spec: Spec, told: Mapping[str, Any], ever: pd.DataFrame, rows: pd.DataFrame) -> FloatArray:
    """Say how far each section's spending per pupil lies from that of its level, in logarithms."""
    school, year = told["school"], int(rows["year"].iloc[0])
    own = _by_code(spec, "school", ever["school_id"])
    noise = _by_code(spec, f"school {year}", ever["school_id"])
    effect = school["spread"] * rows["school_id"].map(own) + school["noise"] * rows["school_id"].map(noise)
    effect = effect + np.array([school.get(area, 0.0) for area in rows["area"]])
    effect = effect + np.where((rows["founder"] == "private").to_numpy(dtype=np.bool_), school["private"], 0.0)
    richness = rows["township"].map(_richness(spec, told, rows))
    return draw.cut(effect + school["revenue"] * richness)


def _by_code(spec: Spec, purpose: str, codes: pd.Series) -> dict[str, float]:
    """Draw one deviate for every code, the same whichever years it is there."""
    names = sorted(codes.unique())
    deviates = draw.normals(draw.stream(spec.seed, "finance", purpose), len(names))
    return dict(zip(names, deviates.tolist(), strict=True))


def _richness(spec: Spec, told: Mapping[str, Any], rows: pd.DataFrame) -> dict[str, float]:
    """Say how far the revenue per resident of each township lies from the others', in logarithms."""
    area = rows.groupby("township")["area"].agg(lambda column: column.mode().iloc[0])
    drawn = _by_code(spec, "revenue", rows["township"])
    township = told["township"]
    return {name: township["spread"] * drawn[name] + township[area[name]] for name in drawn}


def _special_rows(schools: pd.DataFrame, total: Mapping[str, int], year: int) -> pd.DataFrame:
    """Deal what special education costs out evenly among the special schools."""
    here = schools[(schools["year"] == year) & (schools["type"] == "special")].reset_index(drop=True)
    even = np.ones(len(here))
    rows = here[["year", "school_id"]].assign(unit="school", unit_id=here["school_id"], level="special")
    return rows if rows.empty else rows.assign(**{name: whole_with_total(even, many) for name, many in total.items()})


def _special_totals(
    spec: Spec, told: Mapping[str, Any], county: pd.DataFrame, amounts: funds.Amounts, year: int
) -> dict[str, int]:
    """Return what special education costs in a year; before the county's table begins, its pupils stay the same."""
    stated = county[county["year"] == max(year, min(spec.years))].set_index("variable")["value"]
    pupils = round(stated[SPECIAL_PUPILS])
    public = round(
        stated[SPECIAL_FUNDS] * (1 if year in spec.years else funds.price_level(told, year, min(spec.years)))
    )
    total = max(round(amounts["special"][year] * pupils), public)
    capital = (total - public) // 20
    return {
        "pupils": pupils,
        "education_spending_yuan": total,
        "personnel_yuan": total - public - capital,
        "public_funds_yuan": public,
        "training_yuan": round(SPECIAL_TRAINING * public),
        "capital_yuan": capital,
    }


def _county_rows(
    spec: Spec, told: Mapping[str, Any], reported: pd.DataFrame, amounts: funds.Amounts, schools: pd.DataFrame
) -> pd.DataFrame:
    """State the county's funds by level, and all of them with its revenue, residents and prices."""
    found: list[dict[str, Any]] = []
    listed = schools.groupby(["year", "level"])[["pupils", *PARTS]].sum()
    pupils = funds.pupils(spec, told, listed["pupils"])
    for year in funds.years(spec, told):
        rows = [_level_row(listed, pupils[level], amounts[level], year, level) for level in funds.LEVELS]
        rows.append({"level": "special"} | _special_totals(spec, told, reported, amounts, year))
        whole = {name: sum(row[name] for row in rows) for name in AMOUNTS}
        whole |= funds.budget(told, year, whole["education_spending_yuan"])
        found += [row | {"year": year} for row in [*rows, {"level": "all"} | whole]]
    return pd.DataFrame(found).assign(unit="county", unit_id=spec.case)


def _level_row(
    listed: pd.DataFrame, pupils: Mapping[int, int], amounts: Mapping[int, float], year: int, level: str
) -> dict[str, Any]:
    """State one level of one year; before the schools are listed, its parts are what they were when the list began."""
    first = int(listed.index.get_level_values("year").min())
    total = round(amounts[year] * pupils[year])
    stated = listed[PARTS].loc[[(max(year, first), level)]].to_numpy(dtype=np.int64)[0].tolist()
    parts = dict(zip(PARTS, stated, strict=True))
    if year < first:
        whole = round(amounts[first] * pupils[first])
        parts = {name: int(total * number / whole) for name, number in parts.items()}
    return {"level": level, "pupils": pupils[year], "education_spending_yuan": total} | parts


def _township_rows(spec: Spec, told: Mapping[str, Any], schools: pd.DataFrame, county: pd.DataFrame) -> pd.DataFrame:
    """Sum the schools of each township in one year, and state its revenue, residents and transfers."""
    schools = schools.dropna(subset="township")
    year = int(schools["year"].iloc[0])
    rows = schools.groupby("township")[AMOUNTS].sum().reset_index(names="unit_id")
    every = county[(county["year"] == year) & (county["level"] == "all")]
    residents, total = (int(every[name].sum()) for name in ("residents", "fiscal_revenue_yuan"))
    richness = rows["unit_id"].map(_richness(spec, told, schools))
    crowding, yearly, transfers = (
        rows["unit_id"].map(_by_code(spec, purpose, rows["unit_id"])).to_numpy(dtype=np.float64)
        for purpose in ("residents", f"revenue {year}", "transfers")
    )
    rows["residents"] = whole_with_total(draw.cut(rows["pupils"] * np.exp(0.1 * crowding)), residents)
    rate = draw.cut(np.exp(richness + told["township"]["noise"] * yearly))
    revenue = round(told["township"]["share"] * total)
    rows["fiscal_revenue_yuan"] = whole_with_total((rows["residents"] * rate).to_numpy(), revenue)
    rate = draw.cut(np.exp(told["transfers"]["revenue"] * richness + told["transfers"]["spread"] * transfers))
    received = round(told["transfers"]["share"] * rows["education_spending_yuan"].sum())
    rows["transfers_yuan"] = whole_with_total((rows["pupils"] * rate).to_numpy(), received)
    rows["fiscal_spending_yuan"] = rows["fiscal_revenue_yuan"] + rows["transfers_yuan"]
    return rows.assign(year=year, unit="township", level="all")
