"""What a user has set for other work changes nothing: files of Matplotlib, IPython and Jupyter, environment, locale."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest
import settings as machines

from edubalance.runs import checks, files, outputs, server
from edubalance.runs.execute import execute
from edubalance.runs.normalise import read
from edubalance.runs.request import Request

# Text that hangs on a locale, a frame that hangs on options, a figure that hangs on Matplotlib's settings.
CELLS = (
    "import sys\nimport matplotlib as mpl\nimport pandas as pd\nfrom edubalance import figures\n"
    "from edubalance.export import Page",
    "print(sorted({'i', 'I', 'ı', '学', '校'}), 'I'.lower(), f'{1234567.891:,.2f}', f'{-0.5:n}')\n"
    "print(mpl.rcParams['lines.linewidth'], mpl.rcParams['font.family'], mpl.rcParams['axes.unicode_minus'])",
    "pd.DataFrame({'学校': ['长' * 40] * 3, 'value': [1 / 3, -2e6, 3.0], **{f'column {n}': n for n in range(12)}})",
    "gaps = pd.DataFrame({'group': 'primary', 'pupil_share': [0, 0.5, 1], 'resource_share': [0, 0.25, 1]})\n"
    "fig, ax = figures.figure(height=3)\n"
    "figures.lorenz(gaps, ax).set_title('差异 −1.5')\nax.set_xlim(-1, 1)\n"
    "page = Page('one', kind='twin', lang='zh')\npage.show(fig, '01_lorenz', 'A curve.', gaps)\npage.finish()",
    "import matplotlib.pyplot as plt\nplt.plot([-1, 2], [3, -4])\nplt.show()",
)


def made(project: Path, name: str) -> Request:
    """Execute the notebook in an ordinary kernel, which inherits what stands in this process's environment."""
    request = Request("one", project / "notebooks" / "one.ipynb", project / "build" / name)
    (outcome,) = execute([request], kind="ordinary", timeout=120)
    assert outcome.failure is None, outcome.failure
    return request


def drifts(plain: Request, other: Request) -> list[str]:
    """Compare two runs as a run is compared with its reference."""
    text = outputs.compare(read(plain.executed), read(other.executed))
    return [str(drift) for drift in [*text, *files.compare(plain.figures, other.figures)]]


def startup(folder: Path) -> dict[str, str]:
    """Set start-up files of Python and IPython, and a configuration of its kernels."""
    profile = folder / "profile_default"
    (profile / "startup").mkdir(parents=True)
    code = "import pandas as pd\npd.set_option('display.precision', 1)\npd.set_option('display.max_columns', 2)\n"
    (profile / "startup" / "00.py").write_text(code + "import matplotlib as mpl\nmpl.rcParams['lines.linewidth'] = 9\n")
    (profile / "ipython_kernel_config.py").write_text("c.InteractiveShellApp.exec_lines = ['print = None']\n")
    (folder / "startup.py").write_text(code)
    return {"IPYTHONDIR": str(folder), "PYTHONSTARTUP": str(folder / "startup.py")}


def matplotlib_file(folder: Path) -> dict[str, str]:
    """Set a file of Matplotlib's settings."""
    (folder / "matplotlibrc").write_text(machines.MATPLOTLIBRC, encoding="utf-8")
    return {"MATPLOTLIBRC": str(folder), "MPLBACKEND": "svg"}


def jupyter_files(folder: Path) -> dict[str, str]:
    """Set another kernel named python3, and a configuration of kernels."""
    kernel = folder / "kernels" / "python3"
    kernel.mkdir(parents=True)
    (kernel / "kernel.json").write_text(json.dumps({"argv": ["false"], "display_name": "mine", "language": "python"}))
    for name in ("jupyter_config.py", "jupyter_nbclient_config.py"):
        (folder / name).write_text("c.NotebookClient.timeout = 0\nc.KernelManager.transport = 'none'\n")
    return dict.fromkeys(("JUPYTER_PATH", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR"), str(folder))


@pytest.fixture
def plain(project, write):
    """Execute the notebook as this machine does."""
    write("one", *CELLS)
    return made(project, "plain")


def theirs(folder: Path) -> dict[str, str]:
    """Set all the files that a user may have."""
    parts = {part.__name__: folder / part.__name__ for part in (matplotlib_file, startup, jupyter_files)}
    for part in parts.values():
        part.mkdir()
    return {
        **matplotlib_file(parts["matplotlib_file"]),
        **startup(parts["startup"]),
        **jupyter_files(parts["jupyter_files"]),
    }


TURKISH = {
    "LC_ALL": "tr_TR.UTF-8",
    "TZ": "Asia/Shanghai",
    "PYTHONHASHSEED": "17",
    "COLUMNS": "20",
    "TERM": "dumb",
    "NO_COLOR": "1",
    "PYTHONWARNINGS": "always",
}
CHINESE = {"LC_ALL": "zh_CN.GB18030", "LANGUAGE": "zh", "EDUBALANCE_LANG": "zh", "PYTHONUTF8": "0"}
POSIX = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONHASHSEED": "0"}


def test_what_a_user_has_set_changes_nothing(project, plain, tmp_path, monkeypatch):
    found = {}
    settings = {"files": theirs(tmp_path), "Turkish": TURKISH, "Chinese": CHINESE, "POSIX": POSIX}
    for name, setting in settings.items():
        with monkeypatch.context() as patched:
            for variable, value in setting.items():
                patched.setenv(variable, value)
            found[name] = drifts(plain, made(project, name))
    assert found == {name: [] for name in settings}


@pytest.mark.skipif(not server.available(), reason="this system cannot fork")
def test_a_forked_kernel_takes_nothing_of_it_either(project, plain, quick, tmp_path, monkeypatch):
    server.stop()
    for variable, value in {**theirs(tmp_path), **TURKISH}.items():
        monkeypatch.setenv(variable, value)
    request = Request("one", project / "notebooks" / "one.ipynb", project / "build" / "forked")
    (outcome,) = execute([request], kind="forked", timeout=120)
    server.stop()
    assert outcome.failure is None, outcome.failure
    assert drifts(plain, request) == []


def test_the_kernels_of_nbval_take_nothing_of_it_either(project, tmp_path, monkeypatch, capfd):
    for variable, value in theirs(tmp_path).items():
        monkeypatch.setenv(variable, value)
    code = "import os; print(*(os.environ[name] for name in ('MATPLOTLIBRC', 'IPYTHONDIR', 'PYTHONSTARTUP')), sep='|')"
    assert checks._tool("nbval", "notebooks", "-c", code).check(tmp_path / "scratch")
    file, folder, start = capfd.readouterr().out.strip().split("|")
    assert Path(file).read_text(encoding="utf-8").startswith("#")
    assert Path(folder).parent == tmp_path / "scratch"
    assert start == ""


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="the settings are of x86 processors")
def test_the_settings_of_other_processors_take_effect():
    found = []
    for setting in ({}, *machines.processors().values()):
        asked = [sys.executable, machines.__file__, "--kernel"]
        told = subprocess.run(asked, env={**os.environ, **setting}, capture_output=True, text=True, check=True)
        found.append(told.stdout)
        assert told.stderr == ""
    assert "Haswell" in found[1]
    assert found[2].endswith("NumPy baseline")
    assert len(set(found[1:])) == 2


def test_no_setting_of_a_processor_stands_in_the_package():
    text = "".join(file.read_text(encoding="utf-8") for file in Path(server.__file__).parents[1].rglob("*.py"))
    assert "CORETYPE" not in text
    assert "NPY_" not in text
