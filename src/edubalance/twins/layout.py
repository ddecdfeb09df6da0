"""The schools of a twin: codes, places, townships, groups."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from edubalance.twins import draw
from edubalance.twins.parts import AREAS, Stratum
from edubalance.twins.spec import Spec

LETTERS = {
    "primary": "P",
    "teaching_point": "T",
    "junior": "J",
    "nine_year": "N",
    "twelve_year": "W",
    "complete_secondary": "C",
    "special": "S",
    "vocational": "V",
}
SIZES = ("primary", "junior", "senior")
NULL_SPREAD = 0.3
LABELS = ("area", "township", "x_km", "y_km")
GOLDEN_ANGLE = np.pi * (3 - 5**0.5)


def schools(spec: Spec) -> pd.DataFrame:
    """
    Lay out the schools that ever exist.

    Parameters
    ----------
    spec : Spec
        The specification.

    Returns
    -------
    DataFrame
        One row a school: codes, labels, place, first and last year, and its pupils at each level before rounding.
    """
    strata = _alike(spec.strata) if spec.null else spec.strata
    frame = pd.DataFrame([row for stratum in strata for row in _expand(stratum)])
    number = frame.groupby("type").cumcount() + 1
    letter = frame["type"].map(LETTERS)
    frame.insert(0, "school_id", [f"{spec.prefix}-{a}-{b:02d}" for a, b in zip(letter, number, strict=True)])
    frame["built_year"] = _built(spec, frame)
    for name in SIZES:
        frame[name] = _sizes(spec, frame, name)
    frame["township"] = _townships(spec, frame["area"])
    frame["x_km"], frame["y_km"] = _even(spec, frame) if spec.land.even else _scattered(spec, frame)
    frame["education_group"] = _groups(spec, frame)
    return frame


def _alike(strata: tuple[Stratum, ...]) -> tuple[Stratum, ...]:
    """Give all schools of a type the same mean size and no end; teaching points keep theirs, for their scope."""
    alike = []
    for stratum in strata:
        if stratum.closed:
            continue
        same = [other for other in strata if other.type == stratum.type and not other.closed]
        count = sum(other.count for other in same)
        means = {name: sum(getattr(other, name) * other.count for other in same) / count for name in SIZES}
        kept = {} if stratum.type == "teaching_point" else {**means, "spread": NULL_SPREAD}
        alike.append(replace(stratum, opened=0, **kept))
    return tuple(alike)


def _expand(stratum: Stratum) -> list[dict[str, object]]:
    """Write one row a school of a stratum."""
    row: dict[str, object] = {
        name: getattr(stratum, name) for name in ("type", "founder", "area", *SIZES, "spread", "opened", "closed")
    }
    return [dict(row) for _ in range(stratum.count)]


def _built(spec: Spec, frame: pd.DataFrame) -> pd.Series:
    """Draw the year of building; a school that opens within the years is as old as that."""
    share = draw.uniforms(draw.stream(spec.seed, "built"), len(frame))
    return pd.Series(np.where(frame["opened"] > 0, frame["opened"], 1972 + np.floor(46 * share)).astype(int))


def _sizes(spec: Spec, frame: pd.DataFrame, name: str) -> draw.FloatArray:
    """Draw the pupils of a level, within the caps."""
    deviate = draw.normals(draw.stream(spec.seed, "size", name), len(frame))
    spread = frame["spread"].to_numpy()
    drawn = draw.cut(frame[name].to_numpy() * np.exp(spread * deviate - spread**2 / 2))
    return np.minimum(drawn, spec.pupils.cap.get(name, np.inf))


def _townships(spec: Spec, area: pd.Series) -> list[str]:
    """Deal out the townships of each area in turn; codes run through all areas."""
    first = dict(zip(AREAS, np.cumsum([0] + [spec.land.townships[name] for name in AREAS[:-1]]), strict=True))
    turn = area.groupby(area).cumcount()
    return [
        f"{spec.prefix}-TS{first[name] + place % spec.land.townships[name] + 1:02d}"
        for name, place in zip(area, turn, strict=True)
    ]


def _scattered(spec: Spec, frame: pd.DataFrame) -> tuple[draw.FloatArray, draw.FloatArray]:
    """Scatter the schools around the centres of their townships."""
    rng = draw.stream(spec.seed, "place")
    names = sorted(frame["township"].unique())
    kind = frame.drop_duplicates("township").set_index("township")["area"].reindex(names)
    low, high = (np.array([spec.land.radius_km[area][end] for area in kind]) for end in (0, 1))
    distance = low + (high - low) * draw.uniforms(rng, len(names))
    angle = GOLDEN_ANGLE * np.arange(len(names)) + draw.uniforms(rng, len(names), -0.3, 0.3)
    index = pd.Categorical(frame["township"], categories=names).codes
    scatter = frame["area"].map(spec.land.scatter_km).to_numpy(dtype=float)
    x = (distance * np.cos(angle))[index] + scatter * draw.normals(rng, len(frame))
    y = (distance * np.sin(angle))[index] + scatter * draw.normals(rng, len(frame))
    return np.round(x, 2), np.round(y, 2)


def _even(spec: Spec, frame: pd.DataFrame) -> tuple[draw.FloatArray, draw.FloatArray]:
    """Place the schools evenly over a disc as large as the county (a sunflower's seeds)."""
    place = np.arange(len(frame)) + 0.5
    reach = max(high for _, high in spec.land.radius_km.values())
    distance, angle = reach * np.sqrt(place / len(frame)), GOLDEN_ANGLE * place
    return np.round(distance * np.cos(angle), 2), np.round(distance * np.sin(angle), 2)


def _groups(spec: Spec, frame: pd.DataFrame) -> pd.Series:
    """Form education groups of schools of one kind; each mixes areas as far as there are schools."""
    group = pd.Series(pd.NA, index=frame.index, dtype="string")
    lasting = (frame["founder"] == "county") & (frame["closed"] == 0) & (frame["opened"] == 0)
    free = frame.index[lasting & frame["type"].isin(["primary", "nine_year"])]
    order = draw.stream(spec.seed, "groups").random(len(free)).argsort(kind="stable")
    chosen = free[order][: spec.groups.number * spec.groups.members]
    for place, school in enumerate(chosen):
        group[school] = f"{spec.prefix}-G{place % spec.groups.number + 1}"
    return group
