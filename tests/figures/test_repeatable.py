"""A figure drawn twice is the same, whatever the reader's session has set, and takes nothing from it."""

from __future__ import annotations

import io
import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pytest
import seaborn as sns
from figures.test_every_figure import DRAWINGS, drawn, everyone
from settings import MATPLOTLIBRC

from edubalance.figures import style


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> dict[str, object]:
    """Read the settings that a user may have made, all but those of programs and windows."""
    file = tmp_path_factory.mktemp("theirs") / "matplotlibrc"
    file.write_text(MATPLOTLIBRC, encoding="utf-8")
    return {name: value for name, value in mpl.rc_params_from_file(file, False, False).items() if name != "backend"}


def as_svg(drawing) -> bytes:
    fig, _, _ = drawn(drawing, "en")
    held = io.BytesIO()
    with style.context():
        fig.draw_without_rendering()
        fig.savefig(held, format="svg", metadata={"Date": None})
    return held.getvalue()


@everyone
def test_it_takes_no_random_numbers_and_draws_the_same_bytes_in_a_session_with_a_theme(drawing, hostile):
    np.random.seed(0)  # noqa: NPY002 - the state that seaborn's jitter and bars would draw from
    first = as_svg(drawing)
    with mpl.rc_context():
        sns.set_theme(context="poster", style="darkgrid", palette="pastel")
        mpl.rcParams.update(hostile)
        second = as_svg(drawing)
    assert second == first
    assert np.random.random() == pytest.approx(0.5488135)  # noqa: NPY002 - the first number of seed 0


@pytest.mark.parametrize("name", [name for name, drawing in DRAWINGS.items() if "rows" in drawing.size])
def test_a_row_chart_shows_no_column_name_beside_the_names_of_its_rows(name):
    _, ax, _ = drawn(DRAWINGS[name], "en")
    assert ax.get_ylabel() == ("school left out" if name == "influence" else "")


def test_the_package_is_imported_without_its_figures():
    look = "import sys, edubalance; print(sorted({'matplotlib', 'pandas', 'seaborn'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
