"""Tables and years that are left out, pupils that are rounded, and who can still be told apart."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from edubalance import cases, intake, sharing
from edubalance.codebook import Tables, table
from edubalance.errors import EdubalanceError
from edubalance.sharing import risks
from edubalance.sharing.reduction import nearest


@pytest.fixture(scope="module")
def tables():
    return intake.read_case(cases.load("ziliujing"))


def make(tables, **options):
    return sharing.make(tables, np.random.default_rng(7), year=2023, **options)


def read(copy, folder):
    """Read the files of a copy as the intake does."""
    files = {}
    for name, text in sharing.contents(copy).items():
        if name.startswith("data/"):
            files[name[5:-4]] = folder / name[5:]
            files[name[5:-4]].write_text(text, encoding="utf-8")
    return intake.read_tables(**files)


def test_schools_and_townships_that_stand_out_are_counted():
    """Two schools of 100 pupils, one of them with 110 a year before; one private school; two townships alike."""
    years = [2022, 2022, 2022, 2023, 2023, 2023]
    schools = pd.DataFrame(
        {
            "county": "c",
            "year": years,
            "school_id": ["A", "B", "C"] * 2,
            "type": "primary",
            "founder": ["county", "county", "private"] * 2,
            "area": "rural",
            "township": ["T1", "T2", "T2"] * 2,
        }
    )
    sections = schools[["year", "school_id"]].assign(level="primary", pupils=[110, 100, 90, 100, 100, 100], teachers=9)
    births = pd.DataFrame({"county": "c", "year": 2020, "township": ["T1", "T2"], "births": [7, 7]})
    frames = {"schools": schools, "sections": sections, "births": births}
    made = Tables(**{name: table(name).conform(frame) for name, frame in frames.items()})
    found = risks.count(made, 2023)
    assert found == {"schools": 3, "kinds": 1, "alone": 1, "sizes": 3, "townships": 2, "births": 0}


def test_every_township_of_the_twin_is_told_by_its_births_and_no_more_without_them(tables):
    assert make(tables).risks["births"] == 12
    copy = make(tables, without=["births"])
    assert copy.risks["births"] == 0
    assert copy.tables.births.empty
    assert "births" in copy.removed.loc[copy.removed["what"] == "table", "table"].tolist()


def test_without_flows_nothing_of_them_is_hidden(tables):
    copy = make(tables, without=["pupils_flow", "teachers"])
    assert set(copy.bounds["table"]).isdisjoint({"pupils_flow", "teachers_counts"})
    assert "teachers_counts" not in copy.records


@pytest.mark.parametrize("name", ["schools", "sections", "weather"])
def test_a_table_that_is_needed_or_unknown_cannot_be_left_out(tables, name):
    with pytest.raises(EdubalanceError) as caught:
        make(tables, without=[name])
    assert (caught.value.key, caught.value.facts["table"]) == ("share_without", name)


def test_one_year_alone_is_shared(tables, tmp_path):
    copy = make(tables, only_year=True)
    again = read(copy, tmp_path)
    assert set(again.sections["year"]) == set(again.county["year"]) == {2023}
    assert not copy.bounds["found"].any()


def test_pupils_are_rounded_halves_up_and_nobody_becomes_nobody():
    rounded = nearest(pd.Series([0.0, 1.0, 24.0, 25.0, 26.0, np.nan]), 50)
    assert rounded.fillna(-1).tolist() == [0, 50, 50, 50, 50, -1]
    assert nearest(pd.Series([74.0, 75.0]), 50).tolist() == [50, 100]


def test_rounded_pupils_pass_the_intake_and_are_not_given_back(tables, tmp_path):
    copy = make(tables, coarsen=10)
    again = read(copy, tmp_path)
    assert (again.sections["pupils"] % 10 == 0).all()
    assert again.classes.empty
    assert again.pupils_flow.empty
    assert again.finance.loc[again.finance["unit"] == "school", "pupils"].isna().all()
    few = again.sections["classes"] <= 2
    assert again.sections.loc[few, "largest_class_pupils"].isna().all()
    assert copy.risks["alone"] < make(tables).risks["alone"]


def test_rounding_to_less_than_two_is_refused(tables):
    with pytest.raises(EdubalanceError) as caught:
        make(tables, coarsen=1)
    assert (caught.value.key, caught.value.facts) == ("coarsen_too_small", {"coarsen": 1})
