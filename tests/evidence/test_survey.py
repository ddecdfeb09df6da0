"""What the survey shows: counts and scores by hand, what each number rests on, and no rows where nobody was asked."""

import numpy as np
import numpy.testing as npt
import pytest
from evidence.respondents import evaluating, leading, material, supporting

from edubalance.errors import EdubalanceError, MeasureError
from edubalance.evidence import survey, survey_groups, survey_scales, survey_validity
from edubalance.measures import clusters, uncertainty

GAP = np.nan
AREAS = ["rural", "urban", "town"] * 4
TWO = ["rural", "urban"]


def reporting(**counts):
    """Rows of the county's table."""
    return [{"county": "Demo", "year": 2023, "variable": name, "value": value} for name, value in counts.items()]


def parents(*answers):
    """Parents of school 0 with these overall answers; None did not return the questionnaire."""
    return [{"school_id": 0, "overall": GAP if answer is None else answer, "returned": int(answer is not None)}
            for answer in answers]  # fmt: skip


# Who was asked and came back


def test_returns_count_those_asked_and_stand_beside_what_the_county_reports():
    ready = material(
        ["urban"],
        county=reporting(questionnaires=5, valid_questionnaires=4, parent_questionnaires=4),
        parents=parents(4, 3, 5, None),
        pupils=[{"school_id": 0, "overall": 5}],
    )
    found = survey.returns(ready).set_index("group")
    assert found["sent"].to_dict() == {"parents": 4, "pupils": 1, "all": 5}
    assert found["returned"].to_dict() == {"parents": 3, "pupils": 1, "all": 4}
    assert found.loc["parents", "share"] == 75
    assert found.loc["parents", "low"] == pytest.approx(100 * uncertainty.wilson(3, 4).low)
    assert found.loc["all", ["reported_sent", "reported_returned"]].tolist() == [5, 4]
    assert found.loc["parents", "reported_sent"] == 4
    assert np.isnan(found.loc["parents", "reported_returned"])


def test_returns_can_be_told_apart_by_area():
    ready = material(TWO, parents=[{"school_id": place, "overall": 4} for place in (0, 0, 1)])
    found = survey.returns(ready, ["area"]).set_index("area")
    assert found["sent"].to_dict() == {"rural": 2, "urban": 1}


def test_answers_left_out_are_counted_item_by_item():
    ready = material(TWO, teachers=[evaluating(0, 3, GAP, 3, 3), evaluating(1, GAP, GAP, 2, 2)])
    found = survey.left_out(ready).set_index("item")
    assert found.loc[["overall", "eval_done", "eval_known"], "missing"].tolist() == [0, 1, 2]
    assert found.loc["eval_done", ["returned", "answered", "share"]].tolist() == [2, 1, 50]


def test_answers_are_shares_of_those_who_gave_one_by_weight():
    rows = [{"school_id": 0, "overall": answer, "weight": weight} for answer, weight in ((4, 3), (5, 1), (GAP, 2))]
    found = survey.answers(material(["urban"], parents=rows), "parents", ["overall"]).set_index("answer")
    assert found["share"].tolist() == [0, 0, 0, 75, 25]
    assert found["count"].tolist() == [0, 0, 0, 1, 1]
    assert (found["answered"] == 2).all()
    assert (found["missing"] == 1).all()


def test_comments_are_handed_on():
    found = survey.comments(material(["town"], parents=[{"school_id": 0, "overall": 4, "comment": "More books"}]))
    assert found[["group", "area", "comment"]].to_numpy().tolist() == [["parents", "town", "More books"]]


# Who is satisfied


def test_the_satisfied_are_counted_as_the_county_counts_them():
    ready = material(
        ["urban"], county=reporting(satisfied_parent_questionnaires=2), parents=parents(4, 5, 3, None, GAP)
    )
    row = survey.satisfaction(ready).set_index("group").loc["parents"]
    assert row[["n", "satisfied", "missing", "reported"]].tolist() == [3, 2, 1, 2]
    assert row["plain"] == row["value"] == pytest.approx(200 / 3)
    assert row["threshold"] == 85
    # Five asked, three answered: were neither or both of the others satisfied, 40 % to 80 %.
    assert row[["worst", "best"]].tolist() == pytest.approx([40, 80])


def test_weights_move_the_share_and_widen_its_interval():
    rows = [
        {"school_id": place, "overall": 5 if place % 2 else 2, "weight": 1 + 2 * (place % 2)} for place in range(12)
    ]
    row = survey.satisfaction(material(AREAS, parents=rows)).set_index("group").loc["parents"]
    assert (row["plain"], row["value"]) == (50, 75)
    assert row["effective"] < 12
    assert row["low"] < 75 < row["high"]


def test_satisfaction_of_areas_stands_apart():
    rows = [{"school_id": place, "overall": 4 if place % 3 else 2} for place in range(12) for _ in range(2)]
    found = survey.satisfaction(material(AREAS, parents=rows), ["area"]).set_index("area")
    assert found["value"].to_dict() == {"rural": 0, "urban": 100, "town": 100}
    assert "all" not in found["group"].tolist()


# Scores


def test_a_reversed_item_is_turned_round_before_it_counts():
    found = survey_scales.scores(material(["urban"], parents=[supporting(0, 5, 5, 5, 5, 1)]), "parents")
    assert found["family_support"].tolist() == [5]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        pytest.param((1, 2, GAP, 3), 2, id="three of four"),
        pytest.param((1, GAP, GAP, 3), 2, id="half"),
        pytest.param((1, GAP, GAP, GAP), GAP, id="fewer than half"),
    ],
)
def test_a_construct_is_scored_where_half_of_its_items_are_answered(answers, expected):
    found = survey_scales.scores(material(["urban"], teachers=[evaluating(0, *answers)]), "teachers")
    npt.assert_equal(found["evaluation"].tolist(), [expected])


def test_means_know_who_they_rest_on():
    rows = [evaluating(place, *[1 + place] * 4) for place in range(3) for _ in range(2)] + [evaluating(0, *[GAP] * 4)]
    row = survey_scales.means(material(["urban"] * 3, teachers=rows)).set_index("construct").loc["evaluation"]
    assert row[["n", "missing", "schools", "mean", "midpoint"]].tolist() == [6, 1, 3, 2, 3]
    alone = clusters.clustered_mean([1, 1, 2, 2, 3, 3], list("AABBCC"))
    assert row[["low", "high"]].tolist() == pytest.approx([alone.low, alone.high])


def test_the_mean_of_one_school_has_no_interval():
    row = survey_scales.means(material(["urban"], teachers=[evaluating(0, 2, 2, 2, 2)])).set_index("construct")
    assert row.loc["evaluation", "mean"] == 2
    assert np.isnan(row.loc["evaluation", "low"])
    assert np.isnan(row.loc["conditions", "mean"])


# Reliability and factors


def spread_out(many=60, noise=0.6):
    """Teachers whose items of evaluation and IT follow two moods."""
    rng = np.random.default_rng(8)
    columns = ("eval_done", "eval_known", "eval_start", "eval_used", "it_lessons", "it_works", "it_skills", "it_shared")
    rows = []
    for number in range(many):
        moods = rng.normal(size=2)
        answers = np.clip(np.rint(3 + moods.repeat(4) + noise * rng.normal(size=8)), 1, 5)
        rows.append({"school_id": number % 12, "overall": 4} | dict(zip(columns, answers, strict=True)))
    return rows


def test_reliability_says_how_many_answered_every_item():
    rows = [*spread_out(), evaluating(0, 3, GAP, 3, 3)]
    found = survey_scales.consistency(material(AREAS, teachers=rows)).set_index("construct")
    assert found.loc["evaluation", ["items", "used", "dropped"]].tolist() == [4, 60, 1]
    assert 0.8 < found.loc["evaluation", "low"] < found.loc["evaluation", "alpha"] < found.loc["evaluation", "high"] < 1
    assert found.loc["evaluation", "omega"] == pytest.approx(found.loc["evaluation", "alpha"], abs=0.02)
    assert "two complete rows" in found.loc["conditions", "reason"]
    assert np.isnan(found.loc["conditions", "alpha"])


def test_an_item_that_is_wrong_way_round_shows():
    rows = [row | {"eval_used": 6 - row["eval_used"]} for row in spread_out()]
    found = survey_scales.item_values(material(AREAS, teachers=rows)).set_index("item")
    assert found.loc["eval_used", "rest"] < -0.5
    assert found.loc["eval_done", "rest"] > 0
    alpha = survey_scales.consistency(material(AREAS, teachers=rows)).set_index("construct").loc["evaluation", "alpha"]
    assert found.loc["eval_used", "alpha_without"] > 0.8 > alpha


def test_factors_need_answers_to_all_items():
    rows = [row | dict.fromkeys(("cond_time", "cond_other", "cond_pay", "cond_stay"), GAP) for row in spread_out()]
    ready = material(AREAS, teachers=rows)
    assert "two complete rows" in survey_validity.suited(ready)["reason"].item()
    with pytest.raises(MeasureError, match="two complete rows"):
        survey_validity.loadings(ready, "teachers")


def test_factors_find_the_constructs_that_were_put_in():
    rng = np.random.default_rng(9)
    rows = []
    for row in spread_out(90):
        mood = rng.normal()
        aside = np.clip(np.rint(3 + mood + 0.6 * rng.normal(size=4)), 1, 5)
        names = ("cond_time", "cond_other", "cond_pay", "cond_stay")
        rows.append(row | dict(zip(names, aside, strict=True)) | {"cond_other": 6 - aside[1]})
    ready = material(AREAS, teachers=rows)
    found = survey_validity.loadings(ready, "teachers")
    own = found["construct"] == found["meant"]
    assert found.groupby("factor")["meant"].first().nunique() == 3
    assert found.loc[own, "loading"].min() > 0.6
    assert found.loc[~own, "loading"].abs().max() < 0.4
    suited = survey_validity.suited(ready).iloc[0]
    assert suited["kmo"] > 0.7
    assert suited["p"] < 1e-6
    assert (suited["used"], suited["dropped"]) == (90, 0)


# Differences


def apart(gap):
    """Four parents in each of twelve schools; those of rural schools support less by so many points."""
    rng = np.random.default_rng(4)
    rows = []
    for place, area in enumerate(AREAS):
        for _ in range(4):
            level = int(rng.integers(2, 5)) - (gap if area == "rural" else 0)
            rows.append(supporting(place, *[max(level, 1)] * 4, 6 - max(level, 1)))
    return rows


def test_every_pair_of_areas_is_compared_and_all_comparisons_are_counted():
    found = survey_groups.differences(material(AREAS, parents=apart(2)), constructs=["family_support"])
    assert found[["first", "second"]].to_numpy().tolist() == [["urban", "town"], ["urban", "rural"], ["town", "rural"]]
    by = found.set_index(["first", "second"])
    assert by.loc[("town", "rural"), "difference"] > 1
    assert by.loc[("town", "rural"), "delta"] > 0.6
    assert by.loc[("town", "rural"), "holm"] < 0.05
    assert by.loc[("urban", "town"), "holm"] > 0.05
    assert (found["p"] <= found["benjamini_hochberg"]).all()
    assert (found["benjamini_hochberg"] <= found["holm"]).all()
    assert (found["g_low"] < found["g"]).all()
    assert found["n_first"].tolist() == [16, 16, 16]


def test_groups_are_compared_on_what_both_are_asked_for():
    teachers = [evaluating(place, *[2] * 4) for place in range(6)] + [evaluating(0, *[3] * 4)]
    managers = [leading(place, *[4] * 4) for place in range(6)] + [leading(0, *[5] * 4)]
    found = survey_groups.differences(material(AREAS, teachers=teachers, managers=managers), "role")
    row = found.set_index("construct").loc["evaluation"]
    assert (row["first"], row["second"]) == ("teachers", "managers")
    assert row["difference"] == pytest.approx(-2)
    assert row["delta"] == -1
    assert set(found["construct"]) <= {"overall", "evaluation", "it_use"}


def test_a_comparison_that_cannot_be_made_says_why_and_is_not_counted():
    ready = material(TWO, parents=[supporting(0, *[2] * 5), supporting(0, *[3] * 5), supporting(1, *[4] * 5)])
    row = survey_groups.differences(ready, constructs=["family_support"]).iloc[0]
    assert "two schools at least, and both together from three" in row["reason"]
    assert row[["p", "holm", "g"]].isna().all()


def test_what_tells_respondents_apart_is_known():
    with pytest.raises(EdubalanceError, match="one of area, level, founder, role; got 'size'"):
        survey_groups.differences(material(TWO), "size")


# Where nobody was asked


def test_tables_of_a_case_without_a_survey_are_empty():
    bare = material(AREAS)
    for make in (survey.returns, survey.left_out, survey.satisfaction, survey.comments, survey_scales.means,
                 survey_scales.consistency, survey_scales.item_values, survey_validity.suited,
                 survey_groups.differences):  # fmt: skip
        assert make(bare).empty, make.__name__
    assert survey.answers(bare, "parents").empty
    assert survey_scales.scores(bare, "parents").empty
    assert survey_validity.loadings(bare, "parents").empty
    assert survey_groups.differences(bare, "role").empty
    assert survey.returns(bare, ["area"]).empty
