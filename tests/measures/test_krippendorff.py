"""Krippendorff's alpha."""

import itertools

import numpy as np
import numpy.testing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edubalance.errors import MeasureError
from edubalance.measures.agreement import LEVELS, fleiss_kappa, krippendorff_alpha
from edubalance.measures.uncertainty import Interval

coded = st.lists(st.lists(st.sampled_from([None, 1, 2, 3, 5]), min_size=3, max_size=3), min_size=3, max_size=10)


def rng(seed=1):
    """Make a generator anew."""
    return np.random.default_rng(seed)


def codings(units=40, coders=3, seed=6):
    """Make coders who mostly agree, with gaps."""
    random = rng(seed)
    truth = random.integers(1, 4, size=(units, 1))
    table = np.where(random.random((units, coders)) < 0.8, truth, random.integers(1, 4, size=(units, coders)))
    return np.where(random.random((units, coders)) < 0.1, np.nan, table.astype(float))


def by_pairs(ratings, difference):
    """Compute alpha from its definition: every pair of ratings, within units and anywhere."""
    units = [[one for one in row if one is not None] for row in ratings]
    units = [unit for unit in units if len(unit) > 1]
    everything = [one for unit in units for one in unit]
    n = len(everything)
    within = sum(sum(difference(a, b) for a, b in itertools.permutations(unit, 2)) / (len(unit) - 1) for unit in units)
    anywhere = sum(difference(a, b) for a, b in itertools.permutations(everything, 2))
    return 1 - (within / n) / (anywhere / (n * (n - 1)))


# Closed forms


@pytest.mark.parametrize(
    ("ratings", "expected"),
    [
        pytest.param([["a", "a"], ["b", "b"]], 1.0, id="complete agreement"),
        pytest.param([["a", "b"], ["b", "a"]], -0.5, id="complete contradiction: 1 - 3 (4 / 8)"),
        pytest.param([[0, 0], [0, 0], [1, 1], [0, 1]], 1 - 7 * 2 / 30, id="one of four disputed"),
        pytest.param([[0, 0, None], [0, None, 0], [1, 1, None], [0, None, 1]], 1 - 7 * 2 / 30, id="the same with gaps"),
    ],
)
@pytest.mark.parametrize("level", ["nominal", "interval"])
def test_alpha_of_two_values_in_closed_form(ratings, expected, level):
    table = [[{"a": 0, "b": 1}.get(one, one) for one in row] for row in ratings]
    npt.assert_allclose(krippendorff_alpha(table, level=level).estimate, expected, atol=1e-12)


def test_labels_and_their_numbers_give_the_same():
    table = codings()
    words = [[None if np.isnan(one) else {1: "low", 2: "fair", 3: "high"}[one] for one in row] for row in table]
    assert krippendorff_alpha(words).estimate == krippendorff_alpha(table).estimate


def test_units_without_a_pair_are_counted_and_say_nothing():
    lone = [[1, 1, 2], [2, 2, None], [3, None, None], [None, None, None], [1, 2, 1]]
    found = krippendorff_alpha(lone)
    assert (found.used, found.dropped, found.ratings, found.measurement) == (3, 2, 8, "nominal")
    assert found.estimate == krippendorff_alpha([lone[0], lone[1], lone[4]]).estimate


def test_without_a_generator_there_are_no_bounds():
    found = krippendorff_alpha(codings())
    npt.assert_equal([found.low, found.high], [np.nan, np.nan])
    assert (found.method, found.replicates) == ("none", 0)
    assert isinstance(found, Interval)


# Invariances


@settings(max_examples=40)
@given(coded, st.sampled_from(LEVELS), st.randoms(use_true_random=False))
def test_order_of_units_and_coders_does_not_matter(ratings, level, random):
    try:
        found = krippendorff_alpha(ratings, level=level)
    except MeasureError:
        return
    shuffled = [random.sample(row, len(row)) for row in random.sample(ratings, len(ratings))]
    npt.assert_allclose(krippendorff_alpha(shuffled, level=level).estimate, found.estimate, atol=1e-9)
    assert found.estimate <= 1


@pytest.mark.parametrize(
    ("level", "change"),
    [
        pytest.param("nominal", lambda x: 2 * x % 5, id="nominal: any other names"),
        pytest.param("ordinal", np.exp, id="ordinal: any growing function"),
        pytest.param("interval", lambda x: 10 - 3 * x, id="interval: other origin and unit"),
        pytest.param("ratio", lambda x: 0.1 * x, id="ratio: another unit"),
    ],
)
def test_each_level_ignores_what_it_should(level, change):
    table = codings()
    npt.assert_allclose(
        krippendorff_alpha(change(table), level=level).estimate, krippendorff_alpha(table, level=level).estimate
    )


# References: the same by another way


@settings(max_examples=40)
@given(coded)
def test_alpha_is_what_its_definition_over_pairs_says(ratings):
    try:
        found = {level: krippendorff_alpha(ratings, level=level).estimate for level in LEVELS}
    except MeasureError:
        return
    values = [one for row in ratings if 3 - row.count(None) > 1 for one in row if one is not None]

    def between(a, b):
        low, high = min(a, b), max(a, b)
        ends = values.count(low) + values.count(high)
        return (sum(low <= one <= high for one in values) - ends / 2) ** 2 if a != b else 0.0

    differences = {
        "nominal": lambda a, b: a != b,
        "ordinal": between,
        "interval": lambda a, b: (a - b) ** 2,
        "ratio": lambda a, b: ((a - b) / (a + b)) ** 2,
    }
    for level, difference in differences.items():
        npt.assert_allclose(found[level], by_pairs(ratings, difference), atol=1e-9)


def test_without_gaps_nominal_alpha_is_fleiss_kappa_corrected_for_small_samples():
    table = np.nan_to_num(codings(), nan=1.0)
    kappa, n = fleiss_kappa(table), table.size
    npt.assert_allclose(krippendorff_alpha(table).estimate, 1 - (1 - kappa.estimate) * (n - 1) / n)


def test_zero_on_a_ratio_scale_differs_from_all_but_itself():
    # Coincidences: 0 and 2 once each way, 2 and 2 twice; the difference of 0 and 2 is 1. 1 - 3 (2 / 6).
    npt.assert_allclose(krippendorff_alpha([[0, 2], [2, 2]], level="ratio").estimate, 0.0)


# Intervals


def test_the_interval_holds_the_estimate_and_is_the_same_for_the_same_generator():
    first, second = (krippendorff_alpha(codings(), level="ordinal", rng=rng(), replicates=200) for _ in range(2))
    assert first == second
    assert first.low < first.estimate < first.high
    assert (first.method, first.replicates, first.undefined, first.level) == ("percentile", 200, 0, 0.95)


def test_less_coverage_and_more_units_narrow_the_interval():
    def width(table, coverage):
        found = krippendorff_alpha(table, rng=rng(), replicates=400, coverage=coverage)
        return found.high - found.low

    table = codings()
    assert width(table, 0.5) < width(table, 0.95)
    npt.assert_allclose(width(np.vstack([table] * 4), 0.95), width(table, 0.95) / 2, rtol=0.25)


# Refusals


@pytest.mark.parametrize(
    ("ratings", "options", "message"),
    [
        pytest.param([[1, 1], [1, 1]], {}, "at least two values; all ratings are the same", id="one value"),
        pytest.param([[1, None], [1, 2]], {}, "At least two units must have two ratings; got 1", id="one pair"),
        pytest.param([[None, None]], {}, "all are missing", id="nothing"),
        pytest.param([[None, None]], {"level": "ordinal"}, "all are missing", id="no number"),
        pytest.param([1, 2, 3], {}, "must be a table", id="one column"),
        pytest.param([["a", "b"], ["a", "a"]], {"level": "ordinal"}, "must be numbers: some are text", id="labels"),
        pytest.param([[1, "1"], [2, "2"]], {}, "either text or numbers", id="mixed"),
        pytest.param([[1, -1], [2, 2]], {"level": "ratio"}, "must not be negative; got -1", id="negative"),
        pytest.param([[1, 1], [2, 2]], {"level": "metric"}, "ordinal, interval, ratio; got 'metric'", id="level"),
        pytest.param([[1, 1], [2, 2]], {"level": 0.95}, "Hint: The coverage", id="coverage given as level"),
        pytest.param([[1, 1], [2, 2]], {"coverage": 95}, "between 0 and 1", id="percent"),
        pytest.param([[1, 1], [2, 2]], {"replicates": 1}, "two replicates", id="one replicate"),
        pytest.param([[1, 1]] * 18 + [[1, 2]] * 2, {"rng": rng()}, r"not in \d+ of 2000", id="two of twenty decide"),
    ],
)
def test_what_has_no_alpha_is_refused(ratings, options, message):
    with pytest.raises(MeasureError, match=message):
        krippendorff_alpha(ratings, **options)
