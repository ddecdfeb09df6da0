"""Three versions of a notebook are merged cell by cell; nothing that a person wrote is lost."""

from __future__ import annotations

import json

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edubalance.errors import CaseError
from edubalance.scaffold.upgrade import cells, merge, upgrade


def code(*sources):
    return [("code", source, "") for source in sources]


def sources(merged):
    return [source for _, source, _ in merged.cells]


def test_what_only_the_template_changed_is_taken():
    merged = merge(code("a", "b", "c"), code("a", "b", "c"), code("a", "b2", "c", "d"))
    assert sources(merged) == ["a", "b2", "c", "d"]
    assert (merged.taken, merged.kept) == (2, ())


def test_what_only_the_user_changed_stays():
    merged = merge(code("a", "b", "c"), code("a", "mine", "b", "c!"), code("a", "b", "c"))
    assert sources(merged) == ["a", "mine", "b", "c!"]
    assert (merged.taken, merged.kept) == (0, ())


def test_changes_in_different_places_come_together():
    merged = merge(code("a", "b", "c"), code("a!", "b", "c"), code("a", "b", "c2"))
    assert sources(merged) == ["a!", "b", "c2"]


def test_where_both_changed_the_users_cell_stays_and_is_named():
    merged = merge(code("a", "b", "c"), code("a", "# mine\nb", "c"), code("a", "b2", "c"))
    assert sources(merged) == ["a", "# mine\nb", "c"]
    assert (merged.taken, merged.kept) == (0, ("# mine",))


def test_a_cell_that_the_user_removed_and_the_template_changed_stays_removed_and_is_named():
    merged = merge(code("a", "b", "c"), code("a", "c"), code("a", "b2", "c"))
    assert sources(merged) == ["a", "c"]
    assert merged.kept == ("(a cell that was removed)",)


def test_the_same_change_on_both_sides_is_no_conflict():
    merged = merge(code("a", "b"), code("a", "b2"), code("a", "b2"))
    assert sources(merged) == ["a", "b2"]
    assert (merged.taken, merged.kept) == (0, ())


NOTEBOOKS = st.lists(st.sampled_from("abcdef"), max_size=8).map(lambda letters: code(*letters))


@given(NOTEBOOKS, NOTEBOOKS)
def test_an_untouched_notebook_becomes_the_new_template(base, theirs):
    assert list(merge(base, base, theirs).cells) == theirs


@given(NOTEBOOKS, NOTEBOOKS)
def test_an_unchanged_template_leaves_the_notebook_as_it_is(base, ours):
    merged = merge(base, ours, base)
    assert list(merged.cells) == ours
    assert merged.taken == 0
    assert merged.kept == ()


@given(NOTEBOOKS, NOTEBOOKS, st.lists(st.sampled_from(["mine 1", "mine 2"]), unique=True, max_size=2))
def test_no_cell_that_the_user_added_is_lost(base, theirs, added):
    ours = base + code(*added)
    assert [source for source in sources(merge(base, ours, theirs)) if source.startswith("mine")] == added


def test_a_notebook_keeps_its_cell_of_parameters(tmp_path):
    template = nbformat.v4.new_notebook()
    template.cells = [nbformat.v4.new_code_cell("lang = 'en'"), nbformat.v4.new_code_cell("x = 2")]
    template.cells[0].metadata["tags"] = ["parameters"]
    mine = nbformat.v4.new_notebook()
    mine.cells = [nbformat.v4.new_code_cell("lang = 'en'"), nbformat.v4.new_code_cell("x = 1")]
    mine.cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(mine, tmp_path / "mine.ipynb")
    (tmp_path / "template.json").write_text(json.dumps(cells(mine)), encoding="utf-8")
    merged, report = upgrade(tmp_path / "mine.ipynb", tmp_path / "template.json", template)
    assert [cell.source for cell in merged.cells] == ["lang = 'en'", "x = 2"]
    assert merged.cells[0].metadata["tags"] == ["parameters"]
    assert report.taken == 1


def test_a_case_that_was_not_made_from_the_template_is_refused(tmp_path):
    nbformat.write(nbformat.v4.new_notebook(), tmp_path / "own.ipynb")
    with pytest.raises(CaseError, match=r"own.ipynb was not made from the template.*Only a case made by"):
        upgrade(tmp_path / "own.ipynb", tmp_path / "template.json", nbformat.v4.new_notebook())
