"""Compare a notebook's outputs with the committed ones: text by nbval's own comparison, pictures as they are seen."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator
from itertools import zip_longest
from types import SimpleNamespace
from typing import Any

from nbval.plugin import IPyNbCell, coalesce_streams, find_comment_markers, find_metadata_tags, nocolors

from edubalance.runs import raster
from edubalance.runs.drift import Drift, first_difference

# As nbval sets it for every notebook: what its comparison leaves out. Pictures and their texts are compared after it.
SKIPPED = (
    "metadata",
    "traceback",
    "prompt_number",
    "output_type",
    "name",
    "execution_count",
    "application/vnd.jupyter.widget-view+json",
    "image/png",
    "image/jpeg",
)

_PICTURES = ("image/png", "image/jpeg")

_NOT_RUN = "never run, or its outputs were cleared"
_ACCEPT = "edubalance accept makes a run the reference."


def compare(committed: Any, executed: Any) -> list[Drift]:
    """
    Compare all code cells of two notebooks.

    Parameters
    ----------
    committed, executed : NotebookNode
        The reference and the run.

    Returns
    -------
    list of Drift
        In the order of the cells; at most one a cell, as nbval reports it.
    """
    cells = _code_cells(committed)
    if cells and all(cell.execution_count is None for cell in cells):
        return [Drift("notebook", "all code cells", _NOT_RUN, "run", _ACCEPT)]
    drifts = []
    pairs = zip_longest(cells, _code_cells(executed))
    for number, (reference, cell) in enumerate(pairs, start=1):
        where = f"code cell {number}"
        if reference is None or cell is None:
            drifts.append(Drift("notebook", where, _state(reference), _state(cell)))
        elif reference.execution_count is None and reference.source.strip():
            drifts.append(Drift("notebook", where, _NOT_RUN, "run", _ACCEPT))
        elif _is_compared(reference):
            drifts.extend(_compare_cell(where, reference.outputs, cell.outputs))
    return drifts


def _code_cells(notebook: Any) -> list[Any]:
    """Return the code cells."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _state(cell: Any) -> str:
    """Say whether there is a cell."""
    return "(absent)" if cell is None else "present"


def _is_compared(cell: Any) -> bool:
    """Tell whether nbval would compare the cell's outputs; marks in comments go before tags."""
    options = {"check": True, **dict(find_metadata_tags(cell.metadata)), **dict(find_comment_markers(cell.source))}
    return bool(options["check"]) and not options.get("skip", False)


def _compare_cell(where: str, reference: list[Any], outputs: list[Any]) -> list[Drift]:
    """Compare the outputs of one cell."""
    comparison = _Comparison()
    test, ref = coalesce_streams(outputs), coalesce_streams(reference)
    if IPyNbCell.compare_outputs(comparison, test, ref):
        return _compare_pictures(where, ref, test)
    if comparison.unequal is None:
        return [Drift("output", where, _kinds(ref), _kinds(test))]
    key, before, after = comparison.unequal
    return [Drift("output", f"{where}, {key}", *first_difference(str(before), str(after)))]


def _compare_pictures(where: str, reference: list[Any], outputs: list[Any]) -> list[Drift]:
    """Compare the pictures that a cell shows, and the texts that stand for them, in their order."""
    before, after = list(_pictures(reference)), list(_pictures(outputs))
    if len(before) != len(after):
        return [Drift("output", where, f"{len(before)} pictures", f"{len(after)} pictures")]
    for number, ((old, said), (new, says)) in enumerate(zip(before, after, strict=True), start=1):
        what = f"{where}, picture {number}"
        if said != says:
            return [Drift("output", f"{what}, metadata", *first_difference(said, says))]
        if found := raster.difference(old, new):
            return [Drift("picture", what, *found)]
    return []


def _pictures(outputs: list[Any]) -> Iterator[tuple[bytes, str]]:
    """Yield each picture with its metadata; what is no base64 is no picture either."""
    for output in outputs:
        for kind in _PICTURES:
            if kind in output.get("data", {}):
                stated = output.get("metadata", {}).get(kind, {})
                yield _decoded(output["data"][kind]), json.dumps(stated, ensure_ascii=False, sort_keys=True)


def _decoded(text: str) -> bytes:
    """Decode base64; give what is none as it is, for the picture's decoder to refuse."""
    try:
        return b64decode(text)
    except ValueError:
        return text.encode()


def _kinds(outputs: list[Any]) -> str:
    """Name the kinds of a cell's outputs."""
    names = [", ".join(output.get("data", {}).keys()) or output.get("name", output.output_type) for output in outputs]
    return " | ".join(names) or "no output"


class _Comparison:
    """What nbval's comparison of a cell asks of the cell; remembers the first pair that is unequal."""

    colors = nocolors
    sanitize = IPyNbCell.sanitize

    def __init__(self) -> None:
        self.parent = SimpleNamespace(skip_compare=SKIPPED, sanitize_patterns={})
        self.comparison_traceback: list[str] = []
        self.unequal: tuple[str, Any, Any] | None = None

    def format_output_compare(self, key: str, left: Any, right: Any) -> None:
        """Take note of a pair; nbval would format it for pytest."""
        self.unequal = (key, left, right)
