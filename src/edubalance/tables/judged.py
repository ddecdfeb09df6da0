"""Tables of an assessment: in words, and rounded as its standard rounds."""

from __future__ import annotations

import pandas as pd

from edubalance import rounding, wording
from edubalance.assessment import Assessment
from edubalance.assessment.verdict import from_boolean
from edubalance.tables.printed import NOTHING, Columns, Printed, beside, names, number, plain, printed, words

SIGNS = {">=": "≥", "<=": "≤", ">": ">", "<": "<", "": ""}


def coverage(assessment: Assessment, *, kind: str, lang: str = "en", scenario: str = "described") -> Printed:
    """
    Print what the tables hold: sections, pupils, and how many values are missing.

    Parameters
    ----------
    assessment : Assessment
        Of one or more years.
    kind : str
        What the data are: ``"twin"``, ``"observed"``, ``"published"`` or ``"package"``.
    lang : str
        ``"en"`` or ``"zh"``.
    scenario : str
        Scenario of a twin.

    Returns
    -------
    Printed
        One row a year, level and indicator.
    """
    called = names(assessment.standard, lang)
    grouped = assessment.sections.groupby(["year", "level", "indicator"], sort=False, observed=True)
    counts = grouped.agg(sections=("value", "size"), held=("value", "count"), pupils=("pupils", "sum")).reset_index()
    columns: Columns = {
        "year": counts["year"].astype(str),
        "level": words("level", counts["level"], lang),
        "indicator": [called[indicator] for indicator in counts["indicator"]],
        "sections": counts["sections"].astype(str),
        "pupil_count": [number(pupils, 0) for pupils in counts["pupils"]],
        "with_value": counts["held"].astype(str),
        "missing_count": (counts["sections"] - counts["held"]).astype(str),
    }
    return printed("coverage", columns, wording.kind(kind, lang, scenario), lang)


def verdicts(assessment: Assessment, *, kind: str, lang: str = "en", scenario: str = "described") -> Printed:
    """
    Print the verdict of each dimension and of the whole.

    Parameters
    ----------
    assessment : Assessment
        Of one or more counties and years.
    kind : str
        What the data are.
    lang : str
        ``"en"`` or ``"zh"``.
    scenario : str
        Scenario of a twin.

    Returns
    -------
    Printed
        One row a county, year and dimension, and one for the whole.
    """
    overall = wording.word("term.overall", lang)
    whole = assessment.verdicts.assign(dimension=overall)
    order = list(dict.fromkeys(item.dimension for item in assessment.standard.items))
    parts = assessment.dimensions.sort_values("dimension", key=lambda column: column.map(order.index), kind="stable")
    parts = parts.assign(dimension=words("dimension", parts["dimension"], lang))
    rows = pd.concat([parts, whole], ignore_index=True).sort_values(["county", "year"], kind="stable")
    columns: Columns = {
        "county": rows["county"],
        "year": rows["year"].astype(str),
        "dimension": rows["dimension"],
        "verdict": words("verdict", rows["verdict"], lang),
    }
    return printed("verdicts", columns, wording.kind(kind, lang, scenario), lang, assessment.standard.document)


def coefficients(
    assessment: Assessment,
    *,
    kind: str,
    lang: str = "en",
    scenario: str = "described",
    counties: pd.DataFrame | None = None,
) -> Printed:
    """
    Print every difference coefficient with its limit; the caption names the convention.

    Parameters
    ----------
    assessment : Assessment
        Of one or more counties and years.
    kind : str
        What the data are.
    lang : str
        ``"en"`` or ``"zh"``.
    scenario : str
        Scenario of a twin.
    counties : DataFrame, optional
        Rows to print in the place of ``assessment.counties``, for example with an interval (``low``, ``high``).

    Returns
    -------
    Printed
        One row a county, year, level and indicator.
    """
    rows = assessment.counties if counties is None else counties
    digits, called = assessment.standard.precision, names(assessment.standard, lang)
    columns: Columns = {
        "year": rows["year"].astype(str),
        "level": words("level", rows["level"], lang),
        "indicator": [called[indicator] for indicator in rows["indicator"]],
        "mean": [number(mean, digits["mean"]) for mean in rows["mean"]],
        "coefficient": beside(rows["cv"], rows["limit"], digits["cv"]),
    }
    if {"low", "high"} <= set(rows.columns):
        ends = [[number(end, digits["cv"]) for end in rows[column]] for column in ("low", "high")]
        columns["interval"] = [f"{low} … {high}" for low, high in zip(*ends, strict=True)]
    columns["limit"] = [NOTHING if pd.isna(limit) else rounding.text(limit, "g") for limit in rows["limit"]]
    columns["verdict"] = words("verdict", from_boolean(rows["met"]).where(rows["limit"].notna(), "not_judged"), lang)
    columns["missing_count"] = rows["n_missing"].astype(str)
    return printed(
        "coefficients",
        columns,
        wording.kind(kind, lang, scenario),
        lang,
        wording.word(f"convention.{assessment.convention}", lang),
    )


def gaps(
    assessment: Assessment, *, kind: str, lang: str = "en", scenario: str = "described", most: int | None = None
) -> Printed:
    """
    Print the values that miss their standard, the furthest below first.

    Parameters
    ----------
    assessment : Assessment
        Of one or more counties and years.
    kind : str
        What the data are.
    lang : str
        ``"en"`` or ``"zh"``.
    scenario : str
        Scenario of a twin.
    most : int, optional
        How many rows to print; the caption says how many there are.

    Returns
    -------
    Printed
        One row a section and indicator.
    """
    every = assessment.sections
    missed = every[from_boolean(every["met"]).eq("not_met").to_numpy()]
    rows = missed.loc[
        (missed["value"] / missed["threshold"]).sort_values(key=rounding.tied, kind="stable").index[:most]
    ]
    digits, called = assessment.standard.precision["value"], names(assessment.standard, lang)
    columns: Columns = {
        "year": rows["year"].astype(str),
        "school": rows["school_id"],
        "level": words("level", rows["level"], lang),
        "area": words("area", rows["area"], lang),
        "indicator": [called[indicator] for indicator in rows["indicator"]],
        "value": beside(rows["value"], rows["threshold"], digits),
        "threshold": [number(value, digits) for value in rows["threshold"]],
        "floor": words("verdict", from_boolean(rows["floor_met"]), lang),
    }
    return printed(
        "gaps", columns, wording.kind(kind, lang, scenario), lang, f"{len(rows)} / {len(missed)} / {len(every)}"
    )


def items(assessment: Assessment, *, kind: str, lang: str = "en", scenario: str = "described") -> Printed:
    """
    Print every condition of every item, what was found, and what is asked.

    Parameters
    ----------
    assessment : Assessment
        Of one or more counties and years.
    kind : str
        What the data are.
    lang : str
        ``"en"`` or ``"zh"``.
    scenario : str
        Scenario of a twin.

    Returns
    -------
    Printed
        One row a county, year and condition.
    """
    rows, asked = assessment.items, assessment.items[["direction", "threshold"]]
    conditions = {c.id: c for item in assessment.standard.items for c in item.conditions}
    units = [conditions[condition].unit(lang) for condition in rows["condition"]]
    columns: Columns = {
        "year": rows["year"].astype(str),
        "dimension": words("dimension", rows["dimension"], lang),
        "number": rows["number"].astype(int).astype(str),
        "condition": [conditions[condition].name(lang) for condition in rows["condition"]],
        "value": [plain(value, limit) for value, limit in zip(rows["value"], rows["threshold"], strict=True)],
        "required": [_asked(sign, limit) for sign, limit in asked.itertuples(index=False, name=None)],
        "unit": [NOTHING if pd.isna(limit) else unit for unit, limit in zip(units, rows["threshold"], strict=True)],
        "verdict": words("verdict", rows["verdict"], lang),
        "evidence": [NOTHING if pd.isna(text) or not text else text for text in rows["evidence"]],
    }
    return printed("items", columns, wording.kind(kind, lang, scenario), lang, assessment.standard.document)


def _asked(sign: str, limit: float) -> str:
    """Say what a condition asks; a dash where a document decides."""
    return NOTHING if pd.isna(limit) else f"{SIGNS[sign]} {rounding.text(limit, 'g')}"
