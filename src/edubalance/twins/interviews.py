"""Interviews of a twin: what was said, made from sentences that say that they are synthetic, and how coders read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from edubalance import codebook
from edubalance.twins import draw
from edubalance.twins.draw import FloatArray
from edubalance.twins.spec import Spec, domain

NAME = "interviews"
MARK = {"en": "[synthetic]", "zh": "【合成】"}
WITHOUT_SCHOOL = "official"


def table(spec: Spec, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """
    List every excerpt once for each of its coders, in the calibrated year.

    Parameters
    ----------
    spec : Spec
        The specification; its domain ``interviews`` says who was asked, which themes prevail, and how
        well coders agree.
    tables : mapping of str to DataFrame
        The twin's schools.

    Returns
    -------
    DataFrame
        Columns of the codebook's table ``interviews``. An excerpt is about one theme or two. Each of two or
        three coders finds most of them and now and then another, by a chance of their own: they agree, but not always.
    """
    told = domain(NAME, spec)
    excerpts = _excerpts(spec, told, _asked(spec, told, tables["schools"]))
    coded = pd.concat([_coded(spec, told, excerpts, coder) for coder in told["coders"]])
    ordered = coded.sort_values(["excerpt_id", "coder"], kind="stable").reset_index(drop=True)
    return ordered[[column.name for column in codebook.table(NAME).columns]]


def _asked(spec: Spec, told: Mapping[str, Any], schools: pd.DataFrame) -> pd.DataFrame:
    """List the interviews: who was asked, of which school, and how many excerpts are kept."""
    roles = [role for role, many in told["interviews"].items() for _ in range(many)]
    rng = draw.stream(spec.seed, NAME, "asked")
    open_schools = schools.loc[schools["year"] == spec.year, "school_id"].tolist()
    chosen = [open_schools[int(place)] for place in draw.uniforms(rng, len(roles), 0, len(open_schools))]
    least, most = told["excerpts"]
    return pd.DataFrame(
        {
            "interview_id": [f"{spec.prefix}-I{number:02d}" for number in range(1, len(roles) + 1)],
            "role": roles,
            "school_id": [
                None if role == WITHOUT_SCHOOL else school for role, school in zip(roles, chosen, strict=True)
            ],
            "excerpts": np.floor(draw.uniforms(rng, len(roles), least, most + 1)).astype(int),
        }
    )


def _excerpts(spec: Spec, told: Mapping[str, Any], asked: pd.DataFrame) -> pd.DataFrame:
    """List the excerpts: what each is about, how heavy a problem it tells of, and its text."""
    frame = asked.loc[asked.index.repeat(asked["excerpts"])].reset_index(drop=True)
    rng = draw.stream(spec.seed, NAME, "said")
    first, second, is_second, degree, wording = (draw.uniforms(rng, len(frame)) for _ in range(5))
    shares = {role: _shares(told, role) for role in told["interviews"]}
    themes = []
    for row, role in enumerate(frame["role"]):
        about = [_drawn(shares[role], first[row])]
        if is_second[row] < told["second_theme"]:
            about.append(
                _drawn({theme: share for theme, share in shares[role].items() if theme not in about}, second[row])
            )
        themes.append(about)
    chances = [told["weights_prevailing" if about[0] in told["prevailing"] else "weights"] for about in themes]
    weights = [_place(chance, point) for chance, point in zip(chances, degree, strict=True)]
    return frame.assign(
        year=spec.year,
        excerpt_id=[f"{spec.prefix}-E{number:03d}" for number in range(1, len(frame) + 1)],
        about=pd.Series(themes),
        weight=np.array(weights, dtype=np.int64) + 1,
        excerpt=[_text(told, *each) for each in zip(themes, weights, wording, strict=True)],
    )


def _shares(told: Mapping[str, Any], role: str) -> dict[str, float]:
    """Return how often a role speaks of each theme, in proportion."""
    own = told["by_role"].get(role, {})
    return {theme: float(told["prevailing"].get(theme, 1) * own.get(theme, 1)) for theme in told["said"]}


def _drawn(shares: Mapping[str, float], point: float) -> str:
    """Draw a theme in proportion to its share, by a number from 0 to 1."""
    return list(shares)[_place(list(shares.values()), point)]


def _place(shares: Sequence[float], point: float) -> int:
    """Return the place of the share that a number from 0 to 1 falls on."""
    ends = draw.cut(np.cumsum(shares) / np.sum(shares))
    return min(int(np.searchsorted(ends, point, side="right")), len(ends) - 1)


def _text(told: Mapping[str, Any], about: Sequence[str], weight: int, wording: float) -> str:
    """Write an excerpt in both languages."""
    said = [told["said"][theme][int(wording * len(told["said"][theme])) % len(told["said"][theme])] for theme in about]
    sentences = [*said, told["degrees"][weight]]
    english = " ".join(sentence["en"] for sentence in sentences)
    return f"{MARK['en']} {english} {MARK['zh']}{''.join(sentence['zh'] for sentence in sentences)}"


def _coded(spec: Spec, told: Mapping[str, Any], excerpts: pd.DataFrame, coder: str) -> pd.DataFrame:
    """Code the excerpts as one coder does."""
    rng, themes = draw.stream(spec.seed, NAME, coder), list(told["said"])
    chance = draw.uniforms(rng, len(excerpts) * len(themes)).reshape(len(excerpts), len(themes))
    there = np.array([[theme in about for theme in themes] for about in excerpts["about"]], dtype=bool)
    found = chance < np.where(there, told["finds"], told["imagines"])
    codes = pd.Series([" ".join(theme for theme, has in zip(themes, row, strict=True) if has) or None for row in found])
    coded = excerpts.assign(
        coder=coder, themes=codes, weight_of_problem=_read(told, excerpts["weight"].to_numpy(dtype=np.float64), rng)
    )
    if coder in told["coders"][:2]:
        return coded
    taken = draw.uniforms(rng, excerpts["interview_id"].nunique()) < told["third_coder"]
    numbers = pd.factorize(excerpts["interview_id"])[0]
    third: pd.DataFrame = coded.loc[taken[numbers]]
    return third


def _read(told: Mapping[str, Any], weights: FloatArray, rng: np.random.Generator) -> pd.Series:
    """Read weights as a coder does, who now and then goes one step astray."""
    chance = draw.uniforms(rng, weights.size)
    step = (chance > 1 - told["astray"]).astype(int) - (chance < told["astray"]).astype(int)
    return pd.Series(np.clip(weights + step, 1, len(told["degrees"])).astype(np.int64))
