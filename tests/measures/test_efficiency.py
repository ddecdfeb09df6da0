"""Data envelopment analysis and its bootstrap: closed forms, invariances, cited values, refusals."""

import numpy as np
import numpy.testing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linprog

from edubalance.errors import MeasureError
from edubalance.measures import _frontier, efficiency_bootstrap
from edubalance.measures.efficiency import ORIENTATIONS, RETURNS, bootstrap_dea, dea, scale_efficiency

FEW = settings(max_examples=20, deadline=None, derandomize=True)

# Five units with two inputs and one output. Per output they use (2, 5), (1, 2), (2, 2), (3, 2) and (3, 1).
FIVE_INPUTS = [[2, 5], [2, 4], [6, 6], [3, 2], [6, 2]]
FIVE_OUTPUTS = [1, 2, 3, 1, 2]


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_one_input_and_one_output_compare_ratios(orientation):
    found = dea([2, 4, 5, 8], [1, 4, 3, 2], orientation=orientation)
    npt.assert_allclose(found.scores, [0.5, 1, 0.6, 0.25])
    assert found.peers == ((1,),) * 4
    assert found.efficient.tolist() == [False, True, False, False]


def test_five_units_with_two_inputs_by_hand():
    # The frontier per output runs from (1, 2) to (3, 1), x + 2y = 5, and straight up from (1, 2).
    found = dea(FIVE_INPUTS, FIVE_OUTPUTS)
    npt.assert_allclose(found.scores, [1 / 2, 1, 5 / 6, 5 / 7, 1])
    npt.assert_allclose(found.input_slacks, [[0, 1 / 2], [0, 0], [0, 0], [0, 0], [0, 0]], atol=1e-9)
    npt.assert_allclose(found.output_slacks, np.zeros((5, 1)))
    npt.assert_allclose(found.lambdas[2], [0, 1, 0, 0, 1 / 2], atol=1e-9)
    npt.assert_allclose(found.lambdas[3], [0, 3 / 14, 0, 0, 2 / 7], atol=1e-9)
    assert found.peers == ((1,), (1,), (1, 4), (1, 4), (4,))


def test_variable_returns_with_four_points_by_hand():
    # The frontier runs up at 1, then through (1, 2), (2, 4) and (4, 5). Unit (4, 3) needs 1.5 only, or makes 5 of 4.
    inputs, outputs = [1, 2, 4, 4], [2, 4, 5, 3]
    npt.assert_allclose(dea(inputs, outputs, returns="variable").scores, [1, 1, 1, 1.5 / 4])
    npt.assert_allclose(dea(inputs, outputs, returns="variable", orientation="output").scores, [1, 1, 1, 3 / 5])


def test_slack_of_outputs_and_a_unit_on_the_frontier_that_is_not_efficient():
    # The second unit uses as little as the first, but produces half.
    found = dea([1, 1, 4], [2, 1, 4], returns="variable")
    npt.assert_allclose(found.scores, [1, 1, 1])
    npt.assert_allclose(found.output_slacks.ravel(), [0, 1, 0])
    assert found.efficient.tolist() == [True, False, True]
    assert found.peers == ((0,), (0,), (2,))


def test_slacks_compare_as_shares_of_their_columns():
    # The last unit lacks 3 of the first output or 2 of the second: 3 of 100 and 2 of 3, so the second counts more.
    found = dea([1, 1, 10, 1], [[4, 1], [1, 3], [100, 3], [1, 1]], returns="variable")
    npt.assert_allclose(found.output_slacks[3], [0, 2])
    assert found.peers[3] == (1,)


def test_more_units_than_one_program_holds():
    outputs = np.random.default_rng(2).uniform(1, 9, 130)
    found = dea(np.ones(130), outputs)
    npt.assert_allclose(found.scores, outputs / outputs.max())
    assert set(found.peers) == {(int(outputs.argmax()),)}


def test_a_unit_may_do_without_one_of_the_inputs():
    npt.assert_allclose(dea([[0, 2], [1, 1], [2, 2]], [1, 1, 1]).scores, [1, 1, 0.5])


def test_too_small_and_too_large_by_hand():
    # One input, one output; ratios 1/2, 1/2, 1, 4/5, 5/6.
    found = scale_efficiency([2, 4, 3, 5, 6], [1, 2, 3, 4, 5])
    npt.assert_allclose(found.constant, [1 / 2, 1 / 2, 1, 4 / 5, 5 / 6])
    npt.assert_allclose(found.variable, [1, 2.5 / 4, 1, 4.5 / 5, 1])
    npt.assert_allclose(found.scores, found.constant / found.variable)
    assert found.returns == ("increasing", "increasing", "constant", "decreasing", "decreasing")


def test_the_bootstrap_of_one_ratio_by_hand():
    # Moved to the drawn distances d, the best ratio falls by the smallest of them: 1 / min(d), the same for all units.
    inputs, outputs = np.array([2.0, 4, 5, 8]), np.array([1.0, 4, 3, 2])
    distances, rng = np.array([2, 1, 5 / 3, 4]), np.random.default_rng(3)
    shifts = [1 / efficiency_bootstrap._drawn(distances, 0.4, rng).min() for _ in range(40)]
    found = bootstrap_dea(inputs, outputs, rng=np.random.default_rng(3), replicates=40, level=0.9, bandwidth=0.4)
    npt.assert_allclose(found.scores, 1 / distances)
    npt.assert_allclose(found.corrected, 1 / distances / (2 - np.mean(shifts)))
    npt.assert_allclose(found.low, 1 / distances / (2 - np.quantile(shifts, 0.05)))
    npt.assert_allclose(found.high, 1 / distances / (2 - np.quantile(shifts, 0.95)))


def test_smoothed_distances_are_spread_as_the_distances_are():
    # Above 1 an exponential distribution of mean 1/2: its mean square is 1/2, and remains it under any bandwidth.
    distances = 1 + np.random.default_rng(0).exponential(0.5, 200_000)
    for width in (0.05, 0.5):
        drawn = efficiency_bootstrap._drawn(distances, width, np.random.default_rng(1)) - 1
        assert (drawn >= 0).all()
        npt.assert_allclose((drawn**2).mean(), 0.5, rtol=0.02)


def amounts(units, columns):
    return arrays(float, (units, columns), elements=st.integers(1, 40))


units = st.tuples(st.integers(2, 6), st.integers(1, 2), st.integers(1, 2)).flatmap(
    lambda shape: st.tuples(amounts(shape[0], shape[1]), amounts(shape[0], shape[2]))
)
models = st.tuples(st.sampled_from(RETURNS), st.sampled_from(ORIENTATIONS))


def _by_prices(inputs, outputs):
    """Score under constant returns by the dual program: the prices at which a unit looks best."""
    scores = []
    for used, produced in zip(inputs, outputs, strict=True):
        found = linprog(
            np.concatenate([-produced, np.zeros(len(used))]),
            A_ub=np.hstack([outputs, -inputs]),
            b_ub=np.zeros(len(inputs)),
            A_eq=[np.concatenate([np.zeros(len(produced)), used])],
            b_eq=[1],
        )
        scores.append(-found.fun)
    return scores


@FEW
@given(units)
def test_scores_equal_those_of_the_dual_program(data):
    npt.assert_allclose(dea(*data).scores, _by_prices(*data), atol=1e-7)


@FEW
@given(units, models, st.sampled_from([1e-4, 0.3, 10_000]))
def test_units_of_measurement_do_not_matter(data, model, factor):
    inputs, outputs = data
    plain = dea(inputs, outputs, returns=model[0], orientation=model[1])
    changed = inputs.copy()
    changed[:, 0] *= factor
    found = dea(changed, outputs / factor, returns=model[0], orientation=model[1])
    npt.assert_allclose(found.scores, plain.scores, atol=1e-6)
    assert found.efficient.tolist() == plain.efficient.tolist()


@FEW
@given(units, models, st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(data, model, random):
    inputs, outputs = data
    order = random.sample(range(len(inputs)), len(inputs))
    plain = dea(inputs, outputs, returns=model[0], orientation=model[1]).scores
    turned = dea(inputs[order], outputs[order], returns=model[0], orientation=model[1]).scores
    twice = dea(np.tile(inputs, (2, 1)), np.tile(outputs, (2, 1)), returns=model[0], orientation=model[1]).scores
    npt.assert_allclose(turned, plain[order], atol=1e-7)
    npt.assert_allclose(twice, np.tile(plain, 2), atol=1e-7)


@FEW
@given(units, st.sampled_from(ORIENTATIONS))
def test_the_closer_the_frontier_the_higher_the_score(data, orientation):
    constant, variable, nonincreasing = (
        dea(*data, returns=returns, orientation=orientation).scores for returns in RETURNS
    )
    assert (constant > 0).all()
    assert (constant <= nonincreasing + 1e-7).all()
    assert (nonincreasing <= variable + 1e-7).all()
    assert (variable <= 1).all()
    npt.assert_allclose(variable.max(), 1)
    scale = scale_efficiency(*data, orientation=orientation)
    npt.assert_allclose(scale.scores * scale.variable, scale.constant, atol=1e-6)


@FEW
@given(units)
def test_under_constant_returns_the_orientation_does_not_matter(data):
    npt.assert_allclose(dea(*data).scores, dea(*data, orientation="output").scores, atol=1e-7)


@FEW
@given(units, models)
def test_a_unit_moved_by_its_score_is_on_the_frontier_and_leaves_others_where_they_were(data, model):
    inputs, outputs = (table.copy() for table in data)
    plain = dea(inputs, outputs, returns=model[0], orientation=model[1]).scores
    if model[1] == "input":
        inputs[0] *= plain[0]
    else:
        outputs[0] /= plain[0]
    moved = dea(inputs, outputs, returns=model[0], orientation=model[1]).scores
    npt.assert_allclose(moved, [1, *plain[1:]], atol=1e-6)


@FEW
@given(units, models)
def test_mixtures_do_what_scores_and_slacks_say(data, model):
    inputs, outputs = data
    found = dea(inputs, outputs, returns=model[0], orientation=model[1])
    shrunk = inputs * found.scores[:, None] if model[1] == "input" else inputs
    grown = outputs if model[1] == "input" else outputs / found.scores[:, None]
    npt.assert_allclose(found.lambdas @ inputs + found.input_slacks, shrunk, atol=2e-5)
    npt.assert_allclose(found.lambdas @ outputs - found.output_slacks, grown, atol=2e-5)
    assert (found.lambdas >= 0).all()
    if model[0] == "variable":
        npt.assert_allclose(found.lambdas.sum(axis=1), 1, atol=1e-6)
    elif model[0] == "nonincreasing":
        assert (found.lambdas.sum(axis=1) <= 1 + 1e-6).all()


def sample(count, seed=0):
    """Draw units below the true frontier output = √(input₁ · input₂); return their true scores, too."""
    rng = np.random.default_rng(seed)
    inputs = rng.uniform(1, 5, (count, 2))
    scores = np.exp(-np.abs(rng.normal(0, 0.4, count)))
    return inputs, np.sqrt(inputs.prod(axis=1)) * scores, scores


@pytest.mark.parametrize("returns", RETURNS)
def test_bounds_lie_around_the_corrected_score_and_below_the_score(returns):
    found = bootstrap_dea(*sample(12)[:2], rng=np.random.default_rng(1), returns=returns, replicates=60)
    assert ((found.low > 0) & (found.low < found.corrected)).all()
    assert ((found.corrected < found.high) & (found.high <= found.scores)).all()
    npt.assert_allclose(found.scores, dea(*sample(12)[:2], returns=returns).scores, atol=1e-9)


def test_corrected_scores_are_nearer_the_truth():
    # Three samples of 30; the bounds of so few units are too short, and hold less than 95 of 100.
    errors, held = [], []
    for seed in range(3):
        inputs, outputs, truth = sample(30, seed)
        found = bootstrap_dea(inputs, outputs, rng=np.random.default_rng(1), replicates=50)
        assert (found.scores >= truth - 1e-9).all()
        errors.append([(found.scores - truth).mean(), (found.corrected - truth).mean()])
        held.append(((found.low <= truth) & (truth <= found.high)).mean())
    raw, corrected = np.mean(errors, axis=0)
    assert abs(corrected) < raw / 2
    assert np.mean(held) > 0.6


def test_the_same_generator_gives_the_same_interval_in_either_orientation_and_any_unit():
    inputs, outputs, _ = sample(8)
    plain, turned, changed = (
        bootstrap_dea(used, produced, rng=np.random.default_rng(5), replicates=30, orientation=orientation)
        for used, produced, orientation in (
            (inputs, outputs, "input"),
            (inputs, outputs, "output"),
            (inputs * [1000, 1], outputs / 60, "input"),
        )
    )
    for bound in ("corrected", "low", "high"):
        npt.assert_allclose(getattr(turned, bound), getattr(plain, bound), rtol=1e-6)
        npt.assert_allclose(getattr(changed, bound), getattr(plain, bound), rtol=1e-6)


# Eleven units, two inputs and one output. Scores, slacks and mixtures stand in the tests of DataEnvelopmentAnalysis.jl
# (MIT), test/dea.jl, there "against results with R"; ten digits. Output scores are printed as factors of growth.
ELEVEN_INPUTS = [
    [5, 13],
    [16, 12],
    [16, 26],
    [17, 15],
    [18, 14],
    [23, 6],
    [25, 10],
    [27, 22],
    [37, 14],
    [42, 25],
    [5, 17],
]
ELEVEN_OUTPUTS = [12, 14, 25, 26, 8, 9, 27, 30, 31, 26, 12]
ELEVEN = {
    ("constant", "input"): (
        [1, 0.6222896791, 0.8198562444, 1, 0.3103709311, 0.5555555556, 1, 0.7576690896, 0.8201058201, 0.4905660377, 1],
        {(5, 0): 4.444444444, (8, 0): 1.640211640, (10, 1): 4},
        {
            1: {3: 0.4249783174, 6: 0.10928013877},
            2: {0: 1.134321653, 3: 0.4380053908},
            4: {3: 0.2573807721, 6: 0.04844814534},
            5: {6: 0.33333333333},
            7: {3: 1.0348650979, 6: 0.11457435013},
            8: {6: 1.14814814815},
            9: {3: 0.4905660377, 6: 0.49056603774},
        },
    ),
    ("constant", "output"): (
        [1, 1.606968641, 1.219726027, 1, 3.221951220, 1.8, 1, 1.319837398, 1.219354839, 2.038461538, 1],
        {(5, 0): 8, (8, 0): 2, (10, 1): 4},
        {
            1: {3: 0.6829268293, 6: 0.1756097561},
            2: {0: 1.383561644, 3: 0.5342465753},
            4: {3: 0.8292682927, 6: 0.1560975610},
            5: {6: 0.6},
            7: {3: 1.3658536585, 6: 0.1512195122},
            8: {6: 1.4},
            9: {3: 1, 6: 1},
            10: {0: 1},
        },
    ),
    ("variable", "input"): (
        [1, 0.8699861687, 1, 1, 0.7116402116, 1, 1, 1, 1, 0.4931209269, 1],
        {(4, 2): 2.698412698, (10, 1): 4},
        {
            1: {0: 0.52558782849, 5: 0.2842323651, 6: 0.1901798064},
            4: {0: 0.56613756614, 5: 0.4338624339},
            9: {0: 0.03711078928, 3: 0.4433381608, 6: 0.5195510500},
        },
    ),
    ("variable", "output"): (
        [1, 1.507518797, 1, 1, 3.203947368, 1, 1, 1, 1, 1.192307692, 1],
        {(9, 0): 5, (9, 1): 11, (10, 1): 4},
        {
            1: {0: 0.38157894737, 3: 0.1710526316, 6: 0.4473684211},
            4: {0: 0.03947368421, 3: 0.7763157895, 6: 0.1842105263},
            9: {8: 1},
            10: {0: 1},
        },
    ),
}


@pytest.mark.parametrize("model", ELEVEN, ids=" ".join)
def test_we_agree_with_the_printed_scores_slacks_and_mixtures_of_eleven_units(model):
    scores, slacks, mixtures = ELEVEN[model]
    found = dea(ELEVEN_INPUTS, ELEVEN_OUTPUTS, returns=model[0], orientation=model[1])
    npt.assert_allclose(found.scores if model[1] == "input" else 1 / found.scores, scores, rtol=1e-9)
    expected = np.zeros((11, 3))
    for place, slack in slacks.items():
        expected[place] = slack
    npt.assert_allclose(np.hstack([found.input_slacks, found.output_slacks]), expected, rtol=1e-9, atol=1e-9)
    for unit, mixture in mixtures.items():
        assert found.peers[unit] == tuple(mixture)
        npt.assert_allclose(found.lambdas[unit, list(mixture)], list(mixture.values()), rtol=1e-8)


def test_we_agree_with_the_printed_bandwidth():
    # DataEnvelopmentAnalysis.jl, test/deaboot.jl, variable returns, output orientation; distances as printed there.
    scores = dea([2, 4, 3, 5, 6], [1, 2, 3, 4, 5], returns="variable", orientation="output").scores
    npt.assert_allclose(1 / scores, [1, 11 / 6, 1, 13 / 12, 1])
    assert efficiency_bootstrap.reflected_bandwidth(1 / scores) == pytest.approx(0.1398634, abs=1e-7)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        pytest.param(
            lambda: dea([1, -1], [1, 1]), r"inputs, column 0, must not be negative.*\[1\]", id="negative input"
        ),
        pytest.param(lambda: dea([1, 1], [[1, 1], [1, -2]]), "outputs, column 1, must not be", id="negative output"),
        pytest.param(lambda: dea([1, np.nan], [1, 1]), "inputs, column 0, must be finite", id="missing input"),
        pytest.param(lambda: dea([1, 1], [1, np.inf]), "outputs, column 0, must be finite", id="infinite output"),
        pytest.param(
            lambda: dea(np.ma.array([1, 2], mask=[0, 1]), [1, 1]), "inputs, column 0, must be finite", id="masked input"
        ),
        pytest.param(lambda: dea(["1", "2"], [1, 1]), "some are text", id="text"),
        pytest.param(
            lambda: dea([[1, 1], [0, 0]], [1, 1]), r"something of its inputs; got 1 without any .*\[1\]", id="no input"
        ),
        pytest.param(lambda: dea([1, 1], [1, 0]), r"something of its outputs; got 1 .*\[1\]", id="no output"),
        pytest.param(
            lambda: dea([[1, 0], [1, 0]], [1, 1]),
            r"kind of inputs must occur; got 1 zero everywhere",
            id="empty column",
        ),
        pytest.param(lambda: dea([1, 2], [1]), "inputs and outputs must have the same length", id="lengths"),
        pytest.param(lambda: dea([], []), r"table of units by kinds; got shape \(0, 1\)", id="no units"),
        pytest.param(lambda: dea([[[1]]], [1]), r"table of units by kinds; got shape \(1, 1, 1\)", id="shape"),
        pytest.param(lambda: dea([1], [1], returns="crs"), "returns must be one of constant.*'crs'", id="returns"),
        pytest.param(lambda: dea([1], [1], orientation="in"), "orientation must be one of.*'in'", id="orientation"),
        pytest.param(lambda: scale_efficiency([1], [1], orientation="in"), "orientation must be", id="scale"),
        pytest.param(
            lambda: _frontier.distances_to(
                _frontier.units_of([1], [1]), _frontier.units_of([1], [2]), "variable", "input"
            ),
            "must reach every unit; the solver says: .*infeasible",
            id="beyond the frontier",
        ),
        pytest.param(
            lambda: bootstrap_dea([1, 2], [1, 2], rng=np.random.default_rng(1), bandwidth=0.1),
            "at least one unit must lie off the frontier",
            id="all efficient",
        ),
        pytest.param(
            lambda: bootstrap_dea([1, 2], [1, 1], rng=np.random.default_rng(1), bandwidth=0),
            "bandwidth must be positive; got 0",
            id="bandwidth",
        ),
        pytest.param(
            lambda: bootstrap_dea([1, 2], [1, 1], rng=np.random.default_rng(1), level=95), "level must", id="level"
        ),
        pytest.param(
            lambda: bootstrap_dea([1, 2], [1, 1], rng=np.random.default_rng(1), replicates=1),
            "two replicates",
            id="replicates",
        ),
        pytest.param(lambda: efficiency_bootstrap.reflected_bandwidth([1, 1]), "all are on it", id="no distances"),
    ],
)
def test_what_makes_no_sense_is_refused(call, message):
    with pytest.raises(MeasureError, match=f"(?i){message}"):
        call()
