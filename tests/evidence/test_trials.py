"""Trials: each finds its pattern where it is, its opposite where that is, and says so where it cannot decide."""

from dataclasses import replace

import numpy as np
import pytest
from assessment.conftest import build, school, section

from edubalance import standards
from edubalance.errors import EdubalanceError
from edubalance.evidence import shuffles
from edubalance.evidence.material import gather
from edubalance.evidence.register import TRIALS
from edubalance.evidence.trials import scores

QUALITY = standards.load("cn-2017-quality")
YEARS = (2022, 2023)


def material(rows, county=()):
    """Two years of primary schools; a row is (area, share in the first year, share in the second, changes)."""
    schools, sections = [], []
    for number, (area, *shares) in enumerate(rows):
        for year, share in zip(YEARS, shares[:2], strict=True):
            name, pupils = f"S{number:02d}", 200 + 20 * (number % 5)
            place = {"area": area, "year": year, "education_group": f"G{number % 3}"}
            schools.append(school(name, pupils, share, **place))
            sections.append(section(name, pupils, share, year=year, classes=8, largest_class_pupils=40))
    return gather(build(schools, sections, county), QUALITY, year=2023)


def wealth(rural, others, spread=0.02):
    """Twelve schools, four of them rural; schools of one area differ by `spread` from one to the next."""
    areas = ["rural", "urban", "town"] * 4
    base = {"rural": rural, "urban": others, "town": others}
    return [(area, *(2 * [base[area] + spread * (number // 3)])) for number, area in enumerate(areas)]


def test_an_area_gap_is_the_difference_of_the_mean_scores():
    """Rural schools hold half of what the others do: 0.5 and 1.0 in mean 5/6 give 0.6 and 1.2 of it: a gap of -60 %."""
    found = TRIALS["area_gap"](material(wealth(0.5, 1.0, 0.0)), disadvantaged=["rural"], direction="lower")
    assert found.value == pytest.approx(-60)
    assert found.found
    assert not found.opposite


def test_the_opposite_gap_is_told_apart_from_none():
    rich = TRIALS["area_gap"](material(wealth(1.5, 1.0)), disadvantaged=["rural"], direction="lower")
    assert (rich.found, rich.opposite) == (False, True)
    alike = TRIALS["area_gap"](material(wealth(1.0, 1.0)), disadvantaged=["rural"], direction="lower")
    assert (alike.found, alike.opposite) == (False, False)


def test_a_county_of_one_area_cannot_decide_a_gap():
    rows = [("urban", 1.0, 1.0)] * 6
    assert TRIALS["area_gap"](material(rows), disadvantaged=["rural"], direction="lower").found is None


def test_scores_put_indicators_on_the_scale_of_their_level():
    frame = material(wealth(0.5, 1.0, 0.0)).now
    found = scores(frame, ["sports_area_per_pupil", "equipment_value_per_pupil"])
    assert np.nanmean(found) == pytest.approx(1.0)
    assert sorted(set(np.round(found, 9))) == pytest.approx([0.6, 1.2])


def moving(rural, others, *, given=1.0):
    """Twenty-four schools, eight of them rural: their pupils grow by such factors, what they have by `given`."""
    schools, sections = [], []
    for number, area in enumerate(["rural", "urban", "town"] * 8):
        name, pupils = f"S{number:02d}", 200 + 20 * (number % 5)
        for year, heads, amount in ((2022, 1.0, 1.0), (2023, rural if area == "rural" else others, given)):
            schools.append(school(name, pupils, amount, area=area, year=year))
            sections.append(section(name, round(pupils * heads), year=year))
    return build(schools, sections)


@pytest.mark.parametrize(
    ("rural", "others", "found", "opposite"),
    [
        pytest.param(0.75, 1.0, True, False, id="only they fall"),
        pytest.param(0.75, 0.9, True, False, id="they fall by more"),
        pytest.param(0.75, 0.75, False, False, id="all fall alike"),
        pytest.param(0.9, 0.75, False, False, id="they fall by less"),
        pytest.param(1.15, 1.4, False, True, id="they grow by less"),
        pytest.param(1.0, 1.0, False, False, id="nobody moves"),
    ],
)
def test_schools_lose_pupils_where_they_have_fewer_and_others_do_not(rural, others, found, opposite):
    ready = gather(moving(rural, others), QUALITY, year=2023)
    outcome = TRIALS["pupil_shift"](ready, losing=["rural"])
    assert (outcome.found, outcome.opposite) == (found, opposite)
    assert outcome.value == pytest.approx(100 * (rural - 1), abs=0.5)  # pupils are whole


def test_the_pupils_of_a_school_that_was_closed_are_lost_to_its_area():
    """Rural schools have 200, 260, 220, 280, 240, 200, 260 and 220 pupils (1880); the fourth one has 280 of them."""
    tables = moving(1.0, 1.0)
    kept = {
        name: frame[~((frame["year"] == 2023) & (frame["school_id"] == "S09"))]
        for name, frame in (("schools", tables.schools), ("sections", tables.sections))
    }
    outcome = TRIALS["pupil_shift"](gather(replace(tables, **kept), QUALITY, year=2023), losing=["rural"])
    assert outcome.value == pytest.approx(-100 * 280 / 1880)
    assert not outcome.found  # one school proves nothing


def test_an_area_without_schools_or_without_others_leaves_a_loss_open():
    ready = gather(moving(0.75, 1.0), QUALITY, year=2023)
    assert TRIALS["pupil_shift"](ready, losing=["none such"]).found is None
    assert TRIALS["pupil_shift"](ready, losing=["rural", "urban", "town"]).found is None


def test_input_that_only_fewer_pupils_raise_has_not_risen():
    """Each pupil has a third more when a quarter has left, and nobody was given anything."""
    names = ["equipment_value_per_pupil", "multimedia_classrooms_per_100"]
    frozen = gather(moving(0.75, 0.75), QUALITY, year=2023)
    ends = frozen.indicators.groupby("year")[names].mean()
    assert (ends.loc[2023] > 1.3 * ends.loc[2022]).all()
    outcome = TRIALS["growth"](frozen, indicators=names)
    assert (outcome.found, outcome.opposite) == (False, False)
    assert outcome.value == pytest.approx(0, abs=1e-9)


def test_input_that_rose_in_a_growing_county_is_found():
    """One tenth more for one fifth more pupils: more was given, though each pupil has less."""
    ready = gather(moving(1.2, 1.2, given=1.1), QUALITY, year=2023)
    outcome = TRIALS["growth"](ready, indicators=["equipment_value_per_pupil"])
    assert (outcome.found, outcome.value) == (True, pytest.approx(10))


def test_a_value_that_is_missing_in_one_year_is_left_out_of_both():
    """All rise by a tenth; the school that does not tell of the second year has lost nothing."""
    tables = moving(1.0, 1.0, given=1.1)
    silent = (tables.schools["school_id"] == "S00") & (tables.schools["year"] == 2023)
    schools = tables.schools.assign(equipment_value_10k_yuan=tables.schools["equipment_value_10k_yuan"].mask(silent))
    ready = gather(replace(tables, schools=schools), QUALITY, year=2023)
    outcome = TRIALS["growth"](ready, indicators=["equipment_value_per_pupil"])
    assert outcome.value == pytest.approx(10)


def test_nothing_cannot_grow():
    tables = moving(1.0, 1.0)
    bare = replace(tables, schools=tables.schools.assign(equipment_value_10k_yuan=0.0))
    outcome = TRIALS["growth"](gather(bare, QUALITY, year=2023), indicators=["equipment_value_per_pupil"])
    assert outcome.found is None


@pytest.mark.parametrize(
    ("before", "after", "found", "opposite"),
    [
        pytest.param(1.0, 1.1, True, False, id="every school rises"),
        pytest.param(1.1, 1.0, False, True, id="every school falls"),
        pytest.param(1.0, 1.0, False, False, id="nothing moves"),
    ],
)
def test_growth_counts_who_rises(before, after, found, opposite):
    rows = [("urban", before, after)] * 10
    outcome = TRIALS["growth"](material(rows), indicators=["equipment_value_per_pupil"])
    assert (outcome.found, outcome.opposite) == (found, opposite)
    assert outcome.value == pytest.approx(100 * (after / before - 1))


def test_narrowing_is_found_where_schools_draw_together():
    apart = [("urban", 0.6 + 0.08 * number, 0.95 + 0.01 * number) for number in range(12)]
    outcome = TRIALS["narrowing"](material(apart), indicators=["equipment_value_per_pupil"])
    assert outcome.found
    assert outcome.value < 0
    widened = TRIALS["narrowing"](material([(a, y, x) for a, x, y in apart]), indicators=["equipment_value_per_pupil"])
    assert widened.opposite


def test_groups_of_like_schools_are_found_alike():
    levels = {0: 0.8, 1: 1.0, 2: 1.2}
    rows = [("urban", *(2 * [levels[number % 3] + 0.01 * (number // 3)])) for number in range(12)]
    outcome = TRIALS["group_likeness"](material(rows))
    assert outcome.found
    assert outcome.value < 0.05


def test_the_share_between_areas_is_all_where_areas_are_equal_inside():
    outcome = TRIALS["between_share"](material(wealth(0.5, 1.0, 0.0)))
    assert outcome.value == pytest.approx(1.0)
    assert outcome.found


@pytest.mark.parametrize(
    ("share", "found", "opposite"),
    [
        pytest.param(0.8, True, False, id="short by a fifth"),
        pytest.param(1.2, False, True, id="a fifth above"),
    ],
)
def test_a_shortage_lies_below_the_threshold_with_its_whole_interval(share, found, opposite):
    rows = [("urban", *(2 * [share + 0.01 * (number % 3)])) for number in range(10)]
    outcome = TRIALS["shortage"](material(rows), indicators=["pe_and_arts_teachers_per_100"])
    assert (outcome.found, outcome.opposite) == (found, opposite)
    assert outcome.low <= outcome.value <= outcome.high


@pytest.mark.parametrize("share", [0.5, 1.5])
def test_one_section_of_a_level_has_no_interval_and_leaves_a_shortage_open(share):
    outcome = TRIALS["shortage"](material([("urban", share, share)]), indicators=["pe_and_arts_teachers_per_100"])
    assert (outcome.found, outcome.opposite) == (None, False)


def test_a_spread_is_measured_against_the_limit():
    rows = [("urban", *(2 * [share])) for share in (0.2, 0.3, 2.0, 2.2)]
    outcome = TRIALS["spread"](material(rows), indicators=["sports_area_per_pupil"])
    assert outcome.found
    assert outcome.value > 1
    even = TRIALS["spread"](material([("urban", 1.0, 1.0)] * 4), indicators=["sports_area_per_pupil"])
    assert (even.found, even.value) == (False, 0.0)


def test_a_surveyed_share_is_judged_with_its_whole_interval():
    def asked(satisfied, valid):
        county = [
            {"county": "Demo", "year": 2023, "variable": name, "value": value, "evidence": None}
            for name, value in (("satisfied_questionnaires", satisfied), ("valid_questionnaires", valid))
        ]
        return TRIALS["share_below_bar"](
            material([("urban", 1.0, 1.0)] * 4, county),
            condition="social_recognition",
            part="satisfied_questionnaires",
            whole="valid_questionnaires",
        )

    assert asked(800, 1000).found
    assert asked(84, 100).found is False  # below the bar, but its interval reaches beyond it
    assert asked(900, 1000).opposite


def test_without_a_survey_nothing_is_decided():
    outcome = TRIALS["share_below_bar"](
        material([("urban", 1.0, 1.0)] * 4),
        condition="social_recognition",
        part="satisfied_questionnaires",
        whole="valid_questionnaires",
    )
    assert outcome.found is None


def test_layout_change_counts_schools_that_came_or_went():
    rows = [school(name, 300, year=year) for year in YEARS for name in ("A", "B")]
    rows += [school("C", 300, year=2023), school("D", 300, year=2022)]
    sections = [section(row["school_id"], 300, year=row["year"]) for row in rows]
    outcome = TRIALS["layout_change"](gather(build(rows, sections), QUALITY, year=2023))
    assert (outcome.found, outcome.value) == (True, 2.0)


def test_a_standard_without_the_indicators_is_refused():
    with pytest.raises(EdubalanceError, match="books_per_pupil, which the standard chosen does not have"):
        scores(material([("urban", 1.0, 1.0)]).now, ["books_per_pupil"])


def test_the_same_material_gives_the_same_p_whatever_came_before():
    ready = material(wealth(0.9, 1.0))
    first = TRIALS["area_gap"](ready, disadvantaged=["rural"], direction="lower")
    TRIALS["between_share"](ready)
    again = TRIALS["area_gap"](ready, disadvantaged=["rural"], direction="lower")
    assert repr(again) == repr(first)  # as text, since NaN equals nothing


def test_shuffled_areas_are_found_at_the_stated_rate():
    """One in twenty at 5 %: over 400 counties of no pattern at most 37 (binomial, beyond it one in a thousand)."""
    rng = np.random.default_rng(11)
    count = 0
    for _ in range(400):
        values, areas = rng.normal(1, 0.2, 24), np.repeat([0, 1], 12)
        drawn = shuffles.within_strata(areas, np.zeros(24, dtype=np.int64), rng, 199)
        gaps = shuffles.gap_of(drawn, values, np.ones(24)).statistics
        count += shuffles.p_value(gaps, "less") <= 0.05
    assert 5 <= count <= 37
