"""Why one section of one school is judged as it is: inputs, rule, exception, verdict."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import Any

import pandas as pd
import yaml

from edubalance import rounding
from edubalance.assessment.borderline import passes_when_rounded
from edubalance.assessment.judgement import Assessment, assess
from edubalance.assessment.sections import rule_date
from edubalance.assessment.years import of_years
from edubalance.codebook import Tables, code_label, table
from edubalance.errors import EdubalanceError
from edubalance.schools import fits, indicators, joined, shared_amounts
from edubalance.standards import Indicator, Standard


@lru_cache(maxsize=1)
def _sentences() -> dict[str, dict[str, str]]:
    """Read the sentences, once."""
    text = (files("edubalance.assessment") / "explanation.yml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def _say(key: str, lang: str, **values: object) -> str:
    """Fill one sentence in one language."""
    return _sentences()[key][lang].format(**values)


def explain(
    tables: Tables,
    standard: Standard,
    school_id: str,
    *,
    year: int | None = None,
    level: str | None = None,
    lang: str = "en",
) -> str:
    """
    Explain the verdict on every section of a school: inputs, rule, exception, verdict.

    Parameters
    ----------
    tables : Tables
        Validated tables.
    standard : Standard
        The standard, with the profiles named.
    school_id : str
        Code of the school.
    year : int, optional
        Year; the last that the tables hold for the school unless named.
    level : str, optional
        ``primary`` or ``junior``; every section of the school unless named.
    lang : {"en", "zh"}
        Language.

    Returns
    -------
    str
        Lines of text, one paragraph a section.

    Raises
    ------
    EdubalanceError
        If the tables hold no such school, year or level.
    """
    whole = joined(tables)
    amounts, wide = shared_amounts(tables, standard), indicators(tables, standard)
    chosen = _rows(whole, school_id, year, level)
    assessment = assess(of_years(tables, {int(year) for year in whole["year"].loc[chosen]}), standard)
    return "\n\n".join(
        "\n".join(_section(whole.loc[row], amounts.loc[row], wide.loc[row], assessment, lang)) for row in chosen
    )


def _rows(whole: pd.DataFrame, school_id: str, year: int | None, level: str | None) -> list[int]:
    """Find the rows of the sections asked for."""
    ours = whole.loc[whole["school_id"] == school_id]
    if ours.empty:
        some = ", ".join(sorted(whole["school_id"].unique())[:5])
        raise EdubalanceError(f"The tables hold no school {school_id!r}.", hint=f"They hold {some} …")
    wanted = int(ours["year"].max()) if year is None else year
    found = ours.loc[(ours["year"] == wanted) & ((ours["level"] == level) if level else True)]
    if found.empty:
        held = ", ".join(f"{int(y)} {lv}" for y, lv in ours[["year", "level"]].itertuples(index=False))
        asked = f"{wanted} {level or ''}".strip()
        raise EdubalanceError(f"{school_id} has no section for {asked}.", hint=f"It has: {held}.")
    return [int(row) for row in found.index]


def _section(whole: Any, part: Any, wide: Any, assessment: Assessment, lang: str) -> Iterator[str]:
    """Explain one section, line by line."""
    standard, date = assessment.standard, rule_date(whole["year"])
    yield _say(
        "title",
        lang,
        school_id=whole["school_id"],
        level=code_label("level", whole["level"], lang),
        type=code_label("type", whole["type"], lang),
        area=code_label("area", whole["area"], lang),
        year=int(whole["year"]),
    )
    yield _say("rule", lang, name=standard.name(lang), document=standard.document, date=date)
    if standard.profiles:
        yield _say("profiles", lang, profiles=", ".join(standard.profiles))
    if not wide["in_scope"]:
        yield _say("out_of_scope", lang, reason=_say(wide["reason"], lang))
        return
    yield _say("pupils", lang, pupils=whole["pupils"])
    if part["share"] < rounding.reachable(1, "<"):
        weights = " : ".join(rounding.text(weight, "g") for weight in standard.split.weights[whole["type"]].values())
        yield _say("split", lang, weights=weights, share=part["share"])
    for indicator in standard.indicators:
        yield _say("indicator", lang, number=indicator.number, name=indicator.name(lang))
        yield from _inputs(indicator, standard, whole, part, date, lang)
        yield from _comparison(indicator, whole, wide, assessment, lang)
    yield from _rule_and_verdict(whole, assessment, date, lang)


def _inputs(indicator: Indicator, standard: Standard, whole: Any, part: Any, date: str, lang: str) -> Iterator[str]:
    """Say what enters an indicator, and which exception applies."""
    terms = list(indicator.numerator(whole["level"]))
    for relief in standard.reliefs_on(indicator.id, date):
        if relief.added and fits(whole.to_frame().T.infer_objects(), relief.criteria)[0]:
            yield _say("relief", lang, name=relief.name(lang))
            terms += [term for term in relief.added if not math.isnan(whole[term[0]])]
    for column, _ in terms:
        name = _label(column, lang)
        amount = part[column] if column in part.index else whole[column]
        if math.isnan(amount):
            yield _say("input_missing", lang, column=name)
        elif rounding.significant(amount) != rounding.significant(whole[column]):
            yield _say(
                "input_split",
                lang,
                column=name,
                whole=rounding.text(whole[column], ",.10g"),
                amount=rounding.text(amount, ",.4f"),
            )
        else:
            yield _say("input", lang, column=name, amount=rounding.text(amount, ",.10g"))


def _label(column: str, lang: str) -> str:
    """Name a column of either table."""
    home = "sections" if column in table("sections").names else "schools"
    return table(home).column(column).label(lang)


def _comparison(indicator: Indicator, whole: Any, wide: Any, assessment: Assessment, lang: str) -> Iterator[str]:
    """Say the value and how it stands to the threshold and the floor."""
    value = wide[indicator.id]
    if math.isnan(value):
        yield _say("value_missing", lang)
    else:
        terms = " ".join(
            f"{'+' if sign > 0 else '−'} {_label(column, lang)}" for column, sign in indicator.numerator(whole["level"])
        )
        yield _say(
            "value",
            lang,
            terms=terms.removeprefix("+ "),
            multiplier=rounding.text(indicator.multiplier, "g"),
            pupils=whole["pupils"],
            value=value,
            unit=indicator.unit(lang),
        )
    row: Any = _judged(assessment.sections, whole).set_index("indicator").loc[indicator.id]
    yield _say(_standing(row), lang, threshold=row["threshold"], floor=row["floor"])
    decimals = assessment.standard.precision["value"]
    if row["met"] is not pd.NA and not row["met"] and passes_when_rounded(value, row["threshold"], ">=", decimals):
        yield _say("borderline", lang, printed=rounding.text(value, f".{decimals}f"))


def _standing(row: Any) -> str:
    """Choose the sentence for one comparison."""
    if math.isnan(row["threshold"]):
        return "no_threshold"
    if row["met"] is pd.NA:
        return "undetermined"
    if row["met"]:
        return "met"
    return "floor_met" if row["floor_met"] is not pd.NA and row["floor_met"] else "below_floor"


def _judged(frame: pd.DataFrame, whole: Any) -> pd.DataFrame:
    """Return the rows of an assessment's frame that are about one section."""
    keys = ["year", "school_id", "level"]
    return frame.loc[(frame[keys] == [whole[key] for key in keys]).all(axis=1)]


def _rule_and_verdict(whole: Any, assessment: Assessment, date: str, lang: str) -> Iterator[str]:
    """Say the rule on the section as a whole, and the verdict."""
    row = _judged(assessment.section_verdicts, whole).iloc[0]
    standard, level = assessment.standard, whole["level"]
    if not standard.has_rule("school_min_met"):
        yield _say("no_school_rule", lang)
        return
    yield _say(
        "school_rule",
        lang,
        min_met=standard.value_on("school_min_met", date, level),
        count=len(standard.indicators),
        floor_share=standard.value_on("school_floor_share", date, level),
    )
    below = int((~_judged(assessment.sections, whole)["floor_met"]).sum())
    yield _say("counted", lang, met_count=int(row["met_count"]), below=below, unknown=int(row["undetermined_count"]))
    yield _say("verdict", lang, verdict=_say(f"word_{row['verdict']}", lang))
