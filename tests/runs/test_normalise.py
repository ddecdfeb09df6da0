from __future__ import annotations

import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from edubalance.errors import EdubalanceError
from edubalance.runs import normalise


@pytest.fixture
def executed():
    """Make a notebook as papermill leaves it: with times, paths, versions and random ids."""
    streams = [new_output("stream", name="stdout", text=text) for text in ("one\n", "two\n")]
    cells = [
        new_markdown_cell("# Title"),
        new_code_cell("year = 2023", metadata={"tags": ["parameters"]}, execution_count=1),
        new_code_cell("year = 2022", metadata={"tags": ["injected-parameters"]}, execution_count=2),
        new_code_cell("print('one')\nprint('two')", execution_count=3, outputs=streams),
    ]
    for cell in cells:
        cell.metadata.setdefault("tags", [])
        cell.metadata["papermill"] = {"duration": 0.1, "start_time": "2024-01-01T00:00:00"}
        cell.metadata["execution"] = {"iopub.execute_input": "2024-01-01T00:00:00Z"}
    metadata = {
        "kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"},
        "language_info": {"name": "python", "version": "3.11.7"},
        "papermill": {"input_path": "/home/somebody/notebook.ipynb"},
    }
    return new_notebook(cells=cells, metadata=metadata)


def test_nothing_of_when_where_and_with_which_version_is_left(executed):
    text = normalise.text(normalise.notebook(executed))
    for trace in ("2024", "3.11.7", "somebody", "papermill", "execution_time", "ipykernel", "duration"):
        assert trace not in text
    assert json.loads(text)["metadata"]["kernelspec"]["name"] == "python3"


def test_what_was_computed_is_left(executed):
    normal = normalise.notebook(executed)
    assert [cell.source for cell in normal.cells] == [cell.source for cell in executed.cells]
    assert normal.cells[3].outputs == [new_output("stream", name="stdout", text="one\ntwo\n")]
    assert [cell.get("execution_count") for cell in normal.cells] == [None, 1, 2, 3]
    assert normal.cells[1].metadata == {"tags": ["parameters"]}
    assert normal.cells[0].metadata == {}


def test_ids_tell_the_place_and_the_injected_cell_moves_no_other(executed):
    ids = [cell.id for cell in normalise.notebook(executed).cells]
    assert ids == ["cell-01", "cell-02", "injected-parameters", "cell-03"]
    del executed.cells[2]
    assert [cell.id for cell in normalise.notebook(executed).cells] == ["cell-01", "cell-02", "cell-03"]


def test_the_notebook_given_is_not_changed(executed):
    before = nbformat.writes(executed)
    normalise.notebook(executed)
    assert nbformat.writes(executed) == before


def test_a_normal_form_is_its_own_normal_form(executed, tmp_path):
    first, second = tmp_path / "first.ipynb", tmp_path / "second.ipynb"
    nbformat.write(executed, first)
    normalise.file(first, second)
    normal = second.read_bytes()
    normalise.file(second, second)
    assert second.read_bytes() == normal
    assert normal.endswith(b"}\n")
    nbformat.validate(nbformat.read(second, as_version=4))


@pytest.mark.parametrize("text", ["hello", "{}", "[]", '{"cells": 3, "nbformat": 4}', '{"nbformat": 9}', "\udcff"])
def test_a_file_that_is_no_notebook_is_one_message(tmp_path, text):
    file = tmp_path / "list.ipynb"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(EdubalanceError, match=r"list\.ipynb should be a Jupyter notebook"):
        normalise.read(file)
