"""Which files are a part of the panel: told by content, and nothing that may be one is left out in silence."""

from __future__ import annotations

import os
import shutil

import pandas as pd
import pyarrow as pa
import pytest
from national import panels
from pyarrow import parquet as pq

from edubalance import standards
from edubalance.cli import main
from edubalance.errors import EdubalanceError, TableError
from edubalance.national.closing import read
from edubalance.national.panel import make_panel
from edubalance.national.running import run
from edubalance.national.source import open_panel

QUALITY = standards.load("cn-2017-quality")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return make_panel(tmp_path_factory.mktemp("made") / "country", counties=3, years=(2022, 2023), seed=7)


@pytest.fixture(scope="module")
def reference(made, tmp_path_factory):
    out = tmp_path_factory.mktemp("reference") / "result"
    run(made, out, QUALITY)
    return read(out, "coefficients")


@pytest.fixture
def panel(made, tmp_path):
    """Three provinces of one county each; tests change the copy."""
    shutil.copytree(made, tmp_path / "country")
    return tmp_path / "country"


def data(panel, table="sections", province="P02"):
    return panel / table / f"province={province}" / "data.parquet"


def refused(panel):
    with pytest.raises(TableError) as found:
        open_panel(panel, QUALITY)
    return [(fault.key, fault.file, fault.column, fault.value) for fault in found.value.faults]


@pytest.mark.parametrize(
    "name", ["data.pq", "data.PARQUET", "data.parq", "data.parquet.snappy", "data.snappy.parquet", "part-0", "a.b.c"]
)
def test_a_file_is_told_by_its_content_whatever_it_is_called(panel, reference, tmp_path, name):
    data(panel).rename(data(panel).with_name(name))
    report = run(panel, tmp_path / "result", QUALITY)
    assert (report.counties, report.failed, report.left_out) == (6, 0, ())
    pd.testing.assert_frame_equal(read(tmp_path / "result", "coefficients"), reference)


@pytest.mark.parametrize("name", ["schools", "Schools.PQ", "schools.parquet.gz"])
def test_a_table_of_one_file_may_have_any_ending(made, tmp_path, name):
    frames = [pd.read_parquet(made / table).astype({"province": "string"}) for table in ("schools", "sections")]
    panel = panels.write(tmp_path / "panel", *frames)
    (panel / "schools.parquet").rename(panel / name)
    assert [file.name for file in open_panel(panel, QUALITY).files["schools"]] == [name]


@pytest.mark.parametrize("name", ["P02.csv", "P02.csv.gz", "P02.xlsx", "P02", "P02.orc"])
def test_a_file_of_another_kind_may_hold_a_province_and_is_a_fault(panel, name):
    data(panel).with_name(name).write_bytes(b"school_id,level,pupils\nX,primary,100\n")
    assert refused(panel) == [("panel_no_parquet", f"sections/province=P02/{name}", "", "")]


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + bytes(40), b"PAR1" + bytes(40) + b"PAR1"])
@pytest.mark.parametrize("name", ["data.parquet", "data"])
def test_a_file_that_is_cut_off_or_empty_is_a_fault(panel, content, name):
    data(panel).unlink()
    data(panel).with_name(name).write_bytes(content)
    key = "parquet_unreadable" if content or "." in name else "panel_no_parquet"
    assert refused(panel) == [(key, f"sections/province=P02/{name}", "", "")]


def test_a_file_without_rows_is_a_fault(panel):
    pq.write_table(pq.read_table(data(panel)).slice(0, 0), data(panel))
    assert refused(panel) == [("parquet_without_rows", "sections/province=P02/data.parquet", "", "")]


def test_what_begins_with_an_underscore_or_a_dot_is_no_data_and_said(panel, reference, tmp_path):
    leftover = panel / "sections" / "_temporary" / "0" / "_attempt_0" / "part-0.parquet"
    leftover.parent.mkdir(parents=True)
    shutil.copy(data(panel), leftover)
    shutil.copy(data(panel), data(panel).with_name(".part-0.parquet"))
    for name in ("_SUCCESS", "_metadata"):
        (panel / "schools" / name).touch()
    (panel / "schools" / "README.md").write_text("By province.")
    report = run(panel, tmp_path / "result", QUALITY)
    assert report.failed == 0
    pd.testing.assert_frame_equal(read(tmp_path / "result", "coefficients"), reference)
    said = {each.key: each.facts for each in report.left_out}
    assert said["panel_hidden"] == {
        "count": 4,
        "names": "schools/_SUCCESS, schools/_metadata, sections/_temporary",
    }
    assert said["panel_papers"] == {"count": 1, "names": "schools/README.md"}


@pytest.mark.parametrize(
    "name", ["schools_P04.parquet", "more.parquet", "P04", "Sections-old/a.parquet", "year=2021/a"]
)
def test_parquet_beside_the_tables_is_a_fault(panel, name):
    (panel / name).parent.mkdir(exist_ok=True)
    shutil.copy(data(panel), panel / name)
    assert refused(panel) == [("panel_other_name", name.split("/")[0], "", "")]


def test_other_tables_of_the_codebook_and_other_things_may_lie_beside(panel):
    shutil.copy(data(panel), panel / "teachers.parquet")
    (panel / "notes.txt").write_text("ours")
    (panel / "result").mkdir()
    assert open_panel(panel, QUALITY).left_out == ()


def test_a_copy_of_a_file_is_a_fault(panel):
    shutil.copy(data(panel), data(panel).with_name("data (1).parquet"))
    copy, original = "sections/province=P02/data.parquet", "sections/province=P02/data (1).parquet"
    with pytest.raises(TableError, match="byte for byte") as found:
        open_panel(panel, QUALITY)
    assert [(fault.key, fault.file, fault.facts["other"]) for fault in found.value.faults] == [
        ("panel_copy", copy, original)
    ]


def test_rows_that_stand_in_two_files_fail_their_county_and_are_not_doubled(panel, tmp_path):
    rows = pq.read_table(data(panel))
    pq.write_table(rows, data(panel).with_name("again.parquet"), compression="gzip")
    report = run(panel, tmp_path / "result", QUALITY)
    failures = read(tmp_path / "result", "failures")
    assert report.failed == 2
    assert set(failures["province"]) == {"P02"}
    assert failures["rule"].str.contains("should name one row").all()


@pytest.mark.parametrize("kind", ["fifo", "link to nothing", "link to a folder"])
def test_what_is_no_file_is_a_fault_and_is_not_opened(panel, kind):
    place = data(panel).with_name("part-1.parquet")
    if kind == "fifo":
        os.mkfifo(place)
    else:
        place.symlink_to("nowhere" if kind == "link to nothing" else panel / "schools")
    assert refused(panel) == [("panel_no_file", "sections/province=P02/part-1.parquet", "", "")]


def test_a_link_to_a_file_is_read_as_the_file(panel, reference, tmp_path):
    moved = data(panel).rename(tmp_path / "elsewhere")
    data(panel).symlink_to(moved)
    run(panel, tmp_path / "result", QUALITY)
    pd.testing.assert_frame_equal(read(tmp_path / "result", "coefficients"), reference)


def by_folder(made, panel, folders, *, keep=()):
    """Write each county and year into folders; columns said there are dropped unless they are to be kept."""
    for table in ("schools", "sections"):
        frame = pd.read_parquet(made / table).astype({"province": "string"})
        for (province, county, year), rows in frame.groupby(["province", "county", "year"]):
            said = dict(
                part.split("=") for part in folders.format(province=province, county=county, year=year).split("/")
            )
            folder = panel / table / "/".join(f"{key}={value}" for key, value in said.items())
            folder.mkdir(parents=True, exist_ok=True)
            gone = [key for key in said if key in rows and key not in keep]
            rows.drop(columns=gone).to_parquet(folder / f"{county}-{year}.parquet", index=False)
    return panel


@pytest.mark.parametrize("keep", [(), ("year",), ("province", "year")])
def test_folders_that_agree_with_their_columns_are_read(made, reference, tmp_path, keep):
    panel = by_folder(made, tmp_path / "panel", "province={province}/year={year}", keep=keep)
    run(panel, tmp_path / "result", QUALITY)
    pd.testing.assert_frame_equal(read(tmp_path / "result", "coefficients"), reference)


@pytest.mark.parametrize(
    ("old", "new", "column", "value"),
    [
        ("year=2023", "year=2024", "year", "2023"),
        ("year=2023", "year=__HIVE_DEFAULT_PARTITION__", "year", "2023"),
        ("province=P01", "province=p01", "province", "P01"),
    ],
)
def test_a_folder_that_contradicts_its_column_is_a_fault(made, tmp_path, old, new, column, value):
    panel = by_folder(made, tmp_path / "panel", "province={province}/year={year}", keep=("province", "year"))
    for folder in sorted((panel / "sections").rglob(old)):
        folder.rename(folder.with_name(new))
    found = refused(panel)
    assert {(key, where, held) for key, _, where, held in found} == {("panel_key_against_column", column, value)}
    assert all(new in name for _, name, *_ in found)


def test_names_of_folders_may_be_percent_encoded(made, reference, tmp_path):
    panel = by_folder(made, tmp_path / "panel", "province={province}")
    for folder in sorted(panel.rglob("province=P01")):
        folder.rename(folder.with_name("province=%E5%AE%89%E5%BE%BD"))
    run(panel, tmp_path / "result", QUALITY)
    found = read(tmp_path / "result", "coefficients")
    assert set(found["province"]) == {"安徽", "P02", "P03"}
    ours = found.loc[found["province"] == "安徽", "cv"].reset_index(drop=True)
    theirs = reference.loc[reference["province"] == "P01", "cv"].reset_index(drop=True)
    pd.testing.assert_series_equal(ours, theirs)


@pytest.mark.parametrize(
    ("name", "key"),
    [("province=%FF", "panel_name_encoding"), ("province=P02/province=P02", "panel_key_twice")],
)
def test_a_name_of_a_folder_that_says_no_place_is_a_fault(panel, name, key):
    target = panel / "sections" / name
    target.parent.mkdir(exist_ok=True)
    held = data(panel).rename(panel.parent / "held")
    data(panel).parent.rmdir() if name.startswith("province=%") else None
    target.mkdir(parents=True)
    held.rename(target / "data.parquet")
    assert [each[0] for each in refused(panel)] == [key]


def test_a_column_that_only_a_folder_says_is_asked_for_in_the_file(made, tmp_path):
    panel = tmp_path / "panel"
    shutil.copytree(made / "schools", panel / "schools")
    frame = pd.read_parquet(made / "sections").astype({"province": "string"})
    for level, rows in frame.groupby("level"):
        (panel / "sections" / f"level={level}").mkdir(parents=True)
        rows.drop(columns="level").to_parquet(panel / "sections" / f"level={level}" / "a.parquet", index=False)
    assert {(key, column) for key, _, column, _ in refused(panel)} == {("panel_key_alone", "level")}


def test_keys_that_no_table_has_are_said(made, tmp_path):
    panel = by_folder(made, tmp_path / "panel", "batch=1/year={year}")
    source = open_panel(panel, QUALITY)
    assert [(each.key, each.facts["names"]) for each in source.left_out] == [("panel_keys", "batch")]


def test_twenty_faults_of_a_kind_are_said_and_the_others_counted(panel):
    for number in range(30):
        (panel / "sections" / f"{number:02d}.csv").touch()
    with pytest.raises(TableError, match="and 10 more of the same kind") as found:
        open_panel(panel, QUALITY)
    assert len(found.value.faults) == 20


def test_nothing_is_written_and_the_exit_code_is_2_in_both_languages(panel, tmp_path, capsys):
    (panel / "sections" / "P04.csv").touch()
    assert main(["national", str(panel), "-o", str(tmp_path / "result")]) == 2
    assert "sections/P04.csv: files below schools/ and sections/ should be Parquet" in capsys.readouterr().err
    assert main(["national", str(panel), "-o", str(tmp_path / "result"), "--lang", "zh"]) == 2
    assert "sections/P04.csv：schools/、sections/ 内的文件应为 Parquet 格式" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["country"]


def test_what_is_left_out_is_said_on_the_terminal(panel, tmp_path, capsys):
    (panel / "sections" / "_SUCCESS").touch()
    assert main(["national", str(panel), "-o", str(tmp_path / "result"), "--lang", "zh"]) == 0
    assert "名称以 _ 或 . 开头的不是数据，未读：1 个（sections/_SUCCESS）" in capsys.readouterr().err


def test_a_panel_without_a_table_is_refused(tmp_path):
    (tmp_path / "schools.csv").touch()
    with pytest.raises(EdubalanceError) as found:
        open_panel(tmp_path, QUALITY)
    assert found.value.key == "panel_without_table"


def rewritten(panel, change):
    """Change how the tables of a province are stored."""
    for table in ("schools", "sections"):
        file = data(panel, table)
        held = pq.read_table(file, partitioning=None)
        pq.write_table(pa.table({name: change(name, held.column(name)) for name in held.column_names}), file)


BINARY = [pa.binary(), pa.large_binary(), pa.binary_view()]


@pytest.mark.parametrize("kind", [pa.string_view(), pa.large_string(), *BINARY], ids=str)
def test_text_of_any_kind_is_read(panel, reference, tmp_path, kind):
    rewritten(panel, lambda name, column: column.cast(kind) if pa.types.is_string(column.type) else column)
    run(panel, tmp_path / "result", QUALITY)
    pd.testing.assert_frame_equal(read(tmp_path / "result", "coefficients"), reference)


def test_numbers_of_exact_kinds_are_read_to_the_last_bit(panel, reference, tmp_path):
    def change(name, column):
        if name == "year":
            return column.cast(pa.int16()).dictionary_encode()
        if pa.types.is_float64(column.type):
            return column.cast(pa.string()).cast(pa.decimal128(24, 9))
        return column.cast(pa.uint32()) if pa.types.is_integer(column.type) else column

    file = data(panel, "schools")
    held = pq.read_table(file, partitioning=None)
    exact = [column.round(4) if column.dtype.kind == "f" else column for _, column in held.to_pandas().items()]
    pq.write_table(pa.Table.from_pandas(pd.concat(exact, axis=1), held.schema, preserve_index=False), file)
    run(panel, tmp_path / "before", QUALITY)
    rewritten(panel, change)
    run(panel, tmp_path / "after", QUALITY)
    pd.testing.assert_frame_equal(
        *(read(tmp_path / name, "coefficients") for name in ("before", "after")), check_exact=True
    )


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ("sports_ground_area_m2", pa.float32()),
        ("sports_ground_area_m2", pa.float16()),
        ("multimedia_classrooms", pa.string()),
        ("multimedia_classrooms", pa.bool_()),
        ("year", pa.timestamp("s")),
        ("school_id", pa.int64()),
        ("area", pa.list_(pa.string())),
    ],
    ids=str,
)
def test_a_type_that_loses_or_cannot_hold_the_column_is_refused(panel, column, kind):
    file = data(panel, "schools")
    held = pq.read_table(file, partitioning=None)
    if column in ("area", "school_id"):
        other = pa.nulls(held.num_rows, kind)
    else:
        other = held.column(column).cast(pa.int64() if column == "year" else kind).cast(kind)
    pq.write_table(held.set_column(held.column_names.index(column), column, other), file)
    stored = str(pq.read_schema(file).field(column).type)
    assert refused(panel) == [("panel_column_type", "schools/province=P02/data.parquet", column, stored)]


def test_a_column_that_stands_twice_is_a_fault(panel):
    held = pq.read_table(data(panel), partitioning=None)
    pq.write_table(held.append_column("pupils", held.column("pupils")), data(panel))
    assert refused(panel) == [("panel_column_twice", "sections/province=P02/data.parquet", "pupils", "")]


def test_text_that_is_no_utf8_fails_and_is_not_read(panel):
    rewritten(
        panel,
        lambda name, column: (
            pa.chunked_array([pa.array(["安徽".encode("gbk")] * len(column))]) if name == "county" else column
        ),
    )
    from edubalance.national.index import partitions

    with pytest.raises(EdubalanceError) as found:
        partitions(open_panel(panel, QUALITY))
    assert found.value.key == "panel_unreadable"
