"""What a run is made of, part by part: when a part changes, what was made of it is no longer complete."""

from __future__ import annotations

import hashlib
import json
import platform
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import edubalance
from edubalance import standards
from edubalance.runs import normalise
from edubalance.runs.parameters import CASE

PARTS = ("notebook", "src", "data", "parameters", "standards", "lock")

LOCK = "requirements.lock"
STANDARD = "standard"
_PUBLISHED = "published"
_TEXT = re.compile(r"""(["'])([\w-]+)\1""")
_STANDARD = re.compile(r"""^standard:\s*["']?([\w-]+)""", re.MULTILINE)
_ABSENT = "absent"


@dataclass
class Keys:
    """
    Makes the keys of many runs of one notebook; what they share is read once.

    Attributes
    ----------
    project : Path
        The project: holds ``cases`` and the lock.
    notebook : Path
        The notebook.
    shared : dict of str to str
        The parts that all runs have in common: notebook, src, lock.
    """

    project: Path
    notebook: Path
    shared: dict[str, str] = field(init=False, repr=False)
    _named: frozenset[str] = field(init=False, repr=False)
    _cases: tuple[str, ...] = field(init=False, repr=False)
    _rules: dict[frozenset[str], str] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Read notebook, package and lock."""
        cells = normalise.read(self.notebook).cells
        stated = [[cell.cell_type, cell.metadata.get("tags", []), cell.source] for cell in cells]
        shared = {"notebook": _of_json(stated), "src": source(), "lock": lock(self.project)}
        self.shared = shared
        code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
        words = [text for _, text in _TEXT.findall(code)] + [_PUBLISHED] * (_PUBLISHED in code)
        self._named = frozenset(words)
        folders = sorted(folder.name for folder in (self.project / "cases").iterdir() if folder.is_dir())
        self._cases = tuple(folders)

    def of(self, parameters: Mapping[str, Any], defaults: Mapping[str, Any] | None = None) -> dict[str, str]:
        """
        Return the key of one run.

        Parameters
        ----------
        parameters : mapping of str to object
            Values that the run is given.
        defaults : mapping of str to object, optional
            Values that the notebook has where none is given.

        Returns
        -------
        dict of str to str
            Part to hash, in the order of `PARTS`.
        """
        values = {**(defaults or {}), **parameters}
        key = {
            **self.shared,
            "data": _of_files(self.project / "cases", self._data(values.get(CASE, self.notebook.stem))),
            "parameters": _of_json(dict(parameters)),
            "standards": self._standards(values),
        }
        return {part: key[part] for part in PARTS}

    def _data(self, case_id: Any) -> list[Path]:
        """Return the files of the run's case and of others that the notebook's code names; else of all cases."""
        # A notebook of no case in particular may read them all.
        mine = self._cases if case_id not in self._cases else [case_id, *self._others]
        return [file for name in sorted(set(mine)) for file in _files(self.project / "cases" / name)]

    @cached_property
    def _others(self) -> list[str]:
        """Return the cases that the notebook's code names."""
        return [name for name in self._cases if name in self._named]

    def _standards(self, values: Mapping[str, Any]) -> str:
        """Hash the rules of the standards that the run may judge by; of all where it does not say."""
        known = standards.available()
        case_file = self.project / "cases" / str(values.get(CASE, self.notebook.stem)) / "case.yml"
        own = _STANDARD.findall(case_file.read_text(encoding="utf-8")) if case_file.is_file() else []
        asked = {str(values.get(STANDARD)), *own, *self._named}
        used = frozenset(known) & asked or frozenset(known)
        if used not in self._rules:
            others = {name.replace("-", "_") for name in known if name not in used}
            root = _package() / "standards"
            files = [file for file in _rule_files() if file.relative_to(root).parts[0] not in others]
            self._rules[used] = _of_files(root, files)
        return self._rules[used]


def source() -> str:
    """
    Hash the package as it lies on the disk now, without the rules of the standards, which are a part of their own.

    Returns
    -------
    str
        The hash.
    """
    rules = set(_rule_files())
    return _of_files(_package(), [file for file in _files(_package()) if file not in rules])


def lock(project: Path) -> str:
    """
    Hash the lock of the project together with the version of Python.

    Parameters
    ----------
    project : Path
        The project.

    Returns
    -------
    str
        The hash.
    """
    file = project / LOCK
    return _of_json([_content(file) if file.is_file() else _ABSENT, *platform.python_version_tuple()[:2]])


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    """
    Name the parts of a key that changed.

    Parameters
    ----------
    before, after : mapping of str to str
        Two keys.

    Returns
    -------
    tuple of str
        In the order of `PARTS`.

    Examples
    --------
    >>> changed({"notebook": "1", "src": "1"}, {"notebook": "1", "src": "2"})
    ('src',)
    """
    return tuple(part for part in PARTS if before.get(part) != after.get(part))


def of_file(file: Path) -> str:
    """Hash one file."""
    return _content(file)


def _package() -> Path:
    """Return the folder of the package that is running."""
    return Path(edubalance.__file__).parent


def _rule_files() -> list[Path]:
    """Return the files with rules."""
    return [file for file in _files(_package() / "standards") if file.suffix in (".yml", ".yaml")]


def _files(folder: Path) -> list[Path]:
    """Return the files of a folder and of those below, without what programs leave behind."""
    return [
        file
        for file in sorted(folder.rglob("*"))
        if file.is_file()
        and file.suffix != ".pyc"
        and not any(part.startswith((".", "~$")) for part in file.relative_to(folder).parts)
    ]


def _of_files(root: Path, files: Iterable[Path]) -> str:
    """Hash files with their names."""
    return _of_json([[file.relative_to(root).as_posix(), _content(file)] for file in files])


def _content(file: Path) -> str:
    """Hash what a file holds; a file that nobody has touched since is not read again."""
    stat = file.stat()
    return _read(file, stat.st_size, stat.st_mtime_ns, stat.st_ino)


@lru_cache(maxsize=100_000)
def _read(file: Path, *_touched: int) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _of_json(stated: Any) -> str:
    """Hash a value."""
    return hashlib.sha256(json.dumps(stated, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()
