"""Summary measures of differences between groups."""

import numpy as np
import numpy.testing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edubalance.errors import MeasureError
from edubalance.measures.disparity import (
    absolute_concentration_index,
    attributable_gap,
    between_group_variance,
    dissimilarity,
    index_of_disparity,
    mean_difference,
)
from edubalance.measures.dispersion import hoover, standard_deviation

GROUP_MEASURES = [
    between_group_variance,
    mean_difference,
    index_of_disparity,
    lambda means, weights=None: attributable_gap(means, 5, weights),
    lambda means, weights=None: absolute_concentration_index(means, range(len(means)), weights),
]

means_and_pupils = st.lists(st.tuples(st.floats(0.5, 50), st.integers(1, 900)), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        pytest.param(between_group_variance, 0.75, id="variance: (1.5² + 3·0.5²)/4"),
        pytest.param(mean_difference, 0.75, id="from the mean 5.5: (1.5 + 3·0.5)/4"),
        pytest.param(lambda x, w: mean_difference(x, w, reference=8), 2.5, id="from 8: (4 + 3·2)/4"),
        pytest.param(index_of_disparity, 0.75 / 5.5, id="as a share of the mean"),
        pytest.param(lambda x, w: index_of_disparity(x, w, reference=8), 2.5 / 8, id="as a share of 8"),
        pytest.param(lambda x, w: attributable_gap(x, 8, w), 2.5, id="8 - 5.5"),
        pytest.param(lambda x, w: attributable_gap(x, 5.5, w), 0.0, id="mean at the reference"),
        pytest.param(lambda x, w: attributable_gap(x, 3, w), 0.0, id="mean above the reference"),
        pytest.param(lambda x, w: absolute_concentration_index(x, [1, 2], w), 0.375, id="2·(1.5·3/8 + 3·0.5/8)/4"),
    ],
)
def test_two_groups_of_4_and_6_by_hand(measure, expected):
    npt.assert_allclose(measure([4, 6], [100, 300]), expected, atol=1e-14)


def test_without_weights_groups_count_alike():
    assert between_group_variance([4, 6]) == 1
    assert mean_difference([4, 6, 8]) == pytest.approx(4 / 3)
    assert index_of_disparity([4, 6]) == 0.2
    assert attributable_gap([4, 6], 6) == 1
    assert absolute_concentration_index([1, 3], [1, 2]) == 0.5


@pytest.mark.parametrize("measure", GROUP_MEASURES)
def test_groups_without_pupils_count_nothing(measure):
    npt.assert_allclose(measure([4, 6, 99], [1, 3, 0]), measure([4, 6], [1, 3]))


def test_differences_may_be_taken_of_negative_means():
    assert between_group_variance([-1, 1]) == 1
    assert mean_difference([-1, 1]) == 1
    assert attributable_gap([-1, 1], -0.5) == 0
    assert attributable_gap([-3, 1], -0.5) == 0.5


@pytest.mark.parametrize(
    ("group", "others", "expected"),
    [
        pytest.param([10, 30], [20, 60], 0.0, id="same mix"),
        pytest.param([10, 0], [0, 60], 1.0, id="apart"),
        pytest.param([75, 25], [25, 75], 0.5, id="half"),
        pytest.param([10, 10, 0], [1, 1, 2], 0.5, id="sizes do not matter"),
    ],
)
def test_dissimilarity_by_hand(group, others, expected):
    npt.assert_allclose(dissimilarity(group, others), expected)
    npt.assert_allclose(dissimilarity(others, group), expected)


@given(means_and_pupils)
def test_the_measures_agree_with_their_relatives(rows):
    means, pupils = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    npt.assert_allclose(between_group_variance(means, pupils) ** 0.5, standard_deviation(means, pupils), atol=1e-9)
    npt.assert_allclose(index_of_disparity(means, pupils), 2 * hoover(means, pupils), atol=1e-12)
    best = means.max()
    npt.assert_allclose(
        attributable_gap(means, best, pupils), mean_difference(means, pupils, reference=best), atol=1e-9
    )


@given(means_and_pupils, st.floats(0, 100))
def test_adding_the_same_everywhere_changes_no_absolute_measure(rows, more):
    means, pupils = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    rank = np.arange(means.size)
    npt.assert_allclose(between_group_variance(means + more, pupils), between_group_variance(means, pupils), atol=1e-8)
    npt.assert_allclose(mean_difference(means + more, pupils), mean_difference(means, pupils), atol=1e-9)
    npt.assert_allclose(
        absolute_concentration_index(means + more, rank, pupils),
        absolute_concentration_index(means, rank, pupils),
        atol=1e-9,
    )


@given(st.floats(0.001, 1e6), st.lists(st.integers(1, 900), min_size=1, max_size=12))
def test_equal_groups_show_exactly_no_difference(value, pupils):
    means = np.full(len(pupils), value)
    assert between_group_variance(means, pupils) == 0
    assert mean_difference(means, pupils) == 0
    assert index_of_disparity(means, pupils) == 0


@pytest.mark.parametrize("measure", GROUP_MEASURES)
def test_what_all_refuse(measure):
    with pytest.raises(MeasureError, match=r"must be finite numbers; got 1 missing or infinite at positions \[1\]"):
        measure([1, np.nan])
    with pytest.raises(MeasureError, match="weights must not be negative"):
        measure([1, 2], [1, -1])
    with pytest.raises(MeasureError, match="same length; got 2 and 3"):
        measure([1, 2], [1, 1, 1])


@pytest.mark.parametrize(
    "measure",
    [
        lambda r: mean_difference([1, 2], reference=r),
        lambda r: index_of_disparity([1, 2], reference=r),
        lambda r: attributable_gap([1, 2], r),
    ],
)
def test_a_missing_reference_is_refused(measure):
    with pytest.raises(MeasureError, match=r"reference must be finite numbers"):
        measure(np.nan)


def test_a_disparity_relative_to_nothing_is_refused():
    with pytest.raises(MeasureError, match="mean must be positive to divide by it; got 0"):
        index_of_disparity([0, 0])
    with pytest.raises(MeasureError, match="must be positive to divide by it; got -1"):
        index_of_disparity([1, 2], reference=-1)
    with pytest.raises(MeasureError, match="means must not be negative"):
        index_of_disparity([1, -2])


def test_what_dissimilarity_refuses():
    for group, others in (([0, 0], [1, 2]), ([1, 2], [0, 0])):
        with pytest.raises(MeasureError, match="Both groups must have pupils; one is zero in every school"):
            dissimilarity(group, others)
    with pytest.raises(MeasureError, match="group and others must have the same length; got 2 and 3"):
        dissimilarity([1, 2], [1, 2, 3])
    with pytest.raises(MeasureError, match=r"^group must not be negative"):
        dissimilarity([1, -2], [1, 2])
    with pytest.raises(MeasureError, match=r"^others must not be negative"):
        dissimilarity([1, 2], [1, -2])
