"""
Nothing hangs on the last digits: notebooks run again with every measure, indicator, drawn and named number disturbed.

What stays as it is: whole numbers, which are counted exactly, and what the tables themselves say, which is read from
decimals and not computed. Limits and thresholds are disturbed in what is drawn, not in the standard's own files.
"""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from edubalance import paths
from edubalance.runs import files
from edubalance.runs.execute import execute
from edubalance.runs.naming import notebooks
from edubalance.runs.request import Request

HERE = Path(__file__).parent
SEEDS = (1, 2, 3)


def python(code: str) -> str:
    """Run code in a process of its own, the tests' helpers at hand."""
    start = f"import sys\nsys.path.insert(0, {str(HERE)!r})\n"
    done = subprocess.run([sys.executable, "-c", start + textwrap.dedent(code)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_hook_reaches_imported_names_tables_and_partials_and_catches_a_float_that_is_a_key(tmp_path):
    (tmp_path / "edubalance_planted.py").write_text(
        "import numpy as np\ndef distances():\n    return np.array([0.3] * 200)\n"
    )
    (tmp_path / "edubalance_reader.py").write_text(
        "from functools import partial\nimport numpy as np\nfrom edubalance import rounding\n"
        "from edubalance_planted import distances\nTABLE, PART = {'d': distances}, partial(distances)\n"
        "def groups(found=distances):\n"
        "    return [np.unique(each()).size for each in (distances, TABLE['d'], PART, found)]\n"
        "def mended():\n    return np.unique(rounding.tied(distances())).size\n"
    )
    said = python(f"""
        sys.path.insert(0, {str(tmp_path)!r})
        import edubalance_planted, edubalance_reader as reader, perturbation
        print(reader.groups(), reader.mended())
        held = perturbation.install(1, planted="edubalance_planted")
        print(min(reader.groups()) > 1, reader.mended(), held.moved > 0)
    """)
    assert said.splitlines() == ["[1, 1, 1, 1] 1", "True 1 True"]


def test_measures_called_by_assessment_are_disturbed_and_the_assessment_of_a_county_says_the_same():
    said = python("""
        import numpy as np, pandas as pd, perturbation
        from edubalance import assessment, cases, intake, standards, tables
        from edubalance.assessment import inequality, limits, permitted, room
        case = cases.load("weishan")
        read, rules = intake.read_case(case), standards.load(case.standard)
        def everything():
            judged = assessment.assess(read, rules)
            now = judged.of(case.years[-1])
            school = now.section_verdicts["school_id"].iloc[0]
            printed = [repr(make(now, kind="twin")) for make in (tables.coefficients, tables.gaps, tables.items)]
            frames = [now.sections, now.counties, now.section_verdicts, now.items, now.composites,
                      limits.decisive([judged]), permitted.fifths(now), room.under_growth(now, (0.0, 5.0, 10.0))]
            return printed, frames
        before = everything()
        held = perturbation.install(5)
        after = everything()
        assert held.moved > 1000, held.moved
        assert before[0] == after[0]
        changed = 0
        for old, new in zip(before[1], after[1], strict=True):
            pd.testing.assert_frame_equal(old, new, rtol=1e-9)
            changed += int(not old.equals(new))
        print(changed > 0)
    """)
    assert said.strip() == "True"


def disturbed(source: Path, target: Path, seed: int) -> None:
    """Write a notebook that begins by disturbing what it will compute."""
    notebook = nbformat.read(source, as_version=4)
    code = f"import sys\nsys.path.insert(0, {str(HERE)!r})\nimport perturbation\n_ = perturbation.install({seed})"
    notebook.cells.insert(0, new_code_cell(code))
    nbformat.write(notebook, target)


def said(notebook: Path, first: int) -> list[list[str]]:
    """Return what the code cells say from the first one on."""
    cells = [cell for cell in nbformat.read(notebook, as_version=4).cells if cell.cell_type == "code"][first:]
    texts = ({"text/plain": each.get("text", "")} | each.get("data", {}) for cell in cells for each in cell.outputs)
    return [[str(text) for kind, text in each.items() if not kind.startswith("image")] for each in texts]


@pytest.mark.proof
@pytest.mark.parametrize("name", notebooks(()))
def test_a_notebook_with_disturbed_last_digits_says_and_draws_the_same(name, tmp_path):
    source = paths.notebook(name)
    requests = [Request("plain", source, tmp_path / "plain")]
    for seed in SEEDS:
        (tmp_path / f"seed{seed}.ipynb").touch()
        disturbed(source, tmp_path / f"seed{seed}.ipynb", seed)
        requests.append(Request(f"seed{seed}", tmp_path / f"seed{seed}.ipynb", tmp_path / f"run{seed}"))
    for request in requests:
        request.folder.mkdir()
    assert [str(outcome.failure) for outcome in execute(requests) if outcome.failure] == []
    plain, *others = requests
    for other in others:
        assert said(other.executed, 1) == said(plain.executed, 0)
        assert files.compare(plain.figures / name, other.figures / name) == []
