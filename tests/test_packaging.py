"""The files that describe the environment agree with each other; nothing is fetched to find out."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

import edubalance
from edubalance.runs import sizes

ROOT = Path(__file__).parents[1]

# conda-forge names that differ by more than a dash; the two -base packages leave out a user interface.
CONDA_NAMES = {"dask-core": "dask", "matplotlib-base": "matplotlib", "seaborn-base": "seaborn"}
CONDA_OWN = {"python", "pip"}
PYTHONS = ("3.11", "3.12", "3.13", "3.14")


@dataclass
class Locked:
    """One entry of the lock."""

    name: str
    version: str
    marker: str
    hashes: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def project():
    """Read pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def direct(project):
    """Give the direct requirements, to run and to test, by name."""
    stated = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    return {canonicalize_name(Requirement(one).name): Requirement(one) for one in stated}


@pytest.fixture(scope="module")
def conda():
    """Read environment.yml: conda's specifications and pip's."""
    stated = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    return [one for one in stated if isinstance(one, str)], next(one["pip"] for one in stated if isinstance(one, dict))


@pytest.fixture(scope="module")
def lock():
    """Read requirements.lock."""
    entries: list[Locked] = []
    for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines():
        if found := re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)(?: ; (.*?))? \\$", line):
            entries.append(Locked(canonicalize_name(found[1]), found[2], found[3] or ""))
        elif found := re.fullmatch(r"    --hash=(sha256:[0-9a-f]{64})(?: \\)?", line):
            entries[-1].hashes.append(found[1])
        else:
            assert not line or re.match(r"\s*#", line), f"neither a package, a hash nor a comment: {line}"
    return entries


def split(spec: str) -> tuple[str, str]:
    name, _, versions = spec.partition(" ")
    return canonicalize_name(CONDA_NAMES.get(name, name)), versions


def test_the_lock_names_a_hash_for_every_package_and_no_index(lock):
    assert len(lock) > 100
    assert all(entry.hashes for entry in lock)
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^-", text, re.MULTILINE)


@pytest.mark.parametrize("python", PYTHONS)
def test_the_lock_satisfies_every_direct_requirement_on_every_python(direct, lock, python):
    environment = {"python_version": python, "python_full_version": f"{python}.1"}
    chosen = {entry.name: entry for entry in lock if not entry.marker or Marker(entry.marker).evaluate(environment)}
    for name, requirement in direct.items():
        assert name in chosen, name
        assert chosen[name].version in requirement.specifier, name


def test_the_conda_file_names_the_same_direct_packages(direct, conda):
    specs, pip = conda
    by_conda = {split(spec)[0] for spec in specs} - CONDA_OWN
    by_pip = {canonicalize_name(Requirement(one).name) for one in pip if not one.startswith("-")}
    assert by_conda | by_pip == set(direct)
    assert by_conda & by_pip == set()
    assert "-e ." in pip


def test_the_conda_file_gives_each_package_the_range_of_the_project(project, direct, conda):
    specs, pip = conda
    ranges = {name: SpecifierSet(versions) for name, versions in map(split, specs) if name != "pip"}
    ranges |= {canonicalize_name(Requirement(one).name): Requirement(one).specifier for one in pip if one[0] != "-"}
    assert ranges.pop("python") == SpecifierSet(project["requires-python"])
    assert ranges == {name: requirement.specifier for name, requirement in direct.items()}


def test_conda_understands_each_specification_and_the_locked_version_satisfies_it(conda, lock):
    rattler = pytest.importorskip("rattler")
    for spec in conda[0]:
        match = rattler.MatchSpec(spec, strict=True)
        name, _ = split(spec)
        found = [entry.version for entry in lock if entry.name == name]
        assert found or name in CONDA_OWN, name
        assert all(match.matches(record(rattler, match, version)) for version in found), spec
        assert name == "pip" or not match.matches(record(rattler, match, "0.0.1")), f"{spec} allows everything"


def record(rattler, match, version):
    build = getattr(rattler, "BuildString", str)("0")
    return rattler.PackageRecord(match.name.normalized, version, build=build, build_number=0, subdir="noarch")


def test_the_conda_file_does_not_claim_to_have_been_solved():
    assert "consistency-checked, not solved" in (ROOT / "environment.yml").read_text(encoding="utf-8")


def test_the_citation_names_the_version_of_the_package(project):
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= set(citation)
    assert citation["version"] == project["version"] == edubalance.__version__
    assert citation["license"] == project["license"]
    assert [author["name"] for author in citation["authors"]] == [author["name"] for author in project["authors"]]


def test_the_changelog_begins_with_the_version_of_the_package_below_what_is_not_released():
    versions = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert next(version for version in versions if version != "Unreleased") == edubalance.__version__
    assert "Unreleased" not in versions[1:]


def test_every_licence_that_the_package_ships_is_there(project):
    for file in project["license-files"]:
        assert (ROOT / file).is_file(), file


def test_every_hook_runs_a_tool_of_the_environment():
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert [repo["repo"] for repo in hooks] == ["local"]
    folder = Path(sys.executable).parent
    for hook in hooks[0]["hooks"]:
        assert hook["language"] == "system"
        assert shutil.which(hook["entry"].split()[0], path=str(folder)), hook["id"]


def test_no_committed_file_is_too_large(capsys):
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a clone")
    listed = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    files = [str(ROOT / name) for name in listed.split("\0") if name and (ROOT / name).is_file()]
    assert sizes.main(files) == 0, capsys.readouterr().out


def test_a_file_that_is_too_large_is_named(tmp_path, capsys):
    large, small = tmp_path / "large.bin", tmp_path / "small.bin"
    large.write_bytes(bytes(1_200_000))
    small.write_bytes(b"1")
    assert sizes.main([str(small)]) == 0
    assert sizes.main([str(small), str(large)]) == 1
    assert capsys.readouterr().out == f"{large}: 1200 kB; at most 1000 kB.\n"
