"""Suitability of items for factor analysis, loadings, rotation."""

import itertools

import numpy as np
import numpy.testing as npt
import pytest
import scipy.optimize
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from edubalance.errors import MeasureError
from edubalance.measures.factors import factor_loadings, varimax
from edubalance.measures.suitability import bartlett_sphericity, kmo

SIGNS = np.array(list(itertools.product((-1, 1), repeat=4)))
EVEN = SIGNS[:, :1] + SIGNS[:, 1:]

# Two clusters of three items.
CLUSTERS = np.array([[0.8, 0.1], [0.7, 0.2], [0.6, 0.0], [0.1, 0.9], [0.0, 0.6], [0.2, 0.5]])


def with_correlations(matrix, rows=40, seed=5):
    """Make answers whose correlations are exactly those of the matrix."""
    drawn = np.random.default_rng(seed).normal(size=(rows, len(matrix)))
    axes = np.linalg.qr(drawn - drawn.mean(axis=0))[0]
    return axes @ np.linalg.cholesky(np.asarray(matrix)).T


def implied(loadings):
    """Make the correlations that loadings imply."""
    matrix = loadings @ loadings.T
    np.fill_diagonal(matrix, 1.0)
    return matrix


def noisy(seed=2, rows=80):
    """Make answers to six items in two clusters."""
    random = np.random.default_rng(seed)
    return random.normal(size=(rows, 2)) @ CLUSTERS.T + 0.7 * random.normal(size=(rows, 6))


# Closed forms


@pytest.mark.parametrize("r", [0.2, 0.5, 0.8])
def test_kmo_of_three_items_with_one_correlation(r):
    # Given the third, two items correlate by r / (1 + r).
    found = kmo(with_correlations([[1, r, r], [r, 1, r], [r, r, 1]]))
    npt.assert_allclose([found.overall, *found.items], (1 + r) ** 2 / ((1 + r) ** 2 + 1), rtol=1e-9)


def test_kmo_of_two_items_is_one_half():
    npt.assert_allclose(kmo([[1, 1], [2, 3], [3, 2]]).overall, 0.5)


def test_bartlett_of_two_items():
    found = bartlett_sphericity([[1, 1], [2, 3], [3, 2]])
    npt.assert_allclose([found.chi2, found.df], [-(3 - 1 - 9 / 6) * np.log(1 - 0.5**2), 1])


def test_bartlett_of_unrelated_items_is_zero():
    found = bartlett_sphericity(SIGNS)
    npt.assert_allclose([found.chi2, found.p], [0, 1], atol=1e-12)


@pytest.mark.parametrize("factors", [1, 2])
def test_exact_loadings_are_found_up_to_rotation(factors):
    loadings = CLUSTERS[:, :factors]
    found = factor_loadings(with_correlations(implied(loadings)), factors)
    npt.assert_allclose(found.loadings @ found.loadings.T, loadings @ loadings.T, atol=1e-7)
    npt.assert_allclose(found.communalities, (loadings**2).sum(axis=1), atol=1e-7)
    assert (found.rotation, found.used, found.dropped) == ("none", 40, 0)
    assert (np.diff(found.explained) <= 0).all()


def test_varimax_finds_items_that_load_on_one_factor_each():
    simple = np.array([[0.8, 0, 0], [0.7, 0, 0], [0, 0.6, 0], [0, 0.5, 0], [0, 0, 0.4], [0, 0, 0.3]])
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(3, 3)))[0]
    npt.assert_allclose(varimax(simple @ turn), simple, atol=1e-9)


def test_rotation_is_applied_on_request():
    plain = factor_loadings(noisy(), 2)
    turned = factor_loadings(noisy(), 2, rotation="varimax")
    npt.assert_allclose(turned.loadings, varimax(plain.loadings))
    npt.assert_allclose(turned.communalities, plain.communalities)
    npt.assert_allclose(turned.explained.sum(), plain.explained.sum())
    assert turned.rotation == "varimax"
    strongest = np.abs(turned.loadings).argmax(axis=1)
    assert len(set(strongest[:3])) == len(set(strongest[3:])) == 1
    assert strongest[0] != strongest[3]


def test_an_item_without_loadings_stays_without():
    npt.assert_array_equal(varimax([[0.5, 0.5], [0.0, 0.0], [0.5, -0.5]])[1], 0)


# Invariances


@settings(max_examples=25)
@given(hnp.arrays(np.int64, (12, 4), elements=st.integers(1, 5)), st.permutations(range(4)))
def test_unit_origin_and_order_of_items_do_not_matter(items, order):
    try:
        found = kmo(items)
    except MeasureError:
        return
    other = kmo(items[::-1, order] * 3 - 1)
    npt.assert_allclose([other.overall, *other.items], [found.overall, *found.items[list(order)]], rtol=1e-6)
    npt.assert_allclose(bartlett_sphericity(items[:, order]).chi2, bartlett_sphericity(items).chi2, rtol=1e-6)
    assert 0 <= found.overall <= 1


@settings(max_examples=25)
@given(hnp.arrays(np.float64, (6, 3), elements=st.floats(-0.5, 0.5)))
def test_varimax_keeps_communalities_and_products(loadings):
    turned = varimax(loadings)
    npt.assert_allclose(turned @ turned.T, loadings @ loadings.T, atol=1e-9)
    assert (turned.sum(axis=0) >= -1e-12).all()
    assert (np.diff((turned**2).sum(axis=0)) <= 1e-12).all()


@settings(max_examples=25)
@given(st.floats(0, 2 * np.pi), st.booleans())
def test_varimax_does_not_depend_on_where_the_axes_were(angle, flip):
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]) * [1, -1 if flip else 1]
    npt.assert_allclose(varimax(CLUSTERS @ turn), varimax(CLUSTERS), atol=1e-7)


def test_no_other_angle_has_a_higher_varimax_criterion():
    def criterion(loadings):
        return ((loadings / np.sqrt((loadings**2).sum(axis=1, keepdims=True))) ** 2).var(axis=0).sum()

    best = criterion(varimax(CLUSTERS))
    for angle in np.linspace(0, np.pi, 181):
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        assert criterion(CLUSTERS @ turn) <= best + 1e-12


# References: the same by another way


def test_kmo_equals_what_residuals_of_regressions_give():
    items = noisy()
    partial = np.zeros((6, 6))
    for i, j in itertools.permutations(range(6), 2):
        others = np.column_stack([np.ones(len(items)), np.delete(items, [i, j], axis=1)])
        left = items[:, [i, j]] - others @ np.linalg.lstsq(others, items[:, [i, j]], rcond=None)[0]
        partial[i, j] = np.corrcoef(left.T)[0, 1]
    shared = np.corrcoef(items.T) - np.eye(6)
    found = kmo(items)
    npt.assert_allclose(found.overall, (shared**2).sum() / ((shared**2).sum() + (partial**2).sum()))
    npt.assert_allclose(found.items, (shared**2).sum(axis=0) / (shared**2 + partial**2).sum(axis=0))


def test_kmo_from_partial_correlations_that_another_package_prints():
    # EducationalTestingService/factor_analyzer:tests/test_factor_analyzer.py::test_partial_correlations
    items = np.array([[12, 14, 15], [24, 12, 52], [35, 12, 41], [23, 12, 42]])
    partial = np.array([-0.730955, -0.50616, -0.928701])
    shared = np.corrcoef(items.T)[np.triu_indices(3, 1)]
    npt.assert_allclose(kmo(items).overall, (shared @ shared) / (shared @ shared + partial @ partial), rtol=1e-5)


def test_bartlett_equals_what_the_determinant_and_scipy_give():
    items = noisy()
    chi2 = -(80 - 1 - 17 / 6) * np.log(np.linalg.det(np.corrcoef(items.T)))
    found = bartlett_sphericity(items)
    npt.assert_allclose([found.chi2, found.df, found.p], [chi2, 15, scipy.stats.chi2.sf(chi2, 15)], rtol=1e-9)


def test_bartlett_keeps_its_level_where_nothing_is_correlated():
    random = np.random.default_rng(4)
    small = np.array([bartlett_sphericity(random.normal(size=(30, 4))).p < 0.1 for _ in range(400)])
    # 10 % expected; the binomial error is 1.5 points.
    assert 0.055 <= small.mean() <= 0.145


@pytest.mark.parametrize("factors", [1, 2])
def test_no_other_loadings_leave_smaller_residual_correlations(factors):
    # Minres by a general optimiser, from other starting values.
    items = noisy()
    matrix = np.corrcoef(items.T)

    def residual(flat):
        left = matrix - flat.reshape(6, factors) @ flat.reshape(6, factors).T
        return (left[np.triu_indices(6, 1)] ** 2).sum()

    start = np.random.default_rng(0).uniform(0.1, 0.6, 6 * factors)
    best = scipy.optimize.minimize(residual, start, method="BFGS", options={"gtol": 1e-9})
    found = factor_loadings(items, factors).loadings
    npt.assert_allclose(residual(found.ravel()), best.fun, atol=1e-9)
    other = best.x.reshape(6, factors)
    npt.assert_allclose(found @ found.T, other @ other.T, atol=1e-4)


# Gaps and refusals


@pytest.mark.parametrize("measure", [kmo, bartlett_sphericity, lambda items, **o: factor_loadings(items, 1, **o)])
def test_rows_with_gaps_are_refused_or_left_out_and_counted(measure):
    gaps = np.vstack([noisy(), np.full((1, 6), np.nan)])
    with pytest.raises(MeasureError, match=r"got 1 incomplete at positions \[80\]"):
        measure(gaps)
    found = measure(gaps, missing="listwise")
    assert (found.used, found.dropped) == (80, 1)


@pytest.mark.parametrize("measure", [kmo, bartlett_sphericity])
@pytest.mark.parametrize(
    ("items", "message"),
    [
        pytest.param([[1, 2], [2, 4], [3, 6]], "No item may follow from the others", id="an item twice"),
        pytest.param([[1, 2, 3], [2, 4, 1]], "No item may follow from the others", id="fewer persons than items"),
        pytest.param([[1, 2], [1, 4], [1, 5]], r"items must vary; got 1 .* \[0\]", id="a constant item"),
        pytest.param([[1], [2]], "At least 2 items", id="one item"),
    ],
)
def test_correlations_without_an_inverse_are_refused(measure, items, message):
    with pytest.raises(MeasureError, match=message):
        measure(items)


def test_an_item_that_correlates_with_none_has_no_kmo():
    with pytest.raises(MeasureError, match="one correlates with none"):
        kmo(np.column_stack([EVEN[:, :2], SIGNS[:, 3]]))


@pytest.mark.parametrize(
    ("items", "options", "message"),
    [
        pytest.param(noisy()[:, :4], {"n_factors": 2}, "4 items identify one factor; got n_factors=2", id="too many"),
        pytest.param(noisy(), {"n_factors": 4}, "6 items identify 1 to 3 factors; got n_factors=4", id="far too many"),
        pytest.param(noisy()[:, :2], {"n_factors": 1}, "2 items identify no factors", id="two items"),
        pytest.param(noisy(), {"n_factors": 0}, "got n_factors=0", id="none"),
        pytest.param(noisy(), {"n_factors": 1, "rotation": "oblimin"}, "none, varimax; got 'oblimin'", id="rotation"),
        pytest.param(SIGNS, {"n_factors": 1}, "a factor explains nothing", id="unrelated items"),
        pytest.param(
            with_correlations([[1, 0.8, 0.5], [0.8, 1, 0.8], [0.5, 0.8, 1]]),
            {"n_factors": 1},
            r"Heywood case\); got 1 above it at positions \[1\]",
            id="r12 r23 above r13",
        ),
    ],
)
def test_factors_that_items_do_not_carry_are_refused(items, options, message):
    with pytest.raises(MeasureError, match=message):
        factor_loadings(items, **options)


def test_communalities_that_do_not_settle_are_refused(monkeypatch):
    monkeypatch.setattr("edubalance.measures._axes._ROUNDS", 3)
    with pytest.raises(MeasureError, match="did not in 3 rounds"):
        factor_loadings(noisy(), 2)


def test_factors_that_do_not_come_to_rest_are_refused(monkeypatch):
    monkeypatch.setattr("edubalance.measures.factors._SWEEPS", 1)
    with pytest.raises(MeasureError, match="did not in 1 sweeps"):
        varimax(CLUSTERS)


@pytest.mark.parametrize("loadings", [[0.5, 0.5], [[np.nan, 0.5]], np.empty((0, 2))])
def test_what_is_no_table_of_loadings_is_refused(loadings):
    with pytest.raises(MeasureError, match="must be a table of finite numbers"):
        varimax(loadings)
