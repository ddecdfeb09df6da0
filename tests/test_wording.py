"""Words in two languages."""

from __future__ import annotations

from importlib.resources import files

import pytest
import yaml

from edubalance import wording
from edubalance.errors import EdubalanceError

GROUPS = yaml.safe_load((files("edubalance") / "wording.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("key", "words"), [(f"{g}.{code}", words) for g, codes in GROUPS.items() for code, words in codes.items()]
)
def test_every_word_is_there_in_both_languages(key, words):
    assert set(words) == {"en", "zh"}
    assert wording.word(key, "en") == words["en"] != ""
    assert any("\u4e00" <= letter <= "\u9fff" for letter in words["zh"]) or key in ("term.p",)


def test_levels_and_areas_come_from_the_codebook():
    assert wording.word("level.junior", "zh") == "初中"
    assert wording.word("area.town", "en") == "town"


def test_a_misspelt_word_is_answered_with_the_nearest():
    with pytest.raises(EdubalanceError, match=r"no word 'verdict.mett'\. Hint: Did you mean 'verdict.met'\?"):
        wording.word("verdict.mett", "en")


@pytest.mark.parametrize("lang", ["de", "EN", ""])
def test_another_language_is_refused(lang):
    with pytest.raises(EdubalanceError, match="must be one of en, zh"):
        wording.word("verdict.met", lang)
