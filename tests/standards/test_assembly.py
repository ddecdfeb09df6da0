"""A standard made for the test: what its files may not do."""

import shutil
from dataclasses import replace
from importlib.resources import as_file, files

import pytest
import yaml

from edubalance import standards
from edubalance.errors import StandardError
from edubalance.standards.assembly import assemble
from edubalance.standards.page import shared


@pytest.fixture
def copied(tmp_path):
    """Copy the standard of 2017 to a folder that a test may spoil."""
    with as_file(files("edubalance.standards") / "cn_2017_quality") as home:
        shutil.copytree(home, tmp_path / "standards" / "cn_2017_quality")
    return tmp_path / "standards" / "cn_2017_quality"


def load(home):
    """Put a copied standard together."""
    return assemble(replace(shared(), origin="cn-2017-quality"), home)


def change(file, **changes):
    """Write other content into a file; None takes a key out."""
    content = {**yaml.safe_load(file.read_text(encoding="utf-8")), **changes}
    file.write_text(
        yaml.safe_dump({key: value for key, value in content.items() if value is not None}), encoding="utf-8"
    )


def test_an_unspoilt_copy_is_the_standard(copied):
    assert load(copied) == standards.load("cn-2017-quality")


def test_an_unknown_key_is_refused_with_file_and_nearest_key(copied):
    change(copied / "items" / "02_backbone_teachers_per_100.yml", multipler=100)
    file, hint = "cn_2017_quality/items/02_backbone_teachers_per_100.yml", "Hint: Did you mean 'multiplier'"
    with pytest.raises(StandardError, match=rf"^{file}: unknown key 'multipler'. {hint}"):
        load(copied)


def test_a_missing_key_is_refused_with_the_item(copied):
    change(copied / "items" / "02_backbone_teachers_per_100.yml", sources=None)
    with pytest.raises(StandardError, match="sources missing in 'backbone_teachers_per_100'"):
        load(copied)


def test_a_file_named_otherwise_than_its_item_is_refused(copied):
    (copied / "items" / "08_layout_planning.yml").rename(copied / "items" / "08_layout.yml")
    with pytest.raises(StandardError, match="named after its id, 'layout_planning'"):
        load(copied)


def test_an_id_other_than_the_folder_is_refused(copied):
    change(copied / "standard.yml", id="cn-2017")
    with pytest.raises(StandardError, match="the id must be 'cn-2017-quality'"):
        load(copied)


def test_a_formula_over_an_unexplained_variable_is_refused(copied):
    change(copied / "items" / "19_teacher_certificates.yml", variables=None)
    with pytest.raises(
        StandardError, match="teacher_certificates uses certified_fulltime_teachers, which no item expl"
    ):
        load(copied)


def test_a_condition_without_formula_check_or_document_is_refused(copied):
    condition = {"id": "teacher_certificates", "name": {"en": "x", "zh": "甲"}, "unit": "percent", "direction": ">="}
    change(copied / "items" / "19_teacher_certificates.yml", conditions=[condition])
    with pytest.raises(StandardError, match="teacher_certificates needs a formula or a check"):
        load(copied)


def test_an_item_that_stands_twice_is_refused(copied):
    items = copied / "items"
    (items / "33_layout_planning.yml").write_bytes((items / "08_layout_planning.yml").read_bytes())
    with pytest.raises(StandardError, match="item layout_planning stands twice"):
        load(copied)


def test_text_that_is_not_yaml_is_refused_with_the_file(copied):
    (copied / "items" / "08_layout_planning.yml").write_text("id: [", encoding="utf-8")
    with pytest.raises(
        StandardError, match=r"^cn_2017_quality/items/08_layout_planning.yml, line 1, column 6: this is no YAML"
    ):
        load(copied)


def test_messages_hold_no_path_of_the_machine(copied):
    change(copied / "standard.yml", licence="x")
    with pytest.raises(StandardError, match=r"^cn_2017_quality/standard.yml: unknown key 'licence'") as refused:
        load(copied)
    assert str(copied.parent) not in str(refused.value)


REASON = {"en": "It is a part.", "zh": "是一部分。"}


@pytest.mark.parametrize(
    ("relation", "refusal"),
    [
        ({"part": "certified_fulltime_teachers", "within": "weather", "reason": REASON}, "a relation uses weather"),
        ({"part": "certified_fulltime_teachers", "reason": REASON}, "needs either `within` or `none_without`"),
        (
            {"part": "certified_fulltime_teachers", "none_without": "fulltime_teachers", "times": 2, "reason": REASON},
            "needs either `within` or `none_without`",
        ),
        ({"part": "certified_fulltime_teachers", "within": "fulltime_teachers"}, "reason missing"),
    ],
)
def test_a_relation_that_binds_nothing_or_says_no_reason_is_refused(copied, relation, refusal):
    change(copied / "items" / "19_teacher_certificates.yml", relations=[relation])
    with pytest.raises(StandardError, match=refusal):
        load(copied)


@pytest.mark.parametrize(
    ("unit", "amount", "refusal"),
    [
        ("teachers", "cuont", "unknown amount 'cuont'. Hint: Did you mean 'count'"),
        ("m2", None, "needs an amount; its unit 'm2'"),
    ],
)
def test_a_variable_without_known_bounds_is_refused(copied, unit, amount, refusal):
    names = {"en": "Certified", "zh": "持证"}
    given = {"name": names, "unit": unit, "meaning": names} | ({"amount": amount} if amount else {})
    change(copied / "items" / "19_teacher_certificates.yml", variables={"certified_fulltime_teachers": given})
    with pytest.raises(StandardError, match=refusal):
        load(copied)
