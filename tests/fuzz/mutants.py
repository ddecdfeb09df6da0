"""Changed files and words: what is done to a good one, from a seed, so that a failure can be made again."""

from __future__ import annotations

import random
from collections.abc import Sequence

# What people, programs and networks put into files: signs nobody sees, twins, other widths, marks of other languages.
SIGNS = [
    "\u200b",
    "\ufeff",
    "\u00ad",
    "\u00a0",
    "\u2011",
    "\u3000",
    "\x00",
    "\x1b[31m",
    "\u202e",
    "\t",
    "\n",
    "\r",
    "'",
    '"',
]
SIGNS += [
    "a\u0301",
    "\u0410",
    "\u0430",
    "\u039f",
    "＝",
    "=",
    "＋",
    "-",
    "@",
    "：",
    ":",
    "[/x]",
    "{}",
    "%s",
    ",",
    ";",
    "#",
    "&",
    "*",
]
CELLS = [
    "",
    " ",
    "0",
    "-0",
    "-1",
    "1e308",
    "1e999",
    "nan",
    "inf",
    "1_0",
    "0x1",
    "010",
    "34:02:01",
    "1.5",
    "３",
    "٣",
    "no",
]
CELLS += [
    "2023年",
    "99999999999999999999",
    "城区",
    "urban",
    "NA",
    "=1+1",
    "['a']",
    "null",
    "~",
    "true",
    "'=1",
    "x" * 300,
]


def changed_text(rng: random.Random, text: str, times: int = 3) -> str:
    """Change a text in a few places: signs put in, pieces cut, doubled, swapped, nested or replaced."""
    for _ in range(rng.randint(1, times)):
        place, end = sorted((rng.randint(0, len(text)), rng.randint(0, len(text))))
        end = min(end, place + rng.choice([1, 3, 20]))
        piece, act = text[place:end], rng.choice(["put", "cut", "double", "cell", "line", "case", "nest"])
        if act == "put":
            text = text[:place] + rng.choice(SIGNS) + text[place:]
        elif act == "cut":
            text = text[:place] + text[end:]
        elif act == "double":
            text = text[:place] + piece * rng.choice([2, 3, 50]) + text[end:]
        elif act == "cell":
            text = text[:place] + rng.choice(CELLS) + text[end:]
        elif act == "line":
            lines = text.split("\n")
            lines.insert(rng.randint(0, len(lines)), rng.choice(lines))
            text = "\n".join(lines)
        elif act == "case":
            text = text[:place] + piece.swapcase() + text[end:]
        else:
            deep = rng.choice([1, 3, 100, 900])
            text = text[:place] + "[" * deep + piece + "]" * deep + text[end:]
    return text


def changed_rows(rng: random.Random, rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Change a few cells of a table, and move, repeat or drop a row."""
    table = [list(row) for row in rows]
    for _ in range(rng.randint(1, 3)):
        row = rng.randint(0, len(table) - 1)
        column = rng.randint(0, len(table[row]) - 1)
        cell, act = (
            table[row][column],
            rng.choice(["cell", "cell", "sign", "case", "width", "copy", "repeat", "drop", "swap"]),
        )
        if act == "cell":
            table[row][column] = rng.choice(CELLS)
        elif act == "sign":
            place = rng.randint(0, len(cell))
            table[row][column] = cell[:place] + rng.choice(SIGNS) + cell[place:]
        elif act == "case":
            table[row][column] = cell.swapcase()
        elif act == "width":
            table[row][column] = "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in cell)
        elif act == "copy":
            table[row][column] = rng.choice(rng.choice(table[1:]))
        elif act == "repeat":
            table.append(list(table[row]))
        elif act == "drop" and len(table) > 2:
            del table[row]
        elif act == "swap" and len(table) > 2:
            other = rng.randint(1, len(table) - 1)
            row = max(row, 1)
            table[row], table[other] = table[other], table[row]
        row = min(row, len(table) - 1)
    return table


def changed_data(rng: random.Random, data: object) -> object:
    """Put something else in the place of one value of nested data, or drop or rename a key."""
    if isinstance(data, dict) and data and rng.random() < 0.85:
        key = rng.choice(list(data))
        act = rng.choice(["in", "in", "in", "in", "drop", "rename"])
        if act == "drop":
            return {each: value for each, value in data.items() if each != key}
        if act == "rename":
            return {(f"{key}x" if each == key else each): value for each, value in data.items()}
        return {each: changed_data(rng, value) if each == key else value for each, value in data.items()}
    if isinstance(data, list) and data and rng.random() < 0.85:
        place = rng.randrange(len(data))
        return [changed_data(rng, value) if number == place else value for number, value in enumerate(data)]
    others = [
        None,
        "",
        "no",
        0,
        -1,
        10**30,
        1.5,
        True,
        [],
        {},
        [None],
        [[]],
        {"a": None},
        {"en": 1},
        "x" * 300,
        [data, data],
    ]
    return rng.choice(others)
