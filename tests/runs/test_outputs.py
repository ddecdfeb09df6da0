from __future__ import annotations

import io
from base64 import b64encode

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from nbval.plugin import IPyNbFile
from PIL import Image

from edubalance.runs import outputs

NEVER = "never run, or its outputs were cleared → run. Hint: edubalance accept makes a run the reference."


def notebook(*cells):
    return new_notebook(cells=[new_code_cell(source, execution_count=1, outputs=out) for source, out in cells])


def text(value):
    return [new_output("execute_result", {"text/plain": value}, execution_count=1)]


def printed(*pieces):
    return [new_output("stream", name="stdout", text=piece) for piece in pieces]


def test_what_is_left_out_of_the_comparison_is_what_nbval_leaves_out(request, tmp_path):
    file = tmp_path / "empty.ipynb"
    nbformat.write(new_notebook(), file)
    assert set(IPyNbFile.from_parent(request.session, path=file).skip_compare) == set(outputs.SKIPPED)


def test_equal_outputs_have_no_drift_however_the_text_was_cut_in_pieces():
    committed = notebook(("a", text("1")), ("b", printed("one\ntwo\n")))
    executed = notebook(("a", text("1")), ("b", printed("one\n", "two\n")))
    assert outputs.compare(committed, executed) == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(
            text("mean\n1.50"),
            text("mean\n1.51"),
            "output: code cell 1, text/plain: 1.50 → 1.51",
            id="the first line that differs",
        ),
        pytest.param(printed("2017-04-19\n"), printed("2012-01-20\n"), "2017-04-19 → 2012-01-20", id="dates count"),
        pytest.param(text("1"), [], "output: code cell 1: text/plain → no output", id="an output is gone"),
        pytest.param([], printed("x"), "output: code cell 1: no output → stdout", id="an output is new"),
        pytest.param(text("1") + text("2"), text("1"), "text/plain | text/plain → text/plain", id="one output fewer"),
    ],
)
def test_a_drift_says_what_moved_from_what_to_what(before, after, expected):
    (drift,) = outputs.compare(notebook(("a", before)), notebook(("a", after)))
    assert expected in str(drift)


def shown(*pixels: int, alt: str = "A bar.", level: int = 9):
    """Show a white picture with some black pixels."""
    picture = Image.new("RGB", (60, 40), "white")
    for place in pixels:
        picture.putpixel((place, 20), (0, 0, 0))
    content = io.BytesIO()
    picture.save(content, format="PNG", compress_level=level)
    data = {"image/png": b64encode(content.getvalue()).decode(), "text/plain": "<Image>"}
    return new_output("display_data", data, metadata={"image/png": {"alt": alt}})


def test_a_picture_shown_is_compared_as_it_is_seen():
    assert outputs.compare(notebook(("a", [shown(5, 6)])), notebook(("a", [shown(5, 6, level=0)]))) == []
    (drift,) = outputs.compare(notebook(("a", [shown(5), shown(5, 6)])), notebook(("a", [shown(5), shown(5, 7)])))
    said = "2 pixels differ, by up to 255/255, within columns 6–7, rows 20–20"
    assert str(drift) == f"picture: code cell 1, picture 2: as committed → {said}"


def test_another_text_for_who_cannot_see_the_picture_is_a_drift():
    (drift,) = outputs.compare(notebook(("a", [shown(5)])), notebook(("a", [shown(5, alt="Two bars.")])))
    assert str(drift) == 'output: code cell 1, picture 1, metadata: {"alt": "A bar."} → {"alt": "Two bars."}'


def test_what_is_no_picture_is_a_drift_and_no_error():
    broken = shown(5)
    broken["data"]["image/png"] = "no picture"
    (drift,) = outputs.compare(notebook(("a", [broken])), notebook(("a", [shown(5)])))
    assert "cannot be decoded" in str(drift)


def test_a_cell_marked_for_nbval_to_ignore_is_ignored_here_too():
    source = "# NBVAL_IGNORE_OUTPUT\na"
    assert outputs.compare(notebook((source, text("1"))), notebook((source, text("2")))) == []


def test_a_committed_cell_that_was_never_run_is_not_a_reference():
    committed = notebook(("a", text("1")), ("b", []))
    committed.cells[1].execution_count = None
    (drift,) = outputs.compare(committed, notebook(("a", text("1")), ("b", text("2"))))
    assert str(drift) == f"notebook: code cell 2: {NEVER}"


def test_a_notebook_that_was_never_run_is_one_drift():
    committed = new_notebook(cells=[new_code_cell("1 + 1"), new_code_cell("2 + 2")])
    (drift,) = outputs.compare(committed, notebook(("1 + 1", text("2")), ("2 + 2", text("4"))))
    assert str(drift) == f"notebook: all code cells: {NEVER}"


def test_a_cell_more_or_fewer_is_a_drift():
    one, two = notebook(("a", [])), notebook(("a", []), ("b", []))
    assert str(outputs.compare(one, two)[0]) == "notebook: code cell 2: (absent) → present"
    assert str(outputs.compare(two, one)[0]) == "notebook: code cell 2: present → (absent)"
