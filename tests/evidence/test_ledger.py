"""The ledger where tables are absent, where findings come from elsewhere, and where the data are the user's own."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pandas as pd
import pytest
from evidence.staff import material as small

from edubalance import cases, intake, standards, wording
from edubalance.codebook import Tables
from edubalance.errors import CaseError
from edubalance.evidence import claims
from edubalance.evidence.finding import Finding
from edubalance.evidence.material import gather
from edubalance.evidence.register import TRIALS

TWINS = ("wuhu_j", "ziliujing", "shanghai_q", "weishan", "liangyuan")
QUALITY = standards.load("cn-2017-quality")


@lru_cache
def gathered(case_id, *, bare=False):
    """What the trials of a case look at; bare: its schools and sections alone."""
    case = cases.load(case_id)
    tables = intake.read_case(case)
    kept = Tables(tables.schools, tables.sections) if bare else tables
    return case, gather(kept, standards.load(case.standard), year=case.year)


@pytest.mark.parametrize("case_id", TWINS)
def test_for_want_of_a_table_a_claim_is_untestable_and_says_which(case_id):
    case, material = gathered(case_id, bare=True)
    ledger = claims.ledger(case, material).set_index("id")
    assert ledger.index[ledger["outcome"] == "inconclusive"].tolist() == []
    waiting = ledger[ledger["outcome"] == "untestable"]
    assert (waiting["needs_en"] != "").all()
    assert waiting["value"].isna().all()


def test_a_claim_that_has_its_tables_waits_for_nothing():
    case, material = gathered("liangyuan")
    ledger = claims.ledger(case, material).set_index("id")
    assert ledger.loc[["L6", "L7"], "needs_en"].tolist() == ["", ""]
    bare = claims.ledger(case, replace(material, tables=Tables(material.tables.schools, material.tables.sections)))
    assert bare.set_index("id").loc[["L6", "L7"], "needs_en"].tolist() == ["teachers.csv", "teachers.csv"]


def test_on_the_users_own_data_a_trial_stands_before_a_published_figure():
    case, material = gathered("shanghai_q")
    twin = claims.ledger(case, material).set_index("id")
    own = claims.ledger(replace(case, kind="observed"), material).set_index("id")
    assert twin.loc["Q2", ["outcome", "rests_on"]].tolist() == ["published-contradicts", "published"]
    assert twin.loc["Q2", "source"].startswith("https://")
    found = TRIALS["spread"](material)
    assert own.loc["Q2", "value"] == found.value
    assert own.loc["Q2", "source"] == ""
    assert own.loc["Q2", "outcome"] in {"supported", "contradicted"}


def test_findings_from_elsewhere_enter_the_ledger():
    case = cases.load("michigan")
    given = {"M1": Finding(found=True, value=0.7, low=0.6, high=0.8), "M2": Finding(found=False, opposite=True)}
    ledger = claims.ledger(case, findings=given).set_index("id")
    assert ledger.loc[["M1", "M2", "M3"], "outcome"].tolist() == ["supported", "contradicted", "untestable"]
    assert ledger.loc["M1", ["value", "low", "high"]].tolist() == [0.7, 0.6, 0.8]
    assert ledger.loc["M7", "outcome"] == "published-supports"
    assert ledger.loc["M8", "needs_en"] == "a design that sets chosen and caused spending apart"
    assert ledger.loc["M8", "needs_zh"] == "能将自主选择的支出与外因引起的支出区分开的研究设计"


def test_a_finding_from_elsewhere_stands_before_the_trial():
    case, material = gathered("weishan")
    given = {"S1": Finding(found=None, value=4.0)}
    assert claims.ledger(case, material, given).set_index("id").loc["S1", "outcome"] == "inconclusive"


def test_a_finding_of_no_claim_is_refused():
    with pytest.raises(CaseError, match=r"given for M99, which is no claim of michigan.*Its claims: M1"):
        claims.ledger(cases.load("michigan"), findings={"M99": Finding(found=True)})


def test_a_trial_without_tables_is_refused():
    with pytest.raises(CaseError, match="weishan, S1: the trial pupil_shift looks at tables, and none are given"):
        claims.ledger(cases.load("weishan"))


def test_what_a_finding_rests_on_has_its_word_in_both_languages():
    for case_id in TWINS:
        case, material = gathered(case_id)
        for code in set(claims.ledger(case, material)["rests_on"]) - {""}:
            assert wording.word(f"rests_on.{code}", "en") != wording.word(f"rests_on.{code}", "zh")


# Intervals beside verdicts and counts


def test_a_spread_has_the_interval_of_the_coefficient_that_decides():
    _, material = gathered("shanghai_q")
    found = TRIALS["spread"](material)
    assert found.low < found.value < found.high
    counties = material.assessment.of(material.year).counties
    assert found.value == pytest.approx((counties["cv"] / counties["limit"]).max())
    fewer = TRIALS["spread"](material, indicators=[counties.loc[counties["cv"].idxmin(), "indicator"]])
    assert fewer.value < found.value
    # The highest of fourteen was chosen, and then of two.
    assert (found.level, fewer.level) == (1 - 0.05 / len(counties), 1 - 0.05 / 2)


def test_the_verdict_of_a_spread_decides_whatever_its_interval_covers():
    material = small(["urban"] * 6)
    found = TRIALS["spread"](material)
    assert (found.found, found.opposite, found.value, found.low, found.high) == (False, True, 0, 0, 0)


def test_growth_of_pupils_is_that_of_the_sums():
    _, material = gathered("shanghai_q")
    found = TRIALS["enrolment_growth"](material, level="primary")
    pupils = material.tables.sections.query("level == 'primary'").groupby("year")["pupils"].sum()
    assert found.value == pytest.approx(100 * (pupils.iloc[-1] / pupils.iloc[0] - 1))
    assert found.low < found.value < found.high
    assert (found.found, found.rests_on) == (True, "shuffles_jackknife")


def test_a_county_of_one_year_does_not_grow():
    found = TRIALS["enrolment_growth"](small(["urban"] * 3), level="primary")
    assert (found.found, found.opposite, found.value, found.p) == (False, False, 0, 1)


def test_a_share_of_counted_people_has_wilsons_interval():
    reported = {"teachers_with_360_hours": 81, "fulltime_teachers": 263}
    county = [
        {"county": "Demo", "year": 2023, "variable": name, "value": value, "evidence": None}
        for name, value in reported.items()
    ]
    found = TRIALS["item_failed"](small(["urban"], county=county), condition="training_360_hours")
    # Newcombe (1998): 81 of 263 gives 0.2553 to 0.3662.
    np.testing.assert_allclose([found.low, found.high], [25.53, 36.62], atol=0.005)
    assert (found.found, found.rests_on) == (True, "verdict_wilson")


def test_the_composite_of_the_earlier_measure_has_an_interval():
    _, material = gathered("ziliujing")
    found = TRIALS["basic_not_quality"](material)
    assert found.low < found.value < found.high
    assert (found.rests_on, found.level) == ("verdict_jackknife", 0.95)


def test_a_survey_that_was_not_reported_is_named():
    found = TRIALS["share_below_bar"](
        small(["urban"]), condition="social_recognition", part="satisfied_questionnaires", whole="valid_questionnaires"
    )
    assert found.lacks == ("county.csv: satisfied_questionnaires", "county.csv: valid_questionnaires")
    assert pd.isna(found.value)
