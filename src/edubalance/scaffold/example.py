"""The example in a new case: which of its tables are still there, and how they make room for the county's own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import yaml

from edubalance import codebook, storage
from edubalance.scaffold.upgrade import BASE
from edubalance.twins import spec
from edubalance.twins.writing import text

SOURCES = "sources.csv"
CASE = "case.yml"
CONTEXT = {
    "context_en": (
        "Synthetic example county, not observed data: it shows what every page looks like before the county's own "
        "tables are there. Nothing about any place may be concluded from it."
    ),
    "context_zh": "合成的示例县，并非实际观测数据，仅用于在填入本县数据之前展示全部页面，不得据此对任何地方作出结论。",
}
# What can be said of tables of which only this is known.
READ = {
    "context_en": "The tables were read from workbooks by `edubalance intake`; nothing more has been said of them yet.",
    "context_zh": "数据表由 `edubalance intake` 从工作簿读入；除此之外尚无说明。",
}


@dataclass(frozen=True)
class Standing:
    """
    Whose the tables of a folder are.

    Attributes
    ----------
    example : tuple of str
        Tables that are still, byte for byte, those of the example that `create` made.
    own : tuple of str
        All others: the user's, or the example's where the user changed them.
    """

    example: tuple[str, ...]
    own: tuple[str, ...]


@dataclass(frozen=True)
class Statement:
    """
    What a ``case.yml`` says of years and data, beside the tables.

    Attributes
    ----------
    kind : str
        Kind of the data.
    years : tuple of int
        Years that it states; the tables have others where `fits` is false.
    year : int
        The year that the notebook tells of.
    held : tuple of int
        Years that schools and sections hold.
    changed : bool
        Whether the example's years were replaced just now.
    """

    kind: str
    years: tuple[int, ...]
    year: int
    held: tuple[int, ...]
    changed: bool = False

    @property
    def fits(self) -> bool:
        """Tell whether the tables hold the years that are stated, and no other."""
        return self.years == self.held and self.year in self.held


def standing(data: Path) -> Standing:
    """
    Tell the example's tables from the user's.

    Parameters
    ----------
    data : Path
        A folder of tables. Only in the folder ``data`` of a case that `create` made can a table be the example's.

    Returns
    -------
    Standing
        Names of tables, in the codebook's order.
    """
    there = [table.name for table in codebook.tables() if (data / f"{table.name}.csv").is_file()]
    made = _made(data)
    example = tuple(name for name in there if storage.digest(data / f"{name}.csv") in made)
    return Standing(example, tuple(name for name in there if name not in example))


def of_new(data: Path) -> bool:
    """Tell whether a folder is the ``data`` of a case that `create` made."""
    return data.resolve().name == "data" and all((data.resolve().parent / name).is_file() for name in (CASE, BASE))


def clear(changed: storage.Change, data: Path, names: Collection[str], written: Collection[str]) -> None:
    """
    Remove tables of the example, and what the list of sources says of tables that are no longer the example's.

    Parameters
    ----------
    changed : Change
        Takes what is to be removed and written.
    data : Path
        The folder.
    names : collection of str
        Tables that `standing` called the example's and that nothing replaces.
    written : collection of str
        Tables that are the user's in the same change.

    Notes
    -----
    A table is removed only if its bytes are still the example's at that moment.
    """
    made = _made(data)
    gone = {f"{name}.csv" for name in names if _is_one_of(data / f"{name}.csv", made)}
    for file in sorted(gone):
        changed.remove(data / file)
    if not made:
        return
    left = gone | {f"{name}.csv" for name in written}
    listed = pd.read_csv(data / SOURCES, dtype=str, keep_default_na=False)
    stays = [
        digest not in made or (file not in left and _is_one_of(data / file, {digest}))
        for file, digest in zip(listed["file"], listed["sha256"], strict=True)
    ]
    if not all(stays):
        changed.write(data / SOURCES, text(listed.loc[stays]))


def restate(changed: storage.Change, data: Path, held: Sequence[int]) -> Statement:
    """
    Put the years of the tables into ``case.yml`` where those of the example still stand.

    Parameters
    ----------
    changed : Change
        Takes the file, if it changes.
    data : Path
        The folder ``data`` of a case that `create` made.
    held : sequence of int
        Years of the tables, ascending.

    Returns
    -------
    Statement
        What the file says now. Text that the user wrote is never touched: years are replaced only where they stand
        as they were made, and so are the words that call the tables an example.
    """
    file = data.resolve().parent / CASE
    before = file.read_text(encoding="utf-8")
    plan = spec.example("county", "C")
    after = before.replace(_years(plan.years, plan.year), _years(held, held[-1]))
    for key, said in CONTEXT.items():
        after = after.replace(as_text({key: said}), as_text({key: READ[key]}))
    if after != before:
        changed.write(file, after)
    stated = yaml.safe_load(after)
    replaced = tuple(stated["years"]) != tuple(yaml.safe_load(before)["years"])
    return Statement(stated["kind"], tuple(stated["years"]), stated["year"], tuple(held), replaced)


def as_text(stated: dict[str, object] | dict[str, str]) -> str:
    """Write keys of a ``case.yml`` as `create` writes them."""
    return str(yaml.safe_dump(stated, allow_unicode=True, sort_keys=False, width=118))


def _years(years: Sequence[int], year: int) -> str:
    """Write the years of a case as `create` writes them."""
    return as_text({"years": list(years), "year": year})


def _made(data: Path) -> set[str]:
    """Return the hashes of the tables that `create` made in this folder."""
    listed = data / SOURCES
    if not of_new(data) or not listed.is_file():
        return set()
    sources = pd.read_csv(listed, dtype=str, keep_default_na=False)
    return set(sources.loc[sources["title"].str.contains("synthetic twin"), "sha256"])


def _is_one_of(file: Path, digests: Collection[str]) -> bool:
    """Tell whether a file is there and has one of these hashes."""
    return file.is_file() and storage.digest(file) in digests
