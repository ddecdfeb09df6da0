"""Cases: who, where, which years, which standard; one folder each under ``cases/``."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from edubalance import documents, paths, storage
from edubalance.errors import CaseError

LANGUAGES = ("en", "zh")
KINDS = ("twin", "observed", "package")
DEFAULT_SCENARIO = "described"
# What the notebook that new cases are made from says in the place of an id.
TEMPLATE = "county"
_LISTS = ("years", "scenarios")
# What a key holds, and how to say it; all others hold a text.
_FORMS = {
    "year": (int, "a year such as 2023"),
    "years": (int, "a list of years such as [2022, 2023]"),
    "scenarios": (str, "a list such as [described]"),
}


@dataclass(frozen=True)
class Case:
    """
    One case as its ``case.yml`` states it.

    Attributes
    ----------
    id : str
        Name of the folder and of the notebook.
    name_en, name_zh, province : str
        The place as the source names it; anonymised where its author anonymised it.
    years : tuple of int
        Years that the tables hold, ascending.
    year : int
        The year that the notebook tells of, unless another is asked for.
    standard : str
        Id of the standard that the case is judged by, unless another is asked for.
    kind : {"twin", "observed", "package"}
        Synthetic twin, the user's own data, or data that come with a package.
    scenarios : tuple of str
        Scenarios that the folder holds; the first is the default.
    seed_file : str
        The abstract that the case comes from; empty where there is none.
    context_en, context_zh : str
        What a reader must know of the place and of its data.
    """

    id: str
    name_en: str
    name_zh: str
    province: str
    years: tuple[int, ...]
    year: int
    standard: str
    kind: str
    scenarios: tuple[str, ...]
    seed_file: str
    context_en: str
    context_zh: str

    def name(self, lang: str) -> str:
        """Return the name in English (``en``) or Chinese (``zh``)."""
        return self.name_en if lang == "en" else self.name_zh

    def context(self, lang: str) -> str:
        """Return the context in English (``en``) or Chinese (``zh``)."""
        return self.context_en if lang == "en" else self.context_zh

    @property
    def folder(self) -> Path:
        """Return the folder of the case."""
        return paths.case(self.id)

    @property
    def notebook(self) -> Path:
        """Return the committed notebook of the case."""
        return paths.notebook(self.id)

    def table(self, name: str, scenario: str = DEFAULT_SCENARIO) -> Path:
        """
        Return where a table of a scenario lies; the file may be absent.

        Parameters
        ----------
        name : str
            ``schools``, ``sections``, ``county`` or another of the codebook's tables.
        scenario : str
            One of the case's scenarios.

        Returns
        -------
        Path
            ``data/<name>.csv``, or ``data/<scenario>/<name>.csv`` for any but the default scenario.

        Raises
        ------
        CaseError
            If the case has no such scenario.
        """
        if scenario not in self.scenarios:
            raise CaseError(
                f"The case {self.id} has no scenario {scenario!r}.", hint=f"It has: {', '.join(self.scenarios)}."
            )
        data = self.folder / "data"
        return (data if scenario == DEFAULT_SCENARIO else data / scenario) / f"{name}.csv"


def available() -> tuple[str, ...]:
    """Return the ids of all cases, in alphabetical order."""
    return tuple(sorted(folder.parent.name for folder in paths.cases().glob("*/case.yml")))


def exists(case_id: str) -> bool:
    """Tell whether there is a case, without listing all: a batch asks for thousands."""
    return Path(case_id).name == case_id != ".." and (paths.case(case_id) / "case.yml").is_file()


def load(case_id: str) -> Case:
    """
    Load a case.

    Parameters
    ----------
    case_id : str
        Id of the case, e.g. ``wuhu_j``.

    Returns
    -------
    Case
        What its ``case.yml`` states.

    Raises
    ------
    CaseError
        If there is no such case, or its ``case.yml`` has a key that is unknown, missing or of a wrong form.
    """
    storage.settle(paths.notebooks())
    if not exists(case_id):
        if case_id == TEMPLATE:
            raise CaseError.of("template_in_place")
        raise CaseError(f"There is no case {case_id!r}.", hint=_nearest(case_id, available()))
    storage.settle(paths.case(case_id) / "data")
    file = f"cases/{case_id}/case.yml"
    return _case(documents.read(paths.case(case_id) / "case.yml", file), file, case_id)


def _case(stated: Any, file: str, case_id: str) -> Case:
    """Turn the mapping of a ``case.yml`` into a Case, refusing what it should not hold."""
    known = [field.name for field in fields(Case)]
    if not isinstance(stated, Mapping):
        raise CaseError(f"{file} should be a mapping of keys to values.", hint=f"Keys: {', '.join(known)}.")
    unknown = [key for key in stated if key not in known]
    if unknown:
        raise CaseError(f"{file}: unknown key {unknown[0]!r}.", hint=_nearest(str(unknown[0]), known))
    missing = [key for key in known if key not in stated]
    if missing:
        raise CaseError(f"{file}: the key {missing[0]!r} is missing.", hint="Add it; another case shows the form.")
    for key in known:
        _check_form(key, stated[key], file)
    case = Case(**{**stated, "years": tuple(stated["years"]), "scenarios": tuple(stated["scenarios"])})
    _check(case, file, case_id)
    return case


def _check_form(key: str, value: Any, file: str) -> None:
    """Refuse a value that is not what its key asks for."""
    wanted, example = _FORMS.get(key, (str, "a text"))
    several = key in _LISTS
    each = value if several and isinstance(value, list) else [value]
    # A list has something in it, and yes is no number.
    if isinstance(value, list) != several or not each or any(type(one) is not wanted for one in each):
        found = documents.described(value)
        raise CaseError(f"{file}: {key} should be {example}; got {found}.", hint=f"Correct {key}.")


def _check(case: Case, file: str, case_id: str) -> None:
    """Refuse values that contradict each other."""
    if case.id != case_id:
        raise CaseError(f"{file}: the id is {case.id!r}, the folder is {case_id!r}.", hint="Make them the same.")
    if case.kind not in KINDS:
        raise CaseError(f"{file}: unknown kind {case.kind!r}.", hint=_nearest(case.kind, KINDS))
    if list(case.years) != sorted(set(case.years)):
        raise CaseError(f"{file}: the years {list(case.years)} are not in ascending order.", hint="Each year once.")
    if case.year not in case.years:
        raise CaseError(f"{file}: the year {case.year} is not among the years {list(case.years)}.", hint="Add it.")
    if case.scenarios[:1] != (DEFAULT_SCENARIO,):
        raise CaseError(f"{file}: the first scenario should be {DEFAULT_SCENARIO!r}.", hint="Name it first.")


def _nearest(name: str, known: tuple[str, ...] | list[str]) -> str:
    """Say which known name is nearest, and all of them."""
    close = difflib.get_close_matches(name, known, n=1)
    meant = f"Did you mean {close[0]!r}? " if close else ""
    return f"{meant}Known: {', '.join(known) or 'none'}."
