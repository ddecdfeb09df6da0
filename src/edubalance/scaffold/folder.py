"""A new case: its folder with an example county, its notebook, its Excel template."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd

from edubalance import intake, paths, storage
from edubalance.cases import Case, load
from edubalance.codebook import Tables
from edubalance.errors import CaseError
from edubalance.scaffold import template
from edubalance.scaffold.example import CONTEXT, as_text
from edubalance.scaffold.upgrade import BASE, cells
from edubalance.twins import made, spec
from edubalance.twins.writing import listed, text

ID = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
LONGEST = 30
# Names that notebooks of another kind have, or may get.
TAKEN = ("comparison", "national", "published", "teaching", "template")
WORKBOOK = "tables.xlsx"
STAND_IN = 'case_id = "county"'


@dataclass(frozen=True)
class County:
    """
    What a person says of a new county.

    Attributes
    ----------
    id : str
        Small letters, digits and single underscores; it names folder and notebook.
    name_en, name_zh, province : str
        The place.
    """

    id: str
    name_en: str
    name_zh: str
    province: str


def check(county: County) -> None:
    """
    Refuse an id that is no name for a case, or is taken.

    Parameters
    ----------
    county : County
        The new county.

    Raises
    ------
    CaseError
        With what an id may be, or what has it already; also where a name is empty.
    """
    if not ID.fullmatch(county.id) or len(county.id) > LONGEST:
        raise CaseError(
            f"An id is small letters, digits and single underscores, at most {LONGEST}; got {county.id!r}.",
            hint="For example dangtu or he_county.",
        )
    places = (paths.case(county.id), paths.notebook(county.id), paths.reference_figures(county.id))
    there = [f"{path.parent.name}/{path.name} is there already" for path in places if path.exists()]
    if county.id in TAKEN or there:
        what = there[0] if there else "it is the name of something else"
        raise CaseError(f"The id {county.id!r} is taken: {what}.", hint="Choose another; nothing is overwritten.")
    empty = [name for name in ("name_en", "name_zh", "province") if not getattr(county, name).strip()]
    if empty:
        raise CaseError(f"The county needs its {empty[0]}.", hint=f"Give --{empty[0].replace('_', '-')}.")


def create(county: County) -> Case:
    """
    Create the case of a new county, with the example's tables in the place of its own.

    Parameters
    ----------
    county : County
        The new county.

    Returns
    -------
    Case
        The case; its notebook is not executed yet.

    Raises
    ------
    CaseError
        If the id is no name for a case, or is taken. Nothing is written then.
    """
    check(county)
    with storage.folder() as project:
        draft = write_draft(county, project)
        with storage.change(paths.notebooks()) as changed:
            changed.place(draft.case, paths.case(county.id))
            changed.write(paths.notebook(county.id), draft.notebook.read_bytes())
    return load(county.id)


@dataclass(frozen=True)
class Draft:
    """
    A new case before it is in the project: a project of its own, in which its notebook can run.

    Attributes
    ----------
    project : Path
        Folder with ``cases/`` and ``notebooks/``.
    case : Path
        Folder of the case.
    notebook : Path
        Its notebook, not executed yet.
    """

    project: Path
    case: Path
    notebook: Path


def write_draft(county: County, project: Path) -> Draft:
    """
    Write the case of a new county into a project of its own.

    Parameters
    ----------
    county : County
        The new county; `check` has passed it.
    project : Path
        An empty folder.

    Returns
    -------
    Draft
        What was written.
    """
    draft = Draft(project, project / "cases" / county.id, project / "notebooks" / f"{county.id}.ipynb")
    _fill(draft.case, county)
    draft.notebook.parent.mkdir()
    nbformat.write(filled_template(county.id), draft.notebook)  # type: ignore[no-untyped-call]
    return draft


def _fill(folder: Path, county: County) -> None:
    """Write all files of the case's folder."""
    plan = spec.example(county.id, county.id.replace("_", "").upper()[:6])
    tables = made(plan)
    files = {f"{name}.csv": text(table) for name, table in tables.items()}
    files["sources.csv"] = text(pd.DataFrame(listed(files, plan.seed)))
    data = folder / "data"
    data.mkdir(parents=True)
    for name, content in files.items():
        (data / name).write_text(content, encoding="utf-8", newline="\n")
    (folder / "case.yml").write_text(_case_yml(county, plan.years, plan.year), encoding="utf-8")
    shutil.copyfile(template_folder() / "claims.yml", folder / "claims.yml")
    base = json.dumps(cells(filled_template(county.id)), ensure_ascii=False, indent=0)
    (folder / BASE).write_text(base + "\n", encoding="utf-8")
    template.write(folder / WORKBOOK, example=_validated(data))


def _validated(data: Path) -> Tables:
    """Read the example's tables as the user's will be read."""
    return intake.read_tables(**{file.stem: file for file in data.glob("*.csv") if file.stem != "sources"})


def _case_yml(county: County, years: tuple[int, ...], year: int) -> str:
    """State the case."""
    stated = {
        "id": county.id,
        "name_en": county.name_en,
        "name_zh": county.name_zh,
        "province": county.province,
        "years": list(years),
        "year": year,
        "standard": "cn-2017-quality",
        "kind": "twin",
        "scenarios": ["described"],
        "seed_file": "",
        **CONTEXT,
    }
    head = (
        "# When a county's real tables are in data/, set kind to observed and say in context what a reader must know\n"
        "# of them. `edubalance intake` sets years and year while they are those of the example.\n"
    )
    return head + as_text(stated)


def template_folder() -> Path:
    """Return the folder of the template: its notebook and the claims that every county can test."""
    return paths.notebooks() / "template"


def filled_template(case_id: str) -> Any:
    """
    Return the template's notebook, filled in for a case.

    Parameters
    ----------
    case_id : str
        Id of the case.

    Returns
    -------
    NotebookNode
        Without outputs.

    Raises
    ------
    CaseError
        If the project has no template.
    """
    file = template_folder() / "county.ipynb"
    if not file.is_file():
        raise CaseError("The project has no notebooks/template/county.ipynb.", hint="Restore it from the repository.")
    notebook: Any = nbformat.read(file, as_version=4)  # type: ignore[no-untyped-call]
    for cell in notebook.cells:
        cell.source = cell.source.replace(STAND_IN, f'case_id = "{case_id}"')
    return notebook
