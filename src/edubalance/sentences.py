"""Sentences made from named results, so that no number is typed into prose."""

from __future__ import annotations

import math
import string
from collections.abc import Mapping, Sequence
from typing import Any

from edubalance import rounding, wording
from edubalance.errors import EdubalanceError
from edubalance.results import Result, Results

WRITE = "Write a placeholder with a format: {name:.2f}."


def filled(template: str, lang: str, results: Results, values: Mapping[str, float | str]) -> str:
    """
    Fill a template with named results.

    Parameters
    ----------
    template : str
        A placeholder is the name of a result or of one of `values`, with a format for a number.
    lang : str
        ``"en"`` or ``"zh"``: the language in which an undefined number is said to be so.
    results : Results
        The named results so far.
    values : mapping of str to float or str
        Values that are not results.

    Returns
    -------
    str
        The sentence.

    Raises
    ------
    EdubalanceError
        If a number is typed into the template, lacks a format, or is unknown.

    Examples
    --------
    >>> filled("The coefficient is {cv:.2f}.", "en", Results(), {"cv": 0.51526})
    'The coefficient is 0.52.'
    """
    return _Template(results, lang).vformat(_without_digits(template), (), values)


class _Template(string.Formatter):
    """A format whose placeholders are named results or values handed over."""

    def __init__(self, results: Results, lang: str) -> None:
        self._results, self._lang = results, lang

    def get_field(self, field_name: str, _args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[Any, str]:
        """Take the whole dotted name as one name."""
        found = kwargs[field_name] if field_name in kwargs else self._results[field_name]
        return (found.value if isinstance(found, Result) else found), field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        """Format a number, or say that it is not defined."""
        if isinstance(value, str):
            return value
        if not format_spec:
            raise EdubalanceError(f"A number in a sentence needs a format; {value!r} has none.", hint=WRITE)
        if not math.isfinite(value):
            return wording.word("term.undefined", self._lang)
        try:
            return rounding.text(value, format_spec)
        except ValueError as error:
            raise EdubalanceError(f"A sentence cannot print {value!r} as {format_spec!r}.", hint=WRITE) from error


def _without_digits(template: str) -> str:
    """Return the template if no number is typed into it."""
    try:
        literals = [literal for literal, *_ in string.Formatter().parse(template)]
    except ValueError as error:
        raise EdubalanceError(f"The template {template!r} cannot be read: {error}.", hint=WRITE) from error
    if any(letter.isdecimal() for literal in literals for letter in literal):
        raise EdubalanceError(f"No number may be typed into a sentence; got {template!r}.", hint=WRITE)
    return template
