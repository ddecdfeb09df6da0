"""Ledgers beside each other: those of the cases, one after another."""

import pandas as pd
import pytest

from edubalance import cases, intake, standards
from edubalance.assessment import assess
from edubalance.assessment.verdict import combine
from edubalance.evidence import claims, material
from edubalance.evidence.side_by_side import dimension_counts, dimensions, ledgers

QUALITY = standards.load("cn-2017-quality")


@pytest.fixture(scope="module")
def found():
    ours = [cases.load(name) for name in ("shanghai_q", "ziliujing")]
    return ledgers(ours, QUALITY, year=2023, scenarios=("described", "balanced"))


def test_every_case_has_its_ledger_in_every_scenario(found):
    keys = found.drop_duplicates(["case", "scenario"])[["case", "scenario"]]
    assert keys.to_numpy().tolist() == [
        ["shanghai_q", "described"],
        ["shanghai_q", "balanced"],
        ["ziliujing", "described"],
        ["ziliujing", "balanced"],
    ]


def test_a_ledger_is_what_it_is_alone(found):
    case = cases.load("shanghai_q")
    alone = claims.ledger(case, material.gather(intake.read_case(case), QUALITY, year=2023))
    ours = found[(found["case"] == case.id) & (found["scenario"] == "described")]
    pd.testing.assert_frame_equal(ours[alone.columns].reset_index(drop=True), alone)


def test_the_four_dimensions_stand_side_by_side():
    ours = [cases.load(name) for name in ("weishan", "liangyuan")]
    counted = dimensions(ours, QUALITY, year=2023, scenarios=("described", "balanced"))
    assert (
        counted["dimension"].tolist()
        == [
            "resource_allocation",
            "government_guarantee",
            "education_quality",
            "social_recognition",
        ]
        * 4
    )
    assert counted["case"].tolist() == ["weishan"] * 8 + ["liangyuan"] * 8
    sizes = counted[["met", "not_met", "undetermined"]].sum(axis=1)
    # Seven coefficients and the rule for single sections; 15, 9 and 1 items as the standard numbers them.
    assert sizes.tolist() == [8, 15, 9, 1] * 4


def test_a_dimension_is_what_its_items_are():
    for name in ("shanghai_q", "liangyuan"):
        counted = dimension_counts(assess(intake.read_case(cases.load(name)), QUALITY).of(2023))
        for row in counted.itertuples():
            verdicts = [each for each in ("met", "not_met", "undetermined") for _ in range(getattr(row, each))]
            assert combine(pd.Series(verdicts)) == row.verdict
