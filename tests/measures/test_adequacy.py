"""Schools and pupils below a threshold, how far, and what is missing."""

import numpy as np
import numpy.testing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edubalance.errors import MeasureError
from edubalance.measures.adequacy import Adequacy, describe, fgt, missing_resource, share_below

# Amounts: nought, or no smaller than measures take.
resources = st.lists(st.just(0.0) | st.floats(1e-50, 20), min_size=1, max_size=30)

MEASURES = [
    pytest.param(lambda x, z, w: share_below(x, z, w), "weights", id="share_below"),
    pytest.param(lambda x, z, w: fgt(x, z, 1, w), "weights", id="fgt"),
    pytest.param(lambda x, z, w: missing_resource(x, z, w), "pupils", id="missing_resource"),
    pytest.param(lambda x, z, w: describe(x, z, w), "pupils", id="describe"),
]


def test_a_county_by_hand():
    county = describe([2, 3, 4, 8], threshold=4, pupils=[100, 300, 400, 200])
    assert county == Adequacy(
        n=4,
        n_below=2,
        school_share=0.5,
        pupil_share=0.4,
        mean_shortfall=pytest.approx(0.1 * 0.5 + 0.3 * 0.25),
        depth=pytest.approx(0.125 / 0.4),
        severity=pytest.approx(0.1 * 0.25 + 0.3 * 0.0625),
        missing=pytest.approx(100 * 2 + 300 * 1),
    )


def test_a_school_exactly_at_the_threshold_is_not_below():
    assert share_below([4.2], 4.2) == 0
    assert share_below([np.nextafter(4.2, 0)], 4.2) == 0  # the last digit of a quotient decides nothing
    assert share_below([4.2 * (1 - 1e-11)], 4.2) == 1
    assert describe([4.2], 4.2, [10]) == Adequacy(1, 0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def test_thresholds_below_one_are_thresholds():
    assert describe([0.25, 0.75], 0.5, [10, 30]) == Adequacy(2, 1, 0.5, 0.25, 0.125, 0.5, 0.0625, 2.5)


def test_schools_that_have_nothing_lack_the_whole_threshold():
    assert describe([0, 0], 3, [10, 20]) == Adequacy(2, 2, 1.0, 1.0, 1.0, 1.0, 1.0, 90.0)


def test_shares_of_schools_and_of_pupils_differ():
    assert share_below([3, 5, 6, 7], 5) == 0.25
    assert share_below([3, 5, 6, 7], 5, [700, 100, 100, 100]) == 0.7


@pytest.mark.parametrize(
    ("alpha", "expected"), [(0, 0.75), (1, 0.5), (2, 0.375), (0.5, 0.25 + 0.5 * 0.5**0.5), (3, 0.3125)]
)
def test_fgt_by_hand(alpha, expected):
    npt.assert_allclose(fgt([0, 2, 2, 9], 4, alpha), expected)


def test_fgt_weighs_by_pupils():
    npt.assert_allclose(fgt([2, 9], 4, 1, [300, 100]), 0.375)


def test_missing_resources_by_hand():
    assert missing_resource([4, 9], 5, [300, 500]) == 300
    assert missing_resource([4, 9], 5, [300, 500], per=100) == 3
    assert describe([4, 9], 5, [300, 500], per=100).missing == 3
    assert missing_resource([5, 9], 5, [300, 500]) == 0


def test_schools_without_pupils_count_nothing():
    county = describe([2, 0, 8], 4, [100, 0, 100])
    assert (county.n, county.n_below, county.school_share, county.missing) == (2, 1, 0.5, 200)
    assert share_below([2, 0, 8], 4, [100, 0, 100]) == 0.5
    assert missing_resource([2, 0, 8], 4, [100, 0, 100]) == 200


@given(resources)
def test_filling_what_is_missing_leaves_nobody_below(values):
    pupils = np.arange(1, len(values) + 1)
    filled = np.maximum(values, 7.0)
    assert describe(filled, 7.0, pupils).n_below == 0
    added = missing_resource(values, 7.0, pupils)
    npt.assert_allclose(added, (filled - values) @ pupils, atol=1e-9)
    npt.assert_allclose(added, fgt(values, 7.0, 1, pupils) * 7.0 * pupils.sum(), atol=1e-9)


@given(resources)
def test_the_description_agrees_with_the_single_measures(values):
    pupils = np.arange(1, len(values) + 1)
    county = describe(values, 7.0, pupils)
    npt.assert_allclose(county.school_share, share_below(values, 7.0))
    npt.assert_allclose(county.pupil_share, share_below(values, 7.0, pupils))
    npt.assert_allclose(county.mean_shortfall, fgt(values, 7.0, 1, pupils))
    npt.assert_allclose(county.severity, fgt(values, 7.0, 2, pupils))
    npt.assert_allclose(county.depth * county.pupil_share, county.mean_shortfall, atol=1e-15)
    assert 0 <= county.severity <= county.mean_shortfall <= county.pupil_share <= 1


@given(resources, st.sampled_from([0, 1, 2]))
def test_a_school_of_k_pupils_equals_k_schools_of_one_and_the_unit_does_not_matter(values, alpha):
    pupils = np.arange(1, len(values) + 1)
    base = fgt(values, 7.0, alpha, pupils)
    npt.assert_allclose(fgt(np.repeat(values, pupils), 7.0, alpha), base, atol=1e-12)
    npt.assert_allclose(fgt(np.multiply(values, 64), 448.0, alpha, pupils), base, atol=1e-12)


@pytest.mark.parametrize(("measure", "name"), MEASURES)
def test_what_is_refused(measure, name):
    with pytest.raises(
        MeasureError, match=r"values must be finite numbers; got 1 missing or infinite at positions \[1\]"
    ):
        measure([1, np.nan], 2, [1, 1])
    with pytest.raises(MeasureError, match=r"values must not be negative; got 1 negative at positions \[0\]"):
        measure([-1, 1], 2, [1, 1])
    with pytest.raises(MeasureError, match=f"^{name} must not be negative"):
        measure([1, 1], 2, [1, -1])
    with pytest.raises(MeasureError, match=f"At least one of {name} must be positive"):
        measure([1, 1], 2, [0, 0])
    with pytest.raises(MeasureError, match=f"values and {name} must have the same length; got 2 and 1"):
        measure([1, 1], 2, [1])
    with pytest.raises(MeasureError, match="The threshold must be positive; got 0"):
        measure([1, 1], 0, [1, 1])
    with pytest.raises(MeasureError, match="threshold must be finite numbers"):
        measure([1, 1], np.nan, [1, 1])


@pytest.mark.parametrize("alpha", [-1, np.nan, np.inf])
def test_an_alpha_out_of_range_is_refused(alpha):
    with pytest.raises(
        MeasureError, match=r"alpha must be finite and not negative; got (-1|nan|inf).*Usual: 0, 1 and 2"
    ):
        fgt([1], 2, alpha)


@pytest.mark.parametrize("measure", [missing_resource, describe])
@pytest.mark.parametrize("per", [0, -100, np.inf, np.nan])
def test_a_reference_number_of_pupils_that_is_not_positive_is_refused(measure, per):
    with pytest.raises(MeasureError, match=r"per must be a positive number of pupils; got .*Usual: 1 and 100"):
        measure([1], 2, [10], per=per)
