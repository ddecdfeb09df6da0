"""What the schools and sections of a synthetic country have, year by year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from edubalance.national.country import LEVELS, Country
from edubalance.national.roster import draw_roster
from edubalance.national.sharing_out import FloatArray, IntArray, share_out
from edubalance.twins.draw import stream

# Made up: mean over the threshold, and spread between schools in natural logarithms.
RESOURCES = {
    "backbone_teachers_per_100": (1.35, 0.30),
    "pe_and_arts_teachers_per_100": (1.25, 0.24),
    "teaching_and_auxiliary_area_per_pupil": (1.45, 0.28),
    "sports_area_per_pupil": (1.35, 0.32),
    "equipment_value_per_pupil": (1.40, 0.30),
    "multimedia_classrooms_per_100": (1.30, 0.24),
}
AREA_PUPILS = {"urban": 2.2, "town": 1.5, "rural": 0.6}
AREA_WEALTH = {"urban": 0.95, "town": 1.0, "rural": 1.12}
SENIOR_PER_JUNIOR, MASTERS, INDOOR, YEARLY_NOISE, MISSING = 0.8, 0.05, 0.04, 0.05, 0.002


def draw_province(country: Country, province: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """
    Draw the schools and sections of one province in all years.

    Parameters
    ----------
    country : Country
        The plan.
    province : int
        Number of the province.

    Returns
    -------
    schools : DataFrame
        Sorted by county, year and school.
    sections : DataFrame
        Sorted by county, year, school and level, with the county.
    """
    members = np.flatnonzero(country.province == province)
    roster = draw_roster(country, province, members, {name: spread for name, (_, spread) in RESOURCES.items()})
    parts = [_year(country, province, members, roster, year) for year in country.years]
    schools = pd.concat([school for school, _ in parts], ignore_index=True)
    sections = pd.concat([section for _, section in parts], ignore_index=True)
    return (
        schools.sort_values(["county", "year", "school_id"], ignore_index=True),
        sections.sort_values(["county", "year", "school_id", "level"], ignore_index=True, key=_in_order),
    )


def _in_order(column: pd.Series) -> pd.Series:
    """Put the levels in their order, primary first."""
    return column.map({level: place for place, level in enumerate(LEVELS)}) if column.name == "level" else column


def _year(
    country: Country, province: int, members: IntArray, roster: pd.DataFrame, year: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw one year: which schools are open, their sections, and what the schools share."""
    most = {stem: country.totals(year, stem, "schools")[members] for stem in LEVELS}
    limit = np.where(roster["stem"] == "primary", *(most[stem][roster["place"]] for stem in LEVELS))
    schools = roster.loc[roster["number"] <= limit].reset_index(drop=True)
    schools["county"] = [f"P{province + 1:02d}-{place + 1:04d}" for place in members[schools["place"]].tolist()]
    schools["year"] = year
    rng = stream(country.seed, "year", province, year)
    sections = pd.concat([_level(country, members, schools, year, level, rng) for level in LEVELS], ignore_index=True)
    shared = _shared(country, schools, sections, rng)
    township = schools["county"] + "-T" + schools["township"].astype(str).str.zfill(2)
    kept = ["county", "year", "school_id", "type", "founder", "area"]
    return schools[kept].assign(township=township, **shared), sections.drop(columns=["row", "wealth"])


def _level(
    country: Country, members: IntArray, schools: pd.DataFrame, year: int, level: str, rng: np.random.Generator
) -> pd.DataFrame:
    """Draw the sections of one level: pupils and teachers meet the totals of their county."""
    row = np.flatnonzero((schools["stem"] == level) | schools["type"].isin(["nine_year", "twelve_year"]))
    held = schools.iloc[row]
    place = held["place"].to_numpy()
    alone = np.bincount(place, minlength=members.size)
    scale = (held["scale"] * held["area"].map(AREA_PUPILS)).to_numpy()
    pupils = 1 + share_out(country.totals(year, level, "pupils")[members] - alone, scale, place)
    everyone = country.totals(year, level, "teachers")
    effort = (pupils**0.9 * np.exp(rng.normal(0, 0.08, row.size))).astype(np.float64)
    teachers = 1 + share_out(everyone[members] - alone, effort, place)
    wealth = country.wealth(year)[members[place]] * held["area"].map(AREA_WEALTH).to_numpy()
    college_all = country.with_degree(year, level, "college_share", everyone)
    college = share_out(college_all[members], teachers * wealth**0.5, place, teachers)
    bachelor_all = country.with_degree(year, level, "bachelor_share", everyone, college_all)
    bachelor = share_out(bachelor_all[members], college * wealth**0.5, place, college)
    frame = held[["county", "year", "school_id"]].reset_index(drop=True)
    return frame.assign(
        row=row,
        wealth=wealth,
        level=level,
        pupils=pupils,
        **_by_degree(teachers, college, bachelor),
        **_by_subject(country, held, pupils * wealth, teachers, level, rng),
    )


def _by_degree(teachers: IntArray, college: IntArray, bachelor: IntArray) -> dict[str, IntArray]:
    """Part the teachers by their highest degree."""
    master = np.floor(MASTERS * bachelor).astype(np.int64)
    return {
        "teachers": teachers,
        "teachers_junior_college": college - bachelor,
        "teachers_bachelor": bachelor - master,
        "teachers_master": master,
        "teachers_doctor": np.zeros_like(master),
    }


def _by_subject(
    country: Country, held: pd.DataFrame, need: FloatArray, teachers: IntArray, level: str, rng: np.random.Generator
) -> dict[str, IntArray]:
    """Draw backbone, PE and arts teachers: never more than there are teachers."""
    found = {
        name: np.minimum(np.rint(_amount(held, name, need * _threshold(country, name, level), rng) / 100), most)
        for name, most in (("backbone_teachers_per_100", teachers), ("pe_and_arts_teachers_per_100", teachers))
    }
    arts = found["pe_and_arts_teachers_per_100"].astype(np.int64)
    pe, music = (arts * 9 + 10) // 20, (arts * 6 + 5) // 20
    return {
        "backbone_teachers": found["backbone_teachers_per_100"].astype(np.int64),
        "pe_teachers": pe,
        "music_teachers": music,
        "art_teachers": arts - pe - music,
        "arts_teachers": np.zeros_like(arts),
    }


def _threshold(country: Country, indicator: str, level: str) -> float:
    """Look a threshold up on the day that judges the last year."""
    return country.standard.value_on(indicator, f"{country.years[-1]}-09-01", level)


def _amount(held: pd.DataFrame, indicator: str, need: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Draw amounts about what the thresholds need; schools keep their place from year to year, nearly."""
    mean, _ = RESOURCES[indicator]
    noise = rng.normal(0, YEARLY_NOISE, len(held))
    return np.asarray(mean * need * np.exp(held[indicator].to_numpy() + noise))


def _shared(
    country: Country, schools: pd.DataFrame, sections: pd.DataFrame, rng: np.random.Generator
) -> dict[str, FloatArray]:
    """Draw what the levels of a school share, for the needs of all its pupils."""
    row, count = sections["row"].to_numpy(), len(schools)
    amounts = {}
    for name in list(RESOURCES)[2:]:
        bar = sections["level"].map({level: _threshold(country, name, level) for level in LEVELS})
        need = np.bincount(row, sections["pupils"] * sections["wealth"] * bar, count).astype(np.float64)
        amounts[name] = _amount(schools, name, need, rng)
    rooms = np.round(amounts["teaching_and_auxiliary_area_per_pupil"] * (1 + INDOOR), 2)
    indoor = np.round(rooms * INDOOR, 2)
    equipment = np.round(amounts["equipment_value_per_pupil"] / 10_000, 4)
    equipment[rng.random(count) < MISSING] = np.nan
    junior = np.bincount(row, sections["pupils"] * (sections["level"] == "junior"), count)
    senior = np.where(schools["type"].isin(["complete_secondary", "twelve_year"]), SENIOR_PER_JUNIOR * junior, 0)
    return {
        "senior_pupils": np.rint(senior),
        "teaching_auxiliary_area_m2": rooms,
        "indoor_sports_area_m2": indoor,
        "sports_ground_area_m2": np.round(np.maximum(amounts["sports_area_per_pupil"] - indoor, 0), 2),
        "equipment_value_10k_yuan": equipment,
        "multimedia_classrooms": np.rint(amounts["multimedia_classrooms_per_100"] / 100),
    }
