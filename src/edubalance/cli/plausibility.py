"""What commands say of the plausibility of tables: marks at their cells, a line an indicator, the page as a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from edubalance import messages, spreadsheets

if TYPE_CHECKING:
    from edubalance.assessment.plausibility import Plausibility
    from edubalance.intake.workbook import Reading, SheetFault

FILE = "plausibility.csv"
SUFFIX = ".marks.xlsx"
# A mark with its reason is a sentence; who has more of them than this has a column to mend, and the copy marks all.
SHOWN = 20
# Without it, spreadsheet programs take UTF-8 for the code page of the system.
_BYTE_ORDER_MARK = "\ufeff"


def sheet_marks(reading: Reading, found: Plausibility) -> tuple[SheetFault, ...]:
    """Return the marks of a county's workbooks at their cells."""
    from edubalance.assessment.plausibility import number_at, row_of
    from edubalance.intake.workbook import SheetFault

    tables = reading.tables
    if tables is None:
        return ()
    return tuple(
        SheetFault(
            reading.assembled[mark.table].place(row_of(tables, mark), mark.column),
            mark.key,
            number_at(tables, mark),
            mark.facts(),
        )
        for mark in found.marks
    )


def lines(found: Plausibility, lang: str) -> Iterator[str]:
    """Yield a line an indicator: the median of each level in the last year, beside the threshold."""
    from edubalance import codebook
    from edubalance.assessment.plausibility import measures

    if found.page.empty:
        return
    last = found.page.loc[found.page["year"] == found.page["year"].max()]
    known = {each.indicator.id: each.indicator for each in measures()}
    for name, rows in last.groupby("indicator", sort=False):
        said = []
        for level, own in rows.groupby("level", sort=False):
            median, threshold = own["median"].iloc[0], own["threshold"].iloc[0]
            bar = f" ({known[str(name)].direction} {threshold:.4g})" if threshold == threshold else ""
            said.append(f"{codebook.code_label('level', str(level), lang)} {median:.4g}{bar}")
        facts = {"name": known[str(name)].name(lang), "medians": f"{', '.join(said)} {known[str(name)].unit(lang)}"}
        yield messages.notice("plausibility_line", facts, lang)


def summary(count: int, lang: str) -> str:
    """Say how many numbers are marked."""
    return messages.notice("implausible" if count else "plausible", {"count": count}, lang)


def page_text(found: Plausibility, lang: str) -> str:
    """Return the page as CSV that a spreadsheet program opens."""
    from edubalance.assessment.plausibility import measures

    known = {each.indicator.id: each.indicator for each in measures()}
    numbers = ("value", "median", "threshold")
    page = found.page.assign(
        unit=found.page["indicator"].map(lambda name: known[name].unit(lang)),
        indicator=found.page["indicator"].map(lambda name: known[name].name(lang)),
        marked=found.page["marked"].astype(int),
        **{name: found.page[name].map(lambda value: float(f"{value:.12g}")) for name in numbers},
    )
    return _BYTE_ORDER_MARK + spreadsheets.frame_as_csv(page)
