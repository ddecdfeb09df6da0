"""Rules that a notebook keeps, so that it is read as a text and not as a program."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

from edubalance.runs import normalise

CODE_CELLS = 20
LINES = 12

_DEFINITION = re.compile(r"^\s*(async\s+def|def|class)\s", re.MULTILINE)


def faults(notebook: Path) -> list[str]:
    """
    Return what breaks the rules: too many cells, long cells, definitions, no or several cells of parameters.

    Parameters
    ----------
    notebook : Path
        The notebook.

    Returns
    -------
    list of str
        One sentence a fault.
    """
    code = [cell for cell in normalise.read(notebook).cells if cell.cell_type == "code"]
    tagged = sum("parameters" in cell.metadata.get("tags", []) for cell in code)
    found = []
    if len(code) > CODE_CELLS:
        found.append(f"{len(code)} code cells; at most {CODE_CELLS}.")
    if tagged != 1:
        found.append(f"{tagged} cells tagged 'parameters'; exactly one.")
    for number, cell in enumerate(code, start=1):
        lines = len(cell.source.splitlines())
        if lines > LINES:
            found.append(f"code cell {number} has {lines} lines; at most {LINES}.")
        if _DEFINITION.search(cell.source):
            found.append(f"code cell {number} defines a function or class; put it into the package.")
    return [f"{notebook.name}: {fault}" for fault in found]


def main(files: Sequence[str]) -> int:
    """
    Check notebooks and print their faults.

    Parameters
    ----------
    files : sequence of str
        Paths of notebooks.

    Returns
    -------
    int
        1 if there is a fault, else 0.
    """
    found = [fault for file in files for fault in faults(Path(file))]
    sys.stdout.writelines(f"{fault}\n" for fault in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
