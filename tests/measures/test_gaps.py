"""Gaps between groups and between the ends of the distribution."""

import numpy as np
import numpy.testing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edubalance.errors import MeasureError
from edubalance.measures.gaps import mean_gap, quantile, quantile_ratio, range_ratio

values_and_pupils = st.lists(st.tuples(st.floats(0.5, 50), st.integers(1, 9)), min_size=1, max_size=30)


def test_the_mean_gap_by_hand():
    gaps = mean_gap([4, 6, 10, 12], ["rural", "rural", "urban", "town"], [100, 300, 200, 50], reference="urban")
    assert list(gaps) == ["rural", "town"]
    rural = gaps["rural"]
    npt.assert_allclose(
        [rural.mean, rural.reference_mean, rural.absolute, rural.relative, rural.ratio], [5.5, 10, -4.5, -0.45, 0.55]
    )
    npt.assert_allclose([gaps["town"].absolute, gaps["town"].relative, gaps["town"].ratio], [2, 0.2, 1.2])


def test_without_weights_schools_count_alike_in_the_mean_gap():
    assert mean_gap([4, 6, 10], ["r", "r", "u"], reference="u")["r"].mean == 5.0


def test_a_group_that_has_nothing_lacks_everything():
    gap = mean_gap([0, 0, 5], ["r", "r", "u"], reference="u")["r"]
    assert (gap.absolute, gap.relative, gap.ratio) == (-5, -1, 0)


def test_groups_and_schools_without_pupils_are_left_out_of_the_mean_gap():
    gaps = mean_gap([4, 99, 10, 7], ["r", "r", "u", "empty"], [10, 0, 10, 0], reference="u")
    assert list(gaps) == ["r"]
    assert gaps["r"].mean == 4.0


def test_one_group_alone_has_no_gap():
    assert mean_gap([4, 6], ["u", "u"], reference="u") == {}


@pytest.mark.parametrize(
    ("probability", "expected"),
    [
        pytest.param(0, 1, id="smallest"),
        pytest.param(0.1, 1, id="exactly a tenth"),
        pytest.param(0.11, 2, id="just over"),
        pytest.param(0.5, 3, id="median by pupils"),
        pytest.param(1, 3, id="largest"),
    ],
)
def test_weighted_quantiles_by_hand(probability, expected):
    assert quantile([3, 1, 2], probability, [80, 10, 10]) == expected


def test_quantiles_occur_among_the_values_and_may_be_negative():
    assert quantile([-4, 1, 7, 9], 0.5) == 1
    assert quantile([1, 2, 50], 1, [1, 1, 0]) == 2


def test_ratios_by_hand():
    assert range_ratio([3, 2, 8]) == 4
    assert range_ratio([5]) == 1
    assert range_ratio([0, 2, 8, 90], [0, 1, 1, 0]) == 4
    assert quantile_ratio(range(1, 11)) == 9
    assert quantile_ratio(range(1, 11), upper=0.8, lower=0.2) == 4
    assert quantile_ratio([1, 2, 6], [5, 90, 5]) == 1
    assert quantile_ratio([2, 3, 6], upper=0.5, lower=0.5) == 1


@given(values_and_pupils, st.floats(0, 1))
def test_a_school_of_k_pupils_equals_k_schools_of_one(rows, probability):
    values, pupils = (np.array(column) for column in zip(*rows, strict=True))
    # Away from the steps, where rounding decides.
    steps = np.cumsum(pupils[np.argsort(values, kind="stable")]) / pupils.sum()
    if np.abs(steps - probability).min() > 1e-9:
        assert quantile(values, probability, pupils) == quantile(np.repeat(values, pupils), probability)


@given(values_and_pupils)
def test_ratios_are_at_least_one_and_free_of_unit_and_order(rows):
    values, pupils = (np.array(column) for column in zip(*rows, strict=True))
    assert 1 <= quantile_ratio(values, pupils) <= range_ratio(values, pupils)
    npt.assert_allclose(range_ratio(values[::-1] * 667), range_ratio(values))
    npt.assert_allclose(quantile_ratio(values[::-1] * 667, pupils[::-1]), quantile_ratio(values, pupils))


@given(values_and_pupils)
def test_the_mean_gap_turns_round_with_its_reference(rows):
    values, pupils = (np.array(column) for column in zip(*rows, strict=True))
    values, pupils = np.append(values, 7.0), np.append(pupils, 3)
    groups = ["a"] * len(rows) + ["b"]
    there, back = (mean_gap(values, groups, pupils, reference=name) for name in "ab")
    npt.assert_allclose(there["b"].absolute, -back["a"].absolute)
    npt.assert_allclose(there["b"].ratio * back["a"].ratio, 1)
    npt.assert_allclose(there["b"].relative, there["b"].ratio - 1, atol=1e-12)


def test_what_the_mean_gap_refuses():
    with pytest.raises(MeasureError, match=r"got 'city', the groups are 'r', 'u'\."):
        mean_gap([1, 2], ["r", "u"], reference="city")
    with pytest.raises(MeasureError, match=r"has schools with pupils; got 'u', the groups are 'r'"):
        mean_gap([1, 2], ["r", "u"], [1, 0], reference="u")
    with pytest.raises(MeasureError, match="mean must be positive to divide by it; got 0"):
        mean_gap([1, 0], ["r", "u"], reference="u")
    with pytest.raises(MeasureError, match=r"groups must label every school; got 1 missing at positions \[0\]"):
        mean_gap([1, 0], [None, "u"], reference="u")
    with pytest.raises(MeasureError, match="values and groups must have the same length; got 2 and 1"):
        mean_gap([1, 0], ["u"], reference="u")
    with pytest.raises(MeasureError, match="values must not be negative"):
        mean_gap([1, -1], ["r", "u"], reference="u")
    with pytest.raises(MeasureError, match="weights must not be negative"):
        mean_gap([1, 1], ["r", "u"], [1, -1], reference="u")


@pytest.mark.parametrize("measure", [range_ratio, quantile_ratio, lambda x: quantile(x, 0.5)])
def test_missing_values_are_refused(measure):
    with pytest.raises(
        MeasureError, match=r"values must be finite numbers; got 1 missing or infinite at positions \[1\]"
    ):
        measure([1, np.nan])


def test_ratios_to_zero_are_refused():
    with pytest.raises(MeasureError, match=r"smallest value must be positive to divide by it; got 0.*gini"):
        range_ratio([0, 5])
    with pytest.raises(MeasureError, match="lower quantile must be positive to divide by it; got 0"):
        quantile_ratio([0, 5])
    with pytest.raises(MeasureError, match="values must not be negative"):
        range_ratio([-1, 5])
    with pytest.raises(MeasureError, match="values must not be negative"):
        quantile_ratio([-1, 5])


def test_probabilities_out_of_range_or_order_are_refused():
    with pytest.raises(MeasureError, match=r"between 0 and 1; got 90.*10 % as 0\.1"):
        quantile([1, 2], 90)
    with pytest.raises(MeasureError, match=r"between 0 and 1; got 1\.5"):
        quantile([1, 2], 1.5)
    with pytest.raises(MeasureError, match=r"between 0 and 1; got -0\.1"):
        quantile([1, 2], -0.1)
    with pytest.raises(MeasureError, match="between 0 and 1; got nan"):
        quantile([1, 2], float("nan"))
    with pytest.raises(MeasureError, match=r"must not be below the lower; got 0\.1 and 0\.9"):
        quantile_ratio([1, 2], upper=0.1, lower=0.9)
