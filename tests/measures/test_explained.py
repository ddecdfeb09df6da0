"""Shares of explained variance: by hand, beside the exact decomposition and a plain regression, with intervals."""

import itertools

import numpy as np
import numpy.testing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edubalance.errors import MeasureError
from edubalance.measures.decomposition import decompose
from edubalance.measures.explained import explained_shares


def shares(*args, **options):
    return {name: part.share for name, part in explained_shares(*args, **options).items()}


def county(seed=5, schools=40):
    """Values that go with area and size, and a factor that they have nothing to do with."""
    rng = np.random.default_rng(seed)
    area, size = rng.choice(["rural", "town", "urban"], schools), rng.uniform(1, 9, schools)
    values = 10 + 3 * (area == "urban") + 0.5 * size + rng.normal(0, 1, schools)
    return values, {"area": area, "size": size, "coin": rng.integers(0, 2, schools)}, rng.integers(50, 900, schools)


@pytest.mark.parametrize("split", ["fields", "shapley"])
def test_unrelated_factors_have_their_own_variance(split):
    """y = a + 2b + c, each -1 or 1 in all combinations: 1, 4 and 1 of 6."""
    a, b, c = (np.array(column, dtype=float) for column in zip(*itertools.product((-1, 1), repeat=3), strict=True))
    found = shares(a + 2 * b + c, {"a": a, "b": b}, split=split)
    npt.assert_allclose(list(found.values()), [1 / 6, 4 / 6, 1 / 6], atol=1e-12)


def test_two_names_of_one_thing_share_it():
    a = np.array([-1.0, -1, 1, 1])
    for split in ("fields", "shapley"):
        npt.assert_allclose(list(shares(a, {"a": a, "twice": 2 * a}, split=split).values()), [0.5, 0.5, 0], atol=1e-12)


@given(st.lists(st.tuples(st.floats(0.1, 9), st.sampled_from("abc"), st.integers(1, 500)), min_size=3, max_size=15))
def test_one_grouping_explains_what_lies_between_its_groups(rows):
    values, groups, weights = ([row[place] for row in rows] for place in range(3))
    exact = decompose(values, groups, weights, "half_squared_cv")
    if len(set(groups)) > 1 and exact.total > 1e-6:
        for split in ("fields", "shapley"):
            found = shares(values, {"group": groups}, weights, split=split)
            npt.assert_allclose(found["group"], exact.between / exact.total, atol=1e-7)


@pytest.mark.parametrize("split", ["fields", "shapley"])
def test_the_sum_is_the_r_squared_of_a_plain_regression(split):
    values, factors, weights = county()
    columns = [np.ones(40), factors["size"], factors["coin"], *(factors["area"] == name for name in ("town", "urban"))]
    root = np.sqrt(weights)
    design = np.column_stack(columns) * root[:, None]
    rest = values * root - design @ np.linalg.lstsq(design, values * root)[0]
    mean = np.average(values, weights=weights)
    expected = 1 - rest @ rest / (weights @ (values - mean) ** 2)
    found = shares(values, factors, weights, split=split)
    npt.assert_allclose(1 - found["rest"], expected, atol=1e-10)
    npt.assert_allclose(sum(found.values()), 1, atol=1e-12)


@pytest.mark.parametrize("split", ["fields", "shapley"])
def test_neither_units_nor_the_order_of_schools_matter(split):
    values, factors, weights = county()
    turned = np.random.default_rng(1).permutation(40)
    other = {name: np.asarray(column)[turned] for name, column in factors.items()} | {
        "size": 1000 * factors["size"][turned] + 7
    }
    npt.assert_allclose(
        list(shares(values, factors, weights, split=split).values()),
        list(shares(3 * values[turned] - 5, other, weights[turned], split=split).values()),
        atol=1e-9,
    )


def test_bounds_hold_the_share_and_shrink_with_more_schools():
    widths = []
    for schools in (30, 300):
        values, factors, weights = county(3, schools)
        found = explained_shares(values, factors, weights, split="shapley")
        assert all(part.low < part.share < part.high for part in list(found.values())[:2])
        widths.append(found["area"].high - found["area"].low)
    assert widths[1] < widths[0] / 2


def test_a_label_of_one_school_leaves_the_others_and_the_bounds():
    found = explained_shares([1.0, 2, 3, 4, 5, 9], {"g": list("aaabbc")}, split="shapley")
    assert 0 <= found["g"].low <= found["g"].share <= found["g"].high <= 1
    assert found["rest"].low <= found["rest"].share <= found["rest"].high


@pytest.mark.parametrize("split", ["fields", "shapley"])
def test_by_chance_is_the_mean_share_over_all_orders_of_the_values(split):
    """Schools count alike: every order of six values, counted out."""
    values, factors = np.array([1.0, 2, 4, 8, 9, 15]), {"g": list("aabbcc"), "size": np.array([3.0, 1, 4, 1, 5, 9])}
    found = explained_shares(values, factors, split=split)
    every = [list(shares(order, factors, split=split).values()) for order in itertools.permutations(values)]
    npt.assert_allclose([part.by_chance for part in found.values()], np.mean(every, axis=0), atol=1e-9)


def test_one_grouping_of_g_labels_has_g_minus_1_over_n_minus_1_by_chance():
    found = explained_shares(np.arange(10.0), {"g": list("aaabbbcccc")})
    npt.assert_allclose(found["g"].by_chance, 2 / 9)
    assert sum(part.by_chance for part in found.values()) == pytest.approx(1)


def test_a_factor_without_effect_has_zero_in_its_interval():
    """200 counties of 21 schools in three areas that mean nothing: 190 less four standard errors of 3.1."""
    rng, area = np.random.default_rng(9), np.arange(21) % 3
    held = shown = 0
    for _ in range(200):
        found = explained_shares(rng.normal(10, 1, 21), {"area": area.astype(str)}, split="shapley")["area"]
        held += found.low == 0
        shown += found.share
    assert held >= 178
    assert shown / 200 == pytest.approx(0.1, abs=0.03)


def test_of_four_schools_there_is_the_range_without_each():
    found = explained_shares([1.0, 2, 4, 8], {"a": [1.0, 3, 2, 5]})["a"]
    left = [shares(np.delete([1.0, 2, 4, 8], one), {"a": np.delete([1.0, 3, 2, 5], one)})["a"] for one in range(4)]
    assert found.method == "leave-one-out"
    npt.assert_allclose([found.low, found.high], [min(*left, found.share), max(*left, found.share)])


def test_as_many_labels_as_schools_have_no_interval():
    found = explained_shares([1.0, 2, 4, 8, 9, 11], {"name": list("abcdef")})["name"]
    npt.assert_allclose([found.share, found.by_chance], [1, 1])
    assert np.isnan(found.low)
    assert found.method == "none"


@pytest.mark.parametrize(
    ("values", "factors", "options", "message"),
    [
        pytest.param([1, 2], {}, {}, "must be named", id="no factor"),
        pytest.param([1, 2], {"rest": [1, 2]}, {}, "none of them 'rest'", id="called rest"),
        pytest.param([1, 2], {"a": ["x", "x"]}, {}, "a does not", id="one label"),
        pytest.param([1, 2], {"a": [3.0, 3.0]}, {}, "a does not", id="one number"),
        pytest.param([2, 2], {"a": ["x", "y"]}, {}, "all are equal", id="equal values"),
        pytest.param([1, 2], {"a": ["x", None]}, {}, "label every school", id="no label"),
        pytest.param([1, 2], {"a": [1.0, np.nan]}, {}, "a must be finite", id="no number"),
        pytest.param([1, 2], {"a": [1.0]}, {}, "same length", id="too short"),
        pytest.param([1, 2], {"a": [1, 2]}, {"split": "half"}, "got 'half'", id="unknown split"),
        pytest.param(
            [1, 2], {f"f{n}": [n, 2 * n + 1] for n in range(9)}, {"split": "shapley"}, "at most 8", id="too many"
        ),
    ],
)
def test_what_cannot_be_split_is_refused(values, factors, options, message):
    with pytest.raises(MeasureError, match=message):
        explained_shares(values, factors, **options)
