"""Cohen's and Fleiss' kappa."""

import math

import numpy as np
import numpy.testing as npt
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from edubalance.errors import MeasureError
from edubalance.measures import agreement
from edubalance.measures.agreement import WEIGHTS, cohen_kappa, fleiss_kappa
from edubalance.measures.uncertainty import Interval, jackknife_standard_error

pairs = hnp.arrays(np.int64, st.tuples(st.integers(3, 20), st.just(2)), elements=st.integers(1, 4))
tables = hnp.arrays(np.int64, st.tuples(st.integers(3, 12), st.integers(2, 4)), elements=st.integers(1, 3))


def crossed(table):
    """Spell a table of two raters out."""
    first, second = np.indices(np.shape(table))
    return np.repeat(first, np.ravel(table)), np.repeat(second, np.ravel(table))


def rated(units=200, raters=2, seed=1):
    """Make raters who agree on some units and guess the others, in grades 1 to 4."""
    random = np.random.default_rng(seed)
    truth = random.integers(1, 5, size=(units, 1))
    return np.where(random.random((units, raters)) < 0.6, truth, random.integers(1, 5, size=(units, raters)))


# Closed forms


@pytest.mark.parametrize(
    ("table", "weights", "expected"),
    [
        pytest.param([[2, 0], [0, 3]], None, 1.0, id="complete agreement"),
        pytest.param([[1, 1], [1, 1]], None, 0.0, id="chance"),
        pytest.param([[0, 2], [2, 0]], None, -1.0, id="complete contradiction"),
        pytest.param([[20, 5], [10, 15]], None, 0.4, id="(0.7 - 0.5) / 0.5"),
        pytest.param([[20, 5], [10, 15]], "linear", 0.4, id="two grades: weights change nothing"),
        pytest.param([[20, 5], [10, 15]], "quadratic", 0.4, id="two grades: nor do squares"),
        pytest.param([[1, 1, 0], [0, 1, 0], [0, 0, 1]], None, 7 / 11, id="(12/16 - 5/16) / (11/16)"),
        pytest.param([[1, 1, 0], [0, 1, 0], [0, 0, 1]], "linear", 5 / 7, id="1 - (1/4) / (14/16)"),
        pytest.param([[1, 1, 0], [0, 1, 0], [0, 0, 1]], "quadratic", 4 / 5, id="1 - (1/4) / (20/16)"),
    ],
)
def test_cohens_kappa_in_closed_form(table, weights, expected):
    found = cohen_kappa(*crossed(table), weights=weights)
    npt.assert_allclose(found.estimate, expected, atol=1e-12)
    assert (found.used, found.dropped) == (np.sum(table), 0)


@pytest.mark.parametrize(
    ("ratings", "expected"),
    [
        pytest.param([["a", "a", "a"], ["b", "b", "b"]], 1.0, id="complete agreement"),
        pytest.param([["a", "b"], ["b", "a"]], -1.0, id="complete contradiction"),
        pytest.param([["a", "a", "b"], ["b", "b", "b"]], 0.25, id="(2/3 - 5/9) / (4/9)"),
        pytest.param([[1, 2, 3], [1, 2, 3]], -0.5, id="all differ: -1 / (m - 1)"),
    ],
)
def test_fleiss_kappa_in_closed_form(ratings, expected):
    npt.assert_allclose(fleiss_kappa(ratings).estimate, expected, atol=1e-12)


def test_a_grade_that_nobody_gave_keeps_its_place():
    # The third grade is empty: 4 is as far from 2 as 3 is from 1, not as near as 3 from 2.
    first, second = [1, 2, 4, 4, 1], [1, 4, 4, 2, 2]
    places = {1: 0, 2: 1, 4: 2}
    squeezed = [[places[grade] for grade in column] for column in (first, second)]
    # Five units differ by 2 + 2 + 1, any two ratings of the 25 pairs by 35; squeezed by 1 + 1 + 1 and by 23.
    npt.assert_allclose(cohen_kappa(first, second, weights="linear").estimate, 1 - (5 / 5) / (35 / 25))
    npt.assert_allclose(cohen_kappa(*squeezed, weights="linear").estimate, 1 - (3 / 5) / (23 / 25))


def test_the_bounds_are_normal_or_students_and_cut_at_one():
    cohen, fleiss = cohen_kappa(*rated().T, level=0.9), fleiss_kappa(rated(units=12), level=0.9)
    half = scipy.stats.norm.ppf(0.95) * cohen.standard_error
    npt.assert_allclose([cohen.low, cohen.high], [cohen.estimate - half, cohen.estimate + half])
    npt.assert_allclose(fleiss.low, fleiss.estimate - scipy.stats.t.ppf(0.95, 11) * fleiss.standard_error)
    assert (cohen.method, fleiss.method, cohen.level) == ("normal", "t", 0.9)
    assert isinstance(cohen, Interval)
    assert cohen_kappa([1, 2, 2, 1, 1], [1, 2, 2, 1, 2]).high == 1.0


# Invariances


@settings(max_examples=40)
@given(pairs, st.sampled_from([None, *WEIGHTS]), st.randoms(use_true_random=False))
def test_order_of_units_and_exchange_of_raters_do_not_matter(ratings, weights, random):
    rows = list(range(len(ratings)))
    random.shuffle(rows)
    try:
        found = cohen_kappa(*ratings.T, weights=weights)
    except MeasureError:
        return
    other = cohen_kappa(*ratings[rows].T[::-1], weights=weights)
    npt.assert_allclose(
        [other.estimate, other.standard_error], [found.estimate, found.standard_error], rtol=1e-7, atol=1e-7
    )
    assert -1 - 1e-9 <= found.estimate <= 1 + 1e-9


@settings(max_examples=40)
@given(pairs, st.sampled_from(WEIGHTS), st.integers(-3, 3), st.sampled_from([-1.0, 0.5, 10.0]))
def test_weighted_kappa_depends_on_distances_only(ratings, weights, shift, unit):
    try:
        found = cohen_kappa(*ratings.T, weights=weights).estimate
    except MeasureError:
        return
    npt.assert_allclose(cohen_kappa(*(ratings.T * unit + shift), weights=weights).estimate, found, atol=1e-9)


@settings(max_examples=40)
@given(tables, st.randoms(use_true_random=False))
def test_names_of_categories_and_order_of_raters_do_not_matter(ratings, random):
    try:
        found = fleiss_kappa(ratings)
    except MeasureError:
        return
    shuffled = [random.sample(row, len(row)) for row in ratings.tolist()]
    other = fleiss_kappa([[{1: "c", 2: "a", 3: "b"}[one] for one in row] for row in shuffled])
    npt.assert_allclose([other.estimate, other.low], [found.estimate, found.low], atol=1e-9)
    assert found.estimate >= -1 / (ratings.shape[1] - 1) - 1e-9


def test_every_unit_twice_leaves_kappa_and_shrinks_cohens_error_by_the_root_of_two():
    ratings = rated(units=30)
    once, twice = (cohen_kappa(*table.T) for table in (ratings, np.vstack([ratings, ratings])))
    npt.assert_allclose([twice.estimate, twice.standard_error * math.sqrt(2)], [once.estimate, once.standard_error])


# References: the same by another way


@pytest.mark.parametrize("weights", [None, "linear", "quadratic"])
def test_the_standard_error_of_cohens_kappa_is_close_to_the_jackknife(weights):
    ratings = rated(units=300)
    spread = jackknife_standard_error(lambda a, b: cohen_kappa(a, b, weights=weights).estimate, *ratings.T)
    npt.assert_allclose(cohen_kappa(*ratings.T, weights=weights).standard_error, spread, rtol=0.01)


def test_the_standard_error_of_fleiss_kappa_is_close_to_the_jackknife():
    ratings = rated(units=300, raters=4)
    spread = jackknife_standard_error(lambda *columns: fleiss_kappa(np.transpose(columns)).estimate, *ratings.T)
    npt.assert_allclose(fleiss_kappa(ratings).standard_error, spread, rtol=0.01)


def test_quadratic_kappa_of_raters_with_equal_grades_is_their_correlation():
    # Fleiss and Cohen 1973: with equal means and variances quadratic weights give the product-moment correlation.
    first = np.array([1, 1, 2, 3, 3, 4, 4, 4])
    second = np.array([1, 2, 1, 4, 3, 3, 4, 4])
    assert sorted(first) == sorted(second)
    npt.assert_allclose(cohen_kappa(first, second, weights="quadratic").estimate, np.corrcoef(first, second)[0, 1])


# Gaps


def test_units_with_gaps_are_refused_or_left_out_and_counted():
    first, second = ["a", None, "b", "a", "b"], ["a", "b", "b", float("nan"), "a"]
    with pytest.raises(MeasureError, match=r"row of ratings must be complete; got 2 incomplete at positions \[1, 3\]"):
        cohen_kappa(first, second)
    found = cohen_kappa(first, second, missing="listwise")
    assert (found.used, found.dropped) == (3, 2)
    npt.assert_allclose(found.estimate, cohen_kappa(["a", "b", "b"], ["a", "b", "a"]).estimate)
    table = np.column_stack([np.array(first, dtype=object), np.array(second, dtype=object)])
    with pytest.raises(MeasureError, match="2 incomplete"):
        fleiss_kappa(table)
    assert (fleiss_kappa(table, missing="listwise").used, fleiss_kappa(table, missing="listwise").dropped) == (3, 2)


def test_columns_of_a_frame_are_read_with_their_gaps():
    pandas = pytest.importorskip("pandas")
    first = pandas.Series(["a", None, "b", "b"], dtype="string")
    second = pandas.Series(["a", "a", "b", "a"], dtype="category")
    found = cohen_kappa(first, second, missing="listwise")
    npt.assert_allclose([found.estimate, found.dropped], [cohen_kappa(["a", "b", "b"], ["a", "b", "a"]).estimate, 1])


# Refusals


@pytest.mark.parametrize(
    ("first", "second", "options", "message"),
    [
        pytest.param([1, 1], [1, 1], {}, "at least two categories", id="one category"),
        pytest.param([1, 1], [1, 1], {"weights": "linear"}, "at least two categories", id="one grade, weighted"),
        pytest.param([1, 2], [1], {}, "same length; got 2 and 1", id="two lengths"),
        pytest.param([[1, 2]], [[1, 2]], {}, r"first must be one column.*\(1, 2\)", id="a table"),
        pytest.param([1], [1], {}, "at least two complete rows; got 1", id="one unit"),
        pytest.param(["a", "b"], ["a", "b"], {"weights": "linear"}, "must be numbers: some are text", id="labels"),
        pytest.param([1, 2], ["1", "2"], {}, "either text or numbers; got 2 as text and 2 not", id="mixed"),
        pytest.param([1, 2], [1, 2], {"weights": "squared"}, "linear, quadratic; got 'squared'", id="weights"),
        pytest.param([1, 2], [1, 2], {"missing": "drop"}, "refuse, listwise; got 'drop'", id="policy"),
        pytest.param([1, 2], [1, 2], {"level": 1.5}, "between 0 and 1", id="level"),
        pytest.param([None, None], [None, None], {}, "at least one rating; all are missing", id="nothing"),
    ],
)
def test_what_has_no_kappa_is_refused(first, second, options, message):
    with pytest.raises(MeasureError, match=message):
        cohen_kappa(first, second, **options)


@pytest.mark.parametrize(
    ("ratings", "message"),
    [
        pytest.param([["a", "a"], ["a", "a"]], "at least two categories", id="one category"),
        pytest.param([["a"], ["b"]], "At least two raters are needed; got 1", id="one rater"),
        pytest.param(["a", "b"], r"ratings must be a table.*\(2,\)", id="one column"),
        pytest.param([["a", "b"]], "at least two complete rows; got 1", id="one unit"),
        pytest.param([["a", 1], ["b", 2]], "either text or numbers", id="mixed"),
    ],
)
def test_what_has_no_fleiss_kappa_is_refused(ratings, message):
    with pytest.raises(MeasureError, match=message):
        fleiss_kappa(ratings)


def test_the_other_coefficients_are_reached_from_here():
    assert {"icc", "krippendorff_alpha", "FORMS", "LEVELS"} <= set(agreement.__all__)
    assert all(hasattr(agreement, name) for name in agreement.__all__)
