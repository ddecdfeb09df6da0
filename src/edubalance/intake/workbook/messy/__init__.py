"""
The messy example county: the tables of a synthetic twin as county offices would send them, in six files.

Nothing in it is wrong: `edubalance intake` gives the tables back to the last digit. It is for tests and lessons.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from edubalance import storage
from edubalance.errors import EdubalanceError
from edubalance.intake.workbook.mapping import Mapping as Confirmed
from edubalance.intake.workbook.messy import drawing, levels, lists, sketch

Row = Mapping[str, str]
FEWEST_SCHOOLS = 60
# Two schools of each of these types hand in a form of their own.
FORMS = ("primary", "nine_year")


def make(tables: Mapping[str, Sequence[Row]], rng: np.random.Generator) -> dict[str, bytes]:
    """
    Make the messy files of a county.

    Parameters
    ----------
    tables : mapping of str to sequence of mapping
        ``schools``, ``sections`` and ``county`` as clean text, row by row; three years, sixty schools or more.
    rng : Generator
        Deals out full-width digits, separators and marks.

    Returns
    -------
    dict of str to bytes
        Five workbooks, a list of classes where there is one, and the mapping file that confirms what is not sure.

    Raises
    ------
    EdubalanceError
        If there are fewer years or schools.
    """
    years = sorted({row["year"] for row in tables["schools"]})
    if len(years) != 3 or len({row["school_id"] for row in tables["schools"]}) < FEWEST_SCHOOLS:
        raise EdubalanceError(
            f"The example needs three years and {FEWEST_SCHOOLS} schools.", hint="Take the case weishan."
        )
    names, of_year = drawing.design()["files"], {year: _of_year(tables, year) for year in years}
    by_form = of_year[years[2]]["schools"]
    forms = [code for kind in FORMS for code in [row["school_id"] for row in by_form if row["type"] == kind][-2:]]
    last = {name: [row for row in rows if row["school_id"] not in forms] for name, rows in of_year[years[2]].items()}
    made = {
        names["levels"]: sketch.xlsx(levels.by_level(of_year[years[0]], years[0], rng)),
        names["blocks"]: sketch.ods([levels.in_blocks(of_year[years[1]], years[1], rng)]),
        names["schools"]: sketch.text(lists.schools(last["schools"], rng), "gb18030"),
        names["sections"]: sketch.text(lists.sections(last["sections"]), "utf-8-sig"),
        names["county"]: sketch.xlsx(lists.county(tables["county"], years) + lists.forms(of_year[years[2]], forms)),
    }
    if "classes" in tables:
        made["classes.csv"] = sketch.text(lists.plain("classes", tables["classes"]), "utf-8")
    return made


def mapping() -> str:
    """Return the mapping file that confirms what is not sure in the example."""
    headers = {"教学仪器设备资产直(万元)": "schools.equipment_value_10k_yuan", "生均图书": "ignore"}
    return Confirmed(headers=headers, values={"schools.founder": {"公办": "county"}}).as_text()


def write(source: Path, target: Path, seed: int = 2017) -> list[Path]:
    """
    Write the messy files of a case's tables.

    Parameters
    ----------
    source : Path
        Folder with ``schools.csv``, ``sections.csv``, ``county.csv`` and perhaps ``classes.csv``.
    target : Path
        Folder for the files; the mapping file is put beside them.
    seed : int
        Of the mess.

    Returns
    -------
    list of Path
        The workbooks.
    """
    tables = {}
    for name in ("schools", "sections", "county", "classes"):
        if (source / f"{name}.csv").is_file():
            with (source / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
                tables[name] = list(csv.DictReader(handle))
    made = make(tables, np.random.default_rng(seed))
    texts: dict[Path, str | bytes] = {target / name: content for name, content in made.items()}
    storage.write_all({**texts, target / "mapping.yml": mapping()}, target)
    return [target / name for name in made]


def _of_year(tables: Mapping[str, Sequence[Row]], year: str) -> dict[str, list[Row]]:
    """Return the schools and sections of one year."""
    return {name: [row for row in tables[name] if row["year"] == year] for name in ("schools", "sections")}
