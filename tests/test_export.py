"""The saver: whole files, the same bytes each time, sentences only from results."""

from __future__ import annotations

import io
import math
from base64 import b64decode

import numpy as np
import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from matplotlib import pyplot as plt
from PIL import Image

from edubalance import figures, results
from edubalance.errors import EdubalanceError
from edubalance.export import Page, csv_text
from edubalance.export.pictures import _smaller, in_few_colours
from edubalance.figures import style

CURVES = pd.DataFrame({"group": "primary", "pupil_share": [0, 0.5, 1], "resource_share": [0, 0.25, 1]})
ALT = "A curve below the diagonal."


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("EDUBALANCE_FIGURES", str(tmp_path))
    return tmp_path / "demo"


@pytest.fixture
def page(folder):
    return Page("demo", kind="twin", lang="en")


def lorenz():
    fig, ax = style.figure(height=4.4)
    figures.lorenz(CURVES, ax, lang="zh")
    return fig


def test_a_figure_is_saved_as_svg_png_and_the_numbers_drawn(page, folder):
    page.show(lorenz(), "01_lorenz", ALT, CURVES)
    assert sorted(file.name for file in folder.iterdir()) == ["01_lorenz.csv", "01_lorenz.png", "01_lorenz.svg"]
    drawn = pd.read_csv(folder / "01_lorenz.csv")
    pd.testing.assert_frame_equal(drawn.drop(columns="data"), CURVES, check_dtype=False)
    assert drawn["data"].unique().tolist() == ["synthetic twin / 合成数据"]


def test_a_figure_of_one_level_says_which(page, folder):
    page.show(lorenz(), "01_lorenz", ALT, CURVES.assign(level="junior"))
    page.show(lorenz(), "02_both", ALT, CURVES.assign(level=["primary", "junior", "junior"]))
    told = {name: "level: junior" in (folder / f"{name}.svg").read_text() for name in page.figures}
    assert told == {"01_lorenz": True, "02_both": False}


def test_saving_twice_gives_the_same_bytes(folder):
    contents = []
    for _ in range(2):
        Page("demo", kind="twin", lang="zh").show(lorenz(), "01_lorenz", ALT, CURVES)
        contents.append({file.name: file.read_bytes() for file in folder.iterdir()})
    assert contents[0] == contents[1]


def test_the_svg_says_no_time_and_no_version_and_carries_the_alternative_text(page, folder):
    page.show(lorenz(), "01_lorenz", ALT, CURVES)
    svg = (folder / "01_lorenz.svg").read_text(encoding="utf-8")
    assert ALT in svg
    assert "dc:date" not in svg
    assert "Matplotlib v" not in svg


def test_the_png_is_opaque_small_and_says_nothing_of_its_maker(page, folder):
    page.show(lorenz(), "01_lorenz", ALT, CURVES)
    with Image.open(folder / "01_lorenz.png") as picture:
        assert picture.mode in ("P", "RGB")
        assert "Software" not in picture.info
        assert picture.convert("RGB").getpixel((0, 0)) == (255, 255, 255)
    assert (folder / "01_lorenz.png").stat().st_size < 60_000


@pytest.mark.parametrize(("colours", "mode"), [(3, "P"), (256, "P"), (257, "RGB")])
def test_packing_a_picture_changes_no_pixel(colours, mode):
    rng = np.random.default_rng(5)
    palette = rng.permutation(2**24)[:colours]
    chosen = np.concatenate([palette, rng.choice(palette, 4000 - colours)]).reshape(50, 80)
    pixels = np.stack([chosen >> 16, chosen >> 8 & 255, chosen & 255], axis=-1).astype(np.uint8)
    raster = io.BytesIO()
    Image.fromarray(pixels).convert("RGBA").save(raster, format="PNG")
    with Image.open(io.BytesIO(_smaller(raster))) as packed:
        assert packed.mode == mode
        assert np.array_equal(np.asarray(packed.convert("RGB")), pixels)


def test_the_copy_in_few_colours_looks_like_the_saved_picture(page, folder):
    page.show(lorenz(), "01_lorenz", ALT, CURVES)
    saved = (folder / "01_lorenz.png").read_bytes()
    full, few = (
        np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), dtype=int) for png in (saved, in_few_colours(saved))
    )
    assert full.shape == few.shape
    assert len(np.unique(few.reshape(-1, 3), axis=0)) <= 128
    assert np.abs(full - few).mean() < 1
    assert np.abs(full - few).max() <= 64


def test_every_figure_says_what_its_data_are(folder):
    fig = lorenz()
    Page("demo", kind="twin", lang="zh", scenario="balanced").show(fig, "01_lorenz", ALT, CURVES)
    assert "合成数据（均衡情景） / synthetic twin (balanced)" in [text.get_text() for text in fig.texts]


def test_the_figure_is_closed_and_its_name_and_text_printed_in_one_line(page, folder, capsys):
    fig = lorenz()
    page.show(fig, "01_lorenz", "A curve\n below the diagonal.", CURVES)
    assert fig.number not in plt.get_fignums()
    assert capsys.readouterr().out == "figure 01_lorenz: A curve below the diagonal.\n"


def test_a_figure_of_numbers_some_last_places_away_prints_the_same(folder, capsys):
    lines = []
    for share in (0.25, np.nextafter(0.25, 1)):
        fig, ax = style.figure(height=4.4)
        figures.lorenz(CURVES.assign(resource_share=[0, share, 1]), ax)
        Page("demo", kind="twin", lang="en").show(fig, "01_lorenz", ALT, CURVES)
        lines.append(capsys.readouterr().out)
    assert lines[0] == lines[1]


def test_letters_drawn_before_the_page_was_opened_are_no_boxes(page, folder):
    fig, ax = plt.subplots()
    ax.set_title("差异系数")
    page.show(fig, "01_title", "A title.", CURVES)


def test_inside_a_notebook_the_picture_is_shown_once_with_its_alternative_text(page, folder, monkeypatch):
    monkeypatch.setattr("edubalance.export.page.get_ipython", InteractiveShell.instance)
    InteractiveShell.instance()
    with capture_output() as captured:
        page.show(lorenz(), "01_lorenz", ALT, CURVES)
        page.say("Schools differ.", "校际有差异。")
    InteractiveShell.clear_instance()
    picture, sentence = captured.outputs
    shown, saved = b64decode(picture.data["image/png"]), (folder / "01_lorenz.png").read_bytes()
    assert shown == in_few_colours(saved)
    assert len(shown) < len(saved)
    assert picture.metadata["image/png"]["alt"] == ALT
    assert sentence.data == {"text/markdown": "Schools differ.", "text/plain": "Schools differ."}


def test_nothing_half_written_stays_when_a_figure_cannot_be_drawn(page, folder, monkeypatch):
    def full(*_args, **_kwargs):
        raise OSError("No space left on device")

    page.show(lorenz(), "01_lorenz", ALT, CURVES)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    monkeypatch.setattr("edubalance.export.pictures._smaller", full)
    with pytest.raises(OSError, match="No space left"):
        Page("demo", kind="twin", lang="en").show(lorenz(), "01_lorenz", "Another.", CURVES)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_a_frame_is_drawn_and_shown_in_one_step(folder):
    by_hand = Page("demo", kind="twin", lang="zh")
    by_hand.show(lorenz(), "01_lorenz", "曲线。", CURVES)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    page = Page("demo", kind="twin", lang="zh")
    page.draw("01_lorenz", figures.lorenz, CURVES, ("A curve.", "曲线。"), size={"height": 4.4})
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    assert page.figures == ["01_lorenz"]


def test_a_county_without_a_table_is_told_so_in_the_place_of_the_figure(page, folder, capsys):
    page.draw("01_lorenz", figures.lorenz, CURVES.iloc[:0], (ALT, "曲线。"), without=("No finance.csv.", "无经费表。"))
    assert capsys.readouterr().out == "No finance.csv.\n"
    assert page.figures == []
    assert not folder.exists()


def test_an_empty_frame_is_refused_before_anything_is_drawn(page):
    with pytest.raises(EdubalanceError, match=r"'01_lorenz' needs the numbers it draws"):
        page.draw("01_lorenz", figures.lorenz, CURVES.iloc[:0], (ALT, "曲线。"))


@pytest.mark.parametrize(
    "name", ["lorenz", "1_lorenz", "01_Lorenz", "01-lorenz", "../01_lorenz", "01_lorenz.svg", "０１_lorenz"]
)
def test_a_malformed_name_is_refused(page, name):
    with pytest.raises(EdubalanceError, match=r"two digits, an underscore and small letters; got .*Hint: For example"):
        page.show(lorenz(), name, ALT, CURVES)


def test_a_name_used_before_is_refused(page, folder):
    page.show(lorenz(), "01_lorenz", ALT, CURVES)
    with pytest.raises(EdubalanceError, match="'01_lorenz' is saved already"):
        page.show(lorenz(), "01_lorenz", ALT, CURVES)


def test_an_empty_alternative_text_is_refused(page):
    with pytest.raises(EdubalanceError, match="needs an alternative text"):
        page.show(lorenz(), "01_lorenz", "  ", CURVES)


def test_a_figure_without_its_numbers_is_refused(page):
    with pytest.raises(EdubalanceError, match="needs the numbers it draws"):
        page.show(lorenz(), "01_lorenz", ALT, CURVES.iloc[:0])


def test_an_unknown_kind_of_data_is_refused_when_the_page_is_opened():
    with pytest.raises(EdubalanceError, match=r"no word 'kind\.real'"):
        Page("demo", kind="real", lang="en")


def test_numbers_are_written_with_ten_digits_and_missing_ones_stay_empty():
    frame = pd.DataFrame({"value": [1 / 3, 2e-7, math.nan, 12345678.9], "met": pd.array([True, False, None, True])})
    assert csv_text(frame) == "value,met\n0.3333333333,True\n2e-07,False\n,\n12345678.9,True\n"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-cmd", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_text_that_a_spreadsheet_would_run_is_made_harmless(text):
    cell = csv_text(pd.DataFrame({"name": [text]})).split("\n", 1)[1]
    assert cell.lstrip('"').startswith("'")


def test_a_negative_number_stays_a_number():
    assert csv_text(pd.DataFrame({"change": [-0.5], "count": [-2]})) == "change,count\n-0.5,-2\n"


def test_a_sentence_takes_its_numbers_from_results(page):
    page.result("cv.primary.books", 0.515257, unit="ratio")
    page.result("pupils.primary", 47994, unit="pupils")
    en = "The coefficient of {place} is {cv.primary.books:.2f} over {pupils.primary:,.0f} pupils ({share:.0%})."
    zh = "{place}差异系数为{cv.primary.books:.3f}，学生{pupils.primary:.0f}人（{share:.0%}）。"
    assert page.text(en, zh, place="D-01", share=0.5) == "The coefficient of D-01 is 0.52 over 47,994 pupils (50%)."
    page.lang = "zh"
    assert page.text(en, zh, place="D-01", share=0.5) == "D-01差异系数为0.515，学生47994人（50%）。"


def test_a_number_that_is_not_defined_is_said_to_be_so(page):
    page.result("cv", math.nan, unit="ratio")
    assert page.text("It is {cv:.2f}.", "为{cv:.2f}。") == "It is not defined."


@pytest.mark.parametrize("template", ["The limit is 0.5.", "Of 85 schools", "限值为０.５。", "{cv:.2f} > 1"])
def test_a_number_typed_into_a_sentence_is_refused_in_either_language(page, template):
    page.result("cv", 0.4, unit="ratio")
    with pytest.raises(EdubalanceError, match="No number may be typed into a sentence"):
        page.text(template, "差异系数。")
    with pytest.raises(EdubalanceError, match="No number may be typed into a sentence"):
        page.text("The coefficient.", template)


def test_a_unit_may_hold_a_raised_digit(page):
    assert page.text("m² per pupil", "平方米/生") == "m² per pupil"


def test_a_number_without_a_format_is_refused(page):
    page.result("cv", 0.4, unit="ratio")
    with pytest.raises(EdubalanceError, match=r"needs a format; 0\.4 has none\. Hint: Write a placeholder"):
        page.text("It is {cv}.", "为{cv:.2f}。")


def test_an_unknown_result_is_refused(page):
    with pytest.raises(EdubalanceError, match="no result named 'cv'"):
        page.text("It is {cv:.2f}.", "为。")


@pytest.mark.parametrize("template", ["It is {cv:.2f.", "It is {}."])
def test_a_malformed_template_is_refused(page, template):
    page.result("cv", 0.4, unit="ratio")
    with pytest.raises(EdubalanceError):
        page.text(template, "为。")


def test_outside_a_notebook_a_sentence_is_printed(page, capsys):
    page.say("Schools differ.", "校际有差异。")
    assert capsys.readouterr().out == "Schools differ.\n"


def test_a_result_hands_nothing_back_so_that_a_cell_prints_nothing(page):
    assert page.result("cv", np.float64(0.4), unit="ratio") is None
    assert page.results["cv"].value == 0.4


def test_finishing_writes_the_results_beside_the_figures(page, folder, capsys):
    page.result("cv", 0.4, unit="ratio", convention="weighted_population")
    page.result("verdict", "not_met", unit="text")
    page.finish()
    read = results.read(folder / "results.csv")
    assert [(r.name, r.value, r.convention) for r in read] == [
        ("data", "synthetic twin / 合成数据", ""),
        ("cv", 0.4, "weighted_population"),
        ("verdict", "not_met", ""),
    ]
    assert capsys.readouterr().out == "demo  results=3  figures=0\n"
    assert [file.name for file in folder.iterdir()] == ["results.csv"]
