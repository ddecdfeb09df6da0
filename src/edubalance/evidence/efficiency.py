"""Efficiency: how many pupils schools teach with what they have, what stands idle, and what that costs."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from edubalance.errors import EdubalanceError
from edubalance.evidence.material import Material
from edubalance.measures import efficiency
from edubalance.schools import shared_amounts

# Resources of a section, as columns of the sections and schools; indoor sports rooms stand within the floor area.
INPUTS = (
    "teachers",
    "teaching_auxiliary_area_m2",
    "sports_ground_area_m2",
    "equipment_value_10k_yuan",
    "public_funds_budget_yuan",
)
OUTPUTS = ("pupils",)
KEY = ["year", "school_id", "level"]
UNIT = ["school_id", "level", "area", "founder", "type"]
REPLICATES = 200
# Scores come from linear programs, which keep to this.
ON_FRONTIER = 1e-7


def units(material: Material, *, inputs: Sequence[str] = INPUTS, outputs: Sequence[str] = OUTPUTS) -> pd.DataFrame:
    """
    Lay out what every section uses and how many pupils it teaches.

    Parameters
    ----------
    material : Material
        The case.
    inputs, outputs : sequence of str
        Columns of the sections, the schools or the table of pupils' flows (``graduates``).

    Returns
    -------
    DataFrame
        One row a section in scope in the year that the notebook tells of: school_id, level, area, founder, type, the
        columns asked for, and ``complete`` (none of them missing, one input and one output at least above 0).
        Resources that the levels of a school share are split as the standard splits them; funds follow the same
        shares.

    Raises
    ------
    EdubalanceError
        If there is no such column.
    """
    names = list(dict.fromkeys([*inputs, *outputs]))
    held = material.now[["year", *UNIT]].merge(amounts(material, names), on=KEY, validate="one_to_one")
    whole = held[names].notna().all(axis=1)
    used, made = (held[list(side)].fillna(0).gt(0).any(axis=1) for side in (inputs, outputs))
    return held[[*UNIT, *names]].assign(complete=(whole & used & made).astype(bool))


def amounts(material: Material, names: Sequence[str]) -> pd.DataFrame:
    """
    Collect columns section by section; of what a school shares, the section's part.

    Parameters
    ----------
    material : Material
        The case.
    names : sequence of str
        Columns of the sections, the schools or the table of pupils' flows.

    Returns
    -------
    DataFrame
        One row a section and year: year, school_id, level and the columns.

    Raises
    ------
    EdubalanceError
        If there is no such column.
    """
    tables = material.tables
    shared = shared_amounts(tables, material.standard)
    found = tables.sections.merge(shared.drop(columns=["county", "type", "pupils"]), on=KEY, validate="one_to_one")
    left = [name for name in names if name not in found and name in tables.schools]
    found = found.merge(tables.schools[["year", "school_id", *left]], on=["year", "school_id"], validate="many_to_one")
    found = found.merge(tables.pupils_flow, on=KEY, how="left", validate="one_to_one")
    unknown = [name for name in names if name not in found]
    if unknown:
        raise EdubalanceError(
            f"A section has no column {', '.join(unknown)}.",
            hint="Take columns of the sections, the schools or the pupils' flows.",
        )
    parts = {name: found[name] * found["share"] for name in left}
    return found.assign(**parts)[[*KEY, *names]]


def coverage(units: pd.DataFrame) -> pd.DataFrame:
    """
    Count the sections that can be measured, and what the others lack.

    Parameters
    ----------
    units : DataFrame
        From `units`.

    Returns
    -------
    DataFrame
        One row a level: ``sections``, ``used``, ``left_out``, and ``missing``: by column how many lack it.
    """
    rows = []
    for level, of_level in units.groupby("level", observed=True, sort=False):
        lacking = of_level.drop(columns=[*UNIT, "complete"]).isna().sum()
        said = ", ".join(f"{name}: {count}" for name, count in lacking[lacking > 0].items())
        used = int(of_level["complete"].sum())
        rows.append((str(level), len(of_level), used, len(of_level) - used, said))
    return pd.DataFrame(rows, columns=["level", "sections", "used", "left_out", "missing"])


def scores(material: Material, *, inputs: Sequence[str] = INPUTS, outputs: Sequence[str] = OUTPUTS) -> pd.DataFrame:
    """
    Measure how many pupils each section teaches with what it has, against the best of its level.

    A score says how fully resources are used, not how well pupils are taught: a crowded school stands on the frontier,
    and a section below it has more for each of its pupils than others do with.

    Parameters
    ----------
    material : Material
        The case.
    inputs, outputs : sequence of str
        As in `units`.

    Returns
    -------
    DataFrame
        One row a complete section: school_id, level, area, founder, type, ``pupils``; scores from above 0 to 1:
        ``constant`` (against units of any size, the same in both orientations), ``variable_input`` (what share of its
        inputs would do, against mixtures of its own size) and ``variable_output`` (its output over what could be had);
        ``scale`` (constant over variable, by inputs) and ``returns`` (``increasing``: too small). Levels of fewer than
        two complete sections have no rows; `coverage` counts those left out.
    """
    parts = []
    for _, held in _by_level(units(material, inputs=inputs, outputs=outputs)):
        used, made = held[list(inputs)], held[list(outputs)]
        by_input = efficiency.scale_efficiency(used, made)
        by_output = efficiency.dea(used, made, returns="variable", orientation="output")
        found = {"constant": by_input.constant, "variable_input": by_input.variable}
        found |= {"variable_output": by_output.scores, "scale": by_input.scores}
        parts.append(_described(material, held).assign(**found, returns=list(by_input.returns)))
    names = [*UNIT, "pupils", "constant", "variable_input", "variable_output", "scale", "returns"]
    return pd.concat(parts, ignore_index=True)[names] if parts else pd.DataFrame(columns=names)


def intervals(
    material: Material,
    *,
    inputs: Sequence[str] = INPUTS,
    outputs: Sequence[str] = OUTPUTS,
    returns: str = "constant",
    orientation: str = "input",
    replicates: int = REPLICATES,
    level: float = 0.95,
) -> pd.DataFrame:
    """
    Correct the scores for their bias and put an interval around each.

    Parameters
    ----------
    material : Material
        The case; its generator draws the samples.
    inputs, outputs : sequence of str
        As in `units`.
    returns : {"constant", "variable", "nonincreasing"}
        Assumption on returns to scale.
    orientation : {"input", "output"}
        What shrinks or grows in proportion.
    replicates : int
        Samples drawn for each level.
    level : float
        Coverage that the intervals aim at.

    Returns
    -------
    DataFrame
        One row a complete section: school_id, level, area, founder, type, ``pupils``, ``score``, ``corrected``,
        ``low``, ``high``. A level on whose frontier all sections stand has no rows: nothing is known there of how
        efficiency is spread.

    Notes
    -----
    The smoothed bootstrap of Simar and Wilson (`efficiency.bootstrap_dea`). How far to trust it: the schools are taken
    as one draw from the process that resources them, and with as few sections and as many inputs as a county has the
    intervals are too short. In small simulations with a known frontier, intervals that aimed at 95 % held the true
    score in 75 to 87 % of the cases. Read them as a warning of how far a score could move, never as a ranking: two
    schools whose intervals overlap cannot be told apart, and two whose intervals barely part should not be.
    """
    parts = []
    for _, held in _by_level(units(material, inputs=inputs, outputs=outputs)):
        used, made = held[list(inputs)], held[list(outputs)]
        spread = efficiency.dea(used, made, returns=returns, orientation=orientation).scores
        if (spread >= 1 - ON_FRONTIER).all():
            continue
        found = efficiency.bootstrap_dea(
            used, made, rng=material.rng, returns=returns, orientation=orientation, replicates=replicates, level=level
        )
        numbers = {"score": found.scores, "corrected": found.corrected, "low": found.low, "high": found.high}
        parts.append(_described(material, held).assign(**numbers))
    names = [*UNIT, "pupils", "score", "corrected", "low", "high"]
    return pd.concat(parts, ignore_index=True)[names] if parts else pd.DataFrame(columns=names)


def by_area(scored: pd.DataFrame, column: str = "constant") -> pd.DataFrame:
    """
    Average scores over areas; sections count alike.

    Parameters
    ----------
    scored : DataFrame
        From `scores` or `intervals`.
    column : str
        Which score.

    Returns
    -------
    DataFrame
        One row a level and area: ``sections``, ``mean``, ``least``, ``on_frontier`` (sections with the score 1).

    Examples
    --------
    >>> made = pd.DataFrame({"level": "primary", "area": ["rural", "rural"], "constant": [1.0, 0.5]})
    >>> by_area(made)[["sections", "mean", "least", "on_frontier"]].to_numpy().tolist()
    [[2.0, 0.75, 0.5, 1.0]]
    """
    best = (scored[column] >= 1 - ON_FRONTIER).astype(int)
    grouped = scored.assign(best=best).groupby(["level", "area"], observed=True, sort=False)
    found = grouped.agg(
        sections=(column, "size"), mean=(column, "mean"), least=(column, "min"), on_frontier=("best", "sum")
    )
    return found.reset_index()


def _by_level(held: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Part the complete sections by level; one alone has nothing to be held against."""
    whole = held[held["complete"]]
    return [(str(level), part) for level, part in whole.groupby("level", observed=True, sort=False) if len(part) > 1]


def _described(material: Material, held: pd.DataFrame) -> pd.DataFrame:
    """Say whose the scores are."""
    pupils = material.now[["school_id", "level", "pupils"]]
    return held[UNIT].merge(pupils, on=["school_id", "level"], validate="one_to_one")
