"""Odd values for workbooks, and what must hold whatever stands in them."""

from __future__ import annotations

import io
import math
import re
import zipfile
from xml.etree import ElementTree

from hypothesis import strategies as st
from intake.workbook import books

from edubalance import codebook
from edubalance.intake import workbook
from edubalance.intake.workbook import annotate

HEADS = sorted({str(name) for rows in (books.SCHOOLS, books.SECTIONS) for name in rows[0]})
TEXTS = st.one_of(
    st.text(max_size=8),
    st.text(alphabet="0123456789０１２３,，. 　-—/%％人元万册年约()（）", max_size=8),
    st.integers(-10, 10**7).map(lambda number: f"{number:,}"),
    st.sampled_from(
        [
            "合计",
            "小计",
            "小学",
            "初中",
            "2023年",
            "注：",
            "=1+1",
            "@x",
            "\x00",
            "\ufffe",
            "'",
            "无",
            "—",
            "1e400",
            "NaN",
        ]
    ),
    st.sampled_from(HEADS),
)
VALUES = st.one_of(
    st.none(),
    TEXTS,
    st.integers(-(10**18), 10**18),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=3),
)
# Words of messages that no value of these tests holds.
ENGLISH = re.compile(r"\b(should|correct|write|delete|empty)\b", re.IGNORECASE)


def check(reading: workbook.Reading) -> None:
    """Check that tables are sound, or that every fault has a place and is worded, also in an annotated copy."""
    assert (reading.tables is None) == bool(reading.faults)
    for fault in reading.faults:
        assert fault.place.file or fault.place.sheet
        for lang in ("en", "zh"):
            assert fault.rule(lang)
            assert fault.remedy(lang)
        assert not ENGLISH.search(f"{fault.rule('zh')} {fault.remedy('zh')}"), fault
    for notice in reading.notices:
        assert notice.line("en")
        assert notice.line("zh")
    if reading.tables is None:
        copy = annotate.annotated(reading.grids, reading.faults, "zh")
        with zipfile.ZipFile(io.BytesIO(copy)) as package:
            for name in package.namelist():
                content = package.read(name)
                assert ElementTree.fromstring(content) is not None  # noqa: S314 - our own
                assert not name.startswith("xl/worksheets/") or not re.search(rb"<f[\s>/]", content), name
        return
    for table in codebook.tables():
        frame = getattr(reading.tables, table.name)
        for column in table.columns:
            numbers = frame[column.name].dropna() if column.is_number else []
            assert all(math.isfinite(number) for number in numbers)
            assert not column.required or frame[column.name].notna().all()
