"""A small project with small notebooks, in a temporary folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from edubalance import paths
from edubalance.runs import server

Write = Callable[..., Path]

LINES = (
    "import pandas as pd\nimport matplotlib.pyplot as plt\nfrom edubalance import paths, results",
    'folder = paths.figures("lines")\nfolder.mkdir(parents=True, exist_ok=True)\nfound = results.Results()',
    'frame = pd.DataFrame({"school": ["A", "学校"], "value": [1.5, 2.25]})\nprint("year", year)\nframe',
    'print(found.add("value.mean", frame["value"].mean(), unit="ratio"))',
    'figure, ax = plt.subplots(figsize=(2, 2))\nax.bar(frame["school"].str[:1].replace("学", "B"), frame["value"])\n'
    'figure.savefig(folder / "01_bars.png", metadata={"Software": None})\nplt.show()',
    'frame.to_csv(folder / "01_bars.csv", index=False)\nresults.write(found, folder / "results.csv")',
)


def notebook(*cells: str, parameters: str = "year = 2023") -> nbformat.NotebookNode:
    """Make a notebook that has not been run."""
    first = new_code_cell(parameters, metadata={"tags": ["parameters"]})
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [new_markdown_cell("# Title"), first, *map(new_code_cell, cells)]
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a project with no case and no notebook."""
    for folder in ("cases", "notebooks"):
        (tmp_path / folder).mkdir()
    monkeypatch.setenv(paths.PROJECT_VARIABLE, str(tmp_path))
    monkeypatch.delenv(paths.FIGURES_VARIABLE, raising=False)
    return tmp_path


@pytest.fixture
def write(project: Path) -> Write:
    """Give a function that adds a notebook to the project."""

    def add(name: str, *cells: str, parameters: str = "year = 2023") -> Path:
        file = project / "notebooks" / f"{name}.ipynb"
        nbformat.write(notebook(*cells, parameters=parameters), file)
        return file

    return add


@pytest.fixture
def lines(write: Write) -> Path:
    """Add the notebook ``lines``: text, a frame, a named result, a figure and its numbers."""
    return write("lines", *LINES)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let fork servers import no more than what a kernel is made of: they are warm at once."""
    monkeypatch.setenv(server.WARM_VARIABLE, "ipykernel.kernelapp,ipykernel.ipkernel,edubalance.paths,numpy")
