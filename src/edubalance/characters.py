"""Characters that a reader cannot see or tell apart: found, folded, and shown as what they are."""

from __future__ import annotations

import re
import unicodedata

# Letters of Cyrillic and Greek that look like Latin ones, from Unicode's confusables (UTS 39), each before its twin; as
# capitals and as small letters, for one may look like another letter in each form, as Greek nu does (N, v).
_CAPITALS = "АA ВB ЕE ІI ЈJ КK МM НH ОO РP ЅS СC ТT УY ХX ҮY ԌG ԚQ ԜW ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX ϹC ͿJ"
_SMALL = "аa еe іi јj оo рp ѕs сc уy хx һh ԁd ԛq ԝw үy αa γy ιi κk νv οo ρp υu χx ϲc ϳj"
# Marks that stand for one another on a keyboard or in a form.
_MARKS = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "•": "·", "‧": "·", "・": "·", "⋅": "·", "−": "-", "⁃": "-"})
_AS_CAPITALS, _AS_SMALL = ({ord(pair[0]): pair[1] for pair in pairs.split()} for pairs in (_CAPITALS, _SMALL))
# Characters that show nothing although Unicode calls them letters, marks or symbols, and the sign of a broken encoding.
_SILENT = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\ufffc\ufffd\U000e0100-\U000e01ef]"
)
_UNSEEN = ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")


def is_hidden(character: str) -> bool:
    """Tell whether a character shows nothing, or is a blank other than the plain one."""
    kind = unicodedata.category(character)
    return kind in _UNSEEN or (kind == "Zs" and character != " ") or bool(_SILENT.match(character))


def hidden(text: str) -> tuple[str, ...]:
    r"""
    Return the characters of a text that a reader cannot see.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    tuple of str
        Each once, in the order of the text: control characters, invisible ones, and blanks other than the plain one.

    Examples
    --------
    >>> hidden("S1"), hidden("S\u200b1\u00a0\u200b")
    ((), ('\u200b', '\xa0'))
    """
    return () if text.isascii() and text.isprintable() else tuple(filter(is_hidden, dict.fromkeys(text)))


def folds(text: str) -> tuple[str, str]:
    r"""
    Return the two forms in which codes that a reader takes for one another are equal.

    Parameters
    ----------
    text : str
        A code or name.

    Returns
    -------
    tuple of str
        With letters as capitals and as small letters. Both without differences of width and composition (NFKC), case,
        kinds of hyphens, invisible characters, repeated blanks, marks that stand on no letter, and Cyrillic or Greek
        letters that look like Latin ones. Two codes look alike if one of the forms is the same.

    Examples
    --------
    >>> folds("s1"), folds("Ѕ\u200b１")
    (('S1', 's1'), ('S1', 's1'))
    >>> folds("A-1")[0] == folds("Ａ\u20111")[0]
    True
    """
    if text.isascii():
        plain = " ".join(text.split())
        return plain.upper(), plain.lower()
    shown = "".join(character for character in unicodedata.normalize("NFKC", text) if not _drops(character))
    plain = "".join("-" if unicodedata.category(character) == "Pd" else character for character in shown)
    plain = " ".join(plain.translate(_MARKS).split())
    capitals = unicodedata.normalize("NFKC", plain.upper()).translate(_AS_CAPITALS)
    return capitals, unicodedata.normalize("NFKC", plain.casefold()).translate(_AS_SMALL)


def _drops(character: str) -> bool:
    """Tell whether folding drops a character: it shows nothing, or is a mark that composition left alone."""
    if character.isspace():
        return False
    return unicodedata.category(character) in ("Mn", "Me") or is_hidden(character)


def visible(text: str, keep: str = "") -> str:
    r"""
    Return a text with an escape for each character that a reader cannot see, or that would steer a terminal.

    Parameters
    ----------
    text : str
        Any text.
    keep : str
        Characters to leave as they are, such as a line feed.

    Returns
    -------
    str
        The text; ``<U+200B>`` stands for a hidden character.

    Examples
    --------
    >>> visible("S\u200b1"), visible("a\x1b[31m\n", keep="\n")
    ('S<U+200B>1', 'a<U+001B>[31m\n')
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escape(each) if is_hidden(each) and each not in keep else each for each in text)


def apart(text: str, other: str) -> str:
    r"""
    Return a text in which a reader sees what sets it apart from another that looks like it.

    Parameters
    ----------
    text, other : str
        Two texts.

    Returns
    -------
    str
        The first, with an escape for each character beyond ASCII that the other does not have.

    Examples
    --------
    >>> apart("S\u04301", "Sa1"), apart("Sa1", "S\u04301")
    ('S<U+0430>1', 'Sa1')
    """
    strange = {each for each in text if not each.isascii() and each not in other}
    return "".join(_escape(each) if each in strange or is_hidden(each) else each for each in text)


def _escape(character: str) -> str:
    """Name a character by its number."""
    return f"<U+{ord(character):04X}>"
