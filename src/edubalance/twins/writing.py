"""Write a twin's tables as CSV: the same bytes for the same seed."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from edubalance import paths, storage
from edubalance.twins import spec
from edubalance.twins.making import make

DECIMALS = {
    "x_km": 2,
    "y_km": 2,
    "teaching_auxiliary_area_m2": 2,
    "indoor_sports_area_m2": 2,
    "sports_ground_area_m2": 2,
    "leased_sports_area_m2": 2,
    "equipment_value_10k_yuan": 4,
    "music_room_area_m2": 1,
    "art_room_area_m2": 1,
    "migrant_share_pct": 1,
    "price_index": 1,
    "weight": 3,
}
SOURCES = ("file", "publisher", "title", "url", "retrieved", "licence", "sha256")


def text(table: pd.DataFrame) -> str:
    """
    Write a table as CSV text: UTF-8 without mark, line feeds, fixed decimals, missing cells empty.

    Examples
    --------
    >>> print(text(pd.DataFrame({"school_id": ["A-P-01"], "x_km": [1.5], "books": [None]})), end="")
    school_id,x_km,books
    A-P-01,1.50,
    """
    written = pd.DataFrame({name: [_cell(name, value) for value in table[name]] for name in table.columns})
    buffer = io.StringIO()
    written.to_csv(buffer, index=False, lineterminator="\n")
    return buffer.getvalue()


def _cell(name: str, value: object) -> str:
    """Write one cell."""
    if pd.isna(value):  # type: ignore[call-overload]
        return ""
    if isinstance(value, str):
        return value
    if name == "value":
        return f"{float(str(value)):.10g}"
    return f"{float(str(value)):.{DECIMALS.get(name, 0)}f}"


def files(case_id: str) -> dict[str, str]:
    """
    Make the text of every file of a case's twin, both scenarios.

    Parameters
    ----------
    case_id : str
        The case.

    Returns
    -------
    dict of str to str
        Text by name of the file within the case's data folder.
    """
    found = {}
    for scenario in spec.SCENARIOS:
        tables = make(case_id, scenario)
        folder = "" if scenario == spec.SCENARIOS[0] else f"{scenario}/"
        found.update({f"{folder}{name}.csv": text(table) for name, table in tables.items()})
    return found


def write(case_id: str) -> tuple[Path, ...]:
    """
    Write a case's twin and its list of sources; files that are the same already are left alone.

    Parameters
    ----------
    case_id : str
        The case.

    Returns
    -------
    tuple of Path
        Files whose content changed.
    """
    folder = paths.case(case_id) / "data"
    made = files(case_id)
    made["sources.csv"] = text(sources(case_id, made))
    texts = {folder / name: content for name, content in made.items()}
    changed = {
        file: content
        for file, content in texts.items()
        if not file.is_file() or file.read_bytes() != content.encode("utf-8")
    }
    storage.write_all(changed, folder)
    return tuple(changed)


def sources(case_id: str, made: Mapping[str, str]) -> pd.DataFrame:
    """
    List where every file of the data folder comes from, with its SHA-256.

    Parameters
    ----------
    case_id : str
        The case.
    made : mapping of str to str
        Text of the files of the twin.

    Returns
    -------
    DataFrame
        Columns file, publisher, title, url, retrieved, licence, sha256.
    """
    plan = spec.load(case_id, spec.SCENARIOS[0])
    rows: list[tuple[str, ...]] = [tuple(row.values()) for row in listed(made, plan.seed)]
    folder = paths.case(case_id) / "data"
    for stated in (*plan.sources, *_kept(folder, {*made, *(source["file"] for source in plan.sources)})):
        digest = hashlib.sha256((folder / stated["file"]).read_bytes()).hexdigest()
        rows.append((*(stated.get(column, "") for column in SOURCES[:-1]), digest))
    return pd.DataFrame(rows, columns=list(SOURCES))


def listed(made: Mapping[str, str], seed: int) -> list[dict[str, str]]:
    """
    List files that were made here, with their SHA-256, as ``sources.csv`` does.

    Parameters
    ----------
    made : mapping of str to str
        Text by name of the file; a name with a folder is of the scenario ``balanced``.
    seed : int
        Seed that they were made with.

    Returns
    -------
    list of dict
        One row a file. Its title calls it synthetic: by that and its hash it is known wherever it turns up.
    """
    rows = []
    for name in sorted(made):
        title = f"synthetic twin / 合成数据, scenario {'balanced' if '/' in name else 'described'}, seed {seed}"
        digest = hashlib.sha256(made[name].encode("utf-8")).hexdigest()
        rows.append(dict(zip(SOURCES, (name, "Edubalance", title, "", "", "CC-BY-4.0", digest), strict=True)))
    return rows


def _kept(folder: Path, known: set[str]) -> list[dict[str, str]]:
    """Keep the rows of files that others put into the folder."""
    file = folder / "sources.csv"
    if not file.is_file():
        return []
    before = pd.read_csv(file, dtype="string", keep_default_na=False)
    rows = [{str(name): str(content) for name, content in row.items()} for row in before.to_dict("records")]
    return [row for row in rows if row["file"] not in known and (folder / row["file"]).is_file()]
