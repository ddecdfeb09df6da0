"""Lines for a person: as they are, or logged and worded by the command line in its language."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

from edubalance import messages
from edubalance.characters import visible
from edubalance.messages import Fact

_LOG = logging.getLogger("edubalance")


def log(key: str, /, **facts: Fact) -> None:
    """
    Log a notice, in English unless a `Handler` says it otherwise.

    Parameters
    ----------
    key : str
        Which message, below ``notices`` of ``messages.yml``.
    **facts : Fact
        What fills it.
    """
    _LOG.warning("%s", messages.notice(key, facts, "en"), extra={"key": key, "facts": facts})


class Handler(logging.Handler):
    """
    Say notices in a language.

    Parameters
    ----------
    lang : {"en", "zh"}
        Language.
    say : callable
        Gets one line.
    """

    def __init__(self, lang: str, say: Callable[[str], object]) -> None:
        super().__init__(logging.WARNING)
        self._lang, self._say = lang, say

    def emit(self, record: logging.LogRecord) -> None:
        """Say one notice."""
        key = getattr(record, "key", "")
        self._say(messages.notice(key, getattr(record, "facts", {}), self._lang) if key else record.getMessage())


def say(text: str, *, err: bool = False) -> None:
    """
    Print lines for a person.

    Parameters
    ----------
    text : str
        Characters that nobody sees, or that would steer a terminal, are escaped.
    err : bool
        Print to the standard error stream.
    """
    stream = sys.stderr if err else sys.stdout
    stream.write(visible(text, "\n\t") + "\n")
    stream.flush()
