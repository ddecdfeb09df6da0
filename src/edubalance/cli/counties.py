"""Commands for a county of one's own: new, doctor, upgrade."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from edubalance import storage
from edubalance.cli.options import Language, LanguageOption, interruptible
from edubalance.errors import Fault, StorageError

if TYPE_CHECKING:
    import pandas as pd

NEXT = {
    "en": """{id} is ready, and its notebook ran on an example county.
  cases/{id}/tables.xlsx      fill it, or bring the files that you have
  edubalance intake FILE… -o cases/{id}/data     reads them into the case; the example makes room
  cases/{id}/case.yml         then say kind: observed, if they are a county's real tables
  edubalance doctor {id}      says what can be computed, and what is missing
  edubalance run {id}; edubalance accept {id}; edubalance form {id} -o form.xlsx""",
    "zh": """{id} 已建好，其笔记本已用示例县运行通过。
  cases/{id}/tables.xlsx      在此填写，或使用已有的文件
  edubalance intake 文件… -o cases/{id}/data     读入案例，示例数据随即让位
  cases/{id}/case.yml         若为本县真实数据，再写明 kind: observed
  edubalance doctor {id}      查看可以计算什么、还缺什么
  edubalance run {id}; edubalance accept {id}; edubalance form {id} -o form.xlsx""",
}
WAIT = {
    "en": "Running its notebook once, on the example county; this takes up to a minute …",
    "zh": "正在用示例县运行一次笔记本，约需一分钟以内……",
}
TITLES = {
    "tables": ("Tables", "数据表"),
    "indicators": ("Indicators", "指标"),
    "claims": ("Claims", "论断"),
    "form": ("National form", "申报表"),
}
HEADS = {
    "table": ("table", "数据表"),
    "rows": ("rows", "行数"),
    "years": ("years", "年份"),
    "state": ("state", "状态"),
    "empty": ("empty columns", "全空的列"),
    "level": ("level", "学段"),
    "indicator": ("indicator", "指标"),
    "sections": ("sections", "学段数"),
    "missing": ("missing", "缺值"),
    "waits_for": ("waits for", "尚待"),
    "id": ("claim", "论断"),
    "outcome": ("outcome", "结论"),
    "sheet": ("table", "表"),
    "filled": ("filled", "已填"),
    "open": ("open", "待补"),
}
STATES = {"read": ("read", "已读"), "absent": ("absent", "无")}
REMARKS = {
    "en": {
        "years": "case.yml states years {stated}; the tables hold {held}. Write years: [{held}] there.",
        "example": "Still the example's, beside tables of your own: {tables}. Do not judge the county on this mixture: "
        "`edubalance intake` removes them, or delete them in cases/{id}/data.",
    },
    "zh": {
        "years": "case.yml 所写年份为 {stated}，数据表为 {held}。请在其中写 years: [{held}]。",
        "example": "以下各表仍是示例，与本县的表混在一起：{tables}。请勿据此判断本县；`edubalance intake` 会移除它们，"
        "也可在 cases/{id}/data 中删去。",
    },
}
# Columns that may be folded: the others stay whole at any width.
FOLDED = ("waits_for", "indicator", "empty")


def add_to(app: typer.Typer) -> None:
    """
    Add the commands.

    Parameters
    ----------
    app : Typer
        The command line.
    """
    app.command()(new)
    app.command()(doctor)
    app.command()(upgrade)


def new(
    case_id: Annotated[str, typer.Argument(metavar="ID", help="Small letters, digits, single underscores.")],
    name_zh: Annotated[str, typer.Option(help="Name of the county in Chinese.")],
    name_en: Annotated[str, typer.Option(help="Name of the county in English.")],
    province: Annotated[str, typer.Option(help="Its province.")],
    lang: LanguageOption = Language.en,
) -> None:
    """Begin a case of your own: a folder with an example county, a notebook that runs, an Excel template."""
    from edubalance import paths, scaffold
    from edubalance.runs import accept, execute, request

    storage.settle(paths.notebooks())
    county = scaffold.County(case_id, name_en, name_zh, province)
    scaffold.check(county)
    # The notebook runs in a project of its own: what is killed or fails before the end has touched nothing.
    with storage.locked(paths.case(case_id)), storage.folder() as folder, interruptible():
        draft = scaffold.write_draft(county, folder / "project")
        typer.echo(WAIT[lang.value], err=True)
        asked = request.Request(case_id, draft.notebook, folder / "run", {})
        (outcome,) = execute.execute([asked], project=draft.project)
        if outcome.failure is not None:
            raise StorageError.of("first_run_failed", case=case_id, failure=str(outcome.failure))
        with storage.change(paths.notebooks()) as changed:
            scaffold.check(county)
            changed.place(draft.case, paths.case(case_id))
            accept.place(changed, case_id, asked.executed, asked.figures / case_id)
    typer.echo(NEXT[lang.value].format(id=case_id))


def doctor(
    case_id: Annotated[str, typer.Argument(metavar="ID", help="Id of the case.")],
    scenario: Annotated[str | None, typer.Option(help="Scenario of the case.")] = None,
    lang: LanguageOption = Language.en,
) -> None:
    """Say what a case has, what it lacks, and what each thing that cannot be computed yet waits for."""
    from edubalance import cases, notices, scaffold, wording

    case = cases.load(case_id)
    whose = scaffold.standing(case.folder / "data")
    if whose.example and whose.own:  # Said before the tables are read: a mixture seldom passes.
        typer.echo(REMARKS[lang.value]["example"].format(tables=", ".join(whose.example), id=case.id))
    found = scaffold.examine(case, scenario)
    chosen = scenario or case.scenarios[0]
    notices.say(f"{case.name(lang.value)} {case.year}  ({wording.kind(case.kind, lang.value, chosen)})")
    if case.years != found.held:
        stated, held = (", ".join(map(str, years)) for years in (case.years, found.held))
        typer.echo(REMARKS[lang.value]["years"].format(stated=stated, held=held))
    _tell_marks(found.marks, lang.value)
    for name, titles in TITLES.items():
        _print(_in_words(getattr(found, name), case.standard, lang.value), titles[lang is Language.zh], lang.value)


def _tell_marks(marks: Sequence[Fault], lang: str) -> None:
    """Say which numbers should be looked at, if any."""
    from edubalance.cli import plausibility

    if marks:
        typer.echo(plausibility.summary(len(marks), lang))
        for mark in marks[: plausibility.SHOWN]:
            typer.echo(f"  {mark.line(lang)}")


def _in_words(frame: pd.DataFrame, standard: str, lang: str) -> pd.DataFrame:
    """Put names and words of a language in the place of ids."""
    from edubalance import codebook, standards, wording

    rules, chinese = standards.load(standard), lang == "zh"
    said = {
        "indicator": lambda value: rules.indicator(value).name(lang),
        "level": lambda value: codebook.code_label("level", value, lang),
        "outcome": lambda value: wording.word(f"outcome.{value}", lang),
        "state": lambda value: STATES[value][chinese],
        "table": lambda value: f"{codebook.table(value).zh} {value}" if chinese else value,
    }
    return frame.assign(**{name: frame[name].map(word) for name, word in said.items() if name in frame})


def _print(frame: pd.DataFrame, title: str, lang: str) -> None:
    """Print a frame as a table of the terminal."""
    from rich import box
    from rich.table import Table

    from edubalance import terminal

    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", padding=(0, 1, 0, 0))
    for name in map(str, frame.columns):
        table.add_column(HEADS[name][lang == "zh"], overflow="fold", no_wrap=name not in FOLDED)
    for row in frame.itertuples(index=False):
        table.add_row(*("" if value is None else str(value) for value in row))
    terminal.console().print(table)


def upgrade(
    case_id: Annotated[str, typer.Argument(metavar="ID", help="Id of a case made by `edubalance new`.")],
) -> None:
    """Bring improvements of the template into a case's notebook; what you wrote stays as you wrote it."""
    import json

    from edubalance import cases, paths, scaffold
    from edubalance.runs import normalise

    case = cases.load(case_id)
    base = case.folder / scaffold.BASE
    with storage.change(paths.notebooks()) as changed:
        template = scaffold.filled_template(case.id)
        notebook, merged = scaffold.upgrade(case.notebook, base, template)
        if merged.taken:
            changed.write(paths.notebook(case.id), normalise.text(normalise.notebook(notebook)))
            changed.write(base, json.dumps(scaffold.cells(template), ensure_ascii=False, indent=0) + "\n")
    if merged.taken:
        typer.echo(
            f"{case.id}: {merged.taken} cells from the template. Run `edubalance accept {case.id}` to execute it."
        )
    else:
        typer.echo(f"{case.id}: nothing to bring in.")
    for line in merged.kept:
        typer.echo(f"  kept yours, where the template changed too: {line}")
