"""What was done to a shared copy, and what risk remains, as a page in both languages."""

from __future__ import annotations

import pandas as pd

from edubalance.sharing.copy import Copy


def markdown(copy: Copy, *, name: str, least: int, kind: str) -> str:
    """
    Write the report that goes with a shared copy.

    Parameters
    ----------
    copy : Copy
        The copy.
    name : str
        The county.
    least : int
        Smallest count of persons in sight.
    kind : str
        What the data are, in both languages.

    Returns
    -------
    str
        Markdown.
    """
    hidden = copy.removed.loc[copy.removed["what"] == "hidden"]
    parts = [
        f"# {name}: a copy to share · 共享副本",
        f"*{kind}*",
        _done(copy, hidden, least),
        _grid(hidden[(hidden["small"] > 0) | (hidden["beside"] > 0)]),
        _risk(copy, least),
    ]
    return "\n\n".join(parts) + "\n"


def _done(copy: Copy, hidden: pd.DataFrame, least: int) -> str:
    """Say what was done."""
    tables = ", ".join(copy.removed.loc[copy.removed["what"] == "table", "table"]) or "none"
    dropped = copy.removed.loc[copy.removed["what"] == "dropped"]
    columns = ", ".join(f"{row.table}.{row.column}" for row in dropped.itertuples())
    records = ", ".join(f"{name}.csv" for name in copy.records) or "none"
    small, beside, of = (float(hidden[column].sum()) for column in ("small", "beside", "of"))
    lines = (
        "- Schools, townships and education groups have new codes, dealt out at random. "
        "学校、乡镇、集团已随机重新编码。",
        f"- Not in the copy · 未包含的表: {tables}. In their place · 代之以: {records}.",
        f"- Emptied columns · 清空的列: {columns}.",
        f"- Counts of persons below {least}: {small:.0f} hidden, and {beside:.0f} more ({beside / max(of, 1):.1%} of "
        f"{of:.0f}) so that they cannot be computed. "
        f"小于{least}的人数隐藏{small:.0f}个，为防推算另隐藏{beside:.0f}个。",
    )
    return "\n".join(["## What was removed · 已移除", "", *lines])


def _grid(hidden: pd.DataFrame) -> str:
    """List the columns with hidden counts."""
    lines = ["| table | column | small | beside | of |", "| --- | --- | ---: | ---: | ---: |"]
    for row in hidden.itertuples():
        lines.append(f"| {row.table} | {row.column} | {row.small} | {row.beside} | {row.of} |")  # noqa: PERF401 - one line a row
    return "\n".join(lines)


def _risk(copy: Copy, least: int) -> str:
    """Say what one who knows more could still find out."""
    risks, many, found = copy.risks, len(copy.bounds), int(copy.bounds["found"].sum())
    most = f"1 to {least - 1}" if least > 2 else "two counts"
    lines = (
        f"- Of {many} hidden counts, {found} can be computed, or bounded more narrowly than {most}, by one who has "
        "this copy, every sum and limit that the tables obey, and the total of each column by year and level. "
        "持有本副本、各表勾稽关系及分年分学段合计数者，可推算（或缩小到过窄范围）的隐藏计数："
        f"{found}个（共{many}个）。",
        *_outside(copy),
        f"- {risks['alone']:.0f} of {risks['schools']:.0f} schools have a number of pupils that no other school of "
        "their type, founder and area has: who has the yearbook can tell which they are. 可由在校生数识别的学校数："
        f"{risks['alone']:.0f}。",
        f"- {risks['sizes']:.0f} of {risks['schools']:.0f} schools have a series of pupils over years and levels that "
        f"no other has, whatever else is known of them. 可由历年在校生数识别的学校数：{risks['sizes']:.0f}。",
        f"- {risks['kinds']:.0f} schools are the only one of their type, founder and area. "
        f"类型、举办者、城乡组合唯一的学校数：{risks['kinds']:.0f}。",
        f"- {risks['births']:.0f} of {risks['townships']:.0f} townships have a series of births that no other has, so "
        "that the schools of each are known to be in it. "
        f"可由历年出生人数识别的乡镇（街道）数：{risks['births']:.0f}（共{risks['townships']:.0f}个）。",
        "- Fewer can be told apart with `--without births`, `--only-year` and `--coarsen 10`; docs/privacy.md says "
        "what each costs. 可用上述选项降低识别风险。",
        "- The documents named as evidence, and the sizes of classes, are as they were: read them before you publish. "
        "佐证材料名称和班额未作处理，发布前请核对。",
        "- The codes were dealt out with a seed; who has the seed or the key has the schools. "
        "掌握随机种子或对照表即可还原。",
    )
    return "\n".join(["## What risk remains · 剩余风险", "", *lines])


def _outside(copy: Copy) -> list[str]:
    """List the counts that can be computed, by column."""
    found = copy.bounds[copy.bounds["found"]]
    counted = found.groupby(["table", "column"], sort=False).size().rename("many").reset_index()
    return [f"  - {row.table}.{row.column}: {row.many}" for row in counted.itertuples()]
