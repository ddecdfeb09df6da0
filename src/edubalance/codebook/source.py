"""A YAML file of the package while it is read: what it may hold, and where it is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from edubalance import documents
from edubalance.errors import EdubalanceError


@dataclass(frozen=True)
class Source:
    """
    One file.

    Attributes
    ----------
    what : str
        What it describes, for messages.
    file : str
        Its name.
    """

    what: str
    file: str

    def read(self, text: str) -> Any:
        """Return the text as plain data."""
        return documents.parse(text, self.file)

    def mapping(
        self, stated: Any, place: str, required: tuple[str, ...] | None = None, optional: tuple[str, ...] = ()
    ) -> Mapping[Any, Any]:
        """Return a mapping; where its keys are laid down, refuse unknown and missing ones."""
        if not isinstance(stated, Mapping):
            self.refuse(place, f"expected keys with values, got {type(stated).__name__}")
        if required is not None:
            missing = [key for key in required if key not in stated]
            if missing:
                self.refuse(place, f"the key {missing[0]!r} is missing")
            self.only(stated, (*required, *optional), place)
        return stated

    def only(self, given: Iterable[Any], known: Iterable[str], place: str) -> None:
        """Refuse what is not known."""
        names = list(known)
        for name in given:
            if name not in names:
                self.refuse(place, f"{name!r} is not among {', '.join(names) or 'nothing'}")

    def refuse(self, place: str, problem: str) -> NoReturn:
        """Say where the file is wrong."""
        raise EdubalanceError(f"The {self.what} is malformed at {place}: {problem}.", hint=f"Correct {self.file}.")
