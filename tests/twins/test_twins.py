"""Twins as a whole: the same bytes again, the pattern told, and a null that shows nothing."""

import hashlib

import numpy as np
import pandas as pd
import pytest
import yaml

from edubalance import cases, codebook, intake, paths, schools, standards, twins
from edubalance.errors import CaseError
from edubalance.twins import spec

SHUFFLES = 999


@pytest.fixture(scope="module")
def wide():
    """Indicators of every twin and scenario, one row a section in scope and year."""
    quality = standards.load("cn-2017-quality")
    return {
        (case, scenario): schools.indicators(intake.read_case(cases.load(case), scenario), quality)
        for case in twins.available()
        for scenario in twins.SCENARIOS
    }


def table(case, name, scenario="described"):
    return pd.read_csv(cases.load(case).table(name, scenario))


def now(frame, level=None):
    rows = frame[frame["year"] == frame["year"].max()]
    return rows if level is None else rows[rows["level"] == level]


def gap(rows, column, area="rural"):
    """Pooled mean of an area over that of the others."""
    rows = rows.dropna(subset=column)
    inside = (rows["area"] == area).to_numpy()
    return np.average(rows[column][inside], weights=rows["pupils"][inside]) / np.average(
        rows[column][~inside], weights=rows["pupils"][~inside]
    )


def chance_of(rows, column, area="rural"):
    """Share of shuffled areas that show a gap at least as wide: a permutation test, both sides."""
    rng = np.random.default_rng(11)
    rows = rows.dropna(subset=column)
    value, pupils = (rows[name].to_numpy(dtype=float) for name in (column, "pupils"))
    inside = (rows["area"] == area).to_numpy()
    drawn = np.array([inside] + [rng.permutation(inside) for _ in range(SHUFFLES)], dtype=float)
    mean, others = (labels @ (value * pupils) / (labels @ pupils) for labels in (drawn, 1 - drawn))
    gaps = np.abs(np.log(mean / others))
    return (gaps >= gaps[0] * (1 - 1e-12)).mean()


# The same again ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", twins.available())
def test_making_a_twin_again_gives_the_committed_bytes(case):
    folder = paths.case(case) / "data"
    for name, text in twins.files(case).items():
        assert text.encode("utf-8") == (folder / name).read_bytes(), f"{name}: run `edubalance twins`"


@pytest.mark.parametrize("case", twins.available())
def test_every_file_of_a_case_is_listed_with_its_hash(case):
    folder = paths.case(case) / "data"
    listed = pd.read_csv(folder / "sources.csv").set_index("file")
    found = {file.relative_to(folder).as_posix() for file in folder.rglob("*.csv")} - {"sources.csv"}
    assert found == set(listed.index)
    for name in found:
        assert listed.loc[name, "sha256"] == hashlib.sha256((folder / name).read_bytes()).hexdigest(), name


def test_files_are_plain_text_with_line_feeds_and_without_a_mark():
    for name, text in twins.files("ziliujing").items():
        assert "\r" not in text, name
        assert not text.startswith("\ufeff"), name
        assert text.endswith("\n"), name


def test_writing_twice_changes_nothing(tmp_path, monkeypatch):
    (tmp_path / "notebooks").mkdir()
    data = tmp_path / "cases" / "ziliujing" / "data"
    data.mkdir(parents=True)
    (data / "published.csv").write_bytes((paths.case("ziliujing") / "data" / "published.csv").read_bytes())
    monkeypatch.setenv("EDUBALANCE_PROJECT", str(tmp_path))
    # Every table in both scenarios, and the list of sources.
    assert len(twins.write("ziliujing")) == len(twins.SCENARIOS) * len(codebook.tables()) + 1
    assert twins.write("ziliujing") == ()
    assert (data / "schools.csv").read_bytes().count(b"\n") > 100


def test_another_seed_gives_another_twin_and_the_same_seed_the_same():
    one, again, other = (twins.make("ziliujing", seed=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one["sections"], again["sections"])
    assert not one["sections"]["pupils"].equals(other["sections"]["pupils"])


@pytest.mark.parametrize("seed", [3, 4])
def test_published_figures_are_met_under_another_seed_too(seed):
    sections = twins.make("weishan", seed=seed)["sections"]
    primary = sections[(sections["year"] == 2022) & (sections["level"] == "primary")]
    assert f"{primary['pupils'].sum() / primary['teachers'].sum():.2f}" == "16.19"


# Well-formed ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scenario", twins.SCENARIOS)
@pytest.mark.parametrize("case", twins.available())
def test_tables_have_the_codebooks_columns_and_no_fault(case, scenario):
    tables = intake.read_case(cases.load(case), scenario)
    for name in ("schools", "sections", "county", "classes", "teachers"):
        header = table(case, name, scenario).columns.tolist()
        assert header == [column.name for column in codebook.table(name).columns]
    assert sorted(tables.schools["year"].unique()) == [2021, 2022, 2023]


@pytest.mark.parametrize("scenario", twins.SCENARIOS)
@pytest.mark.parametrize("case", twins.available())
def test_classes_and_teachers_agree_with_each_other(case, scenario):
    rows = table(case, "sections", scenario)
    banded = rows[["classes_46_to_55", "classes_56_to_65", "classes_66_or_more"]].sum(axis=1)
    degrees = rows[["teachers_junior_college", "teachers_bachelor", "teachers_master", "teachers_doctor"]].sum(axis=1)
    assert (rows["pupils"] <= rows["classes"] * rows["largest_class_pupils"]).all()
    assert (rows["pupils"] - rows["largest_class_pupils"] >= rows["classes"] - 1).all()
    assert ((rows["largest_class_pupils"] > 45) == (banded > 0)).all()
    assert (degrees <= rows["teachers"]).all()
    assert (rows["grades"] <= rows["classes"]).all()


@pytest.mark.parametrize("case", twins.available())
def test_a_school_keeps_its_code_place_and_type_through_the_years(case):
    fixed = ["type", "founder", "area", "township", "x_km", "y_km"]
    for scenario in twins.SCENARIOS:
        frame = table(case, "schools", scenario)
        assert not frame.drop_duplicates(["school_id", *fixed])["school_id"].duplicated().any()
        assert frame["school_id"].str.fullmatch(r"[A-Z]{2,3}-[PTJNWCS]-\d\d").all()


@pytest.mark.parametrize("case", twins.available())
def test_all_kinds_of_school_are_there(case):
    frame = table(case, "schools")
    assert {"primary", "junior", "nine_year", "twelve_year", "complete_secondary", "special"} <= set(frame["type"])
    assert "private" in set(frame["founder"])
    assert frame["education_group"].notna().any()


def test_county_variables_are_those_that_the_standard_names():
    known = {variable.id for variable in standards.load("cn-2017-quality").variables}
    for case in twins.available():
        for scenario in twins.SCENARIOS:
            frame = table(case, "county", scenario)
            assert set(frame["variable"]) <= known
            texts = frame["evidence"].dropna()
            assert (texts.str.startswith("synthetic: ") & texts.str.contains(" / 合成数据：")).all()


def test_the_anonymous_districts_stay_anonymous_and_the_identification_is_called_ours():
    for case in ("wuhu_j", "shanghai_q"):
        loaded = cases.load(case)
        assert "identification is ours" in loaded.context("en").replace("\n", " ")
        assert "我们的推断" in loaded.context("zh")
        assert not any(name in loaded.name_en + loaded.name_zh for name in ("Jiujiang", "Qingpu", "鸠江", "青浦"))


# The pattern, and its absence ----------------------------------------------------------------------------------------

GAPS = [
    ("wuhu_j", "backbone_teachers_per_100", "below"),
    ("wuhu_j", "equipment_value_per_pupil", "below"),
    ("ziliujing", "backbone_teachers_per_100", "below"),
    ("weishan", "pe_and_arts_teachers_per_100", "below"),
    ("weishan", "equipment_value_per_pupil", "below"),
    ("weishan", "teaching_and_auxiliary_area_per_pupil", "above"),
    ("liangyuan", "backbone_teachers_per_100", "below"),
    ("liangyuan", "equipment_value_per_pupil", "below"),
]


@pytest.mark.parametrize(("case", "column", "side"), GAPS)
def test_described_twins_carry_a_gap_that_chance_does_not_make(wide, case, column, side):
    described = now(wide[case, "described"], "primary")
    assert (gap(described, column) < 0.85) if side == "below" else (gap(described, column) > 1.15)
    assert chance_of(described, column) <= 0.05


def test_the_null_shows_gaps_by_area_as_often_as_chance_would(wide):
    """Five counties, two levels, seven indicators: 70 comparisons, of which 3.5 are expected to look significant."""
    indicators = [indicator.id for indicator in standards.load("cn-2017-quality").indicators]
    chances = [
        chance_of(now(wide[case, "balanced"], level), column)
        for case in twins.available()
        for level in ("primary", "junior")
        for column in indicators
    ]
    assert len(chances) == 70
    assert sum(chance <= 0.05 for chance in chances) <= 10
    # Were the areas evened out on purpose, small chances would be missing.
    assert sum(chance <= 0.5 for chance in chances) >= 20


@pytest.mark.parametrize("case", twins.available())
def test_nothing_grows_in_the_null_and_no_school_opens_or_closes(case):
    sections, frame = table(case, "sections", "balanced"), table(case, "schools", "balanced")
    for column in ("pupils", "teachers"):
        total = sections.groupby("year")[column].sum()
        assert np.abs(total / total.iloc[-1] - 1).max() < 0.02, column
    equipment = frame.groupby("year")["equipment_value_10k_yuan"].sum()
    assert np.abs(equipment / equipment.iloc[-1] - 1).max() < 0.01
    assert (frame.groupby("school_id")["year"].nunique() == 3).all()


def test_input_rises_and_the_layout_changes_in_the_twin_of_j():
    frame = table("wuhu_j", "schools")
    equipment = frame.groupby("year")["equipment_value_10k_yuan"].sum()
    assert equipment.is_monotonic_increasing
    years = frame.groupby("school_id")["year"].agg(["min", "max"])
    assert (years["min"] > 2021).any()
    assert (years["max"] < 2023).any()


def test_groups_are_alike_inside_only_where_the_abstract_says_so(wide):
    def inside(scenario):
        rows = now(wide["wuhu_j", scenario], "primary").dropna(subset="education_group")
        return rows.groupby("education_group")["equipment_value_per_pupil"].std(ddof=0).mean() / rows[
            "equipment_value_per_pupil"
        ].std(ddof=0)

    assert inside("described") < 0.75
    assert inside("balanced") > 0.75


def test_rural_pupils_leave_only_where_the_abstract_says_so(wide):
    for scenario, low, high in (("described", 0.78, 0.9), ("balanced", 0.97, 1.03)):
        rows = wide["weishan", scenario]
        rural = rows[rows["area"] == "rural"].groupby("year")["pupils"].sum()
        assert low < rural[2023] / rural[2021] < high


def test_pupils_grow_strongly_in_the_twin_of_q():
    pupils = table("shanghai_q", "sections").groupby("year")["pupils"].sum()
    assert pupils[2023] / pupils[2021] > 1.1


def test_public_schools_lose_pupils_and_rural_schools_teachers_in_liangyuan():
    rows = table("liangyuan", "sections").merge(table("liangyuan", "schools"), on=["year", "school_id"])
    private = rows[rows["founder"] == "private"].groupby("year")["pupils"].sum() / rows.groupby("year")["pupils"].sum()
    teachers = rows[rows["area"] == "rural"].groupby("year")["teachers"].sum()
    assert private.is_monotonic_increasing
    assert teachers.is_monotonic_decreasing
    assert (rows["pupils"] > 2000).any()
    assert not (table("liangyuan", "sections", "balanced")["pupils"] > 2000).any()


def test_funds_swing_from_year_to_year_only_in_ziliujing():
    def swing(scenario):
        frame = table("ziliujing", "schools", scenario).pivot_table("public_funds_budget_yuan", "school_id", "year")
        return np.log(frame[2023] / frame[2022]).std()

    assert swing("described") > 5 * swing("balanced")


def test_balanced_schools_meet_every_threshold_where_no_published_figure_forbids_it(wide):
    quality = standards.load("cn-2017-quality")
    for case in ("ziliujing", "weishan", "liangyuan"):
        for level in ("primary", "junior"):
            rows = now(wide[case, "balanced"], level)
            for indicator in quality.indicators:
                limit = quality.value_on(indicator.id, "2023-09-01", level)
                assert (rows[indicator.id] >= limit).all(), (case, level, indicator.id)


# Refusals ------------------------------------------------------------------------------------------------------------


def test_an_unknown_twin_and_an_unknown_scenario_are_refused():
    with pytest.raises(CaseError, match="There is no twin of 'michigan'"):
        twins.make("michigan")
    with pytest.raises(CaseError, match="There is no scenario 'rosy'"):
        twins.make("ziliujing", "rosy")


def test_a_misspelt_key_of_a_specification_is_refused_with_the_nearest():
    with pytest.raises(CaseError, match=r"Unknown key 'grwth' in stock.books.*Did you mean 'growth'"):
        spec.parse({"strata": [], "staff": {}, "stock": {"books": {"grwth": 0.1}}})


def test_a_figure_that_is_not_published_cannot_be_asked_for(tmp_path, monkeypatch):
    (tmp_path / "notebooks").mkdir()
    data = tmp_path / "cases" / "ziliujing" / "data"
    data.mkdir(parents=True)
    lines = (paths.case("ziliujing") / "data" / "published.csv").read_text(encoding="utf-8").splitlines()
    (data / "published.csv").write_text("\n".join(line for line in lines if "16.19" not in line), encoding="utf-8")
    monkeypatch.setenv("EDUBALANCE_PROJECT", str(tmp_path))
    with pytest.raises(CaseError, match="should hold one figure 2022 primary pupil_teacher_ratio ratio; it holds 0"):
        twins.make("ziliujing")


def test_an_impossible_published_figure_is_refused(tmp_path, monkeypatch):
    (tmp_path / "notebooks").mkdir()
    data = tmp_path / "cases" / "wuhu_j" / "data"
    data.mkdir(parents=True)
    text = (paths.case("wuhu_j") / "data" / "published.csv").read_text(encoding="utf-8")
    (data / "published.csv").write_text(text.replace("0.887611", "0.888611"), encoding="utf-8")
    monkeypatch.setenv("EDUBALANCE_PROJECT", str(tmp_path))
    with pytest.raises(CaseError, match=r"No whole number of units lies between .* cannot be met"):
        twins.make("wuhu_j")


def test_specifications_name_only_columns_that_the_twin_makes():
    for case in twins.available():
        for scenario in twins.SCENARIOS:
            plan = spec.load(case, scenario)
            for _, _, school, column, *_ in plan.missing:
                assert school.startswith(f"{plan.prefix}-")
                assert column in {
                    each.name for name in ("schools", "sections") for each in codebook.table(name).columns
                }


def test_case_files_say_that_the_data_are_synthetic():
    for case in twins.available():
        stated = yaml.safe_load((paths.case(case) / "case.yml").read_text(encoding="utf-8"))
        assert stated["kind"] == "twin"
        assert stated["context_en"].startswith("Synthetic twin, not observed data")
        assert stated["context_zh"].startswith("合成数据，并非实际观测数据")
