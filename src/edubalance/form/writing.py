"""From facts to what a cell of the form says: rounded as the form has it, blank where a fact is not known."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from edubalance import rounding
from edubalance.errors import EdubalanceError
from edubalance.form.facts import Fact

PLACE = re.compile(r"\{([a-z0-9_.]+)(?::(\d))?\}")
BLANK = "＿＿"
# A share of nothing, or a coefficient of a resource that nobody has: there is no number to print.
NO_NUMBER = "—"


@dataclass(frozen=True)
class Cell:
    """
    What one cell of the form says.

    Attributes
    ----------
    value : float or str or None
        None is left blank.
    decimals : int
        Decimals that a number is printed with.
    facts : tuple of str
        Names of the facts behind it.
    head : bool
        Whether the cell is a heading.
    """

    value: float | str | None
    decimals: int = 0
    facts: tuple[str, ...] = ()
    head: bool = False


def head(text: str) -> Cell:
    """Return a heading."""
    return Cell(text, head=True)


def number(facts: Mapping[str, Fact], asked: str) -> Cell:
    """
    Return the cell of one fact.

    Parameters
    ----------
    facts : mapping of str to Fact
        All facts.
    asked : str
        ``name:decimals``.

    Returns
    -------
    Cell
        Rounded, or blank where the fact is not known or nobody reports it; a dash where it is no finite number.

    Examples
    --------
    >>> number({"cv.primary.books": Fact(0.51526, "assessment")}, "cv.primary.books:3")
    Cell(value=0.515, decimals=3, facts=('cv.primary.books',), head=False)
    """
    name, _, decimals = asked.rpartition(":")  # the code of a school may hold a colon
    value = facts[name].value if name in facts else None
    if isinstance(value, float):
        value = rounding.half_up(value, int(decimals)) if math.isfinite(value) else NO_NUMBER
    return Cell(value, int(decimals), (name,))


def sentence(facts: Mapping[str, Fact], template: str) -> Cell:
    """
    Return the cell of a sentence that facts are put into.

    Parameters
    ----------
    facts : mapping of str to Fact
        All facts.
    template : str
        Chinese text with ``{name}`` for a text and ``{name:decimals}`` for a number.

    Returns
    -------
    Cell
        A place whose fact is not known is a line to write on; a sentence of which nothing is known is blank.

    Raises
    ------
    EdubalanceError
        If a number lacks its decimals.

    Examples
    --------
    >>> known = {"value.retention": Fact(99.346, "assessment")}
    >>> sentence(known, "巩固率{value.retention:1}%，转入{county.in:0}人").value
    '巩固率99.3%，转入＿＿人'
    """
    names = tuple(found[1] for found in PLACE.finditer(template))
    known = [name for name in names if name in facts and facts[name].value is not None]

    def write(found: re.Match[str]) -> str:
        name, decimals = found[1], found[2]
        value = facts[name].value if name in known else None
        if isinstance(value, float):
            if decimals is None:
                raise EdubalanceError(f"The form's {name} is a number without decimals.", hint="Write {name:0}.")
            return rounding.text(value, f".{decimals}f") if math.isfinite(value) else NO_NUMBER
        return BLANK if value is None else value

    substantial = [name for name in known if not name.startswith("limit.")]
    return Cell(PLACE.sub(write, template) if substantial else None, facts=names)
