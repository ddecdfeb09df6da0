from __future__ import annotations

from pathlib import Path

import pytest

from edubalance.errors import EdubalanceError, TableError
from edubalance.runs import listing


@pytest.fixture
def read(project: Path, write):
    """Give a function that reads a list for a small notebook."""
    notebook = write("small", "print(year)", parameters='case_id = "a"\nyear = 2023\nlang = "en"')

    def of(text: str, encoding: str = "utf-8"):
        file = project / "counties.csv"
        file.write_bytes(text.encode(encoding))
        return listing.read(file, notebook)

    return of


def test_a_row_is_a_run_and_an_empty_cell_leaves_the_notebook_its_own(read):
    rows = read("id,year,lang\n芜湖-1,2022,zh\n\nb_2,,\n", encoding="utf-8-sig")
    assert rows == (listing.Row("芜湖-1", {"year": 2022, "lang": "zh"}), listing.Row("b_2", {}))


@pytest.mark.parametrize("name", ["../up", "a/b", "a\\b", "..", ".hidden", "", "a.b", "x" * 81, "a b", "-a", "c:"])
def test_an_id_that_cannot_be_a_folder_is_refused(read, name):
    with pytest.raises(TableError, match="row 2, column id: an id should be letters, digits, _ and -"):
        read(f"id,year\n{name},2022\n")


def test_all_faults_are_told_together_with_row_and_column(read):
    text = "id,year,case_id\nA,two,\na,2022,nowhere\nb,2022,,more\n"
    with pytest.raises(TableError) as caught:
        read(text)
    places = [(fault.row, fault.column) for fault in caught.value.faults]
    assert places == [(2, "year"), (3, "case_id"), (3, "id"), (4, "")]
    assert "it stands in row 2" in str(caught.value)
    assert "year should be a value like 2023; got 'two'" in str(caught.value)


def test_unknown_double_and_missing_columns_are_refused(read):
    with pytest.raises(TableError) as caught:
        read("name,yeaar,lang,lang\nx,2022,en,en\n")
    assert [(fault.row, fault.column) for fault in caught.value.faults] == [
        (1, "id"),
        (1, "name"),
        (1, "yeaar"),
        (1, "lang"),
    ]
    assert "Did you mean 'year'?" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "encoding", "match"),
    [
        ("", "utf-8", "is empty"),
        ("id\n", "utf-8", "has no rows"),
        ('id\n"a\n', "utf-8", "row 2: the line should be readable as CSV"),
        ("id,lang\na,fr\n", "utf-8", "lang should be one of what a knows; got 'fr'"),
    ],
)
def test_what_is_no_list_is_refused(read, text, encoding, match):
    with pytest.raises(EdubalanceError, match=match):
        read(text, encoding)


def test_a_list_in_gb18030_is_read_and_that_is_said(read, caplog):
    assert [row.id for row in read("id\n芜湖\n", "gb18030")] == ["芜湖"]
    assert "was read as GB18030" in caplog.text
