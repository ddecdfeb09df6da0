"""Interviews of the twins: who is asked, what prevails where, and how far coders agree."""

import numpy as np
import pandas as pd
import pytest

from edubalance import cases, codebook, twins
from edubalance.measures.krippendorff import krippendorff_alpha
from edubalance.twins import interviews, spec, writing

EVERY = [(case, scenario) for case in twins.available() for scenario in twins.SCENARIOS]
THEMES = list(codebook.codes("theme"))


def schools_of(case, scenario="described"):
    return pd.read_csv(cases.load(case).table("schools", scenario))


def made(case, scenario, seed=None):
    plan = spec.load(case, scenario)
    return interviews.table(
        plan if seed is None else spec.reseeded(plan, seed), {"schools": schools_of(case, scenario)}
    )


def marked(coded):
    """Codings as a table of themes."""
    listed = coded["themes"].fillna("").str.split()
    return pd.DataFrame({theme: [theme in found for found in listed] for theme in THEMES}, index=coded.index)


@pytest.mark.parametrize(("case", "scenario"), EVERY)
def test_the_committed_table_is_the_one_that_is_made(case, scenario):
    file = cases.load(case).table("interviews", scenario)
    assert writing.text(made(case, scenario)) == file.read_text(encoding="utf-8")
    assert file.stat().st_size < 400_000


@pytest.mark.parametrize(("case", "scenario"), EVERY)
def test_numbers_of_interviews_excerpts_and_coders_are_as_told(case, scenario):
    coded = made(case, scenario)
    assert 12 <= coded["interview_id"].nunique() <= 25
    excerpts = coded.drop_duplicates("excerpt_id").groupby("interview_id").size()
    assert excerpts.between(4, 8).all()
    assert coded.groupby("excerpt_id").size().between(2, 3).all()
    assert coded["weight_of_problem"].between(1, 5).all()
    officials = coded["role"] == "official"
    assert coded.loc[officials, "school_id"].isna().all()
    assert coded.loc[~officials, "school_id"].isin(schools_of(case, scenario)["school_id"]).all()


def test_every_excerpt_says_in_both_languages_that_it_is_synthetic():
    for case in twins.available():
        text = made(case, "described")["excerpt"]
        assert text.str.startswith("[synthetic] ").all()
        assert text.str.contains("【合成】", regex=False).all()


def test_every_theme_of_the_codebook_can_be_said():
    told = spec.domain("interviews", spec.load("wuhu_j", "described"))
    assert list(told["said"]) == THEMES
    for case in twins.available():
        own = spec.domain("interviews", spec.load(case, "described"))
        assert set(own["prevailing"]) <= set(THEMES)
        assert set(own["by_role"]) <= set(own["interviews"])


def test_coders_agree_but_not_always():
    """Over six draws a theme's alpha lies where the codings of careful people usually do."""
    found = []
    for seed in range(6):
        coded = made("liangyuan", "balanced", seed)
        for theme, marks in marked(coded).items():
            table = coded.assign(mark=marks.astype(float)).pivot(index="excerpt_id", columns="coder", values="mark")
            found.append((theme, krippendorff_alpha(table.to_numpy()).estimate))
    mean = pd.DataFrame(found, columns=["theme", "alpha"]).groupby("theme")["alpha"].mean()
    assert mean.between(0.7, 0.9).all()


@pytest.mark.parametrize("case", twins.available())
def test_what_the_case_tells_of_prevails_and_weighs_more_in_described_only(case):
    told = spec.domain("interviews", spec.load(case, "described"))["prevailing"]
    shares, weights = {}, {}
    for scenario in twins.SCENARIOS:
        coded = pd.concat([made(case, scenario, seed) for seed in range(3)], ignore_index=True)
        marks = marked(coded)
        prevails = marks[list(told)].any(axis=1)
        shares[scenario] = marks[list(told)].mean().mean() / marks.mean().mean()
        weights[scenario] = (
            coded.loc[prevails, "weight_of_problem"].mean() - coded.loc[~prevails, "weight_of_problem"].mean()
        )
    assert shares["described"] > 1.3
    assert shares["balanced"] == pytest.approx(1, abs=0.15)
    assert weights["described"] > 0.3
    assert weights["balanced"] == pytest.approx(0, abs=0.4)


def test_in_the_null_no_role_has_themes_of_its_own():
    """Over 15 draws a theme's share differs between parents and others by chance: |t| beyond 4.6 is one in 2,000."""
    gaps = []
    for seed in range(15):
        coded = made("weishan", "balanced", seed).drop_duplicates("excerpt_id")
        marks, parents = marked(coded), (coded["role"] == "parent").to_numpy()
        gaps.append(marks[parents].mean() - marks[~parents].mean())
    frame = pd.DataFrame(gaps)
    t = frame.mean() / (frame.std(ddof=1) / np.sqrt(len(frame)))
    assert (t.abs() < 4.6).all()
