"""The twins' questionnaires: they add up to what the county counts, and carry what the case describes."""

import numpy as np
import pandas as pd
import pytest

from edubalance import cases, codebook, twins
from edubalance.codebook import survey as questionnaire
from edubalance.evidence.survey_scales import aligned, score
from edubalance.measures import reliability
from edubalance.twins import null, spec, survey, writing

EVERY = [(case, scenario) for case in twins.available() for scenario in twins.SCENARIOS]
GROUPS = questionnaire.load().groups
TESTED = [("teachers", "evaluation"), ("teachers", "it_use"), ("managers", "evaluation"), ("managers", "management")]


def table(case, name, scenario):
    return pd.read_csv(cases.load(case).table(name, scenario))


def given(case, scenario):
    return {name: table(case, name, scenario) for name in ("schools", "sections", "county")}


def written(case, scenario, group):
    return table(case, GROUPS[group].table, scenario)


def mean(frame, group, construct):
    asked = GROUPS[group].asked_for(construct)
    return float(np.nanmean(score(frame[frame["returned"] == 1], asked))) - asked[0].scale.midpoint


@pytest.mark.parametrize(("case", "scenario"), EVERY)
def test_questionnaires_add_up_to_what_the_county_counts(case, scenario):
    county = table(case, "county", scenario)
    stated = county[county["year"] == 2023].set_index("variable")["value"]
    frames = {name: written(case, scenario, name) for name in GROUPS}
    sums = {}
    for name, frame in frames.items():
        good = frame["overall"] >= GROUPS[name].overall.scale.satisfied_from
        sums[name] = np.array([len(frame), frame["returned"].sum(), good.sum()])
    assert sum(sums.values()).tolist() == [stated[name] for name in survey.COUNTS]
    assert sums["parents"].tolist() == [stated[name] for name in survey.PARENT_COUNTS]


def test_the_published_share_of_qingpu_is_met():
    """2,251 questionnaires, of which 99.09 % of the valid ones are satisfied."""
    for scenario in twins.SCENARIOS:
        frame = pd.concat([written("shanghai_q", scenario, name) for name in GROUPS])
        back = frame[frame["returned"] == 1]
        assert len(frame) == 2251
        assert round(100 * (back["overall"] >= 4).mean(), 2) == 99.09


@pytest.mark.parametrize(("case", "scenario"), EVERY)
def test_scales_are_about_as_reliable_as_usual_ones(case, scenario):
    for group in GROUPS.values():
        frame = written(case, scenario, group.id)
        for construct in group.constructs:
            asked = group.asked_for(construct)
            if len(asked) >= 3:
                alpha = reliability.cronbach_alpha(aligned(frame, asked), missing="listwise")
                assert 0.65 < alpha.estimate < 0.9, (group.id, construct)


@pytest.mark.parametrize(("case", "scenario"), EVERY)
def test_what_was_left_out_and_written_besides_is_little_and_marked(case, scenario):
    for group in GROUPS.values():
        frame = written(case, scenario, group.id)
        back = frame["returned"] == 1
        assert frame.loc[~back, [*group.item_ids, "comment"]].isna().all().all()
        assert frame.loc[back, "overall"].notna().all()
        assert 0.005 < frame.loc[back, list(group.item_ids[1:])].isna().to_numpy().mean() < 0.05
        comments = frame["comment"].dropna()
        assert 1 <= len(comments) <= 8
        assert comments.str.contains(r"^【合成】.*\[synthetic\]").all()
        assert abs(frame["weight"].mean() - 1) < 1e-3


@pytest.mark.parametrize("group", GROUPS)
def test_what_is_written_is_what_the_twin_makes(group):
    made = survey.TABLES[GROUPS[group].table](spec.load("weishan", "described"), given("weishan", "described"))
    text = cases.load("weishan").table(GROUPS[group].table, "described").read_text(encoding="utf-8")
    assert writing.text(made) == text
    assert tuple(made.columns) == codebook.table(GROUPS[group].table).names


@pytest.mark.parametrize(
    ("case", "group", "construct"),
    [
        ("wuhu_j", "teachers", "evaluation"),
        ("wuhu_j", "managers", "evaluation"),
        ("liangyuan", "managers", "management"),
        ("liangyuan", "managers", "it_use"),
        ("liangyuan", "teachers", "it_use"),
    ],
)
def test_what_a_case_describes_is_rated_low(case, group, construct):
    assert mean(written(case, "described", group), group, construct) < -0.2
    assert mean(written("shanghai_q", "described", group), group, construct) > 0.1


def test_rural_parents_of_weishan_report_less_support():
    schools = table("weishan", "schools", "described")
    area = schools[schools["year"] == 2023].set_index("school_id")["area"]
    for scenario, least, most in (("described", -1.0, -0.3), ("balanced", -0.25, 0.25)):
        frame = written("weishan", scenario, "parents")
        rural = frame["school_id"].map(area) == "rural"
        means = [mean(frame[part], "parents", "family_support") for part in (rural, ~rural)]
        assert least < means[0] - means[1] < most


def test_the_satisfied_of_ziliujing_stay_below_the_bar():
    frame = pd.concat([written("ziliujing", "described", name) for name in GROUPS])
    assert (frame.loc[frame["returned"] == 1, "overall"] >= 4).mean() < 0.82


def test_over_many_seeds_the_null_lies_on_the_middle_of_the_scale_and_knows_no_area():
    """Twenty fair counties: their means are within four standard errors of nothing."""
    plan, tables = spec.load("weishan", "balanced"), given("weishan", "balanced")
    found = {f"{group} {construct}": [] for group, construct in TESTED} | {"rural": []}
    for seed in range(20):
        deal = spec.reseeded(plan, seed)
        fresh = tables | {"schools": null.dealt(deal, tables["schools"])}
        made = {name: survey.table(deal, fresh, group=name) for name in ("teachers", "managers")}
        for group, construct in TESTED:
            found[f"{group} {construct}"].append(mean(made[group], group, construct))
        schools = fresh["schools"]
        area = schools[schools["year"] == 2023].set_index("school_id")["area"]
        rural = made["teachers"]["school_id"].map(area) == "rural"
        parts = [mean(made["teachers"][part], "teachers", "conditions") for part in (rural, ~rural)]
        found["rural"].append(parts[0] - parts[1])
    for name, column in found.items():
        assert abs(np.mean(column)) < 4 * np.std(column, ddof=1) / np.sqrt(len(column)), name
        assert np.std(column) > 0.01


def test_another_seed_sends_as_many_questionnaires_to_others():
    plan, tables = spec.load("wuhu_j", "described"), given("wuhu_j", "described")
    one, other = (survey.table(spec.reseeded(plan, seed), tables, group="pupils") for seed in (1, 2))
    assert one[["returned"]].sum().equals(other[["returned"]].sum())
    assert one["school_id"].tolist() != other["school_id"].tolist()


def test_tables_are_of_modest_size():
    for case, scenario in EVERY:
        size = sum(cases.load(case).table(group.table, scenario).stat().st_size for group in GROUPS.values())
        assert size < 300_000
