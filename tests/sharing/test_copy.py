"""A shared copy passes the intake, holds no old code, no person and no place, and says what risk remains."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from edubalance import cases, intake, sharing
from edubalance.cli import main
from edubalance.codebook import Tables
from edubalance.errors import EdubalanceError
from edubalance.sharing.pseudonyms import deal


@pytest.fixture(scope="module")
def tables():
    return intake.read_case(cases.load("ziliujing"))


@pytest.fixture(scope="module")
def copy(tables):
    return sharing.make(tables, np.random.default_rng(7), year=2023)


def test_new_codes_are_one_to_one_and_no_old_one_is_left(tables, copy):
    old = set(tables.schools["school_id"]) | set(tables.schools["township"])
    dealt = [new for codes in copy.codes.values() for new in codes.values()]
    assert len(set(dealt)) == len(dealt)
    for name, frame in vars(copy.tables).items():
        texts = {str(text) for column in frame.select_dtypes("string") for text in frame[column].dropna()}
        assert not texts & old, name


def test_one_old_code_of_two_kinds_becomes_two_new_ones():
    schools = pd.DataFrame({"school_id": ["01", "02"], "township": ["01", "02"], "education_group": ["02", "01"]})
    births = pd.DataFrame({"township": ["01", "03"]})
    for seed in range(5):
        dealt = deal(Tables(schools, schools, births=births), np.random.default_rng(seed))
        assert sorted(dealt["school_id"].values()) == ["S001", "S002"]
        assert sorted(dealt["township"].values()) == ["T001", "T002", "T003"]
        assert sorted(dealt["education_group"].values()) == ["G001", "G002"]


def test_what_belongs_to_a_school_stays_with_it(tables, copy):
    before = tables.sections.assign(school_id=tables.sections["school_id"].map(copy.codes["school_id"]))
    key = ["year", "school_id", "level"]
    both = before.merge(copy.tables.sections, on=key, suffixes=("", "_new"), validate="one_to_one")
    assert len(both) == len(tables.sections)
    assert (both["pupils"] == both["pupils_new"]).all()


def test_no_small_count_of_persons_is_in_sight(copy):
    for name, plan in sharing.policy()["counts"].items():
        counts = getattr(copy.tables, name)[plan["columns"]].to_numpy(dtype=float)
        assert not ((counts > 0) & (counts < 3)).any(), name


def test_nothing_is_changed_that_is_still_in_sight(tables, copy):
    key = ["year", "school_id", "level"]
    before = tables.pupils_flow.assign(
        school_id=tables.pupils_flow["school_id"].map(copy.codes["school_id"])
    ).set_index(key)
    after = copy.tables.pupils_flow.set_index(key)
    for column in ("transferred_in", "transferred_out", "dropouts"):
        seen = after[column].dropna()
        assert (seen == before[column].reindex(seen.index)).all()


def test_no_hidden_count_can_be_computed_from_the_totals(copy):
    known = copy.bounds.dropna()
    assert len(known) > 100
    assert (known["high"] - known["low"] >= 1).all()


def test_persons_and_places_are_not_in_the_copy(copy):
    for name in ("teachers", "survey_parents", "interviews", "places"):
        assert getattr(copy.tables, name).empty
    assert copy.tables.schools[["x_km", "y_km"]].isna().all(axis=None)
    assert not any("respondent_id" in frame or "teacher_id" in frame for frame in copy.records.values())


def test_counts_of_persons_agree_with_the_records_where_they_are_in_sight(tables, copy):
    counted = copy.records["teachers_counts"]
    titles = counted[(counted["attribute"] == "title") & (counted["level"] == "primary")].set_index("code")["count"]
    records = tables.teachers.loc[tables.teachers["level"] == "primary", "title"].value_counts()
    assert titles.dropna().to_dict() == records.reindex(titles.dropna().index).astype(float).to_dict()


def test_dealt_columns_keep_their_margins_and_break_their_rows(tables):
    copy = sharing.make(tables, np.random.default_rng(7), year=2023, form="dealt")
    dealt = copy.records["teachers_dealt"]
    for level, rows in tables.teachers.groupby("level"):
        ours = dealt.loc[dealt["level"] == level, "title"].value_counts()
        assert ours.to_dict() == rows["title"].value_counts().reindex(ours.index).to_dict()
    assert dealt["data"].unique().tolist() == ["synthetic twin / 合成数据"]
    apart = pd.crosstab(dealt["title"], dealt["qualification"]).to_numpy()
    together = pd.crosstab(tables.teachers["title"], tables.teachers["qualification"]).to_numpy()
    assert not np.array_equal(apart, together)


def test_the_same_seed_deals_the_same_copy(tables, copy):
    again = sharing.make(tables, np.random.default_rng(7), year=2023)
    assert again.codes == copy.codes
    pd.testing.assert_frame_equal(again.tables.sections, copy.tables.sections)


def test_an_unknown_form_of_records_is_refused(tables):
    with pytest.raises(EdubalanceError, match=r"aggregates or dealt; got 'all'"):
        sharing.make(tables, np.random.default_rng(1), year=2023, form="all")


def test_the_copy_passes_the_intake_and_its_report_stands_beside_it(tmp_path, capsys):
    out = tmp_path / "copy"
    key = tmp_path / "key.csv"
    assert main(["share", "ziliujing", "-o", str(out), "--seed", "5", "--key", str(key)]) == 0
    assert "What risk remains · 剩余风险" in capsys.readouterr().out
    tables = intake.read_tables(**{file.stem: file for file in (out / "data").glob("*.csv")})
    assert len(tables.schools) > 100
    report = (out / "REPORT.md").read_text(encoding="utf-8")
    assert "synthetic twin / 合成数据" in report
    assert key.read_text(encoding="utf-8").startswith("kind,old,new\n")
    text = "".join(file.read_text(encoding="utf-8") for file in out.rglob("*.csv"))
    assert "ZLJ-P-" not in text


def test_an_existing_folder_is_not_written_to(tmp_path, capsys):
    assert main(["share", "ziliujing", "-o", str(tmp_path)]) == 2
    assert "is there already" in capsys.readouterr().err


def test_a_key_inside_the_copy_is_refused(tmp_path, capsys):
    out = tmp_path / "copy"
    assert main(["share", "ziliujing", "-o", str(out), "--key", str(out / "key.csv")]) == 2
    assert "The key would be published with the copy" in capsys.readouterr().err
    assert not out.exists()
