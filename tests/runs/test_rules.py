from __future__ import annotations

import nbformat
from nbformat.v4 import new_code_cell

from edubalance.runs import rules


def test_a_short_notebook_without_definitions_keeps_the_rules(lines, capsys):
    assert rules.faults(lines) == []
    assert rules.main([str(lines)]) == 0
    assert capsys.readouterr().out == ""


def test_every_broken_rule_is_named(write, capsys):
    file = write("long", *["pass"] * 20, "\n".join(["pass"] * 13), "if True:\n    def f(): ...", "class A: ...")
    notebook = nbformat.read(file, as_version=4)
    notebook.cells[1].metadata.tags = []
    nbformat.write(notebook, file)
    assert rules.main([str(file)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "long.ipynb: 24 code cells; at most 20.",
        "long.ipynb: 0 cells tagged 'parameters'; exactly one.",
        "long.ipynb: code cell 22 has 13 lines; at most 12.",
        "long.ipynb: code cell 23 defines a function or class; put it into the package.",
        "long.ipynb: code cell 24 defines a function or class; put it into the package.",
    ]


def test_a_word_that_begins_like_a_definition_is_none(write):
    file = write("words", "default = 1\nclassified = 2\nundef = 3")
    nbformat.read(file, as_version=4).cells.append(new_code_cell(""))
    assert rules.faults(file) == []
