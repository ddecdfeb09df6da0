"""A run over many counties: from a panel to a folder of results."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edubalance import __version__
from edubalance.errors import EdubalanceError
from edubalance.measures._blocks import check_convention
from edubalance.national import closing, folders, receipts
from edubalance.national.discovery import LeftOut
from edubalance.national.engines import each
from edubalance.national.index import ROWS_AT_ONCE, Key, Partition, partitions
from edubalance.national.partition_work import PARTS, Task
from edubalance.national.source import open_panel
from edubalance.standards import Standard

# All that a result holds.
_WRITTEN = {folders.MANIFEST, receipts.FOLDER, *PARTS, *(f"{name}.parquet" for name in closing.CLOSING)}


@dataclass(frozen=True)
class Report:
    """
    What a run did.

    Attributes
    ----------
    folder : Path
        The results.
    kind : str
        Kind of the data.
    counties : int
        Counties and years that the panel has.
    failed : int
        Of them, those that could not be judged.
    partitions, done_before : int
        Partitions, and how many of them were taken over from an earlier run.
    absent : dict of str to dict of str to str
        By table, columns that the standard asks for and no file has, each with the nearest name there is.
    left_out : tuple of LeftOut
        What of the panel's folder was not read, and is no fault.
    """

    folder: Path
    kind: str
    counties: int
    failed: int
    partitions: int
    done_before: int
    absent: dict[str, dict[str, str]]
    left_out: tuple[LeftOut, ...]


def run(
    panel: str | Path,
    out: str | Path,
    standard: Standard,
    *,
    convention: str | None = None,
    scheduler: str | None = None,
    workers: int | None = None,
    resume: bool = False,
    rows_at_once: int = ROWS_AT_ONCE,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """
    Judge every county and year of a panel: Parquet in, Parquet out.

    Parameters
    ----------
    panel : str or Path
        Folder with ``schools`` and ``sections``, each a Parquet file or a folder of them: the codebook's columns that
        the standard asks for, and ``province`` and ``county`` in both, as columns or in the names of folders. Rows of
        a county and year stand together.
    out : str or Path
        Folder of the results; an earlier result there is replaced when the new one is complete.
    standard : Standard
        The rules in force on 1 September of each year apply.
    convention : str, optional
        Convention of the difference coefficients; the standard's own unless given.
    scheduler : str, optional
        Address of a Dask scheduler, or ``local``; this process does the work unless given.
    workers : int, optional
        Processes of a local cluster.
    resume : bool
        Whether to do only what is missing or has changed.
    rows_at_once : int
        About how many sections are in memory at a time.
    progress : callable, optional
        Told after each partition how many are done, and of how many.

    Returns
    -------
    Report
        Where the results are and what failed.

    Raises
    ------
    EdubalanceError
        If the panel, the standard or the folder cannot be used.

    Notes
    -----
    Results do not depend on the engine, the partitioning, the number of workers or the order of the rows, to the last
    digit: a county is computed from its own rows in the order of their codes, and sums over counties run in theirs.
    """
    _refuse_given(standard)
    chosen = convention or standard.convention
    check_convention(chosen)
    source = open_panel(panel, standard)
    parts = partitions(source, rows_at_once)
    if not parts:
        raise EdubalanceError.of("panel_empty")
    target = Path(out).resolve()
    with folders.staging(target, _WRITTEN, resume=resume) as beside:
        task = Task(str(beside), source.columns, standard, chosen, source.kind)
        found = []
        for receipt in each(parts, task, scheduler, workers):
            found.append(receipt)
            if progress is not None:
                progress(len(found), len(parts))
        names = {receipt["name"] for receipt in found}
        folders.forget_others(beside, names)
        receipts.refuse_lost(beside, found)
        failed = closing.close(beside, _keys(parts), task)
        folders.put_in_place(beside, target, _manifest(task, names))
    before = sum(receipt["done_before"] for receipt in found)
    counties = len({key.known for key in _keys(parts)})
    return Report(Path(out), source.kind, counties, failed, len(parts), before, source.absent, source.left_out)


def _refuse_given(standard: Standard) -> None:
    """Refuse a standard whose indicators are given and not computed from schools and sections."""
    given = [indicator.id for indicator in standard.indicators if not any(indicator.numerators.values())]
    if given:
        raise EdubalanceError.of("indicator_given", indicator=given[0], standard=standard.id)


def _keys(parts: list[Partition]) -> list[Key]:
    """List all counties and years."""
    return [key for partition in parts for key in partition.keys]


def _manifest(task: Task, names: set[str]) -> dict[str, Any]:
    """Say what the result was made of."""
    return {
        "version": __version__,
        "kind": task.kind,
        "standard": task.standard.id,
        "profiles": list(task.standard.profiles),
        "convention": task.convention,
        "parts": sorted(names),
    }
