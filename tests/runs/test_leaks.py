"""Nothing of one notebook reaches the next, though both are forked from the same process."""

from __future__ import annotations

from dataclasses import replace

import pytest
from runs.batches import plan, printed, run

from edubalance.runs import server
from edubalance.runs.task import perform

pytestmark = [
    pytest.mark.usefixtures("quick"),
    pytest.mark.skipif(not server.available(), reason="this system cannot fork"),
]

# What the first notebook leaves behind, and how the second looks for it.
LEAVES = """
import builtins, json, locale, logging, os, random, sys, threading, warnings
import numpy as np
json.left, builtins.left, sys.modules["left"] = 1, 1, json
np.random.seed(1); random.seed(1)
np.seterr(all="raise"); np.set_printoptions(precision=2)
os.environ["LEFT"] = "1"; os.environ["EDUBALANCE_FIGURES"] = "elsewhere"
os.chdir("/"); os.umask(0o777)
handle = open(__file__ if "__file__" in dir() else "/proc/self/status"); os.dup2(handle.fileno(), 199)
sys.path.insert(0, "/left"); sys.setrecursionlimit(777)
warnings.simplefilter("error"); logging.basicConfig(level="DEBUG")
threading.Thread(target=threading.Event().wait, daemon=True).start()
""".strip()
LOOKS = """
import builtins, json, logging, os, random, sys, threading, warnings
import numpy as np
print("modules", hasattr(json, "left"), hasattr(builtins, "left"), "left" in sys.modules)
print("names", "handle" in dir(), "left" in dir())
print("numpy", np.geterr()["divide"], np.get_printoptions()["precision"])
print("environment", os.environ.get("LEFT"), os.environ["EDUBALANCE_FIGURES"].endswith("figures"))
print("folder", os.path.basename(os.getcwd()), oct(os.umask(0o022)))
print("files", os.path.exists("/proc/self/fd/199"))
print("python", "/left" in sys.path, sys.getrecursionlimit() == 777, logging.root.level == 10)
print("random", random.random(), np.random.random())
""".strip()
CLEAN = (
    "modules False False False",
    "names False False",
    "numpy warn 8",
    "environment None True",
    "folder notebooks 0o22",
    "files False",
    "python False False False",
)


def test_no_state_of_one_notebook_reaches_the_next(project, write):
    write("county", f"if leave:\n{_inside(LEAVES)}\nelse:\n{_inside(LOOKS)}", parameters="leave = False")
    # One at a time, on one server: each is forked after the one before has left what it could.
    rows = ("id,leave", "first,False", "left,True", "second,False", "leftagain,True", "third,False")
    lines = run(project, "county", rows, workers=1)
    assert {line.status for line in lines.values()} == {"done"}
    seen = {name: printed(project, name).splitlines() for name in ("first", "second", "third")}
    for name in seen:
        assert tuple(seen[name][:-1]) == CLEAN
    # The states of random numbers are new in each, and not what `seed(1)` left: random.seed(1) begins with 0.134.
    states = {seen[name][-1] for name in seen}
    assert len(states) == 3
    assert not any("0.13436424411240122" in state for state in states)


def test_the_command_line_is_that_of_an_ordinary_kernel(project, write):
    write("county", "import sys\nprint(sys.argv[0].rsplit('/')[-1], *sys.argv[1:2])\nprint(len(sys.argv))")
    run(project, "county", ("id", "a"))
    forked = printed(project, "a")
    assert forked.startswith("ipykernel_launcher.py -f\n")
    (task,) = plan(project, "county", ("id", "b")).tasks
    assert perform(replace(task, forked=False)).failure is None
    assert printed(project, "b") == forked


def test_settings_of_matplotlib_do_not_reach_the_next(project, write, monkeypatch):
    monkeypatch.setenv(server.WARM_VARIABLE, "ipykernel.kernelapp,ipykernel.ipkernel,numpy,matplotlib.pyplot")
    server.stop()
    code = "from matplotlib import pyplot as plt\n"
    code += "print(plt.rcParams['lines.linewidth'], plt.get_fignums())\n"
    code += "plt.rcParams['lines.linewidth'] = 9; figure = plt.figure()"
    write("county", code)
    run(project, "county", ("id", "a", "b"), workers=1)
    assert printed(project, "a").splitlines()[0] == printed(project, "b").splitlines()[0] == "1.5 []"
    server.stop()


def _inside(code: str) -> str:
    return "\n".join(f"    {line}" for line in code.splitlines())
