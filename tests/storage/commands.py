"""Every command that writes, on the smallest county that there is: what it is given, and what it changes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from runs.conftest import notebook

from edubalance import paths, scaffold
from edubalance.national.panel import make_panel

CASE = "tiny_county"
LEFTOVERS = (".part", ".old", ".journal", ".lock")


@dataclass(frozen=True)
class Command:
    """
    A command to kill.

    Attributes
    ----------
    arguments : tuple of str
        As typed, in the project.
    targets : tuple of str
        What a reader looks at.
    unit : callable
        Of a path, the part of the result that is old or new by itself; None for what is no part of it.
    again : int
        Exit code when it is typed again after it has ended well.
    threads : bool
        Whether several threads write at once, so that no snapshot of one moment can be taken.
    """

    arguments: tuple[str, ...]
    targets: tuple[str, ...]
    unit: Callable[[str], str | None] = lambda path: ""
    again: int = 0
    threads: bool = False


def _row(path: str) -> str:
    """A batch is whole run by run; its two summaries belong together."""
    parts = path.split("/")
    return "summary" if path.endswith((".csv",)) and len(parts) == 2 else "/".join(parts[:2])


def _reference(path: str) -> str | None:
    """What is below ``build/`` tells of the run, and is no part of the reference."""
    return None if path.startswith("build/") else ""


COMMANDS = {
    "accept": Command(("accept", CASE), ("notebooks", "figures"), unit=_reference),
    "intake": Command(
        ("intake", "own/schools.csv", "own/sections.csv", "-o", f"cases/{CASE}/data", "--force"),
        (f"cases/{CASE}/data",),
    ),
    "form": Command(("form", CASE, "-o", "out/form.xlsx", "--self-check", "out/check.xlsx"), ("out/form.xlsx",)),
    "share": Command(("share", CASE, "-o", "out/copy", "--key", "out/key.csv", "--seed", "1"), ("out/copy",), again=2),
    "national": Command(("national", "country", "-o", "result"), ("result",)),
    "panel": Command(("panel", "-o", "out/country", "--counties", "1"), ("out/country",), again=2),
    "batch": Command(
        ("batch", "counties.csv", "--notebook", "lines", "-o", "rows"),
        ("rows", "rows/a", "rows/b", "rows/summary.csv"),
        unit=_row,
        threads=True,
    ),
    "run": Command(("run", "lines"), ("build/runs/lines/default",)),
    "new": Command(
        ("new", "other_county", "--name-zh", "某县", "--name-en", "Other", "--province", "某省"),
        ("notebooks", "cases/other_county"),
        again=2,
    ),
    "upgrade": Command(("upgrade", CASE), ("notebooks",)),
}


def make_project(folder: Path, template: Path) -> Path:
    """Make a project with a case, a panel, earlier results, and files of its own in every place."""
    for name in ("cases", "notebooks", "own", "out"):
        (folder / name).mkdir(parents=True)
    shutil.copytree(template, folder / "notebooks" / "template")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(paths.PROJECT_VARIABLE, str(folder))
        case = scaffold.create(scaffold.County(CASE, "Tiny", "小县", "某省"))
        for name in ("schools", "sections"):
            rows = (case.folder / "data" / f"{name}.csv").read_text(encoding="utf-8").splitlines()
            (folder / "own" / f"{name}.csv").write_text("\n".join([rows[0], *rows[:0:-1]]) + "\n", encoding="utf-8")
    changed = folder / "notebooks" / "template" / "county.ipynb"
    newer = nbformat.read(changed, as_version=4)
    newer.cells[0].source += "\n\nA newer template."
    nbformat.write(newer, changed)
    nbformat.write(notebook("print(year)"), folder / "notebooks" / "lines.ipynb")
    (folder / "counties.csv").write_text("id,year\na,2021\nb,2022\n")
    make_panel(folder / "country", counties=1, seed=3)
    for name in ("form.xlsx", "check.xlsx"):
        (folder / "out" / name).write_text("old")
    old = folder / "build" / "runs" / "lines" / "default"
    (old / "figures").mkdir(parents=True)
    (old / "figures" / "00_old.csv").write_text("old")
    shutil.rmtree(folder / "build" / "scratch")
    return folder


def state(folder: Path) -> dict[str, bytes]:
    """Return the files of a project, but for what stands hidden beside a result or in ``build/scratch``."""
    found = (path for path in folder.rglob("*") if path.is_file())
    named = {path.relative_to(folder).as_posix(): path for path in found}
    return {
        name: path.read_bytes() for name, path in named.items() if not any(map(_is_beside, ("/" + name).split("/")[1:]))
    }


def _is_beside(part: str) -> bool:
    """Tell the names of staging folders; of what is scratch, too, but never those of parts, journals or locks."""
    return part == "scratch" or part == ".scratch" or part.endswith(".edubalance")


def by_unit(command: Command, files: dict[str, bytes]) -> dict[str, dict[str, bytes]]:
    """Part a state into what is old or new by itself."""
    parted: dict[str, dict[str, bytes]] = {}
    for name, content in files.items():
        unit = command.unit(name)
        if unit is not None:
            parted.setdefault(unit, {})[name] = content
    return parted


def everything(folder: Path) -> dict[str, bytes | None]:
    """Return all files and folders of a project, hidden ones too."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
        if path.relative_to(folder).as_posix() not in ("build", "build/scratch")
    }


def leftovers(folder: Path) -> list[str]:
    """Return what should not be there after a command has ended: parts, journals, locks, scratch, staging."""
    hidden = [path for path in folder.rglob(".*") if path.suffix in LEFTOVERS or path.name.endswith(".edubalance")]
    scratch = [*(folder / "build" / "scratch").glob("*"), *folder.glob("*/.scratch")]
    return sorted(path.relative_to(folder).as_posix() for path in {*hidden, *scratch})
