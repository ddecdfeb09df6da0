"""Every check of the project, step by step, each told by its name."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from edubalance import paths, storage
from edubalance.runs import files, naming
from edubalance.runs.kernels import environment as kernel_environment


@dataclass(frozen=True)
class Step:
    """
    One step.

    Attributes
    ----------
    name : str
        What to call it.
    groups : tuple of str
        Groups that it belongs to.
    check : callable
        Runs it in the project, with a folder for figures; returns whether all is well.
    """

    name: str
    groups: tuple[str, ...]
    check: Callable[[Path], bool]


def steps() -> tuple[Step, ...]:
    """
    Return all steps, the quick ones first.

    Returns
    -------
    tuple of Step
        In the order in which they run.
    """
    pytest = ("-m", "pytest", "--quiet")
    nbval = ("--nbval", "--nbval-current-env", "-p", "no:cacheprovider", *_TEMPLATES, "notebooks")
    return (
        _tool("ruff: lint", "lint", "-m", "ruff", "check", "."),
        _tool("ruff: format", "lint", "-m", "ruff", "format", "--check", "."),
        _tool("import-linter: direction of imports", "lint", "-c", _LINT_IMPORTS),
        _tool("codespell: spelling", "lint", "-m", "codespell_lib"),
        _tool("numpydoc: docstrings", "lint", "-m", "numpydoc", "lint", *_found("src", "*.py")),
        _tool("yamllint: YAML", "lint", "-m", "yamllint", "--strict", "."),
        _tool("notebooks: short cells, no definitions", "lint", "-m", "edubalance.runs.rules", *_notebooks()),
        _tool("mypy: types", "types", "-m", "mypy", "--strict", "src"),
        _tool("pytest: unit tests", "unit", *pytest, "tests"),
        _tool("pytest: doctests", "unit", *pytest, "--doctest-modules", "src"),
        _tool("pytest: nbval over the notebooks", "notebooks figures", *pytest, *nbval),
        Step("figures: what nbval's run drew", ("notebooks", "figures"), _figures),
    )


# `python -m importlinter` does not exist.
# A template has no outputs to check; `edubalance new` fills it in and runs it.
_TEMPLATES = ("--ignore", "notebooks/template")
_LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def run(groups: Sequence[str]) -> bool:
    """
    Run the steps of some groups, all of them whatever fails, and say how they went.

    Parameters
    ----------
    groups : sequence of str
        ``lint``, ``types``, ``unit``, ``notebooks``, ``figures``.

    Returns
    -------
    bool
        Whether every step passed.
    """
    chosen = [step for step in steps() if set(step.groups) & set(groups)]
    passed: dict[str, bool] = {}
    with storage.folder() as folder:
        for number, step in enumerate(chosen, start=1):
            _say(f"\n== {number}/{len(chosen)} {step.name}")
            began = time.perf_counter()
            passed[step.name] = step.check(folder)
            _say(f"== {'passed' if passed[step.name] else 'FAILED'} in {time.perf_counter() - began:.1f} s")
    _say("")
    for name, well in passed.items():
        _say(f"{'passed' if well else 'FAILED'}  {name}")
    failed = sum(not well for well in passed.values())
    _say(f"{len(passed) - failed} passed, {failed} failed")
    return failed == 0


def _say(line: str) -> None:
    """Write a line at once: the steps write to the same terminal."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _tool(name: str, groups: str, *arguments: str) -> Step:
    """Make a step that runs a tool of this environment in the project."""

    def check(folder: Path) -> bool:
        kernels = kernel_environment(paths.project(), folder, folder) if "notebooks" in groups else {}
        command, environment = [sys.executable, *arguments], {**os.environ, **kernels}
        return subprocess.run(command, cwd=paths.project(), env=environment, check=False).returncode == 0  # noqa: S603

    return Step(name, tuple(groups.split()), check)


def _found(folder: str, pattern: str) -> list[str]:
    """Return the files of a kind below a folder of the project."""
    return sorted(str(file.relative_to(paths.project())) for file in (paths.project() / folder).rglob(pattern))


def _notebooks() -> list[str]:
    """Return all notebooks, without what an editor keeps beside them."""
    return [file for file in _found("notebooks", "*.ipynb") if ".ipynb_checkpoints" not in file]


def _figures(figures: Path) -> bool:
    """Compare what the notebooks drew under nbval, in ordinary kernels, with what is committed."""
    well = True
    for name in naming.notebooks():
        drifts = files.compare(paths.reference_figures(name), figures / name)
        count = sum(1 for file in (figures / name).rglob("*") if file.is_file())
        _say(f"{name}: {count} files, {len(drifts)} differ")
        for drift in drifts:
            _say(f"  {drift}")
        well = well and not drifts
    return well
