"""
The journal: several files and folders change together, whenever the process that changes them is killed.

Everything new is written beside its place under a name of its own, after a line in the journal says so. The line
``commit`` is the moment at which the change has happened: a journal with it is carried out to its end by whoever comes
next, one without it is undone. Each step may be repeated. A journal can do no more than rename a part of its own onto
a neighbour in the same folder: one that comes with someone else's files has power over those files only.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from edubalance.errors import StorageError, system_reason
from edubalance.storage import locks, parts

_COMMIT = {"commit": True}
# A journal names the files of one command; what is longer is none.
_LARGEST = 1 << 24


@dataclass(frozen=True)
class Step:
    """One file or folder that is replaced, or removed where nothing comes in its place."""

    target: Path
    token: str
    number: int
    removes: bool = False

    @property
    def part(self) -> Path:
        """Return what will take the place, or the mark that the place will be empty."""
        return self.target.with_name(f".{self.token}-{self.number}.{parts.PART}")

    @property
    def old(self) -> Path:
        """Return where a folder waits while another takes its place."""
        return self.part.with_suffix(f".{parts.OLD}")

    def apply(self) -> None:
        """Do what is left to do."""
        if not os.path.lexists(self.part):
            return
        # A folder that came into the place of a file meanwhile is not ours to take away.
        if (self.removes or self.part.is_dir()) and self.target.is_dir() and not self.target.is_symlink():
            parts.remove(self.old)
            self.target.replace(self.old)
        if self.removes:
            self.target.unlink(missing_ok=True)
            self.part.unlink()
        else:
            self.part.replace(self.target)


@dataclass
class Change:
    """
    Files and folders that change together; made by `change`.

    Attributes
    ----------
    target : Path
        What the change is about; its journal stands beside it.
    durable : bool
        Whether it is to survive a power failure too.
    """

    target: Path
    durable: bool = True
    _token: str = field(default_factory=parts.new_token)
    _steps: list[Step] = field(default_factory=list)

    def write(self, file: Path, content: str | bytes, *, private: bool = False) -> None:
        """
        Write a file.

        Parameters
        ----------
        file : Path
            Where; through a link to what it points to. Its folder is made if need be.
        content : str or bytes
            What; text goes out in UTF-8 as it is.
        private : bool
            Whether nobody but its owner may read it; Windows gives it the rights of its folder.
        """
        step = self._step(file)
        parts.check_file(step.target)
        self._note(step)
        parts.write_bytes(step.part, parts.as_bytes(content), file, durable=self.durable, private=private)

    def place(self, new: Path, target: Path, *, keep: bool = False) -> None:
        """
        Put a complete folder in the place of another, or where none was.

        Parameters
        ----------
        new : Path
            The folder; it is moved.
        target : Path
            Where it goes.
        keep : bool
            Whether to copy it instead.
        """
        step = self._step(target)
        parts.check_folder(step.target)
        self._note(step)
        transfer = parts.copy if keep else parts.move
        transfer(new, step.part, target, durable=self.durable)

    def remove(self, path: Path) -> None:
        """
        Remove a file or a folder.

        Parameters
        ----------
        path : Path
            What goes; it need not be there.
        """
        if os.path.lexists(path):
            step = self._step(path, removes=True)
            self._note(step)
            parts.write_bytes(step.part, b"", path, durable=False)

    def _step(self, path: Path, *, removes: bool = False) -> Step:
        """Number a step; a link that is to be removed is not followed."""
        target = parts.real(path.parent) / path.name if removes else parts.real(path)
        return Step(target, self._token, len(self._steps), removes)

    def _note(self, step: Step) -> None:
        """Write a step into the journal, before there is anything of it."""
        parts.make_parent(step.target)
        if not self._steps:
            self._append({"token": self._token})
        self._steps.append(step)
        self._append({"target": _shown(step.target, self.target.parent), "removes": step.removes})

    def _append(self, line: Mapping[str, Any], *, durable: bool = False) -> None:
        """Add a line to the journal, or leave it as it was."""
        file = _file(self.target)
        before = file.stat().st_size if file.exists() else 0
        try:
            parts.append(file, json.dumps(line, ensure_ascii=False).encode("utf-8") + b"\n", durable=durable)
        except OSError as error:
            if file.exists():
                os.truncate(file, before)
            error.filename = str(self.target)
            raise

    def commit(self) -> None:
        """Make the change happen; whoever is killed after this line has changed everything."""
        if not self._steps:
            return
        try:
            self._append(_COMMIT, durable=self.durable)
        except OSError:
            self.undo()
            raise
        _carry_out(self.target, self._steps, durable=self.durable)

    def undo(self) -> None:
        """Remove all that was prepared."""
        _undo(self.target, self._steps)


@contextlib.contextmanager
def change(
    target: Path, *, held: bool = False, durable: bool = True, patience: float | None = None
) -> Iterator[Change]:
    r"""
    Change several files and folders at the end of the context, all of them or, if it ends by an error, none.

    Parameters
    ----------
    target : Path
        What the change is about: the journal and the lock stand beside it, and a reader of it looks for them there.
    held : bool
        Whether the caller holds the lock of the target already.
    durable : bool
        Whether the change is to survive a power failure too; what can be made again need not.
    patience : float, optional
        Seconds to wait for another process that changes the same.

    Yields
    ------
    Change
        Takes what is to be written.

    Raises
    ------
    StorageError
        If another process holds the lock, or something of another kind stands in a place.
    OSError
        If the disk is full or a place is not ours; nothing has changed then.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as name:
    ...     folder = Path(name)
    ...     with change(folder / "data") as changed:
    ...         changed.write(folder / "data" / "schools.csv", "school_id\n")
    ...         changed.write(folder / "case.yml", "id: x\n")
    ...     sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))
    ['case.yml', 'data', 'data/schools.csv']
    """
    target = parts.real(target)
    wait = locks.PATIENCE_SECONDS if patience is None else patience
    with contextlib.nullcontext() if held else locks.locked(target, patience=wait):
        parts.make_parent(target)
        _settle(target)
        changed = Change(target, durable)
        try:
            yield changed
        except BaseException:
            changed.undo()
            raise
        changed.commit()


def write(file: Path, content: str | bytes) -> None:
    """
    Write one file whole or not at all.

    Parameters
    ----------
    file : Path
        Where; its folder is made if need be.
    content : str or bytes
        What; text goes out in UTF-8 as it is.

    Raises
    ------
    StorageError
        As for `change`.
    OSError
        If the disk is full or the place is not ours; what stood there stands there still.
    """
    with change(file) as changed:
        changed.write(file, content)


def write_all(contents: Mapping[Path, str | bytes], target: Path, *, durable: bool = True) -> None:
    """
    Write several files, all or none.

    Parameters
    ----------
    contents : mapping of Path to str or bytes
        What goes where, as for `write`.
    target : Path
        What they belong to, as for `change`.
    durable : bool
        Whether the change is to survive a power failure too.

    Raises
    ------
    StorageError
        As for `change`.
    OSError
        As for `write`.
    """
    with change(target, durable=durable) as changed:
        for file, content in contents.items():
            changed.write(file, content)


def settle(target: Path) -> None:
    """
    Finish, or undo, what a killed process left of a change, before a target is read.

    Parameters
    ----------
    target : Path
        What will be read.

    Raises
    ------
    StorageError
        If a change that has happened is not in place, and this process may not put it there.
    """
    target = parts.real(target)
    journal = _file(target)
    if not journal.exists() and not parts.beside(target, parts.LOCK).exists():
        return
    steps = _steps(target)
    happened = bool(steps) and _is_complete(target)
    try:
        # One that works on it without having changed anything leaves the old state, which is whole.
        with locks.locked(target, patience=locks.PATIENCE_SECONDS if happened else 0.0):
            _settle(target)
    except (StorageError, OSError) as error:
        if happened and journal.exists():
            raise StorageError.of("interrupted_change", file=str(target)) from error


def _file(target: Path) -> Path:
    """Name the journal of a target."""
    return parts.beside(target, parts.JOURNAL)


def _settle(target: Path) -> None:
    """Finish or undo what is left, under the lock."""
    if not _file(target).exists():
        return
    steps = _steps(target)
    if _is_complete(target):
        _carry_out(target, steps, durable=True)
    else:
        _undo(target, steps)


def _carry_out(target: Path, steps: list[Step], *, durable: bool) -> None:
    """Put everything in its place, and forget the journal when that is done."""
    try:
        for step in steps:
            step.apply()
        for step in steps:
            parts.remove(step.old)
        if durable:
            for folder in {step.target.parent for step in steps}:
                parts.folder_to_disk(folder)
    except OSError as error:
        raise StorageError.of("unfinished_change", file=str(target), reason=system_reason(error)) from error
    _file(target).unlink(missing_ok=True)


def _undo(target: Path, steps: list[Step]) -> None:
    """Remove what was prepared, then the journal."""
    for step in steps:
        parts.remove(step.part)
    _file(target).unlink(missing_ok=True)


def _lines(target: Path) -> list[dict[str, Any]]:
    """Read a journal as far as it is whole: a kill may have cut its last line off."""
    with contextlib.suppress(FileNotFoundError):
        file = _file(target)
        content = file.read_bytes() if file.stat().st_size <= _LARGEST else b""
        lines = content.split(b"\n")[:-1]
        with contextlib.suppress(ValueError):
            found = [json.loads(line) for line in lines]
            return found if all(isinstance(line, dict) for line in found) else []
    return []


def _is_complete(target: Path) -> bool:
    """Tell whether a change has happened."""
    return _lines(target)[-1:] == [_COMMIT]


def _steps(target: Path) -> list[Step]:
    """Read the steps of a journal; one that no change of ours has written has none."""
    lines = _lines(target)
    token = lines[0].get("token") if lines else None
    if not parts.is_token(token):
        return []
    named = [line for line in lines[1:] if isinstance(line.get("target"), str)]
    return [
        Step(Path(os.path.normpath(target.parent / line["target"])), str(token), number, line.get("removes") is True)
        for number, line in enumerate(named)
    ]


def _shown(path: Path, folder: Path) -> str:
    """Write a path so that it holds after the whole folder was moved, where that can be."""
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # another drive of Windows
        return path.as_posix()
