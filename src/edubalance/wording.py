"""Words in English and Chinese for everything that is printed or drawn."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from importlib.resources import files

import yaml

from edubalance import codebook
from edubalance.errors import EdubalanceError

LANGUAGES = ("en", "zh")
PARENTHESES = {"en": (" (", ")"), "zh": ("（", "）")}


@cache
def _words() -> dict[str, dict[str, str]]:
    """Read the words once: ``group.code`` → language → word."""
    groups = yaml.safe_load(files("edubalance").joinpath("wording.yml").read_text(encoding="utf-8"))
    own = {f"{group}.{code}": words for group, codes in groups.items() for code, words in codes.items()}
    for name, codes in codebook.load().codes.items():
        own |= {f"{name}.{code.value}": {"en": code.en, "zh": code.zh} for code in codes.values()}
    return own


def check_language(lang: str) -> str:
    """
    Return the language if there is one of that name.

    Parameters
    ----------
    lang : str
        ``"en"`` or ``"zh"``.

    Returns
    -------
    str
        The same.

    Raises
    ------
    EdubalanceError
        For any other language.
    """
    if lang not in LANGUAGES:
        raise EdubalanceError(f"The language must be one of {', '.join(LANGUAGES)}; got {lang!r}.")
    return lang


def word(key: str, lang: str) -> str:
    """
    Look up one word.

    Parameters
    ----------
    key : str
        Group and code: ``"verdict.not_met"``, ``"area.rural"``, ``"term.limit"``.
    lang : str
        ``"en"`` or ``"zh"``.

    Returns
    -------
    str
        The word.

    Raises
    ------
    EdubalanceError
        If the word or the language does not exist.

    Examples
    --------
    >>> word("verdict.not_met", "en"), word("area.town", "zh")
    ('not met', '镇区')
    """
    check_language(lang)
    try:
        return _words()[key][lang]
    except KeyError:
        near = get_close_matches(key, _words(), n=1)
        hint = f"Did you mean {near[0]!r}?" if near else ""
        raise EdubalanceError(f"There is no word {key!r}.", hint=hint) from None


def known(key: str) -> bool:
    """
    Tell whether a word exists.

    Parameters
    ----------
    key : str
        Group and code, as for `word`.

    Returns
    -------
    bool
        True if `word` would find it.

    Examples
    --------
    >>> known("level.primary"), known("level.senior")
    (True, False)
    """
    return key in _words()


def with_unit(name: str, unit: str, lang: str) -> str:
    """
    Set a unit in parentheses behind a name, full-width ones in Chinese.

    Parameters
    ----------
    name : str
        What is measured.
    unit : str
        Its unit; empty for a pure number.
    lang : str
        ``"en"`` or ``"zh"``.

    Returns
    -------
    str
        Name and unit.

    Examples
    --------
    >>> with_unit("floor area", "m² per pupil", "en"), with_unit("年份", "", "zh")
    ('floor area (m² per pupil)', '年份')
    """
    left, right = PARENTHESES[check_language(lang)]
    return f"{name}{left}{unit}{right}" if unit else name


def kind(code: str, lang: str, scenario: str = "described") -> str:
    """
    Say in both languages what kind of data something is made from, the reader's language first.

    Parameters
    ----------
    code : str
        ``"twin"``, ``"observed"``, ``"published"`` or ``"package"``.
    lang : str
        Language that comes first.
    scenario : str
        Scenario of a twin; the usual one, ``described``, is not said.

    Returns
    -------
    str
        Words for the face of a figure or the caption of a table.

    Examples
    --------
    >>> kind("twin", "en")
    'synthetic twin / 合成数据'
    >>> kind("twin", "zh", scenario="balanced")
    '合成数据（均衡情景） / synthetic twin (balanced)'
    """
    check_language(lang)
    both = [lang, *(other for other in LANGUAGES if other != lang)]
    usual = scenario == "described" or code != "twin"
    remark = {each: "" if usual else word(f"scenario.{scenario}", each) for each in both}
    return " / ".join(with_unit(word(f"kind.{code}", each), remark[each], each) for each in both)
