"""Mutants of CSV tables: the planted meaning, or faults; never another number, never two spellings of one school."""

from __future__ import annotations

import csv
import io
import os
import random
import tempfile
import unicodedata
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from fuzz.mutants import changed_rows
from intake.small_county import TABLES

from edubalance import codebook, intake
from edubalance.codebook import Tables
from edubalance.errors import TableError

SAMPLE, ALL = 40, int(os.environ.get("EDUBALANCE_MUTANTS", "10000"))
ENCODINGS = ["utf-8"] * 6 + ["utf-8-sig", "utf-16", "gb18030"]


def _written(rng: random.Random, rows: list[list[str]], encoding: str) -> bytes:
    text = io.StringIO()
    quoting = rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    csv.writer(text, lineterminator=rng.choice(["\n", "\r\n"]), quoting=quoting).writerows(rows)
    return text.getvalue().encode(encoding, errors="surrogatepass" if encoding.startswith("utf") else "strict")


def _meant(cell: str) -> str:
    """Take off the mark that keeps a spreadsheet from running a text, by a rule of our own."""
    rest = cell[1:].lstrip("' \t\r\n\u3000\u200b\ufeff\u00ad\u00a0\u202e\x00\x1b")
    return cell[1:] if cell.startswith("'") and (rest[:1] in tuple("=+-@＝＋－＠") or cell[1:2] in "\t\r\n") else cell


def _agree(found: pd.DataFrame, rows: list[list[str]], table: codebook.Table) -> None:
    """Hold what was read against what was planted, cell by cell."""
    assert len(found) == len(rows) - 1
    for position, name in enumerate(rows[0]):
        for read, row in zip(found[name], rows[1:], strict=True):
            planted = _meant(row[position])
            if planted == "":
                assert pd.isna(read)
            elif table.column(name).is_number:
                assert Decimal(planted) == Decimal(float(read)) or float(Decimal(planted)) == read
            else:
                assert read == planted


def _looks(text: str) -> str:
    """Fold a code by a rule of our own, coarser than none and finer than the package's."""
    plain = "".join(
        each for each in unicodedata.normalize("NFKC", text) if unicodedata.category(each) not in ("Cf", "Cc")
    )
    return plain.casefold().replace("\u0430", "a").replace("\u2011", "-").replace("\u2010", "-")


def _one_spelling(tables: Tables) -> None:
    codes = {*tables.schools["school_id"], *tables.sections["school_id"]}
    assert len({_looks(code) for code in codes}) == len(codes)
    assert not any(unicodedata.category(each) in ("Cc", "Cf") for code in codes for each in code)
    assert not ((tables.sections["pupils"] == 0) & (tables.sections["teachers"] > 0)).any()


def _read(paths: dict[str, Path]) -> Tables | TableError:
    try:
        return intake.read_tables(paths["schools"], paths["sections"], paths["county"])
    except TableError as error:
        return error


def _outcome(seed: int, folder: Path) -> str:
    rng = random.Random(seed)
    planted = {name: [list(row) for row in rows] for name, rows in TABLES.items()}
    name = rng.choice(list(planted))
    planted[name] = changed_rows(rng, planted[name])
    paths = {}
    encoding = rng.choice(ENCODINGS)
    for each, rows in planted.items():
        raw = _written(rng, rows, encoding if each == name else "utf-8")
        if each == name and rng.random() < 0.1:
            place = rng.randint(0, len(raw) - 1)
            raw = raw[:place] + rng.randbytes(1) + raw[place + rng.randint(0, 1) :]
            planted[each] = []
        paths[each] = folder / f"{each}.csv"
        paths[each].write_bytes(raw)
    tables = _read(paths)
    if isinstance(tables, TableError):
        assert tables.faults
        assert all(fault.line("zh") and str(fault) for fault in tables.faults)
        return "faults"
    for each, rows in planted.items():
        if rows:
            _agree(getattr(tables, each), rows, codebook.table(each))
    _one_spelling(tables)
    return "tables as planted" if planted[name] else "tables of changed bytes"


def _run(seeds: range, limits) -> Counter[str]:
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for seed in seeds:
            try:
                with limits(seed):
                    counts[_outcome(seed, Path(folder))] += 1
            except Exception as error:
                error.add_note(f"seed {seed}")
                raise
    return counts


def test_a_sample_of_changed_tables_ends_in_their_meaning_or_in_faults(limits):
    assert set(_run(range(SAMPLE), limits)) >= {"faults"}


@pytest.mark.fuzz
@pytest.mark.parametrize("part", range(10))
def test_changed_tables_end_in_their_meaning_or_in_faults(part, limits):
    step = ALL // 10
    counts = _run(range(1_000_000 + part * step, 1_000_000 + (part + 1) * step), limits)
    print(dict(counts))
    assert sum(counts.values()) == step
