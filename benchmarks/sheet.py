"""What every benchmark says in the same way: rows of a table, each a ratio beside its target, with its spread."""

from __future__ import annotations

import json as json_
import statistics
import sys
from collections.abc import Iterable, Sequence
from time import process_time
from typing import Any

HEADERS = ("What is compared", "Ours", "Beside it", "Ratio (min – median – max)", "Target", "")


def row(
    what: str,
    ours: str,
    beside: str,
    ratios: Sequence[float],
    target: tuple[str, float] | None = None,
    *,
    means: str = "",
) -> dict[str, Any]:
    """
    Make one row of the table; the median of the ratios is held to the target.

    `target` is a sign (">=", "<=" or "<") and a number, `means` says in one sentence what the number means.
    """
    middle = statistics.median(ratios)
    return {
        "what": what,
        "ours": ours,
        "beside": beside,
        "ratio": {"min": min(ratios), "median": middle, "max": max(ratios), "repeats": len(ratios)},
        "target": list(target) if target else None,
        "reached": None if target is None else _reached(middle, *target),
        "means": means,
    }


def _reached(value: float, sign: str, bound: float) -> bool:
    """Hold a value to a target."""
    return {">=": value >= bound, "<=": value <= bound, "<": value < bound}[sign]


def over(above: Iterable[float], below: Iterable[float]) -> list[float]:
    """Divide round by round, so that a slow minute slows both."""
    return [first / second for first, second in zip(above, below, strict=True)]


def best(seconds: Sequence[float]) -> str:
    """Word the median of some times."""
    middle = statistics.median(seconds)
    return f"{1000 * middle:.3g} ms" if middle < 1 else f"{middle:.3g} s"


def seconds(work: Any) -> float:
    """Time one call, in seconds of the processor."""
    start = process_time()
    work()
    return process_time() - start


def number(value: float) -> str:
    """Write a ratio with two digits, or as a whole number where it is large."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def state(each: dict[str, Any]) -> str:
    """Say plainly whether a target is reached."""
    return {None: "for information", True: "reached", False: "**missed**"}[each["reached"]]


def ratio(each: dict[str, Any]) -> str:
    """Write least, middle and greatest ratio."""
    held = each["ratio"]
    return " – ".join(number(held[name]) for name in ("min", "median", "max")) + f" ({held['repeats']} rounds)"


def target(each: dict[str, Any]) -> str:
    """Write the target."""
    words = {">=": "at least", "<=": "at most", "<": "below"}
    return "" if each["target"] is None else f"{words[each['target'][0]]} {number(each['target'][1])}"


def text(found: dict[str, Any]) -> str:
    """Word what a benchmark found, for the terminal."""
    lines = [f"{found['name']}: {found['about']}"]
    for each in found["rows"]:
        verdict = f"; {target(each)}: {state(each).strip('*')}" if each["target"] else ""
        lines.append(f"  {each['what']}: {each['ours']}; {each['beside']}")
        lines.append(f"    {ratio(each)}{verdict}")
    lines += [f"  {note}" for note in found.get("notes", ())]
    return "\n".join(lines)


def markdown(found: dict[str, Any]) -> str:
    """Lay what a benchmark found out as a table, followed by what each number means."""
    lines = [found["about"], "", "| " + " | ".join(HEADERS) + " |", "|" + "---|" * len(HEADERS)]
    for each in found["rows"]:
        cells = (each["what"], each["ours"], each["beside"], ratio(each), target(each), state(each))
        lines.append("| " + " | ".join(cells) + " |")
    lines += ["", *(f"- *{each['what']}*: {each['means']}" for each in found["rows"] if each["means"])]
    lines += [f"- {note}" for note in found.get("notes", ())]
    return "\n".join(lines)


def tell(found: dict[str, Any], *, json: bool) -> int:
    """Print what a benchmark found; 1 if results disagree."""
    sys.stdout.write((json_.dumps(found, ensure_ascii=False) if json else text(found)) + "\n")
    return 0 if found.get("agree", True) else 1
