"""Run one notebook with parameters of the user's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from edubalance import cases, paths, storage
from edubalance.runs import naming, parameters
from edubalance.runs.execute import execute
from edubalance.runs.limits import CELL_SECONDS
from edubalance.runs.request import Outcome, Request


def run(name: str, given: Mapping[str, str], *, timeout: int = CELL_SECONDS) -> Outcome:
    """
    Execute a notebook and keep the result in ``build/runs/<name>/<parameters>``.

    Parameters
    ----------
    name : str
        The notebook.
    given : mapping of str to str
        Parameters as typed; none means the notebook's own.
    timeout : int
        Seconds that one cell may take.

    Returns
    -------
    Outcome
        Its request tells where notebook and figures are. A run that failed replaces no earlier one.

    Raises
    ------
    EdubalanceError
        If there is no such notebook, parameter or value.
    """
    (name,) = naming.notebooks([name])
    values = parameters.check(paths.notebook(name), {**_of_the_case(name), **given})
    target = paths.build() / "runs" / name / _variant(given)
    with storage.folder() as folder:
        request = Request(name, paths.notebook(name), folder / name, values)
        (outcome,) = execute([request], timeout=timeout)
        if outcome.failure is None:
            with storage.change(target) as changed:
                changed.place(request.folder, target)
    return replace(outcome, request=replace(request, folder=target))


def _of_the_case(name: str) -> dict[str, str]:
    """Return the year of a case whose tables are the user's own; the notebook's default is the twin's."""
    case = cases.load(name) if name in cases.available() else None
    return {"year": str(case.year)} if case is not None and case.kind == "observed" else {}


def _variant(given: Mapping[str, str]) -> str:
    """Name a folder after the parameters."""
    named = ",".join(f"{name}={value}" for name, value in sorted(given.items()))
    return Path(named.replace("/", "-").replace("\\", "-")).name or "default"
