"""A county small enough to judge by hand."""

import pandas as pd
import pytest

from edubalance.codebook import Tables, table

# Two primary schools of 100 and 300 pupils, one nine-year school, one teaching point, one private junior school.
# Every amount is chosen so that a value per pupil can be read off.
SCHOOL = {
    "county": "Demo",
    "year": 2023,
    "type": "primary",
    "founder": "county",
    "area": "urban",
    "township": "T1",
    "teaching_auxiliary_area_m2": 0.0,
    "indoor_sports_area_m2": 0.0,
    "sports_ground_area_m2": 0.0,
    "equipment_value_10k_yuan": 0.0,
    "multimedia_classrooms": 0.0,
}
SECTION = {
    "year": 2023,
    "level": "primary",
    "teachers_junior_college": 0,
    "teachers_bachelor": 0,
    "teachers_master": 0,
    "teachers_doctor": 0,
    "backbone_teachers": 0,
    "pe_teachers": 0,
    "music_teachers": 0,
    "art_teachers": 0,
    "arts_teachers": 0,
}


def school(school_id, pupils, share=1.0, **changes):
    """Resources for `pupils` pupils at `share` of what the primary thresholds ask."""
    return SCHOOL | {
        "school_id": school_id,
        "teaching_auxiliary_area_m2": 4.5 * pupils * share,
        "sports_ground_area_m2": 7.5 * pupils * share,
        "equipment_value_10k_yuan": 0.2 * pupils * share,
        "multimedia_classrooms": 2.3 * pupils / 100 * share,
        **changes,
    }


def section(school_id, pupils, share=1.0, **changes):
    """Teachers for `pupils` pupils at `share` of what the primary thresholds ask."""
    return SECTION | {
        "school_id": school_id,
        "pupils": pupils,
        "teachers": pupils / 10,
        "teachers_bachelor": 4.2 * pupils / 100 * share,
        "backbone_teachers": pupils / 100 * share,
        "pe_teachers": 0.9 * pupils / 100 * share,
        **changes,
    }


def build(schools, sections, county=()):
    """Turn rows into tables as intake would."""
    empty = {"county": [], "year": [], "variable": [], "value": [], "evidence": []}
    frames = (pd.DataFrame(schools), pd.DataFrame(sections), pd.DataFrame(list(county) or empty))
    return Tables(
        *(table(name).conform(frame) for name, frame in zip(("schools", "sections", "county"), frames, strict=True))
    )


@pytest.fixture
def just_enough():
    """Two equal primary schools that reach every threshold exactly."""
    return build([school("A", 1000), school("B", 1000)], [section("A", 1000), section("B", 1000)])
