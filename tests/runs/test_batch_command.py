from __future__ import annotations

import pytest
from runs.batches import write_list

from edubalance import cli

pytestmark = pytest.mark.usefixtures("quick")

ROWS = ("id,year", "a,2021", "b,2022")


def command(project, *options: str) -> int:
    return cli.main(["batch", str(write_list(project, ROWS)), "--notebook", "county", *options])


def test_failures_are_listed_with_their_cell_and_the_rest_is_complete(project, write, capsys):
    write("county", "print(year)", "assert year == 2021, f'not {year}'")
    assert command(project) == cli.DIFFERENT
    said = capsys.readouterr()
    assert "b failed in code cell 3 (assert year == 2021, f'not {year}'): AssertionError: not 2022" in said.err
    assert "1 done, 1 failed" in said.out
    assert (project / "build" / "batch" / "counties" / "summary.csv").is_file()
    assert command(project, "--why", "--dry-run") == cli.OK
    said = capsys.readouterr()
    assert "b: failed before: code cell 3" in said.out
    assert "1 × complete" in said.out
    assert "2 runs: 1 complete, 1 to do." in said.out


def test_why_names_what_changed_and_a_dry_run_executes_nothing(project, write, capsys):
    write("county", "print(year)")
    assert command(project, "--why", "--dry-run", "-o", str(project / "here")) == cli.OK
    assert "a: new\nb: new\n" in capsys.readouterr().out
    assert not (project / "here").exists()


def test_what_cannot_be_done_is_refused(project, write, capsys):
    write("county", "print(year)")
    assert command(project, "--scheduler", "tcp://127.0.0.1:1", "--cluster", "local") == cli.REFUSED
    assert "Either --scheduler or --cluster." in capsys.readouterr().err
    (project / "bad.csv").write_text("id,jear\n../a,1\n")
    assert cli.main(["batch", str(project / "bad.csv"), "--notebook", "county"]) == cli.REFUSED
    assert "bad.csv, row 1, column jear" in capsys.readouterr().err
    assert cli.main(["batch", str(project / "none.csv"), "--notebook", "county"]) == cli.REFUSED
    assert cli.main(["batch", str(project / "bad.csv"), "--notebook", "conty"]) == cli.REFUSED
    assert "Did you mean 'county'?" in capsys.readouterr().err
