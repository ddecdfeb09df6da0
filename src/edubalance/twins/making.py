"""Make all tables of a twin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import pandas as pd

from edubalance import codebook, standards
from edubalance.measures import dispersion
from edubalance.twins import (
    births,
    classes,
    county,
    enrolment,
    finance,
    fit,
    interviews,
    layout,
    null,
    places,
    published,
    pupils_flow,
    roster,
    spec,
    survey,
)
from edubalance.twins.enrolment import Enrolment, in_scope, is_open
from edubalance.twins.fit import Fitted
from edubalance.twins.measure import coefficients
from edubalance.twins.parts import LEVELS
from edubalance.twins.people import Staff
from edubalance.twins.published import Figure, Margins
from edubalance.twins.rates import Pattern
from edubalance.twins.spec import Spec
from edubalance.twins.things import Stock

QUALITY = "cn-2017-quality"
BASIC = "cn-2012-basic"
COMPOSITE = "basic_composite"
AIM_DECIMALS = 2
Tables = dict[str, pd.DataFrame]
# Tables that are drawn when the schools stand: each from the specification and the tables before it, no cell emptied.
RECORDS: dict[str, Callable[[Spec, Mapping[str, pd.DataFrame]], pd.DataFrame]] = {
    "finance": finance.table,
    "places": places.table,
    "pupils_flow": pupils_flow.table,
    "births": births.table,
    **survey.TABLES,
    "interviews": interviews.table,
}


def make(case_id: str, scenario: str = "described", *, seed: int | None = None) -> Tables:
    """
    Make the tables of a synthetic twin; nothing is written.

    Parameters
    ----------
    case_id : str
        A case with a specification, e.g. ``wuhu_j``.
    scenario : str
        ``described`` carries the pattern of the abstract, ``balanced`` is the null.
    seed : int, optional
        Another seed than the specification's.

    Returns
    -------
    dict of str to DataFrame
        ``schools``, ``sections`` and ``county``, ``classes`` and ``teachers`` of the calibrated year, and the tables
        of `RECORDS`, with the codebook's columns; the same for the same seed.

    Raises
    ------
    CaseError
        If there is no such twin, or a published figure cannot be met.
    """
    plan = spec.load(case_id, scenario)
    return made(plan if seed is None else spec.reseeded(plan, seed))


def made(plan: Spec) -> Tables:
    """
    Make the tables that a specification describes.

    Parameters
    ----------
    plan : Spec
        The specification.

    Returns
    -------
    dict of str to DataFrame
        As `make` returns them.

    Raises
    ------
    CaseError
        If a published figure cannot be met.
    """
    margins = published.margins(plan.case, plan.margins)
    schools = layout.schools(plan)
    quality = standards.load(QUALITY)
    enrolled = enrolment.enrol(plan, schools, quality, margins)
    build = partial(_tables, plan, schools, enrolled, margins)
    fitted = _fitted(plan, schools, enrolled, margins, build)
    tables = build(fitted, plan.years)
    if plan.null:
        tables["schools"] = null.dealt(plan, tables["schools"])
    whole, tables = tables, _emptied(plan, tables)
    tables["county"] = county.table(plan, tables["schools"], tables["sections"])
    rows = enrolled.rows(plan.year)
    tables["classes"] = classes.table(rows, classes.of_year(plan, rows, schools["area"].tolist(), margins))
    tables["teachers"] = roster.table(plan, whole["schools"], whole["sections"], tables["county"])
    for name, make_table in RECORDS.items():
        tables[name] = make_table(plan, {**tables, **whole})
    return tables


def _fitted(
    plan: Spec, schools: pd.DataFrame, enrolled: Enrolment, margins: Margins, build: Callable[..., Tables]
) -> Fitted:
    """Meet the published figures of the calibrated year."""
    quality = standards.load(QUALITY)
    pattern = Pattern(plan, schools, enrolled.base, quality)
    counted = in_scope(enrolled.base, schools, quality) & is_open(schools, plan.year)[enrolled.base["row"]]
    fitted = fit.exactly(fit.start(pattern), counted, margins)
    for name, level in ((name, level) for name in plan.aims for level in LEVELS):
        aim = plan.aims[name].get(level)
        if aim is not None:
            measured = partial(fit.coefficient, name=name, level=level, counted=counted)
            fitted = fit.tune(fitted, [name], level, Figure(aim, AIM_DECIMALS), measured, counted)
    for line, names in plan.knobs.items():
        _, level, quantity, statistic = line.split()
        figure = margins[plan.year, level, quantity, statistic]
        if quantity == COMPOSITE:
            measured = partial(_composite, build, plan.year, level)
        else:
            measured = partial(fit.coefficient, name=names[0], level=level, counted=counted)
        fitted = fit.tune(fitted, list(names), level, figure, measured, counted)
    return fitted


def _composite(build: Callable[..., Tables], year: int, level: str, fitted: Fitted) -> float:
    """Measure the composite of 2012 in the tables of the calibrated year."""
    tables = build(fitted, (year,))
    found = coefficients(tables["schools"], tables["sections"], standards.load(BASIC), level)
    return dispersion.composite(list(found.values()))


def _tables(
    plan: Spec, schools: pd.DataFrame, enrolled: Enrolment, margins: Margins, fitted: Fitted, years: tuple[int, ...]
) -> Tables:
    """Make schools and sections of some years."""
    staff = Staff(fitted.pattern, fitted.staff, enrolled.totals, margins)
    stock = Stock(fitted.pattern, fitted.stock)
    parts: dict[str, list[pd.DataFrame]] = {"schools": [], "sections": []}
    for year in years:
        rows = enrolled.rows(year)
        rows = rows.join(classes.columns(classes.of_year(plan, rows, schools["area"].tolist(), margins), rows["level"]))
        open_schools = schools[is_open(schools, year)].assign(year=year, county=plan.case)
        things = stock.table(rows, is_open(schools, year))
        parts["sections"].append(_ordered(rows.join(staff.table(rows)), "sections"))
        parts["schools"].append(_ordered(open_schools.join(things), "schools"))
    return {name: pd.concat(frames, ignore_index=True) for name, frames in parts.items()}


def _ordered(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """Keep the codebook's columns in the codebook's order."""
    frame = frame.rename(columns={"senior": "senior_pupils"})
    return frame[[column.name for column in codebook.table(table).columns]]


def _emptied(plan: Spec, tables: Tables) -> Tables:
    """Empty the cells that the specification names: data as they are in life."""
    tables = dict(tables)
    for name, year, school, column, *level in plan.missing:
        frame = tables[name].copy()
        cell = (frame["year"] == year) & (frame["school_id"] == school)
        if level:
            cell &= frame["level"] == level[0]
        frame[column] = frame[column].astype("Float64" if frame[column].dtype.kind in "if" else frame[column].dtype)
        frame.loc[cell, column] = np.nan
        tables[name] = frame
    return tables
