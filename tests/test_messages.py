"""A message has one key, and its words stand in one file in two languages."""

from __future__ import annotations

import re
import string
from importlib.resources import files

import pytest

from edubalance import errors, messages
from edubalance.errors import EdubalanceError, Fault, TableError

# Of the strict stage, whose prose is not in the file yet.
PROSE = {"rule", "remedy", "rule_zh", "remedy_zh"}


def _facts(kind: str, key: str, lang: str) -> set[str]:
    text = str(messages._worded()[kind][key][lang])
    return {name for _, name, _, _ in string.Formatter().parse(text) if name} - PROSE


@pytest.mark.parametrize("kind", ["faults", "errors", "notices"])
def test_both_languages_say_the_same_facts(kind):
    for key in messages.keys(kind):
        assert _facts(kind, key, "en") == _facts(kind, key, "zh"), key


def test_a_fault_with_a_key_speaks_both_languages():
    facts = {"column": ("books", "图书册数"), "key": "P-01", "other": messages.Row(2), "value": "2"}
    fault = Fault.of("conflict", "schools.csv", 3, "books", "1", **facts)
    assert str(fault).startswith(
        "schools.csv, row 3, column books: books of P-01 should be the same wherever it stands"
    )
    assert "row 2 has 2" in str(fault)
    assert "图书册数" in fault.line("zh")
    assert "第2行" in fault.line("zh")


def test_faults_together_speak_both_languages():
    error = TableError([Fault.of("year_twice", "a.csv", years="2022, 2023")])
    assert "1 fault in the tables" in error.said("en")
    assert "数据表中有1处错误" in error.said("zh")


def test_prose_without_a_key_stays_as_it_is():
    assert EdubalanceError("No.", hint="Yes.").said("zh") == "No. Hint: Yes."
    assert issubclass(errors.CaseError, EdubalanceError)


def test_every_message_stands_once_in_its_own_section():
    for kind in ("faults", "errors", "notices"):
        for key in messages.keys(kind):
            for lang in messages.LANGUAGES:
                words = messages._worded()[kind][key][lang]
                assert isinstance(words, str) if kind == "notices" else len(words) == 2, (kind, key)
    text = files("edubalance").joinpath("messages.yml").read_text(encoding="utf-8")
    sections = re.split(r"^(?=\w+:)", text, flags=re.MULTILINE)
    keys = [re.findall(r"^  (\w+):", section, re.MULTILINE) for section in sections]
    assert all(len(set(each)) == len(each) for each in keys)
