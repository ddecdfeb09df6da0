"""What levels are made of: classes by size, PE and arts teachers by subject, pupils by founder; and public funds."""

from __future__ import annotations

import numpy as np
import pandas as pd

from edubalance.codebook import Tables, load
from edubalance.schools import joined

BANDS = {
    "classes_46_to_55": "from_46_to_55",
    "classes_56_to_65": "from_56_to_65",
    "classes_66_or_more": "from_66",
}
SUBJECTS = {"pe_teachers": "pe", "music_teachers": "music", "art_teachers": "art", "arts_teachers": "arts"}
LEVELS = ["county", "year", "level"]


def _sections(tables: Tables) -> pd.DataFrame:
    """Put beside each section what is known of its school, the year as a number."""
    return joined(tables).astype({"year": "int64"})


def class_sizes(tables: Tables) -> pd.DataFrame:
    """
    Count the classes of a level by size, in the bands of the statistics.

    Parameters
    ----------
    tables : Tables
        Validated tables.

    Returns
    -------
    DataFrame
        One row a county, year, level and ``part`` (``up_to_45``, ``from_46_to_55``, ``from_56_to_65``, ``from_66``):
        ``classes``, ``share`` (percent of the level's classes) and ``n_missing`` (sections without a count, left
        out).
    """
    counts = ["classes", *BANDS]
    sections = _sections(tables)
    known = sections[counts].notna().all(axis=1)
    grouped = sections.assign(n_missing=~known).groupby(LEVELS, observed=True, sort=False)
    missing = grouped["n_missing"].sum()
    totals = sections.loc[known].groupby(LEVELS, observed=True, sort=False)[counts].sum().rename(columns=BANDS)
    totals.insert(1, "up_to_45", totals["classes"] - totals[list(BANDS.values())].sum(axis=1))
    long = totals.melt(id_vars="classes", var_name="part", value_name="of_band", ignore_index=False)
    long = long.assign(share=100 * long["of_band"] / long["classes"], n_missing=missing).drop(columns="classes")
    return long.rename(columns={"of_band": "classes"}).reset_index()


def subject_teachers(tables: Tables, by: str = "area") -> pd.DataFrame:
    """
    Count PE and arts teachers by subject.

    Parameters
    ----------
    tables : Tables
        Validated tables.
    by : str
        Column that tells groups apart, such as ``area``, ``township`` or ``founder``.

    Returns
    -------
    DataFrame
        One row a county, year, level, ``group`` and ``part`` (``pe``, ``music``, ``art``, ``arts``): ``teachers``,
        ``value`` (per 100 pupils of the group) and ``without`` (percent of the group's pupils whose section has no
        such teacher). Sections with a missing count are left out.
    """
    sections = _sections(tables).dropna(subset=list(SUBJECTS)).assign(group=lambda frame: frame[by])
    who = [*LEVELS, "group", "pupils"]
    long = sections[[*who, *SUBJECTS]].rename(columns=SUBJECTS).melt(who, var_name="part", value_name="teachers")
    long = long.assign(alone=long["pupils"].where(long["teachers"] == 0, 0.0))
    keys = [*LEVELS, "group", "part"]
    found = long.groupby(keys, observed=True, sort=False)[["pupils", "teachers", "alone"]].sum().reset_index()
    return found.assign(
        value=100 * found["teachers"] / found["pupils"], without=100 * found["alone"] / found["pupils"]
    ).drop(columns="alone")


def founders(tables: Tables) -> pd.DataFrame:
    """
    Count the pupils of public and private schools.

    Parameters
    ----------
    tables : Tables
        Validated tables.

    Returns
    -------
    DataFrame
        One row a county, year, level and ``group`` (``public``, ``private``): ``pupils`` and ``share`` (percent of
        the level's pupils). Pupils who went elsewhere are in no table of schools.
    """
    sections = _sections(tables)
    sections = sections.assign(group=np.where(sections["founder"] == "private", "private", "public"))
    pupils = sections.groupby([*LEVELS, "group"], observed=True, sort=False)["pupils"].sum().reset_index()
    whole = pupils.groupby(LEVELS, observed=True)["pupils"].transform("sum")
    return pupils.assign(share=100 * pupils["pupils"] / whole)


def public_funds(tables: Tables) -> pd.DataFrame:
    """
    Follow each school's public funds per pupil from year to year.

    Parameters
    ----------
    tables : Tables
        Validated tables.

    Returns
    -------
    DataFrame
        One row a school and year: county, year, school_id, type, founder, area, ``pupils`` (all levels of the
        school, senior ones too), ``per_pupil`` (yuan), ``change`` (percent of the year before; NaN in the first
        year, after a gap, and where a number is missing, that of senior pupils included).
    """
    sections = _sections(tables)
    schools = sections.drop_duplicates("school_row").sort_values(["school_id", "year"], kind="stable")
    pupils = schools["school_pupils"] + schools["senior_pupils"].where(schools["type"].isin(_with_senior()), 0.0)
    schools = schools.assign(pupils=pupils, per_pupil=schools["public_funds_budget_yuan"] / pupils.where(pupils > 0))
    before = schools.groupby(["county", "school_id"], observed=True)[["year", "per_pupil"]].shift()
    ratio = schools["per_pupil"] / before["per_pupil"].where(schools["year"] - before["year"] == 1)
    columns = ["county", "year", "school_id", "type", "founder", "area", "pupils", "per_pupil"]
    return schools[columns].assign(change=100 * (ratio - 1)).reset_index(drop=True)


def _with_senior() -> list[str]:
    """Name the types of school that have senior pupils; elsewhere an empty cell means that there are none."""
    return [name for name, code in load().codes["type"].items() if "senior" in code.levels]
