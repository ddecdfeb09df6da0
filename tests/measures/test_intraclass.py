"""Intraclass correlations."""

import numpy as np
import numpy.testing as npt
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from edubalance.errors import MeasureError
from edubalance.measures.agreement import FORMS, icc
from edubalance.measures.reliability import cronbach_alpha
from edubalance.measures.uncertainty import Interval

SHIFTED = [[1, 2], [2, 3], [3, 4]]
ratings_of_targets = hnp.arrays(np.int64, st.tuples(st.integers(3, 8), st.integers(2, 4)), elements=st.integers(1, 7))


def rated(targets=20, raters=4, severity=0.5, noise=1.0, seed=9):
    """Make targets and raters that differ, and noise."""
    random = np.random.default_rng(seed)
    return (
        random.normal(size=(targets, 1))
        + severity * random.normal(size=raters)
        + noise * random.normal(size=(targets, raters))
    )


# Closed forms


@pytest.mark.parametrize(
    ("ratings", "form", "expected"),
    [
        pytest.param(SHIFTED, "3,1", 1.0, id="one point more: consistent"),
        pytest.param(SHIFTED, "2,1", 2 / 3, id="one point more: variance 1 of 1 + 1/2"),
        pytest.param(SHIFTED, "1,1", 3 / 5, id="one point more: (2 - 1/2) / (2 + 1/2)"),
        pytest.param(SHIFTED, "3,k", 1.0, id="mean of two: 2 / (1 + 1)"),
        pytest.param(SHIFTED, "2,k", 4 / 5, id="mean of two: (4/3) / (5/3)"),
        pytest.param(SHIFTED, "1,k", 3 / 4, id="mean of two: (6/5) / (8/5)"),
        pytest.param([[1, 2], [2, 1]], "1,1", -1.0, id="raters contradict each other: -1 / (k - 1)"),
        *(pytest.param([[1, 1], [4, 4], [2, 2]], form, 1.0, id=f"equal ratings, {form}") for form in FORMS),
    ],
)
def test_the_correlation_in_closed_form(ratings, form, expected):
    found = icc(ratings, form)
    npt.assert_allclose(found.estimate, expected, atol=1e-12)
    assert (found.form, found.raters, found.used, found.dropped) == (form, 2, len(ratings), 0)
    assert isinstance(found, Interval)


def test_equal_ratings_leave_no_doubt():
    for form in FORMS:
        found = icc([[1, 1], [4, 4], [2, 2]], form)
        npt.assert_allclose([found.low, found.high], 1)


# Invariances


@settings(max_examples=40)
@given(ratings_of_targets, st.sampled_from(FORMS), st.integers(-3, 3), st.sampled_from([-1.0, 0.5, 10.0]))
def test_origin_unit_and_order_do_not_matter(ratings, form, shift, unit):
    try:
        found = icc(ratings, form)
    except MeasureError:
        return
    other = icc(ratings[::-1, ::-1] * unit + shift, form)
    npt.assert_allclose(other.estimate, found.estimate, rtol=1e-6, atol=1e-9)
    assert found.estimate <= 1 + 1e-9


@settings(max_examples=40)
@given(ratings_of_targets, st.sampled_from(["1,1", "3,1", "1,k", "3,k"]))
def test_the_interval_holds_the_estimate(ratings, form):
    try:
        found = icc(ratings, form)
    except MeasureError:
        return
    assert found.low - 1e-9 <= found.estimate <= found.high + 1e-9
    assert found.high <= 1 + 1e-9


def test_severity_of_raters_counts_in_models_one_and_two_only():
    ratings = rated()
    severe = ratings + np.array([0.0, 1.0, 2.0, 3.0])
    npt.assert_allclose(icc(severe, "3,1").estimate, icc(ratings, "3,1").estimate)
    for form in ("1,1", "2,1"):
        assert icc(severe, form).estimate < icc(ratings, form).estimate - 0.1


# References: the same by another way


def test_consistency_of_the_mean_is_cronbachs_alpha_with_feldts_interval():
    found, alpha = icc(rated(), "3,k"), cronbach_alpha(rated())
    npt.assert_allclose([found.estimate, found.low, found.high], [alpha.estimate, alpha.low, alpha.high])


def test_bounds_of_model_one_follow_from_analysis_of_variance():
    ratings = rated(targets=8)
    ratio = scipy.stats.f_oneway(*ratings).statistic
    lower, upper = ratio / scipy.stats.f.ppf(0.95, 7, 24), ratio * scipy.stats.f.ppf(0.95, 24, 7)
    found = icc(ratings, "1,1", level=0.9)
    npt.assert_allclose([found.low, found.high], [(lower - 1) / (lower + 3), (upper - 1) / (upper + 3)])
    npt.assert_allclose(found.estimate, (ratio - 1) / (ratio + 3))


@pytest.mark.parametrize(
    ("form", "truth"),
    [
        pytest.param("1,1", 1 / (1 + 1.5), id="raters of its own for each target"),
        pytest.param("2,1", 1 / (1 + 0.5 + 1.0), id="a sample of raters"),
        pytest.param("3,1", 1 / (1 + 1.0), id="these raters"),
    ],
)
def test_intervals_cover_about_as_often_as_they_say(form, truth):
    # Variances: targets 1, severity 1/2, noise 1. The binomial error of 300 trials is 1.3 points.
    random, covered = np.random.default_rng(12), 0
    for _ in range(300):
        severity = random.normal(scale=0.5**0.5, size=(15, 4) if form[0] == "1" else 4)
        found = icc(random.normal(size=(15, 1)) + severity + random.normal(size=(15, 4)), form)
        covered += found.low <= truth <= found.high
    assert 0.91 <= covered / 300 <= 0.985


# Gaps and refusals


def test_targets_with_gaps_are_refused_or_left_out_and_counted():
    gaps = [*SHIFTED, [None, 3]]
    with pytest.raises(MeasureError, match=r"row of ratings must be complete; got 1 incomplete at positions \[3\]"):
        icc(gaps, "2,1")
    found = icc(gaps, "2,1", missing="listwise")
    npt.assert_allclose([found.estimate, found.used, found.dropped], [2 / 3, 3, 1])


def test_bounds_are_missing_where_there_are_no_degrees_of_freedom():
    found = icc([[1, 2, 3], [2, 3, 1], [3, 1, 2]], "2,1")
    npt.assert_equal([found.estimate, found.low, found.high], [-1.0, np.nan, np.nan])


@pytest.mark.parametrize(
    ("ratings", "form", "options", "message"),
    [
        pytest.param(SHIFTED, "2", {}, "1,1; 2,1; 3,1; 1,k; 2,k; 3,k; got '2'", id="a model without a use"),
        pytest.param(SHIFTED, "2,1", {"level": 95}, "between 0 and 1", id="percent"),
        pytest.param(SHIFTED, "2,1", {"missing": "pairwise"}, "refuse, listwise", id="policy"),
        pytest.param([[1], [2]], "1,1", {}, "At least two raters are needed; got 1", id="one rater"),
        pytest.param([[1, 2]], "1,1", {}, "at least two complete rows; got 1", id="one target"),
        pytest.param([[2, 2], [2, 2]], "1,1", {}, "ratings must vary", id="nothing varies"),
        pytest.param([["good", "bad"]], "1,1", {}, "must be numbers: some are text", id="labels"),
        pytest.param([[1, 2], [1, 2]], "3,1", {}, "Targets must differ", id="raters differ only"),
        *(
            pytest.param([[1, 4]] * 15, form, {}, "Targets must differ", id=f"severity only, {form}")
            for form in FORMS[1::3]
        ),
        *(pytest.param([[1, 4]] * 15, form, {}, "Targets must differ", id=f"{form} too") for form in ("3,1", "3,k")),
        pytest.param([[1, 2], [2, 1]], "2,1", {}, "Targets or raters must differ", id="all means are equal"),
        pytest.param([[1, 2], [2, 1]], "3,k", {}, "means must tell targets apart", id="means do not differ"),
    ],
)
def test_what_has_no_correlation_is_refused(ratings, form, options, message):
    with pytest.raises(MeasureError, match=message):
        icc(ratings, form, **options)
