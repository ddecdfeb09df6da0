"""What a committed notebook promises to record, it has recorded: a loop over no rows is not passed over in silence."""

import ast
import json
import re

import pandas as pd
import pytest

from edubalance import paths

NOTEBOOKS = sorted(path.stem for path in (paths.project() / "notebooks").glob("*.ipynb"))


def promised(notebook):
    """Return a pattern for the name of every `page.result` of a notebook; what is filled in may be any text."""
    cells = json.loads((paths.project() / "notebooks" / f"{notebook}.ipynb").read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    names = [call.args[0] for call in calls if ast.unparse(call.func) == "page.result"]
    return {_pattern(name) for name in names if isinstance(name, ast.Constant | ast.JoinedStr)}


def _pattern(name):
    parts = [name] if isinstance(name, ast.Constant) else name.values
    return "".join(re.escape(part.value) if isinstance(part, ast.Constant) else ".+" for part in parts)


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_every_result_that_a_notebook_names_is_among_its_results(notebook):
    recorded = pd.read_csv(paths.project() / "figures" / notebook / "results.csv")["name"]
    missing = [pattern for pattern in sorted(promised(notebook)) if not recorded.str.fullmatch(pattern).any()]
    assert missing == []


def test_a_name_that_is_filled_in_matches_what_it_was_filled_with():
    assert re.fullmatch(_pattern(ast.parse("f'cv.{level}.books'", mode="eval").body), "cv.junior.books")
    assert not re.fullmatch(_pattern(ast.parse("'cv.junior'", mode="eval").body), "cv_junior")
