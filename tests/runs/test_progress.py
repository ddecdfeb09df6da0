from __future__ import annotations

import io

from rich.console import Console

from edubalance.runs import progress
from edubalance.runs.verify import Report

REPORTS = [Report("one", "equal", 12.34, comparing=1.5), Report("two", "drifted", 20.0, comparing=0.25)]


def test_the_line_of_all_adds_what_ran_side_by_side_and_gives_the_time_by_the_clock():
    said = "2 notebooks in 18.0 s, at most 2 at a time: executing 32.3 s, comparing 1.8 s."
    assert progress.total(REPORTS, 18.0, 2) == said


def test_each_notebook_says_how_long_it_ran_and_was_compared():
    written = io.StringIO()
    console = Console(file=written, width=120)
    with progress.Display(console, 2) as display:
        for report in REPORTS:
            display.ended(report)
    progress.show(console, REPORTS)
    lines = written.getvalue().splitlines()
    assert lines[0] == "[1/2] one: equal (executing 12.3 s, comparing 1.5 s)"
    assert [word.strip() for word in lines[-2].split("│")[1:-1]] == ["two", "drifted", "0", "20.0", "0.2"]
