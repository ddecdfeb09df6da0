"""The command line: ``edubalance --help``."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from itertools import pairwise

import typer

from edubalance import messages, notices
from edubalance.cli import (
    applying,
    batch,
    cases,
    checks,
    counties,
    dictionary,
    filing,
    intake,
    judging,
    lab,
    national,
    reproduction,
    sharing,
)
from edubalance.errors import EdubalanceError, of_system
from edubalance.notices import say

# As shells and make understand them: all well, something differs, cannot be done as asked, interrupted.
OK, DIFFERENT, REFUSED, INTERRUPTED = 0, 1, 2, 130

app = typer.Typer(
    name="edubalance",
    help="Reproducible research on the balanced development of compulsory education (义务教育优质均衡发展).",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for _group in (
    cases,
    dictionary,
    intake,
    reproduction,
    batch,
    lab,
    judging,
    applying,
    counties,
    filing,
    national,
    checks,
    sharing,
):
    _group.add_to(app)


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the command line and return its exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        What was typed after the program's name; by default what this process was started with.

    Returns
    -------
    int
        0 when all is well, 1 when something differs or failed, 2 when the request cannot be met, 130 after Ctrl-C.
    """
    _speak_utf8()
    log = logging.getLogger("edubalance")
    handler = notices.Handler(_language(arguments), lambda line: say(line, err=True))
    log.addHandler(handler)
    try:
        app(args=None if arguments is None else list(arguments), prog_name="edubalance")
    except EdubalanceError as error:
        return _say(error.said(_language(arguments)), REFUSED)
    except OSError as error:
        return _say(of_system(error).said(_language(arguments)), REFUSED)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else OK
        interrupted = code == INTERRUPTED
        return _say(messages.notice("interrupted", {}, _language(arguments)), code) if interrupted else code
    finally:
        log.removeHandler(handler)
    return OK


def _language(arguments: Sequence[str] | None) -> str:
    """Tell the language of a refusal: that of ``--lang``, else of ``EDUBALANCE_LANG``, else English."""
    typed = list(sys.argv[1:] if arguments is None else arguments)
    asked = [value for name, value in pairwise([*typed, ""]) if name == "--lang"]
    asked += [word.removeprefix("--lang=") for word in typed if word.startswith("--lang=")]
    named = asked[-1] if asked else os.environ.get("EDUBALANCE_LANG", "en")
    return named if named in messages.LANGUAGES else "en"


def _speak_utf8() -> None:
    """Write UTF-8 into pipes and files whatever the system's own encoding: Chinese survives, JSON is JSON."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and not stream.isatty():
            stream.reconfigure(encoding="utf-8")


def _say(message: str, code: int) -> int:
    """Write one message for the user and return the exit code."""
    say(message, err=True)
    return code
