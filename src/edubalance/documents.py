"""Read the YAML files that people write: plain data only, and mistakes told with their line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from edubalance.errors import CaseError

# What YAML makes of a value that somebody wrote, in the words of one who writes.
_WRITTEN = {
    bool: "yes or no",
    int: "a whole number",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "keys with values",
}


def read(file: Path, name: str) -> Any:
    """
    Read a file as plain data; YAML that asks for objects of Python is refused.

    Parameters
    ----------
    file : Path
        The file, in UTF-8.
    name : str
        What to call it in messages.

    Returns
    -------
    object
        Texts, numbers, lists and mappings; None for an empty file.

    Raises
    ------
    CaseError
        If it is no UTF-8 or no YAML, with the line.
    """
    try:
        return yaml.safe_load(file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise CaseError(f"{name} is not in UTF-8.", hint="Save it as UTF-8.") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise CaseError(
            f"{name}{place}: this is no YAML ({error.problem}).",
            hint="Correct the line; a text with a colon in it stands in quotes.",
        ) from error
    except (yaml.YAMLError, ValueError) as error:  # a date such as 2023-02-31, or a character that is none
        raise CaseError(f"{name}: this is no YAML ({' '.join(str(error).split())}).", hint="Correct it.") from error


def described(value: object) -> str:
    """
    Say what a value is, for a message on what it should have been.

    Parameters
    ----------
    value : object
        As YAML gives it.

    Returns
    -------
    str
        Its kind, and itself where it is short.

    Examples
    --------
    >>> described(2023), described(None), described({"a": 1})
    ('a whole number (2023)', 'nothing', 'keys with values')
    """
    if value is None:
        return "nothing"
    kind = _WRITTEN.get(type(value), type(value).__name__)
    return kind if isinstance(value, (list, Mapping)) else f"{kind} ({str(value)[:40]})"
