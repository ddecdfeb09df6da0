"""Which schools the counties of a synthetic country have."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from edubalance.national.country import AREAS, LEVELS, Country
from edubalance.national.margins import margin
from edubalance.national.sharing_out import FloatArray, IntArray
from edubalance.twins.draw import stream

# Made up: of the schools with a junior level, and of all.
INTEGRATED = {"nine_year": 0.13, "complete_secondary": 0.05, "twelve_year": 0.01}
PRIVATE, TOWNSHIPS = 0.04, 12


def draw_roster(country: Country, province: int, members: IntArray, resources: dict[str, float]) -> pd.DataFrame:
    """
    Draw all schools that the counties of a province ever have; the last numbers open last and close first.

    Parameters
    ----------
    country : Country
        The plan.
    province : int
        Number of the province.
    members : ndarray of int
        Numbers of its counties.
    resources : dict of str to float
        Spread between schools of each resource.

    Returns
    -------
    DataFrame
        ``stem`` (primary or junior), ``place`` (position of the county among the members), ``number`` (from 1, by
        county and stem), code, type, founder, area, township, ``scale``, and one column a resource: by how much the
        school lies above the others, in natural logarithms.
    """
    rng = stream(country.seed, "schools", province)
    roster = pd.concat([_numbered(country, members, stem) for stem in LEVELS], ignore_index=True)
    count = len(roster)
    draws = {name: rng.random(count) for name in ("type", "founder", "area")}
    edges = np.cumsum(list(INTEGRATED.values()))
    types = np.array([*INTEGRATED, "junior"], dtype=object)[np.searchsorted(edges, draws["type"], side="right")]
    return roster.assign(
        school_id=_codes(province, members[roster["place"]], roster),
        type=np.where(roster["stem"] == "primary", "primary", types),
        founder=np.where(draws["founder"] < PRIVATE, "private", "county"),
        area=_areas(roster["stem"].to_numpy() == "junior", draws["area"]),
        township=rng.integers(1, TOWNSHIPS + 1, count),
        scale=np.exp(rng.normal(0, 0.5, count)),
        **{name: rng.normal(0, spread, count) for name, spread in resources.items()},
    )


def _numbered(country: Country, members: IntArray, stem: str) -> pd.DataFrame:
    """Number as many schools a county as it has in the year in which it has most."""
    most = np.max([country.totals(year, stem, "schools") for year in country.years], axis=0)[members]
    place = np.repeat(np.arange(members.size), most)
    number = np.arange(place.size) - np.repeat(np.cumsum(most) - most, most) + 1
    return pd.DataFrame({"stem": stem, "place": place, "number": number})


def _codes(province: int, county: IntArray, roster: pd.DataFrame) -> list[str]:
    """Write the codes of schools: province, county, stem, number."""
    stems = roster["stem"].str[0].str.upper()
    return [
        f"P{province + 1:02d}-{place + 1:04d}-{stem}{number:04d}"
        for place, stem, number in zip(county.tolist(), stems, roster["number"], strict=True)
    ]


def _areas(junior: npt.NDArray[np.bool_], draws: FloatArray) -> npt.NDArray[np.object_]:
    """Draw areas as often as the country has schools in them."""
    found = np.empty(junior.size, dtype=object)
    for level, rows in (("primary", ~junior), ("junior", junior)):
        shares = np.cumsum([margin(0, level, f"schools_{area}").value for area in AREAS])
        found[rows] = np.array(AREAS, dtype=object)[np.searchsorted(shares / shares[-1], draws[rows], side="right")]
    return found
