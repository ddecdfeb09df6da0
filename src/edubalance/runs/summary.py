"""The summary of a batch: one row a run, and every named result of every run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edubalance import results, storage
from edubalance.runs import record
from edubalance.runs.request import Failure
from edubalance.runs.task import Task
from edubalance.spreadsheets import as_csv, for_a_person, neutral

SUMMARY, RESULTS = "summary.csv", "results.csv"
_FAILURE = ("status", "cell", "error", "message")
_RESULT = ("name", "value", "unit", "convention")


@dataclass(frozen=True)
class Line:
    """
    What became of one run.

    Attributes
    ----------
    id : str
        The run.
    status : {"done", "failed"}
        Whether the notebook came to its end.
    parameters : mapping of str to object
        Values that it was given.
    failure : Failure or None
        Why it did not.
    found : tuple of Result
        Its named results.
    """

    id: str
    status: record.Status
    parameters: Mapping[str, Any]
    failure: Failure | None
    found: tuple[results.Result, ...]


def line(task: Task, failure: Failure | None = None) -> Line:
    """
    Say what became of a run, from what lies on the disk.

    Parameters
    ----------
    task : Task
        The run.
    failure : Failure, optional
        Why there is no result of it, where that is not recorded.

    Returns
    -------
    Line
        Its row.
    """
    read = record.read(task.target)
    if failure is None and record.is_complete(task.target, task.key):
        file = task.target / RESULTS
        return Line(task.name, "done", task.parameters, None, tuple(results.read(file)) if file.is_file() else ())
    lost = failure or (read.failure if read else None) or Failure(0, "", "NoRecord", "no result was found")
    return Line(task.name, "failed", task.parameters, lost, ())


def write(lines: Sequence[Line], out: Path) -> None:
    """
    Write ``summary.csv`` (a row a run) and ``results.csv`` (a row a named result of a run).

    Parameters
    ----------
    lines : sequence of Line
        In the order of the list.
    out : Path
        Folder of the results.
    """
    names = list(dict.fromkeys(name for each in lines for name in each.parameters))
    runs = [
        [each.id, *(neutral(each.parameters.get(name, "")) for name in names), *map(neutral, _told(each))]
        for each in lines
    ]
    found = [[each.id, one.name, _number(one), one.unit, one.convention] for each in lines for one in each.found]
    with storage.change(out / SUMMARY) as changed:
        changed.write(out / SUMMARY, for_a_person(as_csv([["id", *map(neutral, names), *_FAILURE], *runs])))
        changed.write(out / RESULTS, for_a_person(as_csv([["id", *_RESULT], *found])))


def _told(each: Line) -> list[Any]:
    """Say how a run ended; a message of many lines in one."""
    lost = each.failure
    if lost is None:
        return [each.status, "", "", ""]
    return [each.status, lost.cell, lost.error, " ".join(lost.message.split())]


def _number(result: results.Result) -> object:
    """Write a value as `results.write` does."""
    return neutral(result.value) if isinstance(result.value, str) else f"{result.value:.12g}"
