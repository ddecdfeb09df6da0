"""What was done to a shared copy, and what risk remains, as a page in both languages."""

from __future__ import annotations

import pandas as pd

from edubalance.sharing.copy import Copy

NARROW = 1.0


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
        _risk(copy),
    ]
    return "\n\n".join(parts) + "\n"


def _done(copy: Copy, hidden: pd.DataFrame, least: int) -> str:
    """Say what was done."""
    tables = ", ".join(copy.removed.loc[copy.removed["what"] == "table", "table"]) or "none"
    dropped = copy.removed.loc[copy.removed["what"] == "dropped"]
    columns = ", ".join(f"{row.table}.{row.column}" for row in dropped.itertuples())
    records = ", ".join(f"{name}.csv" for name in copy.records) or "none"
    counts = (
        f"- Counts of persons below {least}: {hidden['small'].sum():.0f} hidden, and {hidden['beside'].sum():.0f} more "
        "so that they cannot be had by subtraction. 小计数及其补充隐藏。"
    )
    coded = "- Schools, townships and education groups have new codes, dealt out at random."
    return "\n".join(
        [
            "## What was removed · 已移除",
            "",
            f"{coded} 学校、乡镇、集团已随机重新编码。",
            f"- Not in the copy · 未包含的表: {tables}. In their place · 代之以: {records}.",
            f"- Emptied columns · 清空的列: {columns}.",
            counts,
        ]
    )


def _grid(hidden: pd.DataFrame) -> str:
    """List the columns with hidden counts."""
    lines = ["| table | column | small | beside | of |", "| --- | --- | ---: | ---: | ---: |"]
    for row in hidden.itertuples():
        lines.append(f"| {row.table} | {row.column} | {row.small} | {row.beside} | {row.of} |")  # noqa: PERF401 - one line a row
    return "\n".join(lines)


def _risk(copy: Copy) -> str:
    """Say what one who knows more could still find out."""
    known = copy.bounds.dropna(subset=["low", "high"])
    narrow = int(((known["high"] - known["low"]) < NARROW).sum())
    unsure = int(len(copy.bounds) - len(known))
    risks = copy.risks
    doubt = f", and of {unsure} it could not be said" if unsure else ""
    lines = (
        f"- Of {len(copy.bounds)} hidden counts, {narrow} could be computed by one who knows every total of the "
        f"county{doubt}. 知道全部合计数者可推算的隐藏计数。",
        f"- {risks['alone']:.0f} of {risks['schools']:.0f} schools have a number of pupils that no other school of "
        "their type, founder and area has: who has the yearbook can tell which they are. 可由在校生数识别的学校数。",
        f"- {risks['kinds']:.0f} schools are the only one of their type, founder and area. "
        "类型、举办者、城乡组合唯一的学校数。",
        "- The documents named as evidence, and the sizes of classes, are as they were: read them before you publish. "
        "佐证材料名称和班额未作处理，发布前请核对。",
        "- The codes were dealt out with a seed; who has the seed or the key has the schools. "
        "掌握随机种子或对照表即可还原。",
    )
    return "\n".join(["## What risk remains · 剩余风险", "", *lines])
