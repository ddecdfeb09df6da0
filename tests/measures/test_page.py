"""The page of measures names every public function, and no other."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_lists_every_public_measure():
    listed = set(re.findall(r"^- `(\w+)`:", (ROOT / "docs" / "measures.md").read_text(encoding="utf-8"), flags=re.M))
    files = (ROOT / "src" / "edubalance" / "measures").glob("[a-z]*.py")
    public = {
        node.name
        for file in files
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }
    assert listed == public
