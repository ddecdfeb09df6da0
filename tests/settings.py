"""
Reproduce notebooks under settings of other machines and other users: ``python tests/settings.py [NOTEBOOK …]``.

The settings stand in the environment of these runs alone; the package sets none of them.
"""

from __future__ import annotations

import ctypes
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from edubalance import paths
from edubalance.runs import files

# Whose figures drifted by the last digits of a sum, and the one with real schools.
NOTEBOOKS = ("weishan", "ziliujing", "michigan")

# What a Matplotlib of a user in China may be set to, and what would move or break a figure that read it.
MATPLOTLIBRC = """\
font.family: SimHei
axes.unicode_minus: False
text.usetex: True
savefig.bbox: tight
savefig.dpi: 300
svg.fonttype: none
figure.constrained_layout.h_pad: 0.5
figure.facecolor: black
lines.linewidth: 9
axes.grid: True
path.sketch: 1, 100, 2
path.simplify: True
backend: pdf
"""


def processors() -> dict[str, dict[str, str]]:
    """Return settings under which NumPy and OpenBLAS compute as on other processors; none where they do not apply."""
    from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

    found = [name for name in __cpu_dispatch__ if __cpu_features__[name]]
    if platform.machine().lower() not in ("x86_64", "amd64") or not found:
        return {}
    return {
        "kernels of Haswell": {"OPENBLAS_CORETYPE": "Haswell"},
        "kernels of Prescott, no AVX": {"OPENBLAS_CORETYPE": "Prescott", "NPY_DISABLE_CPU_FEATURES": " ".join(found)},
    }


def kernel() -> str:
    """Name the kernel that OpenBLAS has chosen in this process, and what NumPy found of the processor."""
    from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

    found = [name for name in __cpu_dispatch__ if __cpu_features__[name]]
    libraries = sorted(Path(np.__file__).parent.with_name("numpy.libs").glob("*openblas*"))
    name = "unknown"
    if libraries:
        asked = getattr(ctypes.CDLL(str(libraries[0])), "scipy_openblas_get_corename64_", None)
        if asked is not None:
            asked.restype = ctypes.c_char_p
            name = asked().decode()
    return f"OpenBLAS {name}; NumPy {' '.join(found) or 'baseline'}"


def run(name: str, setting: dict[str, str], *command: str) -> bool:
    """Run a command of this Python under a setting, and say how it went."""
    environment = {**os.environ, **setting}
    told = subprocess.run([sys.executable, __file__, "--kernel"], env=environment, capture_output=True, text=True)
    sys.stdout.write(f"\n== {name}: {told.stdout.strip() or told.stderr.strip()}\n")
    sys.stdout.flush()
    well = subprocess.run([sys.executable, *command], env=environment).returncode == 0
    sys.stdout.write(f"== {'equal' if well else 'DIFFERENT'}: {name}\n")
    return well


def hostile(notebook: str) -> bool:
    """Run a notebook as plain nbval does, where the user's Matplotlib is set otherwise, and compare its figures."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "matplotlibrc").write_text(MATPLOTLIBRC, encoding="utf-8")
        setting = {"MATPLOTLIBRC": folder, paths.FIGURES_VARIABLE: folder}
        nbval = ("-m", "pytest", "--quiet", "--nbval", "--nbval-current-env", "-p", "no:cacheprovider")
        well = run("a hostile matplotlibrc, nbval", setting, *nbval, f"notebooks/{notebook}.ipynb")
        drifts = files.compare(paths.reference_figures(notebook), Path(folder) / notebook)
        sys.stdout.writelines(f"{drift}\n" for drift in drifts)
        return run("a hostile matplotlibrc", setting, "-m", "edubalance", "reproduce", notebook) and well and not drifts


def main(notebooks: list[str]) -> int:
    """Run everything; return 1 if anything differs."""
    if notebooks == ["--kernel"]:
        sys.stdout.write(kernel())
        return 0
    chosen = notebooks or list(NOTEBOOKS)
    settings = processors()
    if not settings:
        sys.stdout.write(f"Settings of other x86 processors do not apply to {platform.machine()}.\n")
    went = [run(name, each, "-m", "edubalance", "reproduce", *chosen) for name, each in settings.items()]
    went.append(hostile(chosen[0]))
    sys.stdout.write(f"\n{sum(went)} passed, {len(went) - sum(went)} failed\n")
    return 0 if all(went) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
