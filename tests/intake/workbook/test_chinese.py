"""Every message of the strict stage is said in Chinese: a new one in English alone fails here."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator

import pytest

from edubalance import codebook, intake
from edubalance import messages as worded
from edubalance.intake import faults, relations, validate
from edubalance.intake.workbook import strict

# Whatever checks cells or holds tables against each other; those of `BETWEEN` come by themselves.
MODULES = sorted({validate, faults, relations, *map(inspect.getmodule, intake.BETWEEN)}, key=lambda each: each.__name__)
# Pieces of a message that is put together in code; the whole message stands in `WHOLE`.
PIECES = {
    "2023 should be 202320232023",
    "Fill it: 2023",
    "Write 2023 without the blanks.",
    "a whole number",
    "a number",
    " from 2023 to 2023",
    "2023 from 2023 to 2023",
    ", 2023 or more",
    ", 2023 or less",
    " There it stands in 2023.",
    "Townships with schools: 2023.",
    " Add the births of a township without schools to the one whose schools its children go to.",
    "the school should have a 2023 in 2023 in 2023",
    "entrants should not be above the pupils of the section in 2023, which are",
    "2023, 2023 should be 2023, which is 2023",
    "at the 2023 level of 2023 in 2023",
    "2023 of 2023schools",
    "2023 of the county should not be below the sum over its 2023, which is 2023",
    "Correct the county's number, or those of the 2023.",
    "Add it there, correct the code, or delete this row.2023",
    "Delete the row, or write the name of a variable: 2023",
    "Did you mean 2023? 2023",
    "`edubalance variables` lists the known ones.",
    "a settlement should not bear the code of a school",
    "2023 should not be above 2023 (2023)",
    "2023 should be 0, or its row deleted, where 2023 (2023)",
}
BIRTHS = " Add the births of a township without schools to the one whose schools its children go to."
WHOLE = {
    "the school should have a section in sections.csv in 2023": "2023 年该校在学段表中应有数据",
    "the school should have a row in schools.csv in 2023": "2023 年该校在学校表中应有数据",
    "Add it there, correct the code, or delete this row. There it stands in 2022, 2024.": "2022, 2024 年的数据",
    f"Did you mean T1?{BIRTHS}": "是否应为 T1？没有学校的乡镇",
    f"Townships with schools: T1, T2.{BIRTHS}": "有学校的乡镇：T1, T2。没有学校的乡镇",
    "entrants should not be above the pupils of the section in sections.csv, which are 40": "在校生数（40）",
    "at the primary level of D in 2023, transferred_out_to_private of public schools should be "
    "transferred_in_from_public of private schools, which is 3": "D 2023 年小学：公办学校的 ",
    "at the junior level of D in 2023, transferred_out_to_public + transferred_out_to_private of rural schools should "
    "be transferred_in_from_rural of schools, which is 3": "乡村学校的 ",
    "education_spending_yuan of the county should not be below the sum over its levels, which is 5": "各学段之和（5）",
    "pupils of the county should not be below the sum over its schools, which is 5": "各校之和（5）",
    "residents of the county should not be below the sum over its townships, which is 5": "各乡镇之和（5）",
    **{
        f"Correct the county's number, or those of the {each}.": "全县数" for each in ("levels", "schools", "townships")
    },
    "pupils − graduates + transferred_in − transferred_out − dropouts − deaths of 2023 + entrants of 2024, which is 7, "
    "should be the pupils of 2024 in sections.csv": "得 7，应等于 2024 年在校生数",
    "Did you mean graduates? `edubalance variables` lists the known ones.": "是否应为 graduates？",
    "Delete the row, or write the name of a variable: `edubalance variables` lists the known ones.": "请删除该行",
    "a settlement should not bear the code of a school": "居民点不应使用学校的代码",
    "small_school_pupils = 625 should not be above 99 × small_schools = 0 (B7)": "（0；B7）",
    "special_school_public_funds_yuan = 9 should be 0, or its row deleted, where special_school_pupils = 0 (B)": "填 0",
    "It is counted one by one. Compare with the source; delete the row where the number is not known.": "逐一计数的",
    "The pupils are those that the funds are for. Correct the number that is wrong.": "学生数即经费对应的学生数。",
    "the school should have a primary section in sections.csv in 2023": "该校在 2023 年应有小学学段的数据",
    "P-01 should have a junior section in sections.csv in 2023": "P-01 在 2023 年应有初中学段的数据",
}
ENGLISH = re.compile(r"[A-Za-z]{2,}")


def literals(module: object) -> Iterator[str]:
    """Return the texts that a module writes, 2023 in the place of what is filled in; docstrings are none."""
    tree = ast.parse(inspect.getsource(module))
    bodies = [node.body[0] for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module)]
    parts = {id(value) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for value in node.values}
    left_out = parts | {id(body.value) for body in bodies if isinstance(body, ast.Expr)}
    for node in ast.walk(tree):
        if id(node) in left_out:
            continue
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(each.value) if isinstance(each, ast.Constant) else "2023" for each in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def sentences(module: object) -> set[str]:
    """Return the texts that have words in them, parted by blanks."""
    return {text for text in literals(module) if re.search(r"[A-Za-z] |[ ][A-Za-z]", text)}


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_every_sentence_of_a_check_has_its_chinese(module):
    for sentence in sorted(sentences(module) - PIECES):
        said = strict.in_chinese(sentence.replace("row 2023", "B3"))
        assert said != sentence, f"{sentence!r} needs its Chinese in strict_zh.yml"
        assert not ENGLISH.search(said), said


def test_no_piece_is_left_over():
    assert set().union(*map(sentences, MODULES)) >= PIECES


@pytest.mark.parametrize(("whole", "part"), WHOLE.items(), ids=lambda text: text[:40])
def test_messages_put_together_in_code_have_their_chinese(whole, part):
    said = strict.in_chinese(whole)
    assert part in said
    assert not ENGLISH.search(re.sub(r"`[^`]*`|graduates", "", said)), said


def test_what_every_column_should_hold_and_means_is_said_in_chinese():
    for table in codebook.tables():
        for column in table.columns:
            said = [faults.expected(column), f"{column.name} should be filled", f"Fill it: {column.meaning}"]
            for english in said:
                chinese = strict.in_chinese(english)
                assert chinese != english
                assert not ENGLISH.search(re.sub(r"`\w+`|pdf|URL|CPI", "", chinese)), (english, chinese)


@pytest.mark.parametrize("text", ["城区", "Urbann", "2023年", "NA", "1 2", "  ", " 7", "it's ", "x y"])
def test_what_to_do_about_a_cell_is_said_in_chinese(text):
    area, books = codebook.table("schools").column("area"), codebook.table("schools").column("books")
    said = [faults.remedy_for_code(area, text), faults.remedy_for_number(text)]
    said += [validate._remedy(books, check, text) for check in ("trimmed", "number", "whole", "range", "filled")]
    for english in said:
        chinese = strict.in_chinese(english)
        assert re.search("[\u4e00-\u9fff]", chinese), english
        assert "Write" not in chinese
        assert "Use" not in chinese


def test_every_limit_on_a_sum_says_in_chinese_why():
    for table in codebook.tables():
        for total in table.sums:
            assert strict.in_chinese(total.meaning) == total.meaning_zh
            rule = f"{' + '.join(total.parts)} (12) should not be above {total.whole}"
            assert not ENGLISH.search(strict.in_chinese(rule)), rule


def test_places_and_ids_are_never_put_into_chinese():
    twice = strict.in_chinese("year, school_id should name one row; teachers.xlsx[pupils] B3 has the same")
    assert twice == "年份, 学校代码 应只对应一行；teachers.xlsx[pupils] B3 与之相同"
    assert strict.in_chinese("Its counties: rural, urban.") == "应为：rural, urban。"


def test_the_workbook_s_own_messages_have_no_english_words_in_chinese():
    files = r"xls[xm]?|ods|CSV|Parquet|UTF-8|GB18030|XML|docs/codebook\.zh\.md"
    words = "headers|units|values|ignore|fraction|--yes|--year|schools|sections|province|county|year"
    known = rf"\{{[^}}]*\}}|{files}|{words}"
    for kind in ("faults", "notices"):
        for key in worded.keys(kind):
            said = worded._worded()[kind][key]["zh"]
            for text in [said] if isinstance(said, str) else said:
                assert not ENGLISH.search(re.sub(known, "", text)), (key, text)
