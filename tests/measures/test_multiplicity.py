"""Adjusted p-values: by hand, against what is printed, and what must not happen."""

import numpy as np
import numpy.testing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from edubalance.errors import MeasureError
from edubalance.measures.multiplicity import benjamini_hochberg, holm

# Benjamini and Hochberg (1995), section 3.2: fifteen comparisons of two drugs after a heart attack.
PRINTED = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1,
]  # fmt: skip
many = st.lists(st.floats(0, 1), min_size=1, max_size=20)


def test_one_test_alone_stays_as_it_is():
    assert holm([0.03]).tolist() == benjamini_hochberg([0.03]).tolist() == [0.03]


def test_three_tests_by_hand():
    npt.assert_allclose(holm([0.04, 0.01, 0.03]), [0.06, 0.03, 0.06])
    npt.assert_allclose(benjamini_hochberg([0.04, 0.01, 0.03]), [0.04, 0.03, 0.04])


def test_none_exceeds_one():
    assert holm([0.6, 0.7]).tolist() == [1, 1]
    npt.assert_allclose(benjamini_hochberg([0.6, 0.7]), [0.7, 0.7])


@given(many)
def test_holm_is_never_below_benjamini_and_hochberg_nor_they_below_p(p):
    assert (holm(p) >= benjamini_hochberg(p) - 1e-12).all()
    assert (benjamini_hochberg(p) >= np.array(p) - 1e-12).all()


@given(many, st.randoms(use_true_random=False))
def test_the_order_of_tests_does_not_matter(p, random):
    order = list(range(len(p)))
    random.shuffle(order)
    for adjust in (holm, benjamini_hochberg):
        npt.assert_allclose(adjust(np.array(p)[order]), adjust(p)[order])


def test_the_example_of_benjamini_and_hochberg_1995():
    """They reject four at 0.05; a method that guards against any false finding rejects three."""
    assert (benjamini_hochberg(PRINTED) <= 0.05).sum() == 4
    assert (holm(PRINTED) <= 0.05).sum() == 3
    assert (np.array(PRINTED) <= 0.05).sum() == 9


@given(many)
def test_benjamini_and_hochberg_agree_with_scipy(p):
    npt.assert_allclose(benjamini_hochberg(p), stats.false_discovery_control(p), atol=1e-12)


@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg])
def test_what_is_no_p_value_is_refused(adjust):
    with pytest.raises(MeasureError, match=r"must lie from 0 to 1; got 1 outside at positions \[1\]"):
        adjust([0.5, 1.5])
    with pytest.raises(MeasureError, match="p must be finite numbers"):
        adjust([0.5, np.nan])
