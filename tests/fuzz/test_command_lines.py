"""Mutants of command lines: a message and exit code 2, or the answer; never a traceback, never a changed file."""

from __future__ import annotations

import contextlib
import io
import os
import random
from collections import Counter
from pathlib import Path

import pytest
import yaml
from fuzz.mutants import CELLS, SIGNS
from intake.small_county import write

from edubalance import cli, paths

SAMPLE, ALL = 40, int(os.environ.get("EDUBALANCE_MUTANTS", "10000"))
CASE = {
    "id": "demo",
    "name_en": "Demo [/x]",
    "name_zh": "示例县",
    "province": "Anhui",
    "years": [2023],
    "year": 2023,
    "standard": "cn-2017-quality",
    "kind": "observed",
    "scenarios": ["described"],
    "seed_file": "",
    "context_en": "",
    "context_zh": "",
}
# Commands that only read; the words that a user would type after them.
LINES = [
    ["list"],
    ["list", "--lang", "zh"],
    ["variables", "townships"],
    ["dictionary", "sections", "--format", "csv"],
    ["dictionary", "births", "--lang", "zh"],
    ["assess", "demo", "--format", "csv"],
    [
        "assess",
        "--schools",
        "{schools}",
        "--sections",
        "{sections}",
        "--standard",
        "cn-2017-quality",
        "--format",
        "json",
    ],
    ["explain", "demo", "P1", "--lang", "zh"],
    ["explain", "demo", "P1", "--level", "primary", "--year", "2023"],
    ["eligibility", "demo", "--on", "2024-05-06", "--year", "2023"],
    ["doctor", "demo"],
    ["batch", "{schools}", "--dry-run", "--notebook", "template"],
    ["intake", "{schools}", "-o", "{out}", "--year", "2023"],
    ["form", "demo", "-o", "{out}"],
    ["twins", "demo", "--check"],
    ["national", "{schools}", "-o", "{out}"],
]
WORDS = [
    "--help",
    "-h",
    "--",
    "-o",
    "--lang",
    "zh",
    "--year",
    "--profile",
    "relief-2019",
    "--standard",
    "/dev/null",
    ".",
]
WORDS += ["{schools}", "{fifo}", "{loop}", "/dev/zero", "demo", "../demo", "--format", "table", "--scenario", "\ud800"]


@pytest.fixture
def project(tmp_path, monkeypatch):
    folder = tmp_path / "cases" / "demo" / "data"
    folder.mkdir(parents=True)
    (tmp_path / "notebooks").mkdir()
    schools, sections, _ = write(folder)
    (folder.parent / "case.yml").write_text(yaml.safe_dump(CASE, allow_unicode=True), encoding="utf-8")
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "loop").symlink_to("loop")
    monkeypatch.setenv(paths.PROJECT_VARIABLE, str(tmp_path))
    monkeypatch.chdir(tmp_path)
    named = {"schools": schools, "sections": sections, "out": tmp_path / "out", "fifo": tmp_path / "fifo"}
    return tmp_path, {name: str(each) for name, each in (named | {"loop": tmp_path / "loop"}).items()}


def _mutant(rng: random.Random, named: dict[str, str]) -> list[str]:
    line = list(rng.choice(LINES))
    for _ in range(rng.randint(1, 3)):
        place, act = rng.randrange(len(line)), rng.choice(["sign", "cell", "word", "drop", "swap", "double"])
        if act == "sign":
            cut = rng.randint(0, len(line[place]))
            line[place] = line[place][:cut] + rng.choice(SIGNS) + line[place][cut:]
        elif act == "cell":
            line[place] = rng.choice(CELLS)
        elif act == "word":
            line.insert(place + 1, rng.choice(WORDS))
        elif act == "drop" and len(line) > 1:
            del line[place]
        elif act == "swap":
            other = rng.randrange(len(line))
            line[place], line[other] = line[other], line[place]
        else:
            line.insert(place, line[place])
    for name, path in named.items():
        line = [word.replace(f"{{{name}}}", path) for word in line]
    return line


def _files(folder: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in (folder / "cases").rglob("*") if file.is_file()}


def _answer(line: list[str]) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = cli.main(line)
    return code, out.getvalue(), err.getvalue()


def _run(project: tuple[Path, dict[str, str]], seeds: range, limits) -> Counter[str]:
    folder, named = project
    before, counts = _files(folder), Counter[str]()
    answers = {}
    for plain in LINES:
        line = [word.format(**named) for word in plain]
        if "{out}" not in plain:
            answers[tuple(line)] = _answer(line)
    for seed in seeds:
        line = _mutant(random.Random(seed), named)
        try:
            with limits(seed):
                code, out, err = _answer(line)
        except Exception as error:
            error.add_note(f"seed {seed}: {line}")
            raise
        assert "Traceback" not in out + err, (seed, line)
        assert code in (0, 1, 2), (seed, line)
        assert code != 2 or err or out, (seed, line)
        assert "\x1b" not in err, (seed, line)
        if tuple(line) in answers:
            assert (code, out, err) == answers[tuple(line)], (seed, line)
        counts[{0: "answer", 1: "difference", 2: "message"}[code]] += 1
    assert _files(folder) == before
    return counts


def test_a_sample_of_changed_command_lines_ends_in_an_answer_or_a_message(project, limits):
    assert _run(project, range(SAMPLE), limits)["message"]


@pytest.mark.fuzz
@pytest.mark.parametrize("part", range(10))
def test_changed_command_lines_end_in_an_answer_or_a_message(project, part, limits):
    step = ALL // 10
    counts = _run(project, range(1_000_000 + part * step, 1_000_000 + (part + 1) * step), limits)
    print(dict(counts))
    assert sum(counts.values()) == step
