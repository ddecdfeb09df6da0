"""Where the children of a twin live, and how many seats its schools have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from edubalance import codebook
from edubalance.twins import draw
from edubalance.twins.calibrate import whole_with_total
from edubalance.twins.draw import FloatArray
from edubalance.twins.layout import GOLDEN_ANGLE
from edubalance.twins.parts import AREAS, LEVELS
from edubalance.twins.spec import Spec, domain

NAME = "places"
LABELS = ["township", "area", "x_km", "y_km"]


def table(spec: Spec, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """
    List settlements and schools in the first year and in the calibrated one.

    Parameters
    ----------
    spec : Spec
        The specification; its domain ``places`` says how children and seats are spread.
    tables : mapping of str to DataFrame
        The twin's schools and sections, no cell emptied.

    Returns
    -------
    DataFrame
        Columns of the codebook's table ``places``. The children of a level are together as many as its pupils: as
        many come from outside as go there. Seats are told by pupil and area, and rounded to whole ones.
    """
    told = domain(NAME, spec)
    homes = _settlements(spec, told, _anchors(spec, tables))
    pupils = _pupils(tables["sections"])
    frames = []
    for year in sorted({spec.years[0], spec.year}):
        frames += [_inhabited(homes, pupils, year), _seated(spec, told, tables["schools"], pupils, year)]
    found = pd.concat(frames, ignore_index=True).assign(county=spec.case)
    return found.reindex(columns=[column.name for column in codebook.table(NAME).columns])


def _pupils(sections: pd.DataFrame) -> pd.DataFrame:
    """Lay out the pupils of every school and level, one column a year; missing where there is no section."""
    return sections.pivot_table(index=["school_id", "level"], columns="year", values="pupils")


def _at(pupils: pd.DataFrame, level: str) -> pd.DataFrame:
    """Take the schools that teach a level."""
    return pupils[pupils.index.get_level_values("level") == level].droplevel("level")


def _anchors(spec: Spec, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Find the schools around which children live: those with a primary section in one of the two years."""
    years = [spec.year, spec.years[0]]
    sections, schools = tables["sections"], tables["schools"]
    primary = sections.loc[(sections["level"] == "primary") & sections["year"].isin(years), "school_id"]
    last = schools.sort_values("year", kind="stable").drop_duplicates("school_id", keep="last")
    return last[last["school_id"].isin(set(primary))].sort_values("school_id")[["school_id", *LABELS]]


def _by_area(stated: Mapping[str, float], areas: pd.Series) -> FloatArray:
    """Look a number up by area."""
    by_area = {area: stated[area] for area in AREAS}
    return np.array([by_area[area] for area in areas], dtype=np.float64)


def _settlements(spec: Spec, told: Mapping[str, Any], anchors: pd.DataFrame) -> pd.DataFrame:
    """Scatter settlements around the schools; each has a share of the children there, before it is made whole."""
    many = _by_area(told["settlements"], anchors["area"]).astype(np.int64)
    homes = anchors.loc[anchors.index.repeat(many)].reset_index(drop=True)
    size = len(homes)
    # The square root spreads them evenly over a disc.
    reach = np.sqrt(draw.uniforms(draw.stream(spec.seed, NAME, "away"), size))
    away = _by_area(told["away_km"], homes["area"]) * reach
    angle = GOLDEN_ANGLE * np.arange(size)
    noise = draw.cut(np.exp(float(told["spread"]) * draw.normals(draw.stream(spec.seed, NAME, "share"), size)))
    whole = pd.Series(noise).groupby(homes["school_id"]).transform("sum").to_numpy(dtype=np.float64)
    return homes.assign(
        place_id=[f"{spec.prefix}-D-{number:03d}" for number in range(1, size + 1)],
        x_km=np.round(homes["x_km"] + draw.cut(away * np.cos(angle)), 2),
        y_km=np.round(homes["y_km"] + draw.cut(away * np.sin(angle)), 2),
        share=draw.cut(_by_area(told["children"], homes["area"]) * noise / whole),
    )


def _inhabited(homes: pd.DataFrame, pupils: pd.DataFrame, year: int) -> pd.DataFrame:
    """Let as many children live in the settlements as there are pupils, level by level."""
    primary = _at(pupils, "primary")
    # Where the school is not open, the children still live there: those of a year in which it is stand for them.
    around = primary[year].fillna(primary.max(axis=1)).reindex(homes["school_id"]).to_numpy(dtype=np.float64)
    share = draw.cut(homes["share"].to_numpy(dtype=np.float64) * around)
    children = {f"children_{level}": whole_with_total(share, int(_at(pupils, level)[year].sum())) for level in LEVELS}
    return homes[["place_id", *LABELS]].assign(year=year, place="settlement", **children)


def _seated(
    spec: Spec, told: Mapping[str, Any], schools: pd.DataFrame, pupils: pd.DataFrame, year: int
) -> pd.DataFrame:
    """Give every school of a year its seats: so many for each pupil of the calibrated year."""
    here = schools[schools["year"] == year].reset_index(drop=True)
    share = _by_area(told["seats"], here["area"])
    if year != spec.year:
        share = share * _by_area(told["before"], here["area"])
    ever = sorted(schools["school_id"].unique())
    seats = {}
    for level in LEVELS:
        noise = draw.normals(draw.stream(spec.seed, NAME, "seats", level), len(ever))
        factor = pd.Series(draw.cut(np.exp(float(told["seats_spread"]) * noise)), index=ever)
        taught = _at(pupils, level).reindex(here["school_id"])
        planned = taught[spec.year].fillna(taught[year]).where(taught[year].notna())
        drawn = draw.cut(planned.to_numpy() * share * factor.reindex(here["school_id"]).to_numpy())
        seats[f"seats_{level}"] = pd.array(np.floor(drawn + 0.5), dtype="Int64")
    frame = here[["school_id", *LABELS]].rename(columns={"school_id": "place_id"})
    return frame.assign(year=year, place="school", **seats)
