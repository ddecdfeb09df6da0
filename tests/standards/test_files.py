"""The YAML itself: every value cited, dated, in a known unit; every column and variable explained."""

import datetime
from importlib.resources import files

import pytest
import yaml

from edubalance import standards

HOME = files("edubalance.standards")
CONFIDENCES = {"verified_twice", "once", "inferred", "conflicting"}


def yaml_files(folder=HOME):
    """Find every YAML file of the standards, however deep."""
    for entry in sorted(folder.iterdir(), key=lambda found: found.name):
        if entry.is_dir():
            yield from yaml_files(entry)
        elif entry.name.endswith(".yml"):
            yield entry


FILES = list(yaml_files())
LOADED = [(name, ()) for name in standards.available()]
LOADED += [(name, (profile,)) for name in standards.available() for profile in standards.available_profiles(name)]
every_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
every_standard = pytest.mark.parametrize(("name", "profiles"), LOADED, ids=lambda part: "".join(part) or "alone")


class StrictLoader(yaml.SafeLoader):
    """A reader that refuses a key written twice, which plain YAML lets pass."""


def _mapping(loader, node):
    keys = [loader.construct_object(key) for key, _ in node.value]
    assert len(keys) == len(set(keys)), f"{keys} holds a key twice, line {node.start_mark.line + 1}"
    return {loader.construct_object(key): loader.construct_object(value, deep=True) for key, value in node.value}


StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def dated_values(node):
    """Walk through plain data and yield every (date, entry) of every ``values`` block."""
    if isinstance(node, dict):
        for key, content in node.items():
            if key == "values":
                yield from _dated(content)
            else:
                yield from dated_values(content)
    elif isinstance(node, list):
        for content in node:
            yield from dated_values(content)


def _dated(content):
    for key, inner in content.items():
        if isinstance(inner, dict) and "value" in inner:
            yield key, inner
        else:
            yield from _dated(inner)


def columns():
    """Read the columns of schools and sections from the codebook file."""
    tables = yaml.safe_load(files("edubalance").joinpath("codebook.yml").read_text(encoding="utf-8"))["tables"]
    return set(tables["schools"]["columns"]) | set(tables["sections"]["columns"])


def test_a_value_written_into_this_test_is_found_by_its_walk():
    content = {
        "values": {"all": {"2020-01-01": {"value": 1, "source": "x"}}},
        "items": [{"values": {"a": {"d": {"value": 2}}}}],
    }
    assert [date for date, _ in dated_values(content)] == ["2020-01-01", "d"]


@every_file
def test_no_file_holds_a_key_twice(file):
    assert yaml.load(file.read_text(encoding="utf-8"), Loader=StrictLoader)  # noqa: S506


@every_file
def test_every_value_has_an_iso_date_and_a_known_source(file):
    known = set(yaml.safe_load(HOME.joinpath("sources.yml").read_text(encoding="utf-8")))
    for date, entry in dated_values(yaml.safe_load(file.read_text(encoding="utf-8"))):
        assert datetime.date.fromisoformat(date).isoformat() == date
        assert entry["source"] in known
        assert entry["value"] is None or isinstance(entry["value"], (int, float))


@every_file
def test_nothing_rests_on_memory(file):
    assert "memory" not in file.read_text(encoding="utf-8").lower()


@every_standard
def test_every_entry_cites_a_source_of_the_standard_with_known_confidence(name, profiles):
    standard = standards.load(name, profiles)
    cited = {source.id for source in standard.sources}
    for rule in standard.rules:
        for entry in rule.entries:
            assert entry.source in cited
            assert entry.confidence in CONFIDENCES


@every_standard
def test_everything_named_has_a_name_in_both_languages(name, profiles):
    standard = standards.load(name, profiles)
    things = (standard, *standard.indicators, *standard.items, *standard.conditions, *standard.variables)
    for thing in (*things, *standard.rules, *standard.reliefs, *standard.sources, *standard.application.vetoes):
        assert any("a" <= letter <= "z" for letter in thing.name("en"))
        assert any("\u4e00" <= letter <= "\u9fff" for letter in thing.name("zh"))


@every_standard
def test_every_column_of_an_indicator_check_or_relief_is_in_the_codebook(name, profiles):
    standard = standards.load(name, profiles)
    known = columns()
    for indicator in standard.indicators:
        for level in standard.levels:
            assert {column for column, _ in indicator.numerator(level)} <= known
    for condition in standard.conditions:
        if condition.check:
            assert set(condition.check.columns) | set(condition.check.per) <= known
    for relief in standard.reliefs:
        assert {column for column, _ in relief.added} <= known
        assert {test.column for test in relief.criteria} <= known | {"school_pupils", "school_largest_class"}
    assert set(standard.split.columns) <= known


@every_standard
def test_items_are_numbered_without_gaps_in_each_dimension(name, profiles):
    standard = standards.load(name, profiles)
    for dimension in {item.dimension for item in standard.items}:
        numbers = [item.number for item in standard.items if item.dimension == dimension]
        assert numbers == list(range(1, len(numbers) + 1))


@every_standard
def test_every_condition_that_is_not_a_document_has_a_value_with_a_direction(name, profiles):
    standard = standards.load(name, profiles)
    for condition in standard.conditions:
        if condition.kind == "document":
            assert not condition.direction
            assert not standard.has_rule(condition.id)
        else:
            rule = standard.rule(condition.id)
            assert (rule.direction, rule.units) == (condition.direction, condition.units)
            assert rule.entry_on(max(rule.entries[0].since, standard.in_force_from), condition.level).value is not None


@every_standard
def test_every_variable_is_used_or_asked_by_the_form(name, profiles):
    standard = standards.load(name, profiles)
    checks = [condition for check in standard.application.checks for condition in check.conditions]
    used = {name for part in (*standard.conditions, *checks) if part.formula for name in part.formula.variables}
    used |= {part.nobody_if_zero for part in standard.conditions}
    for variable in standard.variables:
        if variable.kind == "number" and variable.id not in used:
            assert variable.item == "county_facts" or "asked by the national form" in variable.meaning.en


def test_the_source_files_are_inside_the_package():
    assert {"sources.yml", "units.yml", "context.yml"} <= {file.name for file in FILES}
    assert len([file for file in FILES if file.name == "standard.yml"]) == len(standards.available())
