"""Measures of a country from its counties, against those of all its schools."""

from __future__ import annotations

import numpy as np
import numpy.testing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edubalance.errors import MeasureError
from edubalance.measures import decomposition, dispersion, entropy
from edubalance.measures.grouped import group_rows, inequalities
from edubalance.measures.nesting import nested_theil, pooled_coefficients


def country(seed: int, *, zeros: bool = False):
    """Draw schools in three provinces of four counties with two areas each."""
    rng = np.random.default_rng(seed)
    county = np.repeat(np.arange(12), 6)
    area = np.tile([0, 0, 0, 1, 1, 1], 12)
    values, pupils = rng.lognormal(0, 0.5, 72), rng.integers(1, 900, 72).astype(float)
    if zeros:
        values[county == 3] = 0.0
    return values, pupils, county, area


def layers_of(values, pupils, county, area):
    found = inequalities(values, pupils, group_rows(county), area)
    weights = np.bincount(county, pupils)
    inside = np.column_stack((found.theil.between[:, 0], found.theil.within[:, 0]))
    return nested_theil(weights, found.coefficients.mean[:, 0], np.arange(12) // 4, inside)


def test_two_counties_in_two_provinces():
    ratio = np.array([0.5, 1.5])
    expected = (ratio * np.log(ratio)).mean()
    npt.assert_allclose(nested_theil([7, 7], [1.0, 3.0], [0, 1], [[0.0], [0.0]]), [[expected, 0.0, 0.0]], atol=1e-15)


@pytest.mark.parametrize("zeros", [False, True], ids=["all have some", "a county has nothing"])
def test_layers_are_those_of_all_schools_decomposed_at_once(zeros):
    values, pupils, county, area = country(1, zeros=zeros)
    labels = [county // 4, county, county * 2 + area]
    expected = decomposition.decompose(values, [each.tolist() for each in labels], pupils)
    found = layers_of(values, pupils, county, area)
    npt.assert_allclose(found[0], expected.layers, rtol=1e-10, atol=1e-13)
    npt.assert_allclose(found.sum(), entropy.theil_t(values, pupils), rtol=1e-10)


def test_many_wholes_are_each_computed_alone():
    first, second = country(1), country(2)
    alone = [layers_of(*each)[0] for each in (first, second)]
    parts = []
    for values, pupils, county, area in (first, second):
        found = inequalities(values, pupils, group_rows(county), area)
        parts.append((np.bincount(county, pupils), found.coefficients.mean[:, 0], found.theil))
    together = nested_theil(
        np.concatenate([part[0] for part in parts]),
        np.concatenate([part[1] for part in parts]),
        np.tile(np.arange(12) // 4, 2),
        np.vstack([np.column_stack((part[2].between[:, 0], part[2].within[:, 0])) for part in parts]),
        np.repeat([0, 1], 12),
    )
    npt.assert_array_equal(together, np.vstack(alone))


@given(st.integers(0, 50), st.floats(0.01, 100))
def test_layers_do_not_depend_on_the_unit(seed, factor):
    values, pupils, county, area = country(seed)
    npt.assert_allclose(
        layers_of(values * factor, pupils, county, area), layers_of(values, pupils, county, area), rtol=1e-8, atol=1e-12
    )


@given(st.integers(0, 50))
def test_the_pooled_coefficient_is_that_of_all_schools(seed):
    values, pupils, county, _ = country(seed)
    found = inequalities(values, pupils, group_rows(county), county).coefficients
    pooled = pooled_coefficients(np.bincount(county, pupils), found.mean[:, 0], found.sd[:, 0])
    npt.assert_allclose(pooled.cv, dispersion.difference_coefficient(values, pupils), rtol=1e-10)


def test_a_part_without_a_value_weighs_nothing_and_nothing_at_all_is_not_defined():
    npt.assert_array_equal(pooled_coefficients([5, 0], [2.0, np.nan], [0.0, np.nan]).mean, [2.0])
    assert np.isnan(nested_theil([5, 5], [0.0, 0.0], [0, 1], [[np.nan], [np.nan]])).all()


def test_refusals():
    with pytest.raises(MeasureError, match="must be there and not negative"):
        nested_theil([1, 1], [1.0, -1.0], [0, 0], [[0.0], [0.0]])
    with pytest.raises(MeasureError, match="must be there and not negative"):
        pooled_coefficients([1, 1], [1.0, np.nan], [0.0, 0.0])
    with pytest.raises(MeasureError, match="same length"):
        pooled_coefficients([1, 1], [1.0, 2.0], [0.0])
