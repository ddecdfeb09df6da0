"""Small frames, made by hand, in the shapes that figures and tables take."""

from __future__ import annotations

import numpy as np
import pandas as pd

UNITS = {"en": "m² per pupil", "zh": "平方米/生"}
NAMES = {
    "en": {
        "qualified": "teachers above the required qualification per 100 pupils",
        "backbone": "backbone teachers per 100 pupils",
        "sports": "sports area per pupil",
    },
    "zh": {
        "qualified": "每百名学生拥有高于规定学历教师数",
        "backbone": "每百名学生拥有县级以上骨干教师数",
        "sports": "生均体育运动场馆面积",
    },
}
STANDARD = {"qualified": (4.0, 3.4), "backbone": (1.0, 0.85), "sports": (8.0, 6.8)}


def sections() -> pd.DataFrame:
    """Return six sections of three areas on three indicators: all states of a comparison occur."""
    values = {
        "qualified": [5.0, 4.0, 3.6, 3.0, 4.8, np.nan],
        "backbone": [2.0, 1.2, 1.0, 0.9, 0.0, 0.4],
        "sports": [4.0, 7.0, 9.0, 12.0, 16.0, 20.0],
    }
    rows = []
    for indicator, column in values.items():
        threshold, floor = STANDARD[indicator]
        for number, value in enumerate(column):
            rows.append(
                {
                    "county": "D",
                    "year": 2023,
                    "school_id": f"D-P-{number + 1:02d}",
                    "level": "primary",
                    "area": ["urban", "urban", "town", "town", "rural", "rural"][number],
                    "pupils": [1200.0, 900.0, 600.0, 400.0, 200.0, 100.0][number],
                    "indicator": indicator,
                    "value": value,
                    "threshold": threshold,
                    "floor": floor,
                    "met": pd.NA if np.isnan(value) else value >= threshold,
                    "floor_met": pd.NA if np.isnan(value) else value >= floor,
                }
            )
    return pd.DataFrame(rows).astype({"met": "boolean", "floor_met": "boolean"})


def counties() -> pd.DataFrame:
    """Return coefficients of two levels with limits; one is above its limit, one is not defined."""
    rows = [
        ("primary", "qualified", 0.30, 0.50),
        ("primary", "backbone", 0.52, 0.50),
        ("primary", "sports", np.nan, 0.50),
        ("junior", "qualified", 0.20, 0.45),
        ("junior", "backbone", 0.45, 0.45),
        ("junior", "sports", 0.46, 0.45),
    ]
    frame = pd.DataFrame(rows, columns=["level", "indicator", "cv", "limit"])
    met = (frame["cv"] <= frame["limit"]).astype("boolean").mask(frame["cv"].isna())
    return frame.assign(met=met, low=frame["cv"] - 0.05, high=frame["cv"] + 0.05)


def conventions() -> pd.DataFrame:
    """Return one level by three conventions; the convention decides the verdict on the second indicator."""
    values = {"qualified": (0.30, 0.31, 0.33), "backbone": (0.5153, 0.4888, 0.5465), "sports": (0.60, 0.61, 0.62)}
    ways = ("weighted_population", "unweighted_population", "unweighted_sample")
    return pd.DataFrame(
        [(i, way, cv, 0.50) for i, column in values.items() for way, cv in zip(ways, column, strict=True)],
        columns=["indicator", "convention", "cv", "limit"],
    )


def curves() -> pd.DataFrame:
    """Return two curves of three points."""
    return pd.DataFrame(
        {
            "group": ["primary"] * 3 + ["junior"] * 3,
            "pupil_share": [0.0, 0.5, 1.0] * 2,
            "resource_share": [0.0, 0.25, 1.0, 0.0, 0.4, 1.0],
        }
    )


def shares() -> pd.DataFrame:
    """Return the parts of inequality of two indicators."""
    return pd.DataFrame(
        {
            "indicator": ["qualified", "qualified", "sports", "sports"],
            "component": ["between_areas", "between_schools"] * 2,
            "share": [0.25, 0.75, 0.1, 0.9],
        }
    )


def shares_by_grouping() -> pd.DataFrame:
    """Return the parts of two indicators between and within two groupings; one indicator has no founder."""
    between = pd.DataFrame(
        {
            "indicator": ["qualified", "qualified", "sports"],
            "grouping": ["area", "founder", "area"],
            "component": "between",
            "share": [0.3, 0.1, 0.05],
            "by_chance": [0.06, 0.02, 0.06],
        }
    )
    within = between.assign(component="within", share=1 - between["share"], by_chance=np.nan)
    return pd.concat([between, within], ignore_index=True)


def change_split() -> pd.DataFrame:
    """Return the change of inequality of two indicators in three parts; one part is not known."""
    return pd.DataFrame(
        {
            "indicator": ["qualified"] * 3 + ["sports"] * 3,
            "component": ["composition", "between", "within"] * 2,
            "change": [0.001, -0.02, 0.004, np.nan, 0.01, 0.002],
            "total": [-0.015] * 3 + [np.nan] * 3,
        }
    )


def explained() -> pd.DataFrame:
    """Return the shares of variance of two indicators that go with two factors, and the rest."""
    return pd.DataFrame(
        {
            "indicator": ["qualified"] * 3 + ["sports"] * 2,
            "factor": ["area", "pupils", "rest", "area", "rest"],
            "share": [0.2, -0.05, 0.85, 0.4, 0.6],
            "low": [0.1, -0.1, 0.7, 0.2, 0.4],
            "high": [0.35, 0.1, 0.9, 0.6, 0.8],
        }
    )


def dimensions() -> pd.DataFrame:
    """Return the items of two cases by dimension."""
    return pd.DataFrame(
        {
            "row": ["x"] * 4 + ["y"] * 4,
            "dimension": ["resource_allocation", "government_guarantee", "education_quality", "social_recognition"] * 2,
            "met": [3, 10, 9, 1, 7, 15, 5, 0],
            "not_met": [4, 3, 0, 0, 0, 0, 0, 1],
            "undetermined": [0, 2, 0, 0, 0, 0, 4, 0],
            "verdict": ["not_met", "not_met", "met", "met", "met", "met", "undetermined", "not_met"],
        }
    )


def changes() -> pd.DataFrame:
    """Return what a coefficient changes by when a school is left out."""
    return pd.DataFrame({"school_id": ["D-P-01", "D-P-02", "D-P-03"], "change": [0.001, -0.03, 0.02]})


def years() -> pd.DataFrame:
    """Return two groups over four years; the standard is raised once, one value is missing."""
    return pd.DataFrame(
        {
            "year": [2018, 2019, 2020, 2021] * 2,
            "group": ["urban"] * 4 + ["rural"] * 4,
            "value": [4.0, 4.5, 5.0, 5.5, 3.0, np.nan, 3.5, 4.0],
            "low": [3.8, 4.3, 4.8, 5.3, 2.8, np.nan, 3.3, 3.8],
            "high": [4.2, 4.7, 5.2, 5.7, 3.2, np.nan, 3.7, 4.2],
            "threshold": [4.2, 4.2, 4.5, 4.5] * 2,
        }
    )


def schools() -> pd.DataFrame:
    """Return four schools on a plane, one of them without a place."""
    return pd.DataFrame(
        {
            "x_km": [0.0, 3.0, -4.0, np.nan],
            "y_km": [0.0, 2.0, -1.0, 1.0],
            "pupils": [1200.0, 400.0, 100.0, 300.0],
            "area": ["urban", "town", "rural", "rural"],
            "verdict": ["met", "not_met", "undetermined", "met"],
            "books": [30.0, 20.0, np.nan, 10.0],
        }
    )


def items() -> pd.DataFrame:
    """Return items of two dimensions; one has three conditions."""
    return pd.DataFrame(
        {
            "county": "D",
            "year": 2023,
            "dimension": ["government_guarantee"] * 4 + ["social_recognition"],
            "number": [1, 2, 2, 2, 1],
            "verdict": ["met", "met", "not_met", "undetermined", "met"],
        }
    )


def counts() -> pd.DataFrame:
    """Return how many sections of two levels are met, not met, undetermined."""
    return pd.DataFrame(
        {
            "group": ["primary", "primary", "junior"],
            "verdict": ["met", "not_met", "undetermined"],
            "count": [7, 3, 2],
        }
    )


def cases() -> pd.DataFrame:
    """Return coefficients of two cases; one is above the limit, one is not defined."""
    return pd.DataFrame(
        {
            "case": ["weishan", "weishan", "liangyuan", "liangyuan"],
            "indicator": ["qualified", "sports"] * 2,
            "cv": [0.3, 0.55, np.nan, 0.5],
            "limit": 0.5,
        }
    )


def claims() -> pd.DataFrame:
    """Return a small ledger."""
    return pd.DataFrame(
        {
            "id": ["W1", "W2", "W3"],
            "claim_en": ["Town and country differ.", "Schools differ.", "=Teaching input | rose."],
            "claim_zh": ["城乡之间不均衡。", "校际之间不均衡。", "教学投入有所增加。"],
            "outcome": ["recovered", "not-recovered", "untestable"],
            "value": [0.412345, np.nan, np.nan],
            "unit": ["ratio", "", ""],
            "true_if_en": ["Rural schools have less.", "A coefficient is above its limit.", "Amounts rise."],
            "true_if_zh": ["乡村学校较少。", "有差异系数超过限值。", "总量上升。"],
            "needs_en": ["", "", "budgets"],
            "needs_zh": ["", "", "预算"],
        }
    )


def shortfalls() -> pd.DataFrame:
    """Return how much two areas lack of two indicators."""
    return pd.DataFrame(
        {
            "indicator": ["qualified", "qualified", "sports", "sports"],
            "area": ["urban", "rural"] * 2,
            "depth": [0.05, 0.2, 0.0, 0.1],
            "pupil_share": [0.1, 0.5, 0.0, 0.3],
            "school_share": [0.2, 0.6, 0.0, 0.4],
        }
    )


def parts() -> pd.DataFrame:
    """Return two groups made of two parts; one part is missing."""
    return pd.DataFrame(
        {
            "group": ["urban", "urban", "rural", "rural"],
            "part": ["pe", "music"] * 2,
            "value": [0.4, 0.3, 0.5, np.nan],
            "threshold": 0.9,
        }
    )


def yearly_changes() -> pd.DataFrame:
    """Return three schools over three years; nothing is known of the first, and one change is missing."""
    return pd.DataFrame(
        {
            "year": [2021] * 3 + [2022] * 3 + [2023] * 3,
            "area": ["urban", "urban", "rural"] * 3,
            "change": [np.nan] * 3 + [10.0, -20.0, 5.0] + [0.0, np.nan, -5.0],
        }
    )


def lifted() -> pd.DataFrame:
    """Return coefficients before and after; one is not defined."""
    return pd.DataFrame(
        {
            "indicator": ["qualified", "backbone", "sports"],
            "cv": [0.3, 0.6, np.nan],
            "lifted": [0.3, 0.4, np.nan],
            "limit": 0.5,
        }
    )


def sizes() -> pd.DataFrame:
    """Return schools and classes against their limits: one too large, one unknown."""
    return pd.DataFrame(
        {
            "condition": ["school_size", "school_size", "class_size", "class_size"],
            "area": ["urban", "rural"] * 2,
            "value": [2400.0, 500.0, 45.0, np.nan],
            "threshold": [2000.0, 2000.0, 45.0, 45.0],
        }
    )


def relative_means() -> pd.DataFrame:
    """Return what two areas have over what all have; one mean is not defined."""
    return pd.DataFrame(
        {
            "indicator": ["qualified", "qualified", "sports", "sports"],
            "group": ["urban", "rural"] * 2,
            "relative": [0.9, 1.4, 1.2, np.nan],
        }
    )


def change_parts() -> pd.DataFrame:
    """Return the parts of a change: of opposite signs, of one sign, and not defined."""
    return pd.DataFrame(
        {
            "indicator": ["qualified"] * 2 + ["backbone"] * 2 + ["sports"] * 2,
            "component": ["resource", "fewer_pupils"] * 3,
            "change": [5.0, -15.0, 4.0, 6.0, np.nan, 2.0],
            "total": [-10.0] * 2 + [10.0] * 2 + [np.nan] * 2,
        }
    )


def fifths() -> pd.DataFrame:
    """Return the ends of two indicators; one has no limit."""
    return pd.DataFrame(
        {
            "indicator": ["qualified", "sports"],
            "low": [0.7, 0.8],
            "high": [1.4, 1.3],
            "low_permitted": [0.5, np.nan],
            "high_permitted": [1.8, np.nan],
        }
    )


def growth() -> pd.DataFrame:
    """Return the share of sections that still meet two standards at three rates of growth."""
    return pd.DataFrame(
        {
            "indicator": ["qualified"] * 3 + ["sports"] * 3,
            "rate": [0.0, 10.0, 20.0] * 2,
            "share": [100.0, 99.9, 40.0, 75.0, 50.0, 0.0],
        }
    )


def ledgers() -> pd.DataFrame:
    """Return the ledgers of two cases, of two claims and of one."""
    return pd.DataFrame(
        {
            "row": ["weishan", "weishan", "liangyuan"],
            "id": ["S1", "S2", "L1"],
            "outcome": ["recovered", "untestable", "published-contradicts"],
        }
    )


def pairs() -> pd.DataFrame:
    """Return two cases in two scenarios; one value is missing."""
    return pd.DataFrame(
        {
            "row": ["weishan", "weishan", "liangyuan", "liangyuan"],
            "group": ["described", "balanced"] * 2,
            "value": [40.0, 3.0, 25.0, np.nan],
            "limit": 30.0,
        }
    )


def published() -> pd.DataFrame:
    """Return a county that prints its coefficients, one that prints a range, and a composite with its limit."""
    return pd.DataFrame(
        {
            "unit": ["Ninetown", "Ninetown", "Ninetown", "Range", "Range"],
            "level": ["primary"] * 3 + ["junior"] * 2,
            "statistic": ["cv", "cv", "composite", "smallest", "largest"],
            "value": [0.3, 0.52, 0.41, 0.2, 0.38],
            "limit": [0.5, 0.5, np.nan, 0.45, 0.45],
        }
    )


def ways() -> pd.DataFrame:
    """Return who came and went in two areas: one part is nowhere above zero, one area leaves a section out."""
    rows = [
        ("urban", "in", "rural_schools", 3.0, 0),
        ("urban", "in", "outside", 1.0, 0),
        ("urban", "out", "urban_schools", 0.0, 0),
        ("urban", "out", "outside", 1.5, 0),
        ("rural", "in", "rural_schools", 0.5, 2),
        ("rural", "in", "outside", 0.0, 2),
        ("rural", "out", "urban_schools", 0.0, 2),
        ("rural", "out", "outside", 4.0, 2),
    ]
    return pd.DataFrame(rows, columns=["area", "direction", "part", "rate", "missing"])


def retention_steps() -> pd.DataFrame:
    """Return a cohort of 101 of whom one died and two gave up; four moved away and three came."""
    rows = [
        ("entrants", 101.0, 0.0, 101.0),
        ("deaths", 1.0, 101.0, 100.0),
        ("gave_up", 2.0, 100.0, 98.0),
        ("transferred_out", 4.0, 98.0, 94.0),
        ("transferred_in", 3.0, 94.0, 97.0),
        ("graduates", 97.0, 0.0, 97.0),
    ]
    return pd.DataFrame(rows, columns=["part", "pupils", "start", "end"]).assign(threshold=95.0)


def monitored() -> pd.DataFrame:
    """Return three subjects: one inside its limit, one on it, one that is not reported."""
    return pd.DataFrame(
        {
            "subject": ["chinese", "arts", "science"],
            "grade": [3.0, 2.0, np.nan],
            "grade_verdict": ["met", "not_met", "undetermined"],
            "rate": [0.10, 0.15, np.nan],
            "rate_limit": [0.15, 0.15, 0.15],
        }
    )


def outlook() -> pd.DataFrame:
    """Return six years of births and pupils: three known, three expected with an interval."""
    ahead = [np.nan] * 3 + [120.0, 130.0, 140.0]
    return pd.DataFrame(
        {
            "year": range(2021, 2027),
            "births": [90.0, 95.0, 100.0, 110.0, 119.0, 128.0],
            "entrants": [100.0, 104.0, 110.0] + [np.nan] * 3,
            "pupils": [600.0, 610.0, 630.0] + [np.nan] * 3,
            "seats": 700.0,
            "expected": ahead,
            "low": [0.9 * value for value in ahead],
            "high": [1.1 * value for value in ahead],
        }
    )


def spending() -> pd.DataFrame:
    """Return spending per pupil of two levels over three years; it fell once, and one year is not known."""
    frame = pd.DataFrame(
        {
            "level": ["primary"] * 3 + ["junior"] * 3,
            "year": [2021, 2022, 2023] * 2,
            "nominal": [9000.0, 9000.0, 9500.0, 14000.0, np.nan, 14500.0],
            "deflated": [9400.0, 9200.0, 9500.0, 14600.0, np.nan, 14500.0],
        }
    )
    return frame.assign(fell=pd.array([pd.NA, True, False, pd.NA, pd.NA, pd.NA], dtype="boolean"))


def townships() -> pd.DataFrame:
    """Return four townships of three areas; the revenue of one is not known."""
    return pd.DataFrame(
        {
            "township": ["D-TS1", "D-TS2", "D-TS3", "D-TS4"],
            "area": ["urban", "town", "rural", "rural"],
            "pupils": [8000.0, 2000.0, 900.0, 700.0],
            "revenue_per_head": [3000.0, 1800.0, 1000.0, np.nan],
            "spending_per_pupil": [15000.0, 14000.0, 12000.0, 12500.0],
        }
    )


def theme_shares() -> pd.DataFrame:
    """Return three themes with two roles; one theme did not come up with one of them."""
    rows = [("teacher", "funds", 6, 40.0, 5), ("teacher", "layout", 3, 20.0, 5), ("teacher", "family", 0, 0.0, 5)]
    rows += [("official", "funds", 2, 25.0, 2), ("official", "layout", 4, 50.0, 2), ("official", "family", 1, 12.5, 2)]
    return pd.DataFrame(rows, columns=["role", "theme", "excerpts", "share", "all_interviews"])


def theme_pairs() -> pd.DataFrame:
    """Return every ordered pair of three themes; two of them never came up together."""
    themes, both = ["layout", "funds", "family"], np.array([[7, 3, 0], [3, 8, 1], [0, 1, 1]])
    either = np.diag(both)[:, None] + np.diag(both)[None, :] - both
    pairs = pd.MultiIndex.from_product([themes, themes], names=["theme", "other"]).to_frame(index=False)
    return pairs.assign(excerpts=both.ravel(), jaccard=(both / either).ravel())


def coding() -> pd.DataFrame:
    """Return coefficients of agreement on two themes; one of two coders is not defined, one interval neither."""
    rows = [("layout", "cohen_kappa", 0.75, 0.5, 0.95), ("layout", "cohen_kappa", 0.66, 0.4, 0.9)]
    rows += [("layout", "krippendorff_alpha", 0.72, 0.55, 0.88), ("funds", "cohen_kappa", np.nan, np.nan, np.nan)]
    rows += [("funds", "cohen_kappa", 0.9, 0.7, 1.0), ("funds", "krippendorff_alpha", 0.85, np.nan, np.nan)]
    return pd.DataFrame(rows, columns=["theme", "measure", "estimate", "low", "high"])


def saturations() -> pd.DataFrame:
    """Return six interviews of which the last two bring nothing new."""
    columns = {"interviews": range(1, 7), "themes": [2, 3, 5, 6, 6, 6], "expected": [2.5, 4.0, 5.0, 5.5, 5.8, 6.0]}
    return pd.DataFrame({**columns, "low": [1, 2, 3, 4, 5, 6], "high": [4, 5, 6, 6, 6, 6]})


def ages() -> pd.DataFrame:
    """Return ages of three areas in four bands; of two teachers the age is missing."""
    shares = {"urban": [20.0, 30.0, 30.0, 20.0], "town": [25.0, 25.0, 25.0, 25.0], "rural": [40.0, 10.0, 10.0, 40.0]}
    rows = [
        (area, 20.0 + 10 * place, 29.0 + 10 * place, share, 2 if area == "rural" else 0)
        for area, column in shares.items()
        for place, share in enumerate(column)
    ]
    return pd.DataFrame(rows, columns=["group", "age_from", "age_to", "share", "missing"])


def stays() -> pd.DataFrame:
    """Return two curves that step down; bounds are not defined before the first step."""
    rows = [("urban", 0, 100, np.nan, np.nan), ("urban", 4, 80, 70, 90), ("urban", 20, 60, 45, 72)]
    rows += [("rural", 0, 100, np.nan, np.nan), ("rural", 1, 85, 75, 93), ("rural", 9, 30, 18, 44)]
    return pd.DataFrame(rows, columns=["group", "years", "share", "low", "high"])


def at_risk() -> pd.DataFrame:
    """Return how many teachers of the two groups were seen in three years of service."""
    rows = [
        ("urban", 0, 236),
        ("urban", 5, 129),
        ("urban", 10, 85),
        ("rural", 0, 104),
        ("rural", 5, 39),
        ("rural", 10, 0),
    ]
    return pd.DataFrame(rows, columns=["group", "years", "at_risk"])


def required() -> pd.DataFrame:
    """Return three requirements: one met, one missed, one open for want of what is not known."""
    rows = [("qualified", 100.0, 100.0, 100.0, 100.0, 0), ("backbone", 7.0, 7.0, 7.0, 10.0, 0)]
    rows += [("sports", 24.0, 18.0, 26.0, 20.0, 5)]
    return pd.DataFrame(rows, columns=["condition", "value", "low", "high", "threshold", "missing"])


def staff() -> pd.DataFrame:
    """Return the titles of teachers at two levels; a title has the code of one of the levels."""
    shares = {"primary": [12.0, 30.0, 48.0, 10.0], "junior": [15.0, 35.0, 40.0, 10.0]}
    rows = [
        (level, "title", code, share)
        for level, column in shares.items()
        for code, share in zip(("senior", "middle", "junior", "none"), column, strict=True)
    ]
    return pd.DataFrame(rows, columns=["level", "attribute", "code", "share"])


def class_sizes() -> pd.DataFrame:
    """Return sizes of classes at two levels; some are above the limit."""
    rows = [("primary", 40.0, 30, 45.0), ("primary", 45.0, 12, 45.0), ("primary", 46.0, 5, 45.0)]
    rows += [("junior", 48.0, 25, 50.0), ("junior", 57.0, 2, 50.0)]
    return pd.DataFrame(rows, columns=["level", "pupils", "classes", "limit"])


def more_classes() -> pd.DataFrame:
    """Return the classes that two levels have and need besides."""
    rows = [("primary", 45.0, 1200, 44, 94.3), ("junior", 50.0, 430, 0, 0.0)]
    return pd.DataFrame(rows, columns=["level", "limit", "classes", "more_classes", "more_teachers"])


def access() -> pd.DataFrame:
    """Return two settlements, one without a school within reach, and schools with room, without, and not known."""
    rows = [
        ("settlement", 0.0, 0.0, 300.0, 0.8, False, np.nan),
        ("settlement", 6.0, 4.0, 20.0, 0.0, True, np.nan),
        ("school", 0.2, 0.1, 280.0, np.nan, False, 1.1),
        ("school", 2.0, 3.0, 60.0, np.nan, False, 0.5),
        ("school", 3.0, 1.0, 60.0, np.nan, False, np.nan),
    ]
    names = ["place", "x_km", "y_km", "people", "seats_per_child", "no_school", "load"]
    return pd.DataFrame(rows, columns=names)


def distances() -> pd.DataFrame:
    """Return two cumulated curves of children by distance."""
    rows = [("primary", 0.5, 60.0), ("primary", 2.0, 100.0), ("junior", 1.0, 40.0), ("junior", 6.0, 100.0)]
    return pd.DataFrame(rows, columns=["level", "distance_km", "share"])


def seats() -> pd.DataFrame:
    """Return an overfull school, a half empty one and one of which the seats are not known."""
    rows = [(1200.0, 1000.0, "urban"), (100.0, 200.0, "rural"), (400.0, np.nan, "town")]
    return pd.DataFrame(rows, columns=["pupils", "seats", "area"])


def efficiencies() -> pd.DataFrame:
    """Return four sections of two areas with their intervals."""
    frame = pd.DataFrame({"area": ["urban", "rural", "rural", "urban"], "score": [1.0, 0.8, 0.7, 0.9]})
    corrected = frame["score"] - 0.05
    return frame.assign(level="primary", corrected=corrected, low=corrected - 0.08, high=corrected + 0.04)


def idle() -> pd.DataFrame:
    """Return idle seats of two levels; of one row neither share nor funds are known."""
    rows = [
        ("primary", "urban", 0.0, 0.0),
        ("primary", "rural", 44.0, 515_000.0),
        ("junior", "urban", 12.5, 90_000.0),
        ("junior", "rural", np.nan, np.nan),
    ]
    return pd.DataFrame(rows, columns=["level", "area", "idle_share", "idle_funds"])


def survey_answers() -> pd.DataFrame:
    """Return the answers of parents to two items and one of no questionnaire; one is reversed."""
    shares = {"sup_homework": [5, 15, 30, 40, 10], "sup_alone": [30, 30, 20, 15, 5], "other": [0, 0, 0, 50, 50]}
    rows = [
        ("parents", item, "frequency", answer, float(share), 3 if item == "sup_homework" else 0)
        for item, column in shares.items()
        for answer, share in enumerate(column, start=1)
    ]
    return pd.DataFrame(rows, columns=["group", "item", "scale", "answer", "share", "missing"])


def satisfaction() -> pd.DataFrame:
    """Return who is satisfied: above the bar, about it, and nobody who answered."""
    return pd.DataFrame(
        {
            "group": ["parents", "all", "managers"],
            "value": [92.0, 86.0, np.nan],
            "low": [90.0, 83.0, np.nan],
            "high": [93.5, 88.0, np.nan],
            "n": [700, 1100, 0],
            "worst": [89.0, 80.0, np.nan],
            "best": [93.0, 89.0, np.nan],
            "threshold": 85.0,
        }
    )


def scales() -> pd.DataFrame:
    """Return the reliability of three scales; omega of one, and both of another, are not defined."""
    return pd.DataFrame(
        {
            "group": ["parents", "teachers", "managers"],
            "construct": ["family_support", "it_use", "funds"],
            "alpha": [0.83, 0.66, np.nan],
            "low": [0.8, 0.6, np.nan],
            "high": [0.85, 0.7, np.nan],
            "omega": [0.84, np.nan, np.nan],
            "used": [628, 190, np.nan],
        }
    )


def survey_loadings() -> pd.DataFrame:
    """Return three items on two factors."""
    rows = [
        ("acc_near", "access", 0.7, -0.1),
        ("acc_safe", "access", 0.6, 0.2),
        ("sup_alone", "family_support", 0.05, 0.8),
    ]
    long = [
        ("parents", item, construct, factor + 1, ("access", "family_support")[factor], each[factor])
        for item, construct, *each in rows
        for factor in range(2)
    ]
    return pd.DataFrame(long, columns=["group", "item", "construct", "factor", "meant", "loading"])


def group_effects() -> pd.DataFrame:
    """Return three comparisons: one that holds up, one that may be chance, one that could not be made."""
    return pd.DataFrame(
        {
            "group": "parents",
            "construct": ["family_support", "access", "satisfaction"],
            "first": ["urban", "urban", "parents"],
            "second": ["rural", "town", "teachers"],
            "g": [0.7, -0.1, np.nan],
            "g_low": [0.4, -0.4, np.nan],
            "g_high": [1.0, 0.2, np.nan],
            "delta": [0.4, -0.05, np.nan],
            "delta_low": [0.2, -0.2, np.nan],
            "delta_high": [0.5, 0.1, np.nan],
            "holm": [0.001, 0.6, np.nan],
        }
    )


def ranked_counties() -> pd.DataFrame:
    composite = np.array([0.31, 0.24, 0.42, np.nan, 0.38])
    return pd.DataFrame(
        {
            "county": [f"P01-000{number}" for number in range(1, 6)],
            "composite": composite,
            "composite_low": composite - 0.04,
            "composite_high": composite + 0.05,
            "composite_limit": 0.4,
        }
    )


def many_ranked_counties() -> pd.DataFrame:
    composite = np.linspace(0.18, 0.52, 400)
    counties = [f"P{number // 40 + 1:02d}-{number:04d}" for number in range(400)]
    bounds = {"composite_low": composite * 0.85, "composite_high": composite * 1.2}
    return pd.DataFrame({"county": counties, "composite": composite, **bounds})


def failing_shares() -> pd.DataFrame:
    provinces = [f"P{number:02d}" for number in range(1, 32)]
    rows = [
        (province, indicator, (number * 7 + place * 11) % 40 / 100)
        for number, province in enumerate(provinces)
        for place, indicator in enumerate(STANDARD)
    ]
    return pd.DataFrame(rows, columns=["province", "indicator", "share_below"])


def slopes() -> pd.DataFrame:
    rows = [("primary", "qualified", -0.04), ("primary", "sports", 0.01), ("junior", "qualified", -0.02)]
    frame = pd.DataFrame([*rows, ("junior", "sports", np.nan)], columns=["level", "indicator", "slope"])
    return frame.assign(low=frame["slope"] - 0.012, high=frame["slope"] + 0.012)


def changed_verdicts() -> pd.DataFrame:
    rows = [
        ("met", "met", 12280, 0.891),
        ("met", "not_met", 1030, 0.075),
        ("met", "absent", 470, 0.034),
        ("not_met", "met", 1010, 0.131),
        ("not_met", "not_met", 6700, 0.869),
        ("undetermined", "met", 7, 1.0),
        ("absent", "met", 12, 1.0),
    ]
    return pd.DataFrame(rows, columns=["before", "after", "n", "share"])
