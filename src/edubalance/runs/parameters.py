"""Parameters of a notebook: unknown names and impossible values are refused before anything runs."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import papermill

from edubalance import cases, standards
from edubalance.errors import EdubalanceError
from edubalance.runs import normalise
from edubalance.runs.naming import nearest

CASE = "case_id"


def check(notebook: Path, given: Mapping[str, str]) -> dict[str, Any]:
    """
    Turn parameters as typed into values of the types that the notebook uses.

    papermill itself runs a notebook with the default where a name is misspelt, and reports success.

    Parameters
    ----------
    notebook : Path
        The notebook; its cell tagged ``parameters`` says which there are.
    given : mapping of str to str
        Names and values as typed.

    Returns
    -------
    dict of str to object
        Names and values for papermill.

    Raises
    ------
    EdubalanceError
        If a name is unknown, a value has the wrong form, or the case has no such value.
    """
    known = defaults(notebook)
    case_id = str({**known, **given}.get(CASE, notebook.stem))
    values: dict[str, Any] = {}
    for name, typed in given.items():
        if name not in known:
            raise EdubalanceError(f"The notebook {notebook.stem} has no parameter {name!r}.", hint=nearest(name, known))
        values[name] = value(name, typed, known[name], case_id)
    return values


def value(name: str, typed: str, default: Any, case_id: str) -> Any:
    """
    Turn one parameter as typed into a value of the type of its default.

    Parameters
    ----------
    name, typed : str
        The parameter, and what was typed.
    default : object
        The notebook's own value.
    case_id : str
        The case that the run is about; it need not exist.

    Returns
    -------
    object
        The value.

    Raises
    ------
    EdubalanceError
        If the value has the wrong form, or the case has no such value.
    """
    converted = _convert(name, typed, default)
    allowed = _allowed(name, case_id)
    if allowed and converted not in allowed:
        raise EdubalanceError(
            f"{name} should be one of what {case_id} knows; got {typed!r}.", hint=nearest(typed, allowed)
        )
    return converted


def defaults(notebook: Path) -> dict[str, Any]:
    """
    Return the notebook's parameters with their defaults.

    Parameters
    ----------
    notebook : Path
        The notebook.

    Returns
    -------
    dict of str to object
        A default that is an expression counts as text.
    """
    found = papermill.inspect_notebook(normalise.notebook(normalise.read(notebook)))
    return {name: _literal(parameter["default"]) for name, parameter in found.items()}


def _literal(source: str) -> Any:
    """Return the value that a piece of source states."""
    try:
        return ast.literal_eval(source)
    except (SyntaxError, ValueError):
        return source


def _convert(name: str, typed: str, default: Any) -> Any:
    """Read what was typed as the type of the default."""
    if isinstance(default, str) or (default is None and not typed.lstrip("-").isdigit()):
        return typed
    value = _literal(typed)
    wanted = int if default is None else type(default)
    if isinstance(value, wanted) and isinstance(value, bool) == (wanted is bool):
        return value
    if wanted is float and isinstance(value, int):
        return float(value)
    raise EdubalanceError(f"{name} should be a value like {default!r}; got {typed!r}.", hint="Type it the same way.")


def _allowed(name: str, case_id: str) -> tuple[Any, ...]:
    """Return the values that a parameter may take; empty where any will do."""
    if name == "lang":
        return cases.LANGUAGES
    if name == "standard":
        return tuple(standards.available())
    if name not in ("scenario", "year") or not cases.exists(case_id):
        return ()
    case = cases.load(case_id)
    return {"scenario": case.scenarios, "year": case.years}.get(name, ())
