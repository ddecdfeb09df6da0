"""Sections: scope, splitting of integrated schools, indicators."""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.testing as npt
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edubalance import codebook, schools, standards
from edubalance.codebook import Tables
from edubalance.errors import EdubalanceError

BASIC = standards.load("cn-2012-basic")
QUALITY = standards.load("cn-2017-quality")
SHARED_2017 = QUALITY.split.columns
TEACHERS = "teachers_above_required_qualification_per_100"
BACKBONE = "backbone_teachers_per_100"
PE_AND_ARTS = "pe_and_arts_teachers_per_100"
ROOMS = "teaching_and_auxiliary_area_per_pupil"
SPORTS = "sports_area_per_pupil"
EQUIPMENT = "equipment_value_per_pupil"
MULTIMEDIA = "multimedia_classrooms_per_100"


def county(*members: tuple[dict[str, object], ...]) -> Tables:
    """Make tables of schools, each given as its own row followed by its sections; what is not given is usual."""
    rows, parts = [], []
    for number, (school, *sections) in enumerate(members):
        usual = {"county": "D", "year": 2023, "school_id": f"S{number}", "founder": "county", "area": "town"}
        rows.append({**usual, "township": "T", **school})
        key = {name: rows[-1][name] for name in ("year", "school_id")}
        parts += [{**key, **section} for section in sections]
    empty = pd.DataFrame({"county": [], "year": [], "variable": []})
    return Tables(
        codebook.table("schools").conform(pd.DataFrame(rows)),
        codebook.table("sections").conform(pd.DataFrame(parts)),
        codebook.table("county").conform(empty),
    )


def primary(pupils: float, **columns: float) -> dict[str, object]:
    return {"level": "primary", "pupils": pupils, **columns}


def junior(pupils: float, **columns: float) -> dict[str, object]:
    return {"level": "junior", "pupils": pupils, **columns}


# Closed forms: splitting


def test_a_nine_year_school_splits_its_books_as_in_the_published_example():
    # The split note of 2015-06-11 (source split_example in standards/sources.yml): 166 + 1.1 × 210 = 397.
    # It rounds 58.5 before multiplying and prints 9,711 and 13,515; unrounded it is as below.
    tables = county(({"type": "nine_year", "books": 23226}, primary(166), junior(210)))
    books = schools.shared_amounts(tables, BASIC)["books"]
    npt.assert_allclose(books, [9711.627204, 13514.372796], atol=5e-7)
    per_pupil = schools.indicators(tables, BASIC)["books_per_pupil"]
    npt.assert_allclose(per_pupil, [58.503778, 64.354156], atol=5e-7)


def test_a_twelve_year_school_leaves_the_senior_share_out():
    # 100 + 1.1 × 100 + 1.32 × 100 = 342 parts.
    tables = county(
        ({"type": "twelve_year", "senior_pupils": 100, "multimedia_classrooms": 34.2}, primary(100), junior(100))
    )
    npt.assert_allclose(schools.shared_amounts(tables, QUALITY)["multimedia_classrooms"], [10.0, 11.0], rtol=1e-12)


def test_a_complete_secondary_school_weighs_senior_pupils_1_2():
    # 300 + 1.2 × 250 = 600 parts: half of it is the junior section's.
    tables = county(({"type": "complete_secondary", "senior_pupils": 250, "sports_ground_area_m2": 9000}, junior(300)))
    amounts = schools.shared_amounts(tables, QUALITY)
    assert amounts["share"].tolist() == [0.5]
    assert amounts["sports_ground_area_m2"].tolist() == [4500.0]


@pytest.mark.parametrize(
    ("school", "section"),
    [
        pytest.param({"type": "primary"}, primary(300), id="primary school"),
        pytest.param({"type": "junior"}, junior(300), id="junior school"),
        pytest.param({"type": "nine_year"}, primary(300), id="nine-year school that is growing"),
        pytest.param({"type": "complete_secondary", "senior_pupils": 0}, junior(300), id="no senior pupils yet"),
    ],
)
def test_a_section_that_has_its_school_to_itself_gets_all_of_it(school, section):
    amounts = schools.shared_amounts(county(({**school, "equipment_value_10k_yuan": 0.1}, section)), QUALITY)
    assert amounts["share"].tolist() == [1.0]
    assert amounts["equipment_value_10k_yuan"].tolist() == [0.1]


def test_only_the_columns_of_the_standard_are_split():
    tables = county(({"type": "nine_year", "computers": 10, "multimedia_classrooms": 10}, primary(10), junior(10)))
    assert "computers" in schools.shared_amounts(tables, BASIC)
    assert "computers" not in schools.shared_amounts(tables, QUALITY)
    assert not any(column in codebook.table("sections").names for column in SHARED_2017)


def test_not_knowing_the_senior_pupils_makes_the_share_missing():
    tables = county(({"type": "complete_secondary"}, junior(300)), ({"type": "junior"}, junior(300)))
    npt.assert_array_equal(schools.shared_amounts(tables, QUALITY)["share"], [np.nan, 1.0])


def test_a_level_without_known_pupils_makes_the_shares_of_the_school_missing():
    tables = county(({"type": "nine_year"}, primary(np.nan), junior(100)), ({"type": "primary"}, primary(80)))
    npt.assert_array_equal(schools.shared_amounts(tables, QUALITY)["share"], [np.nan, np.nan, 1.0])


def test_a_level_without_pupils_has_no_share_and_a_school_without_pupils_none_to_give():
    tables = county(({"type": "nine_year"}, primary(0), junior(100)), ({"type": "nine_year"}, primary(0), junior(0)))
    npt.assert_array_equal(schools.shared_amounts(tables, QUALITY)["share"], [0.0, 1.0, np.nan, np.nan])


def test_two_sections_of_a_school_without_weights_have_no_share():
    tables = county(({"type": "special"}, primary(30), junior(20)))
    assert schools.shared_amounts(tables, QUALITY)["share"].isna().all()


def test_the_same_school_in_two_years_is_split_in_each():
    tables = county(
        ({"type": "nine_year", "year": 2022, "school_id": "N", "books": 100}, primary(100)),
        ({"type": "nine_year", "year": 2023, "school_id": "N", "books": 210}, primary(100), junior(100)),
    )
    npt.assert_allclose(schools.shared_amounts(tables, BASIC)["books"], [100, 100, 110])


# Closed forms: indicators


def test_the_seven_indicators_of_a_primary_school_by_hand():
    school = {
        "type": "primary", "teaching_auxiliary_area_m2": 2600, "indoor_sports_area_m2": 350,
        "sports_ground_area_m2": 3400, "equipment_value_10k_yuan": 101.5, "multimedia_classrooms": 12,
    }  # fmt: skip
    section = primary(
        500, teachers_junior_college=10, teachers_bachelor=12, teachers_master=2, teachers_doctor=0,
        backbone_teachers=4, pe_teachers=2, music_teachers=1, art_teachers=1, arts_teachers=1,
    )  # fmt: skip
    values = schools.indicators(county((school, section)), QUALITY).iloc[0]
    assert values[TEACHERS] == 4.8  # 24 per 500
    assert values[BACKBONE] == 0.8
    assert values[PE_AND_ARTS] == 1.0
    assert values[ROOMS] == 4.5  # (2600 - 350) / 500
    assert values[SPORTS] == 7.5  # (3400 + 350) / 500
    assert values[EQUIPMENT] == 2030.0  # 101.5 × 10 000 yuan / 500
    assert values[MULTIMEDIA] == 2.4


def test_a_junior_section_does_not_count_teachers_of_junior_college():
    degrees = {"teachers_junior_college": 10, "teachers_bachelor": 12, "teachers_master": 2, "teachers_doctor": 1}
    tables = county(({"type": "nine_year"}, primary(500, **degrees), junior(500, **degrees)))
    assert schools.indicators(tables, QUALITY)[TEACHERS].tolist() == [5.0, 3.0]


def test_a_value_at_its_threshold_is_not_pushed_below_it():
    # 100 t / P and t / (P / 100) differ in the last bit in some rows; a threshold must not depend on that.
    counts, pupils = np.meshgrid(np.arange(1, 60), np.arange(101, 2000, 37))
    members = [
        ({"type": "primary"}, primary(p, backbone_teachers=c)) for c, p in zip(counts.flat, pupils.flat, strict=True)
    ]
    values = schools.indicators(county(*members), QUALITY)[BACKBONE]
    npt.assert_array_equal(values, counts.ravel() * 100 / pupils.ravel())


def test_teachers_are_counted_where_they_teach_and_never_split():
    tables = county(
        ({"type": "nine_year"}, primary(200, backbone_teachers=2), junior(100, backbone_teachers=3)),
    )
    assert schools.indicators(tables, QUALITY)[BACKBONE].tolist() == [1.0, 3.0]


def test_a_missing_part_of_a_sum_makes_it_missing_and_a_zero_does_not():
    tables = county(
        ({"type": "primary"}, primary(100, pe_teachers=1, music_teachers=1, art_teachers=1)),
        ({"type": "primary"}, primary(100, pe_teachers=1, music_teachers=0, art_teachers=0, arts_teachers=0)),
        ({"type": "primary"}, primary(100, pe_teachers=0, music_teachers=0, art_teachers=0, arts_teachers=0)),
    )
    npt.assert_array_equal(schools.indicators(tables, QUALITY)[PE_AND_ARTS], [np.nan, 1.0, 0.0])


def test_rows_are_those_of_the_sections_in_their_order_with_what_is_known_of_the_school():
    tables = county(
        ({"type": "nine_year", "area": "rural", "education_group": "G1"}, junior(20), primary(10)),
        ({"type": "junior"}, junior(30)),
    )
    frame = schools.indicators(tables, QUALITY)
    assert frame["pupils"].tolist() == [20, 10, 30]
    assert frame["area"].tolist() == ["rural", "rural", "town"]
    assert frame["education_group"].fillna("none").tolist() == ["G1", "G1", "none"]
    assert frame.columns[-7:].tolist() == [indicator.id for indicator in QUALITY.indicators]
    assert frame["county"].tolist() == ["D"] * 3


def test_tables_without_sections_give_frames_without_rows():
    tables = county(({"type": "primary"}, primary(10)))
    none = codebook.table("sections").conform(pd.DataFrame({"year": [], "school_id": [], "level": []}))
    tables = dataclasses.replace(tables, sections=none)
    assert schools.indicators(tables, QUALITY).empty
    assert schools.shared_amounts(tables, QUALITY).empty


# Scope


@pytest.mark.parametrize(
    ("school", "section", "reason_2012", "reason_2017"),
    [
        pytest.param({"type": "primary"}, primary(300), "", "", id="primary school"),
        pytest.param({"type": "primary", "founder": "private"}, primary(300), "founder", "", id="private school"),
        pytest.param({"type": "junior", "founder": "enterprise"}, junior(300), "founder", "", id="enterprise's school"),
        pytest.param({"type": "teaching_point"}, primary(49), "type", "small_teaching_point", id="point of 49"),
        pytest.param({"type": "teaching_point"}, primary(50), "type", "", id="point of 50"),
        pytest.param({"type": "primary"}, primary(12), "", "", id="small school that is no teaching point"),
        pytest.param({"type": "special"}, primary(60), "type", "type", id="special school"),
        pytest.param({"type": "vocational"}, junior(60), "type", "type", id="vocational school"),
        pytest.param({"type": "primary"}, primary(0), "no_pupils", "no_pupils", id="nobody there"),
        pytest.param({"type": "complete_secondary"}, junior(300), "", "", id="senior pupils not known"),
    ],
)
def test_scope_by_hand(school, section, reason_2012, reason_2017):
    for standard, reason in ((BASIC, reason_2012), (QUALITY, reason_2017)):
        frame = schools.indicators(county((school, section)), standard)
        assert frame["reason"].tolist() == [reason]
        assert frame["in_scope"].tolist() == [reason == ""]


def test_a_section_without_pupils_has_no_indicators():
    tables = county(({"type": "primary", **dict.fromkeys(SHARED_2017, 10)}, primary(0, backbone_teachers=1)))
    frame = schools.indicators(tables, QUALITY)
    assert frame[[indicator.id for indicator in QUALITY.indicators]].isna().all(axis=None)


# Reliefs


def rural(pupils: float, **columns: float) -> tuple[dict[str, object], ...]:
    subjects = dict.fromkeys(["pe_teachers", "music_teachers", "art_teachers", "arts_teachers"], 0)
    return {"type": "primary", "area": "rural", "year": 2021}, primary(pupils, **subjects, **columns)


def test_visiting_teachers_count_in_small_rural_schools_under_the_relief_only():
    relieved = standards.load("cn-2017-quality", profiles=("relief-2019",))
    tables = county(
        rural(50, visiting_pe_arts_teachers=1),
        rural(49, visiting_pe_arts_teachers=1),
        rural(100, visiting_pe_arts_teachers=1),
        ({"type": "primary", "area": "town", "year": 2021}, rural(50, visiting_pe_arts_teachers=1)[1]),
    )
    assert schools.indicators(tables, relieved)[PE_AND_ARTS].tolist() == [2.0, 0.0, 0.0, 0.0]
    assert schools.indicators(tables, QUALITY)[PE_AND_ARTS].tolist() == [0.0, 0.0, 0.0, 0.0]


def test_a_relief_ends_with_its_window():
    relieved = standards.load("cn-2017-quality", profiles=("relief-2019",))
    school, section = rural(50, visiting_pe_arts_teachers=1)
    tables = county(*(({**school, "year": year}, section) for year in (2018, 2020, 2022, 2023)))
    assert schools.indicators(tables, relieved)[PE_AND_ARTS].tolist() == [0.0, 2.0, 2.0, 0.0]


def test_where_what_a_relief_adds_is_not_known_the_value_stays():
    relieved = standards.load("cn-2017-quality", profiles=("relief-2019",))
    assert schools.indicators(county(rural(50)), relieved)[PE_AND_ARTS].tolist() == [0.0]


def test_leased_ground_is_split_like_the_rest():
    relieved = standards.load("cn-2017-quality", profiles=("relief-2019",))
    ground = {"sports_ground_area_m2": 0, "indoor_sports_area_m2": 0, "leased_sports_area_m2": 2100}
    tables = county(({"type": "nine_year", "area": "urban", "year": 2021, **ground}, primary(100), junior(100)))
    npt.assert_allclose(schools.indicators(tables, relieved)[SPORTS], [10.0, 11.0])


def test_the_largest_class_of_a_school_is_that_of_its_largest_section_and_missing_where_one_is():
    tables = county(
        ({"type": "nine_year"}, primary(90, largest_class_pupils=31), junior(80, largest_class_pupils=28)),
        ({"type": "nine_year"}, primary(90, largest_class_pupils=31), junior(80)),
    )
    frame = schools.joined(tables)
    npt.assert_array_equal(frame["school_largest_class"], [31, 31, np.nan, np.nan])
    npt.assert_array_equal(frame["school_pupils"], [170] * 4)
    fits = schools.fits(frame, [standards.Criterion("school_largest_class", "<", 40.0)])
    assert fits.tolist() == [True, True, False, False]


# Invariances

PUPILS = st.integers(1, 3000)
AMOUNT = st.floats(0, 1e6, allow_subnormal=False)


@given(p=PUPILS, j=PUPILS, s=st.integers(0, 3000), amount=AMOUNT)
def test_what_the_levels_get_is_what_the_school_has(p, j, s, amount):
    tables = county(
        ({"type": "twelve_year", "senior_pupils": s, "multimedia_classrooms": amount}, primary(p), junior(j))
    )
    part = schools.shared_amounts(tables, QUALITY)["multimedia_classrooms"]
    senior = amount * 1.32 * s / (p + 1.1 * j + 1.32 * s)
    npt.assert_allclose(part.sum() + senior, amount, rtol=1e-12)


@given(p=PUPILS, amount=AMOUNT)
def test_a_section_that_has_its_school_to_itself_gets_exactly_all_of_it(p, amount):
    tables = county(({"type": "nine_year", "sports_ground_area_m2": amount}, junior(p)))
    assert schools.shared_amounts(tables, QUALITY)["sports_ground_area_m2"].tolist() == [amount]


@given(p=PUPILS, j=PUPILS, amount=AMOUNT)
def test_a_junior_pupil_gets_a_tenth_more_than_a_primary_pupil(p, j, amount):
    tables = county(({"type": "nine_year", "multimedia_classrooms": amount}, primary(p), junior(j)))
    per_pupil = schools.indicators(tables, QUALITY)[MULTIMEDIA]
    npt.assert_allclose(per_pupil[1], 1.1 * per_pupil[0], rtol=1e-12)


@given(p=PUPILS, j=PUPILS, amount=AMOUNT, factor=st.integers(2, 9))
def test_a_county_k_times_as_large_has_the_same_values(p, j, amount, factor):
    def values(k):
        school = {"type": "nine_year", **dict.fromkeys(SHARED_2017, k * amount)}
        sections = primary(k * p, backbone_teachers=3 * k), junior(k * j, backbone_teachers=2 * k)
        return schools.indicators(county((school, *sections)), QUALITY)[[BACKBONE, SPORTS, EQUIPMENT]]

    npt.assert_allclose(values(factor), values(1), rtol=1e-12)


@given(st.permutations(range(5)))
def test_the_order_of_rows_does_not_matter(order):
    tables = county(
        ({"type": "nine_year", "books": 100}, primary(10), junior(20)),
        ({"type": "primary", "books": 50}, primary(30)),
        ({"type": "twelve_year", "books": 70, "senior_pupils": 9}, primary(5), junior(7)),
    )
    shuffled = dataclasses.replace(
        tables, schools=tables.schools.iloc[::-1], sections=tables.sections.iloc[list(order)]
    )
    expected = schools.indicators(tables, BASIC).iloc[list(order)].reset_index(drop=True)
    pd.testing.assert_frame_equal(schools.indicators(shuffled, BASIC), expected)


# Refusals


def test_a_section_without_a_school_is_refused():
    tables = county(({"type": "primary"}, primary(10)))
    lost = tables.sections.assign(school_id=pd.array(["X"], dtype="string"))
    with pytest.raises(EdubalanceError, match="Sections without a school: X"):
        schools.indicators(dataclasses.replace(tables, sections=lost), QUALITY)


def test_a_school_that_stands_twice_is_refused():
    tables = county(({"type": "primary", "school_id": "A"}, primary(10)), ({"type": "primary", "school_id": "A"},))
    with pytest.raises(EdubalanceError, match="once in a year"):
        schools.indicators(tables, QUALITY)


def test_a_column_of_the_whole_school_that_is_not_split_is_refused():
    split = dataclasses.replace(QUALITY.split, columns=("multimedia_classrooms",))
    with pytest.raises(EdubalanceError, match="counts teaching_auxiliary_area_m2, which is of the whole school"):
        schools.indicators(county(({"type": "primary"}, primary(10))), dataclasses.replace(QUALITY, split=split))


def test_a_standard_whose_indicators_are_given_is_refused():
    with pytest.raises(EdubalanceError, match="is given and not computed from schools"):
        schools.indicators(county(({"type": "primary"}, primary(10))), standards.load("mi-1994-proposal-a"))
