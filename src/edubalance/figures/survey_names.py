"""Names of respondents, constructs and items, as the questionnaire words them."""

from __future__ import annotations

from collections.abc import Mapping

from edubalance import codebook, wording
from edubalance.figures import labels

Names = Mapping[str, str] | None


def respondents(code: str, lang: str, names: Names = None) -> str:
    """
    Return the name of a group of respondents; ``all`` are all questionnaires.

    Examples
    --------
    >>> respondents("parents", "zh"), respondents("all", "en")
    ('家长', 'all questionnaires')
    """
    if names and code in names:
        return names[code]
    groups = codebook.survey.load().groups
    return groups[code].name(wording.check_language(lang)) if code in groups else _other(code, lang)


def construct(code: str, lang: str, names: Names = None) -> str:
    """
    Return the name of a construct.

    Examples
    --------
    >>> construct("it_use", "en"), construct("it_use", "zh")
    ('use of IT', '信息化应用')
    """
    if names and code in names:
        return names[code]
    known = codebook.survey.load().constructs
    return known[code].name(wording.check_language(lang)) if code in known else _other(code, lang)


def item(group: str, code: str, lang: str, names: Names = None) -> str:
    """
    Return the wording of an item, without its full stop; a reversed one is marked.

    Examples
    --------
    >>> item("parents", "sup_alone", "en")
    'reversed: My child has to manage schoolwork alone'
    """
    if names and code in names:
        return names[code]
    known = codebook.survey.load().groups
    found = [each for each in (known[group].items if group in known else ()) if each.id == code]
    if not found:
        return code
    text = found[0].wording(wording.check_language(lang)).rstrip(".")
    mark = wording.word("survey.reversed", lang) + (" " if lang == "en" else "")
    return f"{mark}{text}" if found[0].reversed else text


def _other(code: str, lang: str) -> str:
    """Name a code that the questionnaire does not have."""
    return wording.word("asked.everyone_asked", lang) if code == "all" else labels.label(code, lang)
