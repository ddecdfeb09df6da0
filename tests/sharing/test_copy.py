"""A shared copy passes the intake, holds no old code, no person and no place, and says what risk remains."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from edubalance import cases, intake, sharing, standards
from edubalance.assessment import assess
from edubalance.cli import main
from edubalance.codebook import Tables
from edubalance.errors import EdubalanceError
from edubalance.sharing import identities, pseudonyms, records
from edubalance.sharing.pseudonyms import deal
from edubalance.sharing.suppression import possible, protect
from edubalance.sharing.system import Builder


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
    stated = sharing.policy()
    for name, columns in stated["counts"].items():
        private = [column for column in columns if column not in stated["beside"].get(name, ())]
        counts = getattr(copy.tables, name)[private].to_numpy(dtype=float)
        assert not ((counts > 0) & (counts < 3)).any(), name
    for frame in copy.records.values():
        counts = frame.loc[~frame["attribute"].isin(stated["open"]), "count"]
        assert not ((counts > 0) & (counts < 3)).any()


def test_nothing_is_changed_that_is_still_in_sight(tables, copy):
    key = ["year", "school_id", "level"]
    before = tables.pupils_flow.assign(
        school_id=tables.pupils_flow["school_id"].map(copy.codes["school_id"])
    ).set_index(key)
    after = copy.tables.pupils_flow.set_index(key)
    for column in ("transferred_in", "transferred_out", "dropouts"):
        seen = after[column].dropna()
        assert (seen == before[column].reindex(seen.index)).all()


def test_the_report_says_of_no_hidden_count_that_it_can_be_computed(copy):
    assert len(copy.bounds) > 100
    assert not copy.bounds["found"].any()
    assert (copy.bounds["high"] - copy.bounds["low"] >= 1).all()
    assert copy.bounds["value"].between(copy.bounds["low"], copy.bounds["high"]).all()
    report = sharing.markdown(copy, name="X", least=3, kind="twin")
    assert f"Of {len(copy.bounds)} hidden counts, 0 can be computed, or bounded more narrowly than 1 to 2" in report


def test_the_copy_is_judged_like_the_county_wherever_its_inputs_are_shown(tables, copy):
    standard = standards.load(cases.load("ziliujing").standard)
    ours, theirs = assess(tables, standard), assess(copy.tables, standard)
    key = ["year", "level", "indicator"]
    both = ours.counties.merge(theirs.counties, on=key, suffixes=("", "_copy"), validate="one_to_one")
    shown = both[both["n_missing"] == both["n_missing_copy"]]
    assert len(shown) == len(both) - 12
    np.testing.assert_allclose(shown["cv_copy"], shown["cv"], rtol=1e-12)
    assert shown["met_copy"].equals(shown["met"])
    codes = copy.codes["school_id"]
    sections = ours.sections.assign(school_id=ours.sections["school_id"].map(codes))
    both = sections.merge(theirs.sections, on=[*key, "school_id"], suffixes=("", "_copy"), validate="one_to_one")
    shown = both[both["value_copy"].notna()]
    assert len(shown) / len(both) > 0.85
    assert (shown["value_copy"] == shown["value"]).all()
    assert shown["met_copy"].equals(shown["met"])


def test_few_sections_lose_an_indicator_to_what_is_hidden_beside_the_small_counts(tables, copy):
    lost = extra = 0
    for level, groups in sharing.policy()["judged"].items():
        before = pseudonyms.applied(tables, copy.codes).sections
        rows = before["level"] == level
        for columns in groups:
            counts = before.loc[rows, columns].to_numpy(dtype=float)
            small = ((counts > 0) & (counts < 3)).any(axis=1)
            hidden = copy.tables.sections.loc[rows, columns].isna().any(axis=1) & ~np.isnan(counts).any(axis=1)
            lost += int(small.sum())
            extra += int((hidden & ~small).sum())
    assert 0 < extra < lost / 5


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
    with pytest.raises(EdubalanceError) as caught:
        sharing.make(tables, np.random.default_rng(1), year=2023, form="all")
    assert (caught.value.key, caught.value.facts["form"]) == ("records_form", "all")


def test_nine_persons_with_two_codes_that_one_has_each(tables):
    """Seven of nine have the first code, one each the second and third, and all nine the certificate."""
    titles = ["senior"] * 7 + ["middle", "junior"]
    people = tables.teachers.iloc[:9].assign(level="primary", title=titles, certificate=1.0)
    counts = records.count(
        people, "level", {"title": ["senior", "middle", "junior", "none"], "certificate": ["0", "1"]}
    )
    small = Tables(tables.schools, tables.sections.iloc[:0], teachers=people)
    plan = sharing.policy()
    system = identities.system(small, {"teachers_counts": counts}, plan, 3, 2023)
    protection = protect(system, 3)
    listed = system.cells.assign(hidden=protection.hidden, code=counts["code"].reindex(system.cells["row"]).to_numpy())
    listed = listed[(listed["table"] == "teachers_counts")].set_index(["code"])
    assert not protection.found.any()
    assert listed.loc[["middle", "junior"], "hidden"].all()
    # Seven and two: a third code has to be hidden with them.
    assert listed["hidden"].sum() == 3


@pytest.mark.parametrize("ones", [1, 2, 3, 4])
def test_codes_that_one_person_has_each_cannot_be_computed(ones):
    codes = [f"c{number}" for number in range(6)]
    people = pd.DataFrame({"level": "primary", "title": ["c5"] * 7 + codes[:ones]})
    counts = records.count(people, "level", {"title": codes})
    assert counts["count"].tolist() == [1.0] * ones + [0.0] * (5 - ones) + [7.0]
    builder = Builder()
    places = builder.add("x", range(6), "count", counts["count"].to_numpy())
    builder.total(places, 7.0 + ones)
    system = builder.build()
    system.cells["small"] = counts["count"].between(1, 2).to_numpy()
    system.cells["hideable"], system.cells["cost"] = True, 1.0
    protection = protect(system, 3)
    assert not protection.found.any()
    for cell in np.flatnonzero(protection.hidden):
        low, high = possible(system, protection.hidden, int(cell))
        assert high - low >= 1


def test_records_list_the_codes_that_nobody_has(copy):
    counted = copy.records["teachers_counts"]
    titles = counted[(counted["attribute"] == "title") & (counted["level"] == "primary")]
    assert titles["code"].tolist() == ["senior", "middle", "junior", "none"]


def test_the_copy_passes_the_intake_and_its_report_stands_beside_it(tmp_path, capsys):
    out = tmp_path / "copy"
    key = tmp_path / "key.csv"
    assert main(["share", "ziliujing", "-o", str(out), "--seed", "5", "--key", str(key)]) == 0
    assert "What risk remains · 剩余风险" in capsys.readouterr().out
    tables = intake.read_tables(**{file.stem: file for file in (out / "data").glob("*.csv")})
    assert len(tables.schools) > 100
    report = (out / "REPORT.md").read_text(encoding="utf-8")
    assert "synthetic twin / 合成数据" in report
    assert key.read_text(encoding="utf-8").startswith('"kind","old","new"\n"school_id","ZLJ-C-01",')
    text = "".join(file.read_text(encoding="utf-8") for file in out.rglob("*.csv"))
    assert "ZLJ-P-" not in text
