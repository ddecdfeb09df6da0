"""Commands for a county of one's own: new, doctor, upgrade."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from edubalance.cli.options import Language, LanguageOption, interruptible
from edubalance.errors import EdubalanceError

if TYPE_CHECKING:
    import pandas as pd

NEXT = {
    "en": """{id} is ready, and its notebook ran on an example county.
  cases/{id}/tables.xlsx      fill it, or bring the files that you have
  edubalance intake FILE… -o cases/{id}/data --force     reads them into the case
  cases/{id}/case.yml         then say kind: observed, and your years
  edubalance doctor {id}      says what can be computed, and what is missing
  edubalance run {id}; edubalance accept {id}; edubalance form {id} -o form.xlsx""",
    "zh": """{id} 已建好，其笔记本已用示例县运行通过。
  cases/{id}/tables.xlsx      在此填写，或使用已有的文件
  edubalance intake 文件… -o cases/{id}/data --force     读入案例
  cases/{id}/case.yml         然后写明 kind: observed 和年份
  edubalance doctor {id}      查看可以计算什么、还缺什么
  edubalance run {id}; edubalance accept {id}; edubalance form {id} -o form.xlsx""",
}
TITLES = {
    "tables": ("Tables", "数据表"),
    "indicators": ("Indicators", "指标"),
    "claims": ("Claims", "论断"),
    "form": ("National form", "申报表"),
}


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
    from edubalance import scaffold
    from edubalance.runs import accept, execute, normalise, request, scratch

    county = scaffold.County(case_id, name_en, name_zh, province)
    case = scaffold.create(county)
    with scratch.folder() as folder, interruptible():
        (outcome,) = execute.execute([request.Request(case.id, case.notebook, folder / case.id, {})])
        if outcome.failure is not None:
            scaffold.remove(case.id)
            raise EdubalanceError(f"The first run of {case.id} failed in {outcome.failure}.", hint="Nothing was kept.")
        executed = folder / "accepted.ipynb"
        normalise.file(outcome.request.executed, executed)
        accept.accept(case.id, executed, outcome.request.figures / case.id)
    typer.echo(NEXT[lang.value].format(id=case.id))


def doctor(
    case_id: Annotated[str, typer.Argument(metavar="ID", help="Id of the case.")],
    scenario: Annotated[str | None, typer.Option(help="Scenario of the case.")] = None,
    lang: LanguageOption = Language.en,
) -> None:
    """Say what a case has, what it lacks, and what each thing that cannot be computed yet waits for."""
    from edubalance import cases, scaffold, wording

    case = cases.load(case_id)
    found = scaffold.examine(case, scenario)
    chosen = scenario or case.scenarios[0]
    typer.echo(f"{case.name(lang.value)} {case.year}  ({wording.kind(case.kind, lang.value, chosen)})")
    for name, titles in TITLES.items():
        _print(getattr(found, name), titles[lang is Language.zh])


def _print(frame: pd.DataFrame, title: str) -> None:
    """Print a frame as a table of the terminal."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", padding=(0, 1, 0, 0))
    for name in frame.columns:
        table.add_column(str(name), overflow="fold", no_wrap=name != "waits_for")
    for row in frame.itertuples(index=False):
        table.add_row(*("" if value is None else str(value) for value in row))
    Console().print(table)


def upgrade(
    case_id: Annotated[str, typer.Argument(metavar="ID", help="Id of a case made by `edubalance new`.")],
) -> None:
    """Bring improvements of the template into a case's notebook; what you wrote stays as you wrote it."""
    import json

    from edubalance import cases, paths, scaffold
    from edubalance.runs import normalise, scratch

    case = cases.load(case_id)
    base = case.folder / scaffold.BASE
    template = scaffold.filled_template(case.id)
    notebook, merged = scaffold.upgrade(case.notebook, base, template)
    if merged.taken:
        scratch.write_text(paths.notebook(case.id), normalise.text(normalise.notebook(notebook)))
        scratch.write_text(base, json.dumps(scaffold.cells(template), ensure_ascii=False, indent=0) + "\n")
        typer.echo(
            f"{case.id}: {merged.taken} cells from the template. Run `edubalance accept {case.id}` to execute it."
        )
    else:
        typer.echo(f"{case.id}: nothing to bring in.")
    for line in merged.kept:
        typer.echo(f"  kept yours, where the template changed too: {line}")
