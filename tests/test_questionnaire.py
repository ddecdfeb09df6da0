"""The questionnaire: what it says, the tables that follow from it, and that a malformed one is refused."""

from __future__ import annotations

import pytest
import yaml

from edubalance import codebook
from edubalance.codebook import survey
from edubalance.errors import EdubalanceError

SMALL = """
scales:
  yes_no:
    en: yes or no
    zh: 是否
    min: 0
    max: 1
    satisfied_from: 1
    labels: {0: {en: 'no', zh: 否}, 1: {en: 'yes', zh: 是}}
constructs:
  overall: {en: overall, zh: 总体}
  light: {en: light, zh: 采光}
groups:
  pupils:
    en: pupils
    zh: 学生
    items:
      overall: {construct: overall, scale: yes_no, en: My school., zh: 我的学校}
      bright: {construct: light, scale: yes_no, en: It is bright., zh: 教室明亮, weight: 2}
      dark: {construct: light, scale: yes_no, reversed: true, en: It is dark., zh: 教室昏暗}
"""


def with_change(path, value):
    """Return the small questionnaire with one entry replaced; the path is written with slashes."""
    book = yaml.safe_load(SMALL)
    *parents, last = path.split("/")
    place = book
    for parent in parents:
        place = place[parent]
    place[last] = value
    return yaml.safe_dump(book, allow_unicode=True, sort_keys=False)


def test_a_small_questionnaire_is_read_as_written():
    pupils = survey.parse(SMALL).group("pupils")
    assert pupils.overall.id == "overall"
    assert pupils.constructs == ("light",)
    assert [(item.id, item.weight, item.reversed) for item in pupils.asked_for("light")] == [
        ("bright", 2, False),
        ("dark", 1, True),
    ]
    assert (pupils.name("zh"), pupils.table, pupils.overall.scale.midpoint) == ("学生", "survey_pupils", 0.5)
    assert (pupils.overall.scale.name("en"), pupils.overall.scale.name("zh")) == ("yes or no", "是否")
    assert pupils.asked_for("funds") == ()


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        pytest.param("scales/yes_no/min", 1, r"scales.yes_no: 'min' \(1\) is not below 'max' \(1\)", id="no range"),
        pytest.param("scales/yes_no/min", "0", "scales.yes_no.min: expected a whole number, got '0'", id="text"),
        pytest.param(
            "scales/yes_no/labels", {0: {"en": "no", "zh": "否"}}, "one for each answer from 0 to 1", id="label"
        ),
        pytest.param("scales/yes_no/labels/0", {"en": "no"}, "labels.0: the key 'zh' is missing", id="one language"),
        pytest.param(
            "scales/yes_no/satisfied_from", 0, "expected an answer above 0, at most 1; got 0", id="all satisfied"
        ),
        pytest.param(
            "constructs/light", "light", "constructs.light: expected keys with values, got str", id="construct"
        ),
        pytest.param(
            "groups/pupils/items/dark/construct", "lamps", "'lamps' is not among overall, light", id="unknown"
        ),
        pytest.param("groups/pupils/items/dark/scale", "five", "dark.scale: 'five' is not among yes_no", id="scale"),
        pytest.param("groups/pupils/items/dark/reversed", "yes", "expected true or false, got 'yes'", id="reversed"),
        pytest.param("groups/pupils/items/dark/weight", 0, "expected a number above 0, got 0", id="weight"),
        pytest.param("groups/pupils/items/dark/zh", "教室明亮", "two items are worded '教室明亮'", id="worded twice"),
        pytest.param(
            "groups/pupils/items/dark/construct", "overall", "one item of the construct 'overall', got 2", id="two"
        ),
        pytest.param("groups/pupils/items/dark/skale", "five", "dark: 'skale' is not among", id="misspelt key"),
        pytest.param(
            "groups/pupils/items/weight",
            {"construct": "light", "scale": "yes_no", "en": "W.", "zh": "权"},
            "'weight' is a column of every respondent",
            id="taken column",
        ),
    ],
)
def test_a_malformed_questionnaire_is_refused_with_its_place(path, value, said):
    with pytest.raises(EdubalanceError, match=f"The questionnaire is malformed at .*{said}"):
        survey.parse(with_change(path, value))


def test_an_overall_item_needs_a_scale_of_satisfaction():
    book = yaml.safe_load(SMALL)
    del book["scales"]["yes_no"]["satisfied_from"]
    with pytest.raises(EdubalanceError, match="does not say from which answer on one is satisfied"):
        survey.parse(yaml.safe_dump(book))


def test_a_construct_has_one_scale():
    book = yaml.safe_load(SMALL)
    book["scales"]["other"] = book["scales"]["yes_no"]
    book["groups"]["pupils"]["items"]["dark"]["scale"] = "other"
    with pytest.raises(EdubalanceError, match="the items of light have the scales other and yes_no"):
        survey.parse(yaml.safe_dump(book))


def test_text_that_is_no_yaml_is_refused():
    with pytest.raises(EdubalanceError, match=r"^survey.yml, line 1, column 5: this is no YAML"):
        survey.parse("a: [")


def test_every_item_is_a_column_with_the_range_of_its_scale():
    for group in survey.load().groups.values():
        table = codebook.table(group.table)
        assert table.key == ("year", "respondent_id")
        for item in group.items:
            column = table.column(item.id)
            assert (column.kind, column.minimum, column.maximum) == ("integer", item.scale.minimum, item.scale.maximum)
            assert column.label("zh") == item.zh
            assert item.en in column.meaning
            construct = survey.load().constructs[item.construct]
            assert column.meaning_zh.startswith(f"{item.zh}。（所测：{construct.zh}；量表：{item.scale.zh}")
            assert ("反向计分" in column.meaning_zh) == item.reversed


def test_the_questionnaire_asks_what_the_claims_need():
    groups = survey.load().groups
    assert list(groups) == ["parents", "teachers", "pupils", "managers"]
    for group, construct in [
        ("managers", "evaluation"),
        ("managers", "management"),
        ("managers", "it_use"),
        ("teachers", "evaluation"),
        ("teachers", "it_use"),
        ("parents", "family_support"),
    ]:
        assert len(groups[group].asked_for(construct)) >= 3
    assert all(sum(item.reversed for item in groups[name].items) == 1 for name in ("parents", "teachers", "pupils"))


def test_an_unknown_group_is_refused():
    with pytest.raises(EdubalanceError, match=r"no group 'parent'.*parents, teachers, pupils, managers"):
        survey.load().group("parent")
