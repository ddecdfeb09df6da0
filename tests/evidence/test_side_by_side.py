"""Ledgers beside each other: those of the cases, one after another."""

import pandas as pd
import pytest

from edubalance import cases, intake, standards
from edubalance.evidence import claims, material
from edubalance.evidence.side_by_side import ledgers

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
