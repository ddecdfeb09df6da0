"""Mutants of the YAML files that people write: a message with its place, or what the file says; nothing else."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from fuzz.mutants import changed_data, changed_text

from edubalance import cases, codebook, paths, standards
from edubalance.codebook import survey_parse
from edubalance.errors import EdubalanceError
from edubalance.evidence import statements
from edubalance.intake.workbook import mapping
from edubalance.standards import profiles

ROOT = Path(__file__).parents[2]
SAMPLE, ALL = 60, int(os.environ.get("EDUBALANCE_MUTANTS", "10000"))
MAPPING = """headers:
  藏书: schools.books
  备注: ignore
units:
  教学仪器设备值: 万元
values:
  schools.founder:
    公办: county
"""
ID = "relief-2019"


def _case(file: Path) -> object:
    return cases.load(file.parent.name)


def _claims(file: Path) -> object:
    return statements.load(cases.load(file.parent.name))


def _mapping(file: Path) -> object:
    return mapping.load(file)


def _survey(file: Path) -> object:
    return survey_parse.parse(file.read_text(encoding="utf-8", errors="surrogateescape"))


def _profile(file: Path) -> object:
    return profiles.apply(standards.load("cn-2017-quality"), file.stem, layer=1)


READERS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "case": ("case.yml", _case),
    "claims": ("claims.yml", _claims),
    "mapping": ("mapping.yml", _mapping),
    "survey": ("survey.yml", _survey),
    "profile": (f"{ID}.yml", _profile),
}


@pytest.fixture
def project(tmp_path, monkeypatch):
    folder = tmp_path / "cases" / "demo"
    folder.mkdir(parents=True)
    (tmp_path / "notebooks").mkdir()
    monkeypatch.setenv(paths.PROJECT_VARIABLE, str(tmp_path))
    monkeypatch.setattr(profiles, "_files", lambda: {ID: folder / f"{ID}.yml"})
    source = ROOT / "cases" / "wuhu_j"
    package = ROOT / "src" / "edubalance"
    good = {
        "case.yml": (source / "case.yml").read_text(encoding="utf-8").replace("wuhu_j", "demo", 1),
        "claims.yml": (source / "claims.yml").read_text(encoding="utf-8"),
        "mapping.yml": MAPPING,
        "survey.yml": (package / "survey.yml").read_text(encoding="utf-8"),
        f"{ID}.yml": (package / "standards" / "profiles" / f"{ID}.yml").read_text(encoding="utf-8"),
    }
    for name, text in good.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder, good


def _mutant(rng: random.Random, text: str) -> str:
    """Change signs of a file, or what stands in the place of one of its values."""
    if rng.random() < 0.5:
        return changed_text(rng, text)
    return yaml.safe_dump(changed_data(rng, yaml.safe_load(text)), allow_unicode=True, sort_keys=False)


def _answer(read: Callable[[Path], object], file: Path, seed: int) -> object:
    try:
        return read(file)
    except EdubalanceError as error:
        return error
    except Exception as error:
        error.add_note(f"seed {seed}")
        raise


def _run(project: tuple[Path, dict[str, str]], kind: str, seeds: range, limits) -> Counter[str]:
    (folder, good), (name, read) = project, READERS[kind]
    file, counts = folder / name, Counter[str]()
    before = repr(read(file))
    for seed in seeds:
        rng = random.Random(seed)
        text = _mutant(rng, good[name])
        encoding = rng.choice(["utf-8"] * 8 + ["utf-16", "utf-8-sig"])
        file.write_bytes(text.encode(encoding, errors="surrogatepass"))
        with limits(seed):
            found = _answer(read, file, seed)
        if isinstance(found, EdubalanceError):
            assert str(found)
            assert found.said("zh")
            counts["message"] += 1
        else:
            counts["as before" if repr(found) == before else "as the file says now"] += 1
    file.write_text(good[name], encoding="utf-8")
    assert repr(read(file)) == before
    return counts


@pytest.mark.parametrize("kind", READERS)
def test_a_sample_of_changed_files_ends_in_a_message_or_in_what_they_say(project, kind, limits):
    assert _run(project, kind, range(SAMPLE), limits)["message"]


@pytest.mark.fuzz
@pytest.mark.parametrize("kind", READERS)
def test_changed_files_end_in_a_message_or_in_what_they_say(project, kind, limits):
    counts = _run(project, kind, range(1_000_000, 1_000_000 + ALL // len(READERS)), limits)
    print(kind, dict(counts))
    assert sum(counts.values()) == ALL // len(READERS)


def test_what_a_file_says_now_is_what_another_reader_reads():
    """Where our reader takes a text, PyYAML's own reads the same, up to the values that YAML 1.2 reads otherwise."""
    from edubalance import documents

    for seed in range(SAMPLE):
        text = changed_text(random.Random(seed), MAPPING)
        try:
            found = documents.parse(text, "mapping.yml")
        except EdubalanceError:
            continue
        assert _texts(found) == _texts(yaml.load(text, Loader=yaml.BaseLoader))  # noqa: S506 - texts only
    assert codebook.table("schools")


def _texts(value: object) -> object:
    if isinstance(value, dict):
        return {str(key): _texts(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_texts(each) for each in value]
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
