"""What a number format shows of a value, and whether a reader of the sheet sees the number that the cell holds."""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from openpyxl.styles.numbers import is_date_format

GENERAL = ("general", "g/通用格式", "")
# Dates of the Chinese, Japanese and Korean programs, which no file spells out.
BUILT_IN_DATES = {*range(27, 37), *range(50, 59)}
TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.?)|_.?|\*.?|\[(?P<bracket>[^\]]*)\]?|(?P<exponent>[Ee][+-])'
    r"|(?P<general>[Gg][Ee][Nn][Ee][Rr][Aa][Ll]|G/通用格式)|(?P<plain>.)",
    re.DOTALL,
)
CONDITION = re.compile(r"(<=|>=|<>|=|<|>)\s*(-?[0-9.]+)")
COMPARE = {
    "<=": operator.le,
    ">=": operator.ge,
    "<>": operator.ne,
    "=": operator.eq,
    "<": operator.lt,
    ">": operator.gt,
}
DIGITS, DASHES = "0#?", "-—－–"
SHOWN = re.compile(
    r"(?P<before>[^0-9.]*)(?P<number>[0-9][0-9,. '\u00a0\u202f]*[0-9]|[0-9]+\.?|\.[0-9]+)(?P<after>.*)", re.DOTALL
)
SCIENTIFIC = re.compile(r"[+-]?[0-9](?:\.[0-9]*)?[eE][+-]?[0-9]{1,3}")
GROUPED = re.compile(r"[0-9]{1,3}(?:[, '\u00a0\u202f][0-9]{3})+(?:\.[0-9]*)?|[0-9]*\.?[0-9]*")
# Signs, blanks and the sign of the yuan change nothing.
NEUTRAL = re.compile(r"人民币|[rR][mM][bB]|[cC][nN][yY]|[¥￥+\-−()（）\s\u00a0]")
HALF = Decimal("0.5")
# A float's last bits beside the half unit that rounding may take.
SLACK = Decimal("1.000001")


@dataclass(frozen=True)
class Token:
    """One piece of a format: a place of a digit, a point, a comma, a sign of percent, text, a literal and the like."""

    kind: str
    text: str


@dataclass(frozen=True)
class Section:
    """One section of a format: its pieces, and the condition under which it holds, if it states one."""

    tokens: tuple[Token, ...]
    condition: tuple[str, Decimal] | None = None

    def of(self, kind: str) -> int:
        """Count the pieces of a kind."""
        return sum(1 for token in self.tokens if token.kind == kind)

    @property
    def literal(self) -> str:
        """The words of the section."""
        return "".join(token.text for token in self.tokens if token.kind == "literal")


SINGLE = {"%": "percent", "@": "text", ".": "point", ",": "comma", "/": "special", ";": "end"}


@lru_cache(maxsize=1024)
def sections(code: str) -> tuple[Section, ...]:
    """
    Part a number format into its sections.

    Parameters
    ----------
    code : str
        As a workbook states it.

    Returns
    -------
    tuple of Section
        At least one.

    Examples
    --------
    >>> [section.of("digit") for section in sections('0.00"a;b";-0;;@')]
    [3, 1, 0, 0]
    """
    parts: list[list[Token]] = [[]]
    conditions: list[tuple[str, Decimal] | None] = [None]
    for found in TOKEN.finditer(code):
        token = _token(found)
        if token.kind == "end":
            parts.append([])
            conditions.append(None)
        elif token.kind == "condition" and (stated := CONDITION.fullmatch(token.text)):
            conditions[-1] = (stated.group(1), Decimal(stated.group(2)))
        elif token.text:
            parts[-1].append(token)
    return tuple(Section(tuple(tokens), condition) for tokens, condition in zip(parts, conditions, strict=True))


def _token(found: re.Match[str]) -> Token:
    """Return one piece of a format."""
    if found["bracket"] is not None:
        inside = found["bracket"].strip()
        if inside.startswith("$"):
            return Token("literal", inside[1:].partition("-")[0])
        return Token("condition" if CONDITION.fullmatch(inside) else "color", inside)
    if found["exponent"]:
        return Token("exponent", found["exponent"])
    if found["general"]:
        return Token("text", found["general"])
    plain = found["plain"]
    if plain is None:
        return Token("literal", found["quoted"] or found["escaped"] or "")
    return Token("digit" if plain in DIGITS else SINGLE.get(plain, "literal"), plain)


@lru_cache(maxsize=4096)
def is_percent(code: str) -> bool:
    """
    Tell whether a format shows a fraction as percent.

    Parameters
    ----------
    code : str
        A number format.

    Returns
    -------
    bool
        False for a sign that is a mere literal.

    Examples
    --------
    >>> is_percent("0.0%"), is_percent('0"%"'), is_percent("0!%")
    (True, False, False)
    """
    return any(section.of("percent") for section in sections(code))


@lru_cache(maxsize=4096)
def is_plain(code: str) -> bool:
    """
    Tell whether a format shows every value as it is, rounded at most.

    Parameters
    ----------
    code : str
        A number format.

    Returns
    -------
    bool
        False where single values must be looked at.

    Examples
    --------
    >>> [is_plain(code) for code in ("General", "#,##0.00", "0!.0,", ";;;", '0"万"', "000", "@")]
    [True, True, False, False, False, False, True]
    >>> is_plain('_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ')
    True
    """
    if code.strip().lower() in GENERAL:
        return True
    parts = sections(code)
    if is_date_format(code) or len(parts) > 4 or any(section.condition for section in parts):
        return False
    if len(parts) == 1 and parts[0].of("text"):
        return _is_plain_text(parts[0])
    return all(_is_plain_number(section, number) for number, section in enumerate(parts[:3])) and (
        len(parts) < 4 or _is_plain_text(parts[3])
    )


def _is_plain_text(section: Section) -> bool:
    """Tell whether a section shows a text as it is."""
    return section.of("text") == 1 and section.of("digit") == 0 and not section.literal.strip()


def _is_plain_number(section: Section, number: int) -> bool:
    """Tell whether a section of numbers shows one as it is: nought may be a dash, a negative has its sign."""
    literal = section.literal
    if number == 2 and literal.strip() in DASHES and literal.strip():
        return True
    whole, _, _, scale = _places(section)
    kinds = {token.kind for token in section.tokens}
    signed = number != 1 or any(sign in literal for sign in "-−(（")
    return bool(
        whole.count("0") == 1
        and not scale
        and signed
        and kinds <= {"digit", "point", "comma", "literal", "color"}
        and not NEUTRAL.sub("", literal)
        and not _split(section)
    )


def _split(section: Section) -> bool:
    """Tell whether a literal stands between the digits."""
    places = [number for number, token in enumerate(section.tokens) if token.kind in ("digit", "point")]
    inside = section.tokens[places[0] : places[-1]] if places else ()
    return any(token.kind == "literal" and token.text.strip() for token in inside)


def _places(section: Section) -> tuple[str, str, bool, int]:
    """Return the places before and behind the point, whether thousands are parted, and how often they are cut off."""
    whole = behind = ""
    pending, grouped, scale, pointed = 0, False, 0, False
    for token in section.tokens:
        if token.kind == "point":
            pointed, scale, pending = True, scale + pending, 0
        elif token.kind == "digit" and pointed:
            behind += token.text
        elif token.kind == "digit":
            grouped, pending, whole = grouped or (pending > 0 and whole != ""), 0, whole + token.text
        elif token.kind == "comma":
            pending += bool(whole or behind)
    return whole, behind, grouped, scale + pending


def shown(code: str, value: float | Decimal | str) -> str:
    """
    Return the text that a sheet shows for a value.

    Parameters
    ----------
    code : str
        Its number format.
    value : float, Decimal or str
        What the cell holds.

    Returns
    -------
    str
        Empty where nothing is shown; a date or a fraction as the format itself.

    Examples
    --------
    >>> shown("0!.0,", 1250000.0), shown("0.0,,", 1250000.0), shown(";;;", 4000.0)
    ('125.0', '1.3', '')
    >>> shown('[>=10000]0!.0,"万";0', 125000.0), shown('[>=10000]0!.0,"万";0', 4000.0)
    ('12.5万', '4000')
    >>> shown('"约"0', 300.0), shown("0.0%", 0.125), shown("000000", 123.0), shown('#,##0;(#,##0);"-"', 0.0)
    ('约300', '12.5%', '000123', '-')
    """
    parts = sections(code or "General")
    if isinstance(value, str):
        return _of_text(parts, value)
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    chosen, bare = _chosen(parts, exact)
    if is_date_format(code) or chosen is None or chosen.of("special"):
        return code
    if chosen.of("exponent"):
        return f"{exact:.{len(_places(chosen)[1])}E}"
    sign, amount = "-" if exact < 0 and not bare else "", abs(exact)
    if chosen.of("text"):
        told = {"text": format(amount, "f"), "color": ""}
        return sign + "".join(told.get(token.kind, token.text) for token in chosen.tokens)
    return sign + _written(chosen, amount)


def _of_text(parts: tuple[Section, ...], value: str) -> str:
    """Return what is shown of a text."""
    section = parts[3] if len(parts) > 3 else parts[-1]
    if len(parts) <= 3 and not section.of("text"):
        return value
    told = {"text": value, "color": ""}
    return "".join(told.get(token.kind, token.text) for token in section.tokens)


def _chosen(parts: tuple[Section, ...], value: Decimal) -> tuple[Section | None, bool]:
    """Return the section that holds for a number, and whether it writes a negative without a sign of its own."""
    numbers = parts[:3]
    if not any(section.condition for section in numbers):
        if len(numbers) > 1 and value < 0:
            return numbers[1], True
        return (numbers[2] if len(numbers) > 2 and value == 0 else numbers[0]), False
    for number, section in enumerate(numbers):
        default = ("<", Decimal(0)) if number == 1 and len(numbers) > 2 else None
        stated = section.condition or default
        if stated is None or COMPARE[stated[0]](value, stated[1]):
            return section, section.condition is None and default is not None
    return None, False


def _written(section: Section, value: Decimal) -> str:
    """Write a number that is not negative in a section."""
    whole, behind, grouped, scale = _places(section)
    if not whole and not behind:
        return "".join(token.text for token in section.tokens if token.kind in ("literal", "percent"))
    scaled = value * Decimal(100) ** section.of("percent") / Decimal(1000) ** scale
    rounded = scaled.quantize(Decimal(1).scaleb(-len(behind)), ROUND_HALF_UP)
    before, _, after = format(rounded, "f").partition(".")
    digits = "" if before == "0" and "0" not in whole else before.zfill(whole.count("0"))
    while after and behind[len(after) - 1] != "0" and after.endswith("0"):
        after = after[:-1]
    return _filled(section, digits, after, len(whole), grouped=grouped)


def _filled(section: Section, digits: str, after: str, places: int, *, grouped: bool) -> str:
    """Put digits into their places; those that have none stand before the first."""
    groups = [(len(digits) - place) % 3 == 0 and place > 0 for place in range(len(digits))]
    marked = [("," if grouped and group else "") + digit for digit, group in zip(digits, groups, strict=True)]
    spare = max(len(marked) - places, 0)
    whole = ["".join(marked[: spare + 1]), *marked[spare + 1 :]] if marked else []
    queue = [""] * (places - len(whole)) + whole
    written, behind, pointed = "", list(after), False
    for token in section.tokens:
        if token.kind == "digit" and not pointed:
            written += queue.pop(0)
        elif token.kind == "digit":
            written += behind.pop(0) if behind else ""
        elif token.kind == "point":
            pointed, written = True, written + "."
        elif token.kind in ("literal", "percent"):
            written += token.text
    return written


@dataclass(frozen=True)
class Seen:
    """
    What a person sees of a number.

    Attributes
    ----------
    same : bool
        Whether it is the number that the cell holds, rounded at most.
    unit : str
        What stands behind it.
    """

    same: bool
    unit: str = ""


@lru_cache(maxsize=65536)
def seen(text: str, value: float | Decimal, percent: bool = False) -> Seen:  # noqa: FBT001, FBT002
    """
    Compare what is shown with what is held.

    Parameters
    ----------
    text : str
        As the sheet shows it.
    value : float or Decimal
        As the cell holds it.
    percent : bool
        Whether it is shown as percent of the value.

    Returns
    -------
    Seen
        A dash is nought, as in the format of accounts.

    Examples
    --------
    >>> seen("125.0", 1250000.0), seen("12.5%", 0.125, True), seen("4,000册", 4000.0)
    (Seen(same=False, unit=''), Seen(same=True, unit=''), Seen(same=True, unit='册'))
    >>> seen("约300", 300.0).same, seen("", 0.0).same, seen("-", 0.0).same, seen("12,5", 12.5).same
    (False, False, True, True)
    """
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    plain = text.strip()
    if exact == 0 and plain and not NEUTRAL.sub("", plain).strip(DASHES):
        return Seen(same=any(dash in plain for dash in DASHES))
    if SCIENTIFIC.fullmatch(plain):
        stated = Decimal(plain)
        return Seen(same=abs(stated - exact) <= HALF.scaleb(int(stated.as_tuple().exponent)) * SLACK)
    found = SHOWN.fullmatch(plain)
    if not found or NEUTRAL.sub("", found["before"]):
        return Seen(same=False)
    unit = NEUTRAL.sub("", found["after"])
    if percent:
        unit = unit.removeprefix("%").removeprefix("％") if unit.startswith(("%", "％")) else "!"
    negative = any(sign in found["before"] for sign in "-−(（")
    held = (-exact if negative else exact) * (100 if percent else 1)
    return Seen(any(_rounds_to(held, number) for number in _numbers(found["number"])), unit)


def _numbers(text: str) -> list[Decimal]:
    """Return the numbers that shown digits may be: with a point, or with the comma of other countries."""
    forms = [text, text.translate({44: 46, 46: 44})] if "," in text else [text]
    return [Decimal(re.sub(r"[, '\u00a0\u202f]", "", form)) for form in forms if GROUPED.fullmatch(form)]


def _rounds_to(held: Decimal, stated: Decimal) -> bool:
    """Tell whether a number is another one, rounded to its decimals."""
    return abs(held - stated) <= HALF.scaleb(min(int(stated.as_tuple().exponent), 0)) * SLACK
