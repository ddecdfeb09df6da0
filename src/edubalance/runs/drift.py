"""One drift: what moved between the committed reference and a run, from what to what."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal

Part = Literal["notebook", "output", "result", "data", "picture", "file"]

_WIDTH = 100
ABSENT = "(absent)"


@dataclass(frozen=True)
class Drift:
    """
    One difference.

    Attributes
    ----------
    part : {"notebook", "output", "result", "data", "picture", "file"}
        What kind of thing moved.
    what : str
        Which one.
    before : str
        As committed.
    after : str
        As the run has it.
    hint : str
        What to do, where the reference itself is at fault.
    """

    part: Part
    what: str
    before: str
    after: str
    hint: str = ""

    def __str__(self) -> str:
        """Say it in one line."""
        moved = f"{self.part}: {self.what}: {self.before} → {self.after}"
        return f"{moved}. Hint: {self.hint}" if self.hint else moved


def missing(part: Part, what: str, before: str = "present") -> Drift:
    """Return the drift of something committed that the run does not have."""
    return Drift(part, what, before, ABSENT)


def extra(part: Part, what: str, after: str = "present") -> Drift:
    """Return the drift of something that the run has and that is not committed."""
    return Drift(part, what, ABSENT, after)


def first_difference(before: str, after: str) -> tuple[str, str]:
    r"""
    Return the first line in which two texts differ, each cut to a readable length.

    Parameters
    ----------
    before, after : str
        The texts.

    Returns
    -------
    tuple of str
        The two lines, or ``(absent)`` where one text has ended.

    Examples
    --------
    >>> first_difference("cv 0.51\nmet", "cv 0.52\nmet")
    ('cv 0.51', 'cv 0.52')
    """
    for old, new in zip_longest(before.splitlines(), after.splitlines()):
        if old != new:
            return shortened(old), shortened(new)
    return shortened(repr(before[-20:])), shortened(repr(after[-20:]))


def shortened(line: str | None) -> str:
    """Return a line cut to a readable length; ``(absent)`` for None."""
    if line is None:
        return ABSENT
    line = line.strip() or "(blank)"
    return line if len(line) <= _WIDTH else line[: _WIDTH - 1] + "…"
