"""Bring improvements of the template into a case's notebook without losing what its user wrote."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import nbformat

from edubalance.errors import CaseError

# A cell as far as a person writes it: its kind, its source, and its tags parted by blanks.
Cell = tuple[str, str, str]
BASE = "template.json"


@dataclass(frozen=True)
class Merged:
    """
    A notebook after an upgrade.

    Attributes
    ----------
    cells : tuple of (kind, source, tags)
        Its cells.
    taken : int
        Cells that came anew from the template, or were changed by it.
    kept : tuple of str
        First lines of the user's cells that stand where the template changed too: these were left as they are.
    """

    cells: tuple[Cell, ...]
    taken: int
    kept: tuple[str, ...]


def merge(base: Sequence[Cell], ours: Sequence[Cell], theirs: Sequence[Cell]) -> Merged:
    """
    Merge three versions of a notebook, cell by cell.

    Parameters
    ----------
    base : sequence of (kind, source, tags)
        The template that the notebook was made from.
    ours : sequence of (kind, source, tags)
        The notebook as its user left it.
    theirs : sequence of (kind, source, tags)
        The template of today.

    Returns
    -------
    Merged
        Between cells that all three share: what the template changed where the user changed nothing, else what the user
        has.

    Examples
    --------
    >>> base = [("markdown", "A", ""), ("code", "x = 1", ""), ("code", "y = 2", "")]
    >>> ours = [*base, ("code", "mine", "")]
    >>> theirs = [("markdown", "A, better", ""), *base[1:]]
    >>> merged = merge(base, ours, theirs)
    >>> [source for _, source, _ in merged.cells], merged.taken, merged.kept
    (['A, better', 'x = 1', 'y = 2', 'mine'], 1, ())
    """
    cells: list[Cell] = []
    kept: list[str] = []
    taken = 0
    for before, mine, new in _chunks(list(base), list(ours), list(theirs)):
        if mine in (before, new):
            taken += len(new) if mine != new else 0
            cells += new
            continue
        cells += mine
        if new != before:
            kept += [_first_line(source) for _, source, _ in mine] or ["(a cell that was removed)"]
    return Merged(tuple(cells), taken, tuple(kept))


def _chunks(
    base: list[Cell], ours: list[Cell], theirs: list[Cell]
) -> Iterator[tuple[list[Cell], list[Cell], list[Cell]]]:
    """Walk through the three versions, from one cell that all share to the next."""
    in_ours, in_theirs = _matches(base, ours), _matches(base, theirs)
    start = (0, 0, 0)
    for place in sorted(in_ours.keys() & in_theirs.keys()):
        here = (place, in_ours[place], in_theirs[place])
        yield base[start[0] : here[0]], ours[start[1] : here[1]], theirs[start[2] : here[2]]
        shared = [base[place]]
        yield shared, shared, shared
        start = (here[0] + 1, here[1] + 1, here[2] + 1)
    yield base[start[0] :], ours[start[1] :], theirs[start[2] :]


def _matches(base: list[Cell], other: list[Cell]) -> dict[int, int]:
    """Find the cells of one version in another, in order."""
    blocks = SequenceMatcher(None, base, other, autojunk=False).get_matching_blocks()
    return {block.a + step: block.b + step for block in blocks for step in range(block.size)}


def _first_line(source: str) -> str:
    """Return the first line of a cell that says something."""
    return next((line for line in source.splitlines() if line.strip()), "(an empty cell)")


def cells(notebook: Any) -> list[Cell]:
    """
    Return the cells of a notebook as far as a person writes them.

    Parameters
    ----------
    notebook : NotebookNode
        Any notebook.

    Returns
    -------
    list of (kind, source, tags)
        In order.
    """
    return [(cell.cell_type, cell.source, " ".join(cell.metadata.get("tags", []))) for cell in notebook.cells]


def upgrade(notebook: Path, base: Path, template: Any) -> tuple[Any, Merged]:
    """
    Merge today's template into a notebook; nothing is written.

    Parameters
    ----------
    notebook : Path
        The case's notebook.
    base : Path
        Where the template that it was made from is kept.
    template : NotebookNode
        Today's template, filled in for the case.

    Returns
    -------
    tuple of NotebookNode and Merged
        The merged notebook, without outputs, and what was taken and kept.

    Raises
    ------
    CaseError
        If the case was not made from the template.
    """
    if not base.is_file():
        raise CaseError(
            f"{notebook.name} was not made from the template: {base.name} is not in its case's folder.",
            hint="Only a case made by `edubalance new` can be upgraded.",
        )
    kept_base: list[Cell] = [
        (kind, source, tags) for kind, source, tags in json.loads(base.read_text(encoding="utf-8"))
    ]
    ours: Any = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
    merged = merge(kept_base, cells(ours), cells(template))
    ours.cells = [_cell(*cell) for cell in merged.cells]
    return ours, merged


def _cell(kind: str, source: str, tags: str) -> Any:
    """Make a cell again; it has no outputs."""
    made: Any = nbformat.v4.new_code_cell(source) if kind == "code" else nbformat.v4.new_markdown_cell(source)  # type: ignore[no-untyped-call]
    if tags:
        made.metadata["tags"] = tags.split()
    return made
