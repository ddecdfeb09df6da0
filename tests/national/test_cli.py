"""The commands: a synthetic country is made and judged; what is wrong is one message."""

from __future__ import annotations

import pandas as pd
import pytest
from national import panels

from edubalance.cli import main


@pytest.fixture(scope="module")
def country(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cli") / "country"
    assert main(["panel", "-o", str(folder), "--counties", "3", "--years", "2022-2023"]) == 0
    return folder


def test_a_country_is_judged_and_called_synthetic(country, tmp_path, capsys):
    out = tmp_path / "result"
    assert main(["national", str(country), "-o", str(out)]) == 0
    said = capsys.readouterr().out
    assert "synthetic twin / 合成数据" in said
    assert "6 counties and years judged; 1 partitions" in said
    assert set(pd.read_parquet(out / "counties.parquet")["year"]) == {2022, 2023}
    assert main(["national", str(country), "-o", str(out), "--resume"]) == 0
    assert "1 of them done before" in capsys.readouterr().out


def test_counties_that_fail_are_named_and_the_exit_code_is_1(country, tmp_path, capsys):
    schools, sections = (
        pd.read_parquet(country / table).astype({"province": "string"}) for table in ("schools", "sections")
    )
    sections.loc[0, "pupils"] = -1
    panel = panels.write(tmp_path / "panel", schools, sections)
    assert main(["national", str(panel), "-o", str(tmp_path / "result")]) == 1
    answer = capsys.readouterr()
    assert "5 counties and years judged" in answer.out
    assert "1 failed; all reasons stand in" in answer.err
    assert "pupils should be a whole number from 0 to 100,000 (pupils); found '-1'" in answer.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["national", "nowhere", "-o", "x"], "A panel should have schools.parquet", id="no panel"),
        pytest.param(
            ["national", "x", "-o", "y", "--cluster", "local", "--scheduler", "tcp://a"],
            "Either --scheduler",
            id="both",
        ),
        pytest.param(["panel", "-o", "x", "--years", "2023-2022"], "Years should be like 2023", id="years"),
        pytest.param(["national", "x", "-o", "y", "--standard", "cn"], "There is no standard 'cn'", id="standard"),
    ],
)
def test_what_cannot_be_done_is_one_message_and_exit_code_2(tmp_path, monkeypatch, capsys, arguments, message):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    assert message in capsys.readouterr().err
