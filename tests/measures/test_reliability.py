"""Alpha, omega, single items of a scale."""

import itertools

import numpy as np
import numpy.testing as npt
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from edubalance.errors import MeasureError
from edubalance.measures.reliability import (
    alpha_if_deleted,
    cronbach_alpha,
    item_rest_correlations,
    omega_total,
    on_scale,
    reverse,
)
from edubalance.measures.uncertainty import Interval, bootstrap

# Every combination of a common sign and one sign for each of three items: correlations of exactly 1/2.
SIGNS = np.array(list(itertools.product((-1, 1), repeat=4)))
EVEN = SIGNS[:, :1] + SIGNS[:, 1:]

answered = hnp.arrays(np.int64, st.tuples(st.integers(4, 12), st.integers(3, 6)), elements=st.integers(1, 5))


def with_correlations(matrix, rows=40, seed=5):
    """Make answers whose correlations are exactly those of the matrix."""
    drawn = np.random.default_rng(seed).normal(size=(rows, len(matrix)))
    axes = np.linalg.qr(drawn - drawn.mean(axis=0))[0]
    return axes @ np.linalg.cholesky(np.asarray(matrix)).T


def one_factor(loadings):
    """Make the correlations that loadings on one factor imply."""
    matrix = np.outer(loadings, loadings)
    np.fill_diagonal(matrix, 1.0)
    return matrix


def scale(seed=3, rows=30, items=5):
    """Make answers from 1 to 5 that share something."""
    random = np.random.default_rng(seed)
    return np.clip(np.round(3 + random.normal(size=(rows, 1)) + random.normal(size=(rows, items))), 1, 5)


# Alpha, closed forms


@pytest.mark.parametrize(
    ("items", "alpha", "standardized"),
    [
        pytest.param([[1, 1], [2, 3], [3, 2]], 2 / 3, 2 / 3, id="two items with r = 1/2: 2r / (1 + r)"),
        pytest.param(EVEN, 0.75, 0.75, id="three items with r = 1/2: 3r / (1 + 2r)"),
        pytest.param([[1, 2], [2, 4], [3, 6]], 2 * (1 - 5 / 9), 1.0, id="one item twice the other: 2 (1 - 5/9)"),
        pytest.param([[1, 0], [2, 0], [3, 0]], 0.0, np.nan, id="an item that does not vary"),
    ],
)
def test_alpha_in_closed_form(items, alpha, standardized):
    found = cronbach_alpha(items)
    npt.assert_allclose([found.estimate, found.standardized], [alpha, standardized], atol=1e-12)


def test_the_interval_is_feldts_with_quantiles_from_another_library():
    items = scale()
    found = cronbach_alpha(items, level=0.9)
    tails = scipy.stats.f.ppf([0.95, 0.05], 29, 29 * 4)
    npt.assert_allclose([found.low, found.high], 1 - (1 - found.estimate) * tails, rtol=1e-9)
    assert isinstance(found, Interval)
    assert (found.level, found.method, found.items, found.used, found.dropped) == (0.9, "feldt", 5, 30, 0)


def test_the_interval_covers_about_as_often_as_it_says():
    # Four parallel items with error variance 2 have alpha 4/6. The binomial error of 400 trials is 1.1 points.
    random, covered = np.random.default_rng(8), 0
    for _ in range(400):
        found = cronbach_alpha(random.normal(size=(25, 1)) + random.normal(scale=2**0.5, size=(25, 4)))
        covered += found.low <= 4 / 6 <= found.high
    assert 0.92 <= covered / 400 <= 0.98


# Omega, closed forms


@pytest.mark.parametrize("loadings", [[0.8, 0.7, 0.6], [0.9, 0.5, 0.4, 0.7], [0.6] * 5, [0.7, 0.6, -0.5, 0.8]])
def test_omega_of_exact_loadings(loadings):
    loadings = np.array(loadings)
    found = omega_total(with_correlations(one_factor(loadings)))
    expected = loadings.sum() ** 2 / (loadings.sum() ** 2 + (1 - loadings**2).sum())
    npt.assert_allclose([found.estimate, found.standardized], expected, rtol=1e-7)
    npt.assert_allclose(found.loadings, loadings, atol=1e-7)


def test_omega_of_items_as_answered_weighs_them_by_their_spread():
    loadings, spread = np.array([0.8, 0.7, 0.6]), np.array([1.0, 2.0, 3.0])
    found = omega_total(with_correlations(one_factor(loadings)) * spread)
    common = (loadings @ spread) ** 2
    npt.assert_allclose(found.estimate, common / (common + ((1 - loadings**2) @ spread**2)), rtol=1e-7)
    assert found.estimate < found.standardized


def test_omega_is_standardised_alpha_where_loadings_are_equal_and_more_otherwise():
    equal, unequal = (with_correlations(one_factor(np.array(one))) for one in ([0.7] * 4, [0.9, 0.8, 0.5, 0.4]))
    npt.assert_allclose(omega_total(equal).standardized, cronbach_alpha(equal).standardized, rtol=1e-7)
    assert omega_total(unequal).standardized > cronbach_alpha(unequal).standardized + 0.01


def test_items_that_repeat_each_other_leave_no_error():
    found = omega_total(np.repeat([[1.0], [2.0], [4.0]], 3, axis=1))
    npt.assert_allclose([found.estimate, *found.loadings], 1)


def test_omega_can_be_resampled_by_positions():
    items = scale(rows=60)
    found = bootstrap(
        lambda rows: omega_total(items[rows]).estimate, np.arange(60), rng=np.random.default_rng(1), replicates=60
    )
    assert found.low < found.estimate < found.high


# Items, closed forms


def test_item_rest_correlations_are_plain_correlations_with_the_sum_of_the_others():
    items = scale()
    expected = [np.corrcoef(items[:, i], np.delete(items, i, axis=1).sum(axis=1))[0, 1] for i in range(5)]
    npt.assert_allclose(item_rest_correlations(items).values, expected)


def test_alpha_if_deleted_is_alpha_of_the_others():
    items = scale()
    expected = [cronbach_alpha(np.delete(items, i, axis=1)).estimate for i in range(5)]
    npt.assert_allclose(alpha_if_deleted(items).values, expected)


def test_an_item_that_was_not_reversed_is_found_and_reversing_helps():
    items = scale(rows=80)
    items[:, 2] = reverse(items[:, 2], 1, 5)
    assert (item_rest_correlations(items).values < 0).tolist() == [False, False, True, False, False]
    assert omega_total(items).loadings.argmin() == 2
    assert alpha_if_deleted(items).values.argmax() == 2
    before = cronbach_alpha(items).estimate
    items[:, 2] = reverse(items[:, 2], 1, 5)
    assert cronbach_alpha(items).estimate > before + 0.1


@pytest.mark.parametrize(
    ("scores", "low", "high", "expected"),
    [
        pytest.param([1, 2, 3, 4, 5], 1, 5, [5, 4, 3, 2, 1], id="one to five"),
        pytest.param([0, 1], 0, 1, [1, 0], id="no and yes"),
        pytest.param([2, 3], 1, 5, [4, 3], id="the ends of the scale, not of the answers"),
        pytest.param([[1, None], [np.nan, 4]], 1, 4, [[4, np.nan], [np.nan, 1]], id="a table with gaps"),
        pytest.param(np.ma.masked_equal([1, 9], 9), 1, 5, [5, np.nan], id="a masked entry"),
    ],
)
def test_reversed_scores(scores, low, high, expected):
    npt.assert_equal(reverse(scores, low, high), np.array(expected, dtype=float))


# Invariances


@settings(max_examples=40)
@given(answered, st.integers(-3, 3), st.sampled_from([0.5, 2.0, 10.0]), st.randoms(use_true_random=False))
def test_origin_unit_and_order_do_not_matter(items, shift, unit, random):
    rows, columns = list(range(items.shape[0])), list(range(items.shape[1]))
    random.shuffle(rows)
    random.shuffle(columns)
    try:
        found = cronbach_alpha(items)
    except MeasureError:
        return
    other = cronbach_alpha(unit * items[np.ix_(rows, columns)] + shift)
    npt.assert_allclose(
        [other.estimate, other.low, other.high, other.standardized],
        [found.estimate, found.low, found.high, found.standardized],
        rtol=1e-7,
        atol=1e-9,
    )


@settings(max_examples=40)
@given(answered)
def test_alpha_never_exceeds_one_and_lies_in_its_interval(items):
    try:
        found = cronbach_alpha(items)
    except MeasureError:
        return
    assert found.low <= found.estimate <= found.high <= 1 + 1e-12


@given(hnp.arrays(np.float64, (5, 2), elements=st.integers(1, 7)))
def test_reversing_twice_changes_nothing(scores):
    npt.assert_array_equal(reverse(reverse(scores, 1, 7), 1, 7), scores)


def test_reversing_all_items_changes_neither_alpha_nor_omega():
    items = scale()
    npt.assert_allclose(cronbach_alpha(reverse(items, 1, 5)).estimate, cronbach_alpha(items).estimate)
    npt.assert_allclose(omega_total(reverse(items, 1, 5)).estimate, omega_total(items).estimate)


# Gaps


@pytest.mark.parametrize("measure", [cronbach_alpha, omega_total, item_rest_correlations, alpha_if_deleted])
def test_rows_with_gaps_are_refused_or_left_out_and_counted(measure):
    items = scale()
    gaps = np.vstack([items, [[1, 2, np.nan, 4, 5]], items[:1] * np.nan])
    with pytest.raises(MeasureError, match=r"row of items must be complete; got 2 incomplete at positions \[30, 31\]"):
        measure(gaps)
    found, whole = measure(gaps, missing="listwise"), measure(items)
    assert (found.used, found.dropped, whole.used, whole.dropped) == (30, 2, 30, 0)
    name = "values" if hasattr(found, "values") else "estimate"
    npt.assert_array_equal(getattr(found, name), getattr(whole, name))


def test_frames_and_masks_are_read_with_their_gaps():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": [1, 2, None, 4], "b": [2, 2, 3, 5]}, dtype="Int64")
    masked = np.ma.masked_equal([[1, 2], [2, 2], [9, 3], [4, 5]], 9)
    found = [cronbach_alpha(one, missing="listwise") for one in (frame, frame.astype(object), masked)]
    assert {(one.estimate, one.used, one.dropped) for one in found} == {(found[0].estimate, 3, 1)}


# Refusals


@pytest.mark.parametrize(
    ("items", "options", "message"),
    [
        pytest.param([1, 2, 3], {}, r"items must be a table.*shape \(3,\)", id="one column"),
        pytest.param([[1], [2]], {}, "At least 2 items are needed; got 1", id="one item"),
        pytest.param([[1, 2]], {}, "at least two complete rows; got 1", id="one person"),
        pytest.param([[1, 2], [None, 2]], {"missing": "listwise"}, "at least two complete rows; got 1", id="one left"),
        pytest.param([[1, 2], [2, 1]], {}, "sum of the items must vary", id="equal sums"),
        pytest.param([["1", "2"], ["2", "1"]], {}, "items must be numbers: some are text", id="digits as text"),
        pytest.param([[1, "2"], [2, None]], {}, "items must be numbers: some are text", id="text among numbers"),
        pytest.param([[1, 2], [1]], {}, "items must be numbers", id="ragged rows"),
        pytest.param([[1, np.inf], [1, 2]], {}, "finite numbers; got 1 infinite", id="an infinite answer"),
        pytest.param([[1, 2], [2, 3]], {"missing": "pairwise"}, "refuse, listwise; got 'pairwise'", id="pairwise"),
        pytest.param([[1, 2], [2, 3]], {"level": 95}, "between 0 and 1", id="a level in percent"),
    ],
)
def test_what_has_no_alpha_is_refused(items, options, message):
    with pytest.raises(MeasureError, match=message):
        cronbach_alpha(items, **options)


@pytest.mark.parametrize(
    ("measure", "items", "message"),
    [
        pytest.param(omega_total, [[1, 2], [2, 3]], "At least 3 items are needed; got 2", id="omega of two items"),
        pytest.param(omega_total, EVEN * [1, 1, 0], r"items must vary; got 1 .* \[2\]", id="omega, a constant item"),
        pytest.param(omega_total, SIGNS, "a factor explains nothing", id="omega of unrelated items"),
        pytest.param(alpha_if_deleted, [[1, 2], [2, 3]], "At least 3 items are needed; got 2", id="two items"),
        pytest.param(item_rest_correlations, [[1, 2], [1, 3]], r"items must vary; got 1 .* \[0\]", id="constant item"),
        pytest.param(
            item_rest_correlations, [[1, 2, 2], [2, 1, 3], [4, 5, -1]], "sum of the other items must vary", id="no rest"
        ),
    ],
)
def test_what_the_items_cannot_say_is_refused(measure, items, message):
    with pytest.raises(MeasureError, match=message):
        measure(items)


def test_a_heywood_case_is_refused_with_the_item():
    items = with_correlations([[1, 0.8, 0.5], [0.8, 1, 0.8], [0.5, 0.8, 1]])
    with pytest.raises(MeasureError, match=r"Heywood case\); got 1 above it at positions \[1\]"):
        omega_total(items)


@pytest.mark.parametrize(
    ("scores", "low", "high", "message"),
    [
        pytest.param([1, 99, 9], 1, 5, r"from 1 to 5; got 2 outside it \(9, 99\)", id="codes for no answer"),
        pytest.param([0], 1, 5, "got 1 outside it", id="below the scale"),
        pytest.param([1], 5, 1, "runs from low to high; got 5 to 1", id="ends the wrong way round"),
        pytest.param([1], 1, 1, "runs from low to high", id="no scale at all"),
        pytest.param(["agree"], 1, 5, "scores must be numbers: some are text", id="labels"),
    ],
)
def test_answers_off_the_scale_are_refused(scores, low, high, message):
    for measure in (on_scale, reverse):
        with pytest.raises(MeasureError, match=message):
            measure(scores, low, high)
