"""The ledger: what may be concluded from which data, and what a claim file may hold."""

import math
from dataclasses import replace
from functools import lru_cache

import pytest
import yaml
from scipy import stats

from edubalance import cases, codebook, intake, paths, standards
from edubalance.errors import CaseError
from edubalance.evidence import claims
from edubalance.evidence.claims import Claim, outcome
from edubalance.evidence.finding import Finding
from edubalance.evidence.material import gather
from edubalance.evidence.register import TRIALS
from edubalance.twins import null, spec

TWINS = ("wuhu_j", "ziliujing", "shanghai_q", "weishan", "liangyuan")
ENTRY = {
    "id": "X1",
    "part": "problem",
    "claim": {"en": "It is so.", "zh": "如此。"},
    "true_if": {"en": "Data show it.", "zh": "数据显示。"},
}


def claim(**changes):
    fields = {"trial": "spread", "arguments": {}, "published": {}, "needs": (), "documents": (), "note": {}}
    return Claim(**(ENTRY | fields | changes))


@pytest.mark.parametrize(
    ("finding", "kind", "expected"),
    [
        pytest.param(Finding(found=True), "twin", "recovered", id="found in a twin"),
        pytest.param(Finding(found=False), "twin", "not-recovered", id="not found in a twin"),
        pytest.param(Finding(found=None), "twin", "inconclusive", id="a twin that cannot decide"),
        pytest.param(Finding(found=True), "observed", "supported", id="found in real data"),
        pytest.param(Finding(found=False), "observed", "inconclusive", id="absence of evidence is not evidence"),
        pytest.param(Finding(found=False, opposite=True), "observed", "contradicted", id="the opposite is clear"),
        pytest.param(Finding(found=None), "package", "inconclusive", id="real data that cannot decide"),
        pytest.param(None, "observed", "untestable", id="no trial"),
        pytest.param(Finding(found=None, lacks=("teachers.csv",)), "observed", "untestable", id="no table"),
    ],
)
def test_an_outcome_is_never_more_than_the_data_can_bear(finding, kind, expected):
    assert outcome(claim(), finding, kind) == expected


@pytest.mark.parametrize(("supports", "expected"), [(True, "published-supports"), (False, "published-contradicts")])
def test_a_published_figure_decides_whatever_a_twin_shows(supports, expected):
    assert outcome(claim(published={"supports": supports}), Finding(found=not supports), "twin") == expected


def test_where_the_users_own_data_can_be_tried_a_published_figure_does_not_decide():
    figure = {"supports": True}
    assert outcome(claim(published=figure), Finding(found=False, opposite=True), "observed") == "contradicted"
    assert outcome(claim(published=figure), Finding(found=True), "package") == "published-supports"
    assert outcome(claim(published=figure, trial=""), None, "observed") == "published-supports"


@pytest.fixture
def case(tmp_path, monkeypatch):
    """A case folder whose claims.yml a test may write."""
    folder = tmp_path / "cases" / "demo"
    (folder / "data").mkdir(parents=True)
    (tmp_path / "notebooks").mkdir()
    stated = yaml.safe_load((paths.case("wuhu_j") / "case.yml").read_text(encoding="utf-8")) | {"id": "demo"}
    (folder / "case.yml").write_text(yaml.safe_dump(stated, allow_unicode=True), encoding="utf-8")
    monkeypatch.setenv(paths.PROJECT_VARIABLE, str(tmp_path))
    return cases.load("demo")


def _write(case, *entries):
    (case.folder / "claims.yml").write_text(yaml.safe_dump(list(entries), allow_unicode=True), encoding="utf-8")


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        pytest.param(ENTRY | {"colour": 1}, "X1: unknown key 'colour'", id="unknown key"),
        pytest.param(ENTRY | {"part": "guess"}, "X1: unknown part 'guess'", id="unknown part"),
        pytest.param(ENTRY | {"trial": "guess"}, "X1: unknown trial 'guess'", id="unknown trial"),
        pytest.param({**ENTRY, "claim": "Too short."}, "claim should be keys with values: en and zh", id="one text"),
        pytest.param({**ENTRY, "true_if": {"en": "a"}}, "true_if should be told in en and in zh", id="one language"),
        pytest.param({**ENTRY, "needs": "finance.csv"}, "X1: needs should be a list", id="no list"),
        pytest.param({**ENTRY, "needs": ["teacher.csv"]}, r"list tables.*got a text \(teacher\.csv\)", id="no table"),
        pytest.param(
            {**ENTRY, "needs": [{"en": "plans"}]}, "told in en and zh; got keys", id="document in one language"
        ),
        pytest.param({**ENTRY, "trial": "area_gap", "arguments": {"losing": []}}, "takes no 'losing'", id="argument"),
        pytest.param({**ENTRY, "trial": "area_gap", "arguments": {}}, "needs 'disadvantaged'", id="no argument"),
        pytest.param({key: ENTRY[key] for key in ("id", "part", "claim")}, "'true_if' is missing", id="missing key"),
        pytest.param("X1", "should be a list of claims", id="no claim"),
    ],
)
def test_a_malformed_claim_is_refused_with_its_id(case, entry, message):
    _write(case, entry)
    with pytest.raises(CaseError, match=message):
        claims.load(case)


def test_an_id_stands_once(case):
    _write(case, ENTRY, ENTRY)
    with pytest.raises(CaseError, match="X1 is used twice"):
        claims.load(case)


def test_a_case_without_claims_is_told_so(case):
    with pytest.raises(CaseError, match=r"demo has no claims\.yml"):
        claims.load(case)


def test_a_published_figure_must_be_there(case):
    (case.folder / "data" / "published.csv").write_text("quantity,statistic,year,level,value\n", encoding="utf-8")
    entry = claim(published={"quantity": "books", "year": 2023, "supports": True})
    with pytest.raises(CaseError, match="does not hold"):
        claims.read_published(entry, case.folder / "data" / "published.csv", standards.load("cn-2017-quality"))


@pytest.mark.parametrize(
    ("primary", "junior", "supports", "value"),
    [
        pytest.param("0.501", "0.300", True, "0.501", id="primary above its limit of 0.5"),
        pytest.param("0.400", "0.451", True, "0.451", id="junior above its limit of 0.45"),
        pytest.param("0.500", "0.450", False, "0.500", id="both at their limits"),
    ],
)
def test_a_published_figure_speaks_for_a_claim_only_above_its_limit(case, primary, junior, supports, value):
    file = case.folder / "data" / "published.csv"
    rows = f"cv,largest,2023,primary,{primary}\ncv,largest,2023,junior,{junior}\n"
    file.write_text(f"quantity,statistic,year,level,value\n{rows}", encoding="utf-8")
    entry = claim(published={"quantity": "cv", "statistic": "largest", "year": 2023, "above": "cv_limit"})
    decided, figure = claims.read_published(entry, file, standards.load("cn-2017-quality"))
    assert (decided.published["supports"], figure["value"]) == (supports, value)


def test_every_claim_of_the_mission_has_its_row():
    expected = {
        "wuhu_j": ("W", 11),
        "ziliujing": ("Z", 8),
        "shanghai_q": ("Q", 4),
        "weishan": ("S", 9),
        "liangyuan": ("L", 9),
    }
    for case_id, (letter, count) in expected.items():
        ids = [entry.id for entry in claims.load(cases.load(case_id))]
        assert ids == [f"{letter}{number}" for number in range(1, count + 1)]


@lru_cache
def _ledger(case_id, scenario):
    stated = cases.load(case_id)
    rules = standards.load(stated.standard)
    return claims.ledger(stated, gather(intake.read_case(stated, scenario), rules, year=stated.year))


def test_where_nothing_was_put_nothing_but_chance_is_recovered():
    """Shuffled trials find something at 5 %; more finds than the bound have a chance of one in a thousand."""
    ledgers = [_ledger(case_id, "balanced") for case_id in TWINS]
    recovered = [row for ledger in ledgers for row in ledger.itertuples() if row.outcome == "recovered"]
    shuffled = sum(int(ledger["p"].notna().sum()) for ledger in ledgers)
    assert shuffled >= 13
    assert len(recovered) <= stats.binom.ppf(0.999, shuffled, 0.05)
    assert [row.id for row in recovered if math.isnan(row.p)] == []


def test_over_many_deals_a_claim_is_recovered_at_most_at_its_stated_rate():
    """Three claims of Weishan over 60 fair deals: 9 finds expected at 5 %; above 19 lies one in a thousand."""
    case, plan = cases.load("weishan"), spec.load("weishan", "balanced")
    tables = intake.read_case(case, "balanced")
    material = gather(tables, standards.load(case.standard), year=case.year)
    shuffled = [entry for entry in claims.load(case) if entry.trial in {"area_gap", "pupil_shift"}]
    found = 0
    for seed in range(60):
        areas = null.dealt(spec.reseeded(plan, seed), tables.schools).set_index("school_id")["area"]
        areas = areas[~areas.index.duplicated()]
        schools, rows = (
            each.assign(area=each["school_id"].map(areas)) for each in (tables.schools, material.indicators)
        )
        dealt = replace(material, tables=replace(tables, schools=schools), indicators=rows)
        found += sum(bool(TRIALS[entry.trial](dealt, **entry.arguments).found) for entry in shuffled)
    assert len(shuffled) == 3
    assert 2 <= found <= 19


@pytest.mark.parametrize("case_id", TWINS)
def test_every_pattern_that_was_put_is_recovered(case_id):
    ledger = _ledger(case_id, "described")
    assert ledger.loc[ledger["outcome"] == "not-recovered", "id"].tolist() == []


def test_a_claim_without_its_tables_says_which_it_waits_for():
    stated = cases.load("wuhu_j")
    tables = intake.read_case(stated, "described")
    bare = {name: codebook.table(name).without_rows() for name in ("survey_managers", "survey_teachers")}
    material = gather(replace(tables, **bare), standards.load(stated.standard), year=stated.year)
    ledger = claims.ledger(stated, material).set_index("id")
    assert ledger.loc["W8", "outcome"] == "untestable"
    assert ledger.loc["W8", "needs_en"] == "survey_managers.csv, survey_teachers.csv"


def test_a_published_figure_stands_in_the_ledger_with_its_source():
    row = _ledger("wuhu_j", "described").set_index("id").loc["W2"]
    assert row["value"] == 0.501787
    assert row["source"].startswith("https://")
