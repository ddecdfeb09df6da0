"""Interviews: counts by hand, coefficients against the measures, and nothing where nothing was said."""

import numpy as np
import pandas as pd
import pytest
from assessment.conftest import build, school, section

from edubalance import codebook, standards
from edubalance.codebook import Tables, table
from edubalance.errors import EdubalanceError
from edubalance.evidence import interviews
from edubalance.evidence.material import gather
from edubalance.measures import agreement, uncertainty

QUALITY = standards.load("cn-2017-quality")
# Excerpt, interview, role, and by coder: themes and weight.
SAID = [
    ("E1", "I1", "teacher", {"A": ("funds", 4), "B": ("funds layout", 4)}),
    ("E2", "I1", "teacher", {"A": ("layout", 2), "B": ("layout", 3)}),
    ("E3", "I2", "parent", {"A": ("funds layout", 5), "B": ("funds layout", 5), "C": ("funds", 4)}),
    ("E4", "I3", "parent", {"A": ("", 1), "B": ("", 1), "C": ("family", 2)}),
]


def material(said=SAID):
    rows = [
        {
            "year": 2023, "excerpt_id": excerpt, "coder": coder, "interview_id": interview, "role": role,
            "excerpt": f"Text of {excerpt}.", "themes": themes or None, "weight_of_problem": weight,
        }
        for excerpt, interview, role, coded in said
        for coder, (themes, weight) in coded.items()
    ]  # fmt: skip
    tables = build([school("S", 100)], [section("S", 100)])
    listed = {"interviews": table("interviews").conform(pd.DataFrame(rows))} if rows else {}
    return gather(Tables(tables.schools, tables.sections, tables.county, **listed), QUALITY, year=2023)


# Themes


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("majority", [["funds"], ["layout"], ["layout", "funds"], []]),
        ("any", [["layout", "funds"], ["layout"], ["layout", "funds"], ["family"]]),
        ("all", [["funds"], ["layout"], ["funds"], []]),
    ],
)
def test_a_theme_is_found_by_the_rule_that_is_stated(rule, found):
    table = interviews.themes_found(material(), rule=rule).set_index("excerpt_id")
    names = list(codebook.codes("theme"))
    assert [[name for name in names if row[name]] for _, row in table.iterrows()] == found
    assert table["coders"].tolist() == [2, 2, 3, 3]


def test_frequencies_count_excerpts_and_interviews():
    found = interviews.frequencies(material()).set_index(["role", "theme"])
    row = found.loc[("parent", "funds")]
    assert row[["excerpts", "all_excerpts", "interviews", "all_interviews"]].tolist() == [1, 2, 1, 2]
    assert (row["share"], row["interview_share"]) == (50, 50)
    wilson = uncertainty.wilson(1, 2)
    assert (row["low"], row["high"]) == (100 * wilson.low, 100 * wilson.high)
    # The two excerpts of one interview are one interview with layout.
    assert found.loc[("teacher", "layout"), ["excerpts", "interviews"]].tolist() == [1, 1]
    assert len(found) == 2 * len(codebook.codes("theme"))


def test_themes_that_come_up_together_are_counted_and_related_to_either():
    found = interviews.together(material()).set_index(["theme", "other"])
    assert found.loc[("funds", "layout"), ["excerpts", "either"]].tolist() == [1, 3]
    assert found.loc[("funds", "layout"), "jaccard"] == pytest.approx(1 / 3)
    assert found.loc[("layout", "funds"), "jaccard"] == found.loc[("funds", "layout"), "jaccard"]
    assert found.loc[("funds", "funds"), ["excerpts", "jaccard"]].tolist() == [2, 1]
    assert np.isnan(found.loc[("family", "training"), "jaccard"])


# Agreement


def test_agreement_is_that_of_the_measures():
    twice = [*SAID, *((f"{excerpt}2", *rest) for excerpt, *rest in SAID)]
    found = interviews.agreement(material(twice)).set_index(["theme", "measure", "coders"])
    kappa = agreement.cohen_kappa(2 * [0, 1, 1, 0], 2 * [1, 1, 1, 0])
    pair = found.loc[("layout", "cohen_kappa", "A B")]
    assert pair[["estimate", "low", "high"]].tolist() == [kappa.estimate, kappa.low, kappa.high]
    assert pair[["excerpts", "with_theme"]].tolist() == [8, 6]
    alpha = agreement.krippendorff_alpha(2 * [[0, 1, None], [1, 1, None], [1, 1, 0], [0, 0, 0]])
    everyone = found.loc[("layout", "krippendorff_alpha", "A B C")]
    assert everyone["estimate"] == pytest.approx(alpha.estimate)
    assert everyone[["excerpts", "with_theme"]].tolist() == [8, 6]
    assert everyone["found"] == pytest.approx(100 * 5 / 10)
    assert everyone["low"] <= everyone["estimate"] <= everyone["high"]


def test_a_theme_in_a_few_excerpts_has_no_interval():
    """Three of a hundred excerpts, each found by one of two coders: kappa is nearly 0, and its interval told rarity."""
    said = [(f"E{n:03d}", f"I{n}", "parent", {"A": ("", 1), "B": ("", 1)}) for n in range(100)]
    rare = [
        (*place, {"A": ("funds" if n else "", 2), "B": ("" if n else "funds", 2)})
        for n, (*place, _) in enumerate(said[:3])
    ]
    narrow = agreement.cohen_kappa([0, 1, 1, *97 * [0]], [1, 0, 0, *97 * [0]])
    assert narrow.high - narrow.low < 0.06
    found = interviews.agreement(material([*rare, *said[3:]])).query("theme == 'funds'").set_index("measure")
    assert found["estimate"].tolist() == pytest.approx([narrow.estimate, narrow.estimate], abs=0.01)
    assert found["with_theme"].tolist() == [3, 3]
    assert found[["low", "high"]].isna().all(axis=None)


def test_a_theme_that_nobody_found_has_no_coefficient():
    found = interviews.agreement(material()).query("theme == 'training'")
    assert found["estimate"].isna().all()
    assert (found["found"] == 0).all()
    assert found["excerpts"].tolist() == [4, 2, 2, 4]


def test_weights_are_compared_on_all_four_scales():
    found = interviews.weights_agreement(material()).set_index("scale")
    ratings = [[4, 4, None], [2, 3, None], [5, 5, 4], [1, 1, 2]]
    assert found.index.tolist() == ["nominal", "ordinal", "interval", "ratio"]
    for scale, row in found.iterrows():
        assert row["estimate"] == pytest.approx(agreement.krippendorff_alpha(ratings, level=scale).estimate)
        assert row["low"] <= row["estimate"] <= row["high"]
    assert found.loc["nominal", "estimate"] < found.loc["ordinal", "estimate"]


# Saturation and quotes


def test_new_themes_are_counted_interview_by_interview():
    found = interviews.saturations(material())
    assert found["interview_id"].tolist() == ["I1", "I2", "I3"]
    assert found["themes"].tolist() == [2, 2, 2]
    assert found["new"].tolist() == [2, 0, 0]
    assert found["expected"].iloc[0] == pytest.approx(4 / 3)
    assert (found["low"] <= found["expected"]).all()
    assert (found["expected"] <= found["high"]).all()


def test_quotes_stand_beside_what_coders_found_and_disputed():
    found = interviews.quotes(material()).set_index("excerpt_id")
    assert found.loc["E1", ["themes", "disputed", "weight"]].tolist() == ["funds", "layout", 4]
    assert found.loc["E3", "themes"] == "layout funds"
    assert interviews.quotes(material(), theme="layout")["excerpt_id"].tolist() == ["E2", "E3"]


# Refusals, and nothing


def test_unknown_rules_and_themes_are_refused():
    with pytest.raises(EdubalanceError, match=r"no rule 'most'.*Rules: majority, any, all"):
        interviews.themes_found(material(), rule="most")
    with pytest.raises(EdubalanceError, match="no theme 'weather'"):
        interviews.quotes(material(), theme="weather")


def test_without_interviews_every_frame_is_empty():
    bare = material([])
    for made in (
        interviews.frequencies, interviews.together, interviews.agreement, interviews.weights_agreement,
        interviews.saturations, interviews.quotes,
    ):  # fmt: skip
        assert made(bare).empty, made.__name__
