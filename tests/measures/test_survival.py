"""Kaplan-Meier curves and the log-rank test: closed forms, invariances, cited values, refusals."""

import math

import numpy as np
import numpy.testing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from edubalance.errors import MeasureError
from edubalance.measures.survival import kaplan_meier, logrank, median_survival, survival_at

FEW = settings(max_examples=40, deadline=None, derandomize=True)


def test_five_teachers_by_hand():
    # After 1 year one of five leaves; after 2 one is lost from sight; after 3 two of three leave.
    curve = kaplan_meier([1, 2, 3, 3, 6], [1, 0, 1, 1, 0])
    assert curve.times.tolist() == [1, 3]
    assert curve.at_risk.tolist() == [5, 3]
    assert curve.events.tolist() == [1, 2]
    npt.assert_allclose(curve.survival, [4 / 5, 4 / 15])
    npt.assert_allclose(curve.variance, [16 / 25 * 1 / 20, 16 / 225 * (1 / 20 + 2 / 3)])
    assert (curve.people, curve.followed) == (5, 6)


def test_bounds_on_the_scale_of_the_double_logarithm_by_hand():
    # S = 1/2 of 16: s² = 8 / (16 · 8) = 1/16, so the exponents are exp(± 1.96 / 4 / ln 2).
    curve = kaplan_meier([1] * 8 + [2] * 8, [1] * 8 + [0] * 8)
    exponent = np.exp(1.959964 / 4 / np.log(2))
    npt.assert_allclose([curve.low[0], curve.high[0]], [0.5**exponent, 0.5 ** (1 / exponent)], rtol=1e-6)


def test_who_is_last_seen_when_another_leaves_counts_as_there():
    assert kaplan_meier([2, 2], [1, 0]).survival.tolist() == [0.5]


def test_nobody_left():
    curve = kaplan_meier([3, 4], [False, False])
    assert curve.times.size == curve.survival.size == 0
    assert median_survival(curve).estimate == math.inf
    assert survival_at(curve, 4).estimate == 1


def test_everybody_left():
    curve = kaplan_meier([1, 4], [True, True])
    npt.assert_allclose(curve.survival, [0.5, 0])
    npt.assert_allclose(curve.variance, [1 / 8, 0])
    assert curve.low[1] == 0
    assert math.isnan(curve.high[1])
    assert survival_at(curve, 99).estimate == 0


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        pytest.param(0, 1, id="at the beginning"),
        pytest.param(0.99, 1, id="just before the first left"),
        pytest.param(1, 0.8, id="when the first left"),
        pytest.param(2.9, 0.8, id="between"),
        pytest.param(6, 4 / 15, id="at the end"),
    ],
)
def test_the_share_after_some_time(time, expected):
    found = survival_at(kaplan_meier([1, 2, 3, 3, 6], [1, 0, 1, 1, 0]), time)
    assert found.estimate == pytest.approx(expected)
    assert found.high >= found.estimate
    assert math.isnan(found.low) if time < 1 else found.low < found.estimate


def test_the_median_is_the_first_time_at_which_half_are_left():
    assert median_survival(kaplan_meier([1, 2, 3, 4], [1, 1, 1, 1])).estimate == 2
    assert median_survival(kaplan_meier([1, 2, 3], [1, 1, 1])).estimate == 2
    assert median_survival(kaplan_meier([1, 2, 3], [1, 0, 0])).estimate == math.inf


def test_a_half_that_comes_out_of_many_fractions_is_a_half():
    # 23/24 · 22/23 · … · 12/13 is 1/2, and a trace more in floating point for some lengths.
    for people in range(2, 60, 2):
        assert median_survival(kaplan_meier(range(1, people + 1), [1] * people)).estimate == people / 2


def test_log_rank_with_all_leaving_at_one_time_is_pearsons_chi_square():
    # With d = 5 of n = 12 at one time, the statistic is (n - 1) / n of Pearson's for the table leaver by group.
    leavers, stayers = np.array([1, 1, 3]), np.array([3, 3, 1])
    durations = np.repeat([1, 2], [5, 7])
    groups = np.concatenate([np.repeat(list("abc"), leavers), np.repeat(list("abc"), stayers)])
    found = logrank(durations, durations == 1, groups)
    pearson = stats.chi2_contingency([leavers, stayers], correction=False)
    assert found.statistic == pytest.approx(pearson.statistic * 11 / 12)
    assert found.degrees == pearson.dof == 2
    assert found.p == pytest.approx(stats.chi2.sf(found.statistic, 2))
    npt.assert_allclose(found.expected, [5 / 3] * 3)
    assert found.groups == ("a", "b", "c")


def test_groups_that_leave_alike_differ_by_nothing():
    found = logrank([1, 2, 5, 1, 2, 5], [1, 1, 0, 1, 1, 0], [0, 0, 0, 1, 1, 1])
    assert (found.statistic, found.p) == pytest.approx((0, 1), abs=1e-12)
    npt.assert_allclose(found.observed, found.expected)


people = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=25)
in_groups = st.lists(
    st.tuples(st.integers(0, 12), st.booleans(), st.sampled_from("abc")), min_size=6, max_size=30
).filter(lambda rows: _comparable(rows))


def _comparable(rows):
    try:
        logrank(*zip(*rows, strict=True))
    except MeasureError:
        return False
    return True


@FEW
@given(st.lists(st.integers(0, 9), min_size=1, max_size=20))
def test_without_anybody_still_there_it_is_the_share_of_longer_durations(durations):
    curve = kaplan_meier(durations, np.ones(len(durations)))
    expected = [(np.array(durations) > time).mean() for time in curve.times]
    npt.assert_allclose(curve.survival, expected, atol=1e-12)
    npt.assert_allclose(curve.variance, np.multiply(expected, np.subtract(1, expected)) / len(durations), atol=1e-12)


@FEW
@given(people, st.integers(2, 4), st.randoms(use_true_random=False))
def test_order_repetition_and_unit_of_time_do_not_change_the_curve(rows, times, random):
    durations, observed = map(np.array, zip(*rows, strict=True))
    order = random.sample(range(len(rows)), len(rows))
    plain = kaplan_meier(durations, observed)
    turned = kaplan_meier(durations[order], observed[order])
    repeated = kaplan_meier(np.tile(durations, times), np.tile(observed, times))
    months = kaplan_meier(12 * durations, observed)
    for other in (turned, repeated, months):
        npt.assert_allclose(other.survival, plain.survival, atol=1e-12)
    npt.assert_allclose(repeated.variance, plain.variance / times, atol=1e-12)
    npt.assert_allclose(months.times, 12 * plain.times)


@FEW
@given(people)
def test_a_curve_only_falls_and_lies_within_its_bounds(rows):
    curve = kaplan_meier(*zip(*rows, strict=True))
    assert (np.diff(curve.survival) < 0).all()
    some = curve.survival > 0
    assert ((curve.low < curve.survival) & (curve.survival < curve.high) & (curve.high < 1))[some].all()


@pytest.mark.filterwarnings("ignore:The confidence interval is undefined:RuntimeWarning")
@FEW
@given(people)
def test_we_agree_with_the_curve_and_bounds_of_scipy(rows):
    durations, observed = (np.array(column) for column in zip(*rows, strict=True))
    curve = kaplan_meier(durations, observed, level=0.9)
    theirs = stats.ecdf(stats.CensoredData(uncensored=durations[observed], right=durations[~observed])).sf
    npt.assert_allclose(curve.survival, theirs.evaluate(curve.times), atol=1e-12)
    if some := (curve.survival > 0).sum():
        bounds = theirs.confidence_interval(0.9, method="log-log")
        npt.assert_allclose(curve.low[:some], bounds.low.evaluate(curve.times[:some]), atol=1e-12)
        npt.assert_allclose(curve.high[:some], bounds.high.evaluate(curve.times[:some]), atol=1e-12)


@FEW
@given(in_groups)
def test_the_log_rank_test_sees_ranks_only_and_no_names(rows):
    durations, observed, groups = (np.array(column) for column in zip(*rows, strict=True))
    plain = logrank(durations, observed, groups)
    assert 0 <= plain.p <= 1
    assert logrank(durations.astype(float) ** 3, observed, groups).statistic == pytest.approx(plain.statistic, abs=1e-9)
    renamed = logrank(durations[::-1], observed[::-1], [ord(label) for label in groups[::-1]])
    assert renamed.statistic == pytest.approx(plain.statistic, abs=1e-9)
    assert plain.observed.sum() == observed.sum()
    assert plain.expected.sum() == pytest.approx(observed.sum())


@FEW
@given(in_groups)
def test_we_agree_with_the_log_rank_test_of_scipy_for_two_groups(rows):
    durations, observed, groups = (np.array(column) for column in zip(*rows, strict=True))
    two = np.where(groups == groups[0], 0, 1)
    found = logrank(durations, observed, two)
    samples = [
        stats.CensoredData(uncensored=durations[chosen & observed], right=durations[chosen & ~observed])
        for chosen in (two == 0, two == 1)
    ]
    theirs = stats.logrank(*samples)
    assert found.statistic == pytest.approx(theirs.statistic**2, abs=1e-9)
    assert found.p == pytest.approx(theirs.pvalue, abs=1e-9)


# Weeks in remission of 42 children with leukaemia: Freireich, E. J. et al. (1963). The effect of 6-mercaptopurine on
# the duration of steroid-induced remissions in acute leukemia. Blood 21, 699-716; as in Kleinbaum, D. G. and Klein, M.,
# Survival Analysis: A Self-Learning Text. Curves and test are those that R's survival package prints for them.
TREATED = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
RELAPSED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
CONTROL = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
PRINTED_TREATED = [  # time, at risk, events, survival, standard error
    (6, 21, 3, 0.857, 0.0764),
    (7, 17, 1, 0.807, 0.0869),
    (10, 15, 1, 0.753, 0.0963),
    (13, 12, 1, 0.690, 0.1068),
    (16, 11, 1, 0.627, 0.1141),
    (22, 7, 1, 0.538, 0.1282),
    (23, 6, 1, 0.448, 0.1346),
]
PRINTED_CONTROL = [
    (1, 21, 2, 0.9048, 0.0641),
    (2, 19, 2, 0.8095, 0.0857),
    (3, 17, 1, 0.7619, 0.0929),
    (4, 16, 2, 0.6667, 0.1029),
    (5, 14, 2, 0.5714, 0.1080),
    (8, 12, 4, 0.3810, 0.1060),
    (11, 8, 2, 0.2857, 0.0986),
    (12, 6, 2, 0.1905, 0.0857),
    (15, 4, 1, 0.1429, 0.0764),
    (17, 3, 1, 0.0952, 0.0641),
    (22, 2, 1, 0.0476, 0.0465),
    (23, 1, 1, 0.0, 0.0),  # R prints NaN for the last error
]


@pytest.mark.parametrize(
    ("durations", "observed", "printed", "digits"),
    [
        pytest.param(TREATED, RELAPSED, PRINTED_TREATED, 3, id="treated"),
        pytest.param(CONTROL, [1] * 21, PRINTED_CONTROL, 4, id="control"),
    ],
)
def test_we_agree_with_the_printed_curves_of_the_leukaemia_trial(durations, observed, printed, digits):
    curve = kaplan_meier(durations, observed)
    times, at_risk, events, survival, error = zip(*printed, strict=True)
    assert (curve.times.tolist(), curve.at_risk.tolist()) == (list(times), list(at_risk))
    assert curve.events.tolist() == list(events)
    npt.assert_array_equal(curve.survival.round(digits), survival)
    npt.assert_array_equal(np.sqrt(curve.variance).round(4), error)


def test_we_agree_with_the_printed_bounds_of_the_leukaemia_trial():
    # Stata's sts list, http://data.princeton.edu/eco572/KaplanMeier.html: controls after 1 and 2 weeks.
    curve = kaplan_meier(CONTROL, [1] * 21)
    npt.assert_array_equal(curve.low[:2].round(4), [0.6700, 0.5689])
    npt.assert_array_equal(curve.high[:2].round(4), [0.9753, 0.9239])


def test_we_agree_with_the_printed_medians_of_the_leukaemia_trial():
    # R's quantile of survfit: 23 and 8 weeks.
    assert median_survival(kaplan_meier(TREATED, RELAPSED)).estimate == 23
    assert median_survival(kaplan_meier(CONTROL, [1] * 21)).estimate == 8


def test_we_agree_with_the_printed_log_rank_test_of_the_leukaemia_trial():
    # Kleinbaum and Klein print 16.79, R's survdiff 16.8, expected 19.3 and 10.7, p = 4.17e-05.
    found = logrank(TREATED + CONTROL, RELAPSED + [1] * 21, ["6-MP"] * 21 + ["placebo"] * 21)
    assert round(found.statistic, 2) == 16.79
    assert found.p == pytest.approx(4.17e-5, abs=5e-8)
    assert found.observed.tolist() == [9, 21]
    npt.assert_array_equal(found.expected.round(1), [19.3, 10.7])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        pytest.param(lambda: kaplan_meier([1, -2], [1, 1]), r"durations must not be negative.*\[1\]", id="negative"),
        pytest.param(lambda: kaplan_meier([1, np.nan], [1, 1]), r"durations must be finite.*\[1\]", id="missing"),
        pytest.param(lambda: kaplan_meier([1, 2], [1, np.nan]), "observed must be finite", id="not known whether left"),
        pytest.param(lambda: kaplan_meier([1, 2], [1, None]), "observed must be finite", id="none"),
        pytest.param(lambda: kaplan_meier([1, 2], [1, 2]), r"observed must be 1 where.*\[1\]", id="another code"),
        pytest.param(lambda: kaplan_meier([1, 2], ["yes", "no"]), "observed must be numbers", id="text"),
        pytest.param(lambda: kaplan_meier([1, 2], [1]), "durations and observed must have", id="lengths"),
        pytest.param(lambda: kaplan_meier([], []), "at least one number", id="nobody"),
        pytest.param(lambda: kaplan_meier([1], [1], level=95), "level must lie between 0 and 1; got 95", id="level"),
        pytest.param(lambda: survival_at(kaplan_meier([1, 2], [1, 0]), 2.1), "0 to 2; got 2.1", id="beyond"),
        pytest.param(lambda: survival_at(kaplan_meier([1, 2], [1, 1]), -1), "0 to 2; got -1", id="before"),
        pytest.param(lambda: survival_at(kaplan_meier([1, 2], [1, 1]), np.nan), "got nan", id="no time"),
        pytest.param(lambda: logrank([1, 2], [1, 1], ["a", "a"]), "two groups at least.*'a' only", id="one group"),
        pytest.param(lambda: logrank([1, 2], [1, 1], ["a", None]), "groups must label every school", id="no label"),
        pytest.param(lambda: logrank([1, 2], [0, 0], ["a", "b"]), "Somebody must have left", id="nobody left"),
        pytest.param(
            lambda: logrank([1, 1, 1, 2, 3], [0, 0, 0, 1, 1], [*"aaabb"]), "some of every group", id="never compared"
        ),
        pytest.param(lambda: logrank([1, 1], [1, 1], ["a", "b"]), "some must have stayed", id="all left at once"),
    ],
)
def test_what_makes_no_sense_is_refused(call, message):
    with pytest.raises(MeasureError, match=message):
        call()


# First seen when they had served for some time already


def test_who_is_first_seen_later_is_not_at_risk_before_by_hand():
    # At 1: of the two seen from the beginning one leaves. At 4: the other and the two seen from 2 and 3 on, one leaves.
    curve = kaplan_meier([1, 6, 4, 5], [1, 0, 1, 0], entries=[0, 0, 2, 3])
    assert curve.at_risk.tolist() == [2, 3]
    npt.assert_allclose(curve.survival, [1 / 2, 1 / 2 * 2 / 3])


def test_who_is_first_seen_when_another_leaves_is_not_yet_at_risk():
    assert kaplan_meier([3, 5], [1, 0], entries=[0, 3]).at_risk.tolist() == [1]


@given(st.lists(st.tuples(st.integers(1, 9), st.booleans()), min_size=1, max_size=20))
@FEW
def test_being_seen_from_the_beginning_is_the_same_as_no_entries(people):
    lengths, left = zip(*people, strict=True)
    with_entries, without = kaplan_meier(lengths, left, entries=[0] * len(people)), kaplan_meier(lengths, left)
    npt.assert_array_equal(with_entries.at_risk, without.at_risk)
    npt.assert_array_equal(with_entries.survival, without.survival)


@given(st.lists(st.tuples(st.integers(1, 9), st.booleans(), st.integers(1, 8)), min_size=1, max_size=20))
@FEW
def test_a_spell_cut_in_two_is_the_spell(people):
    """Somebody seen from 0 to c without leaving, and from c on as another row, is one person seen throughout."""
    whole = [(length, left) for length, left, _ in people]
    parts = []
    for length, left, cut in people:
        parts += [(cut, False, 0), (length, left, cut)] if cut < length else [(length, left, 0)]
    one = kaplan_meier(*zip(*whole, strict=True))
    lengths, marks, entries = zip(*parts, strict=True)
    two = kaplan_meier(lengths, marks, entries=entries)
    npt.assert_array_equal(one.times, two.times)
    npt.assert_array_equal(one.at_risk, two.at_risk)
    npt.assert_allclose(one.survival, two.survival)


def test_the_logrank_test_leaves_out_who_was_not_yet_seen_by_hand():
    # At 1 two of the town and one of the village are at risk; at 2 one of the town and two of the village, for the
    # third was first seen at 2.
    places = ["town", "town", "village", "village", "village"]
    late = logrank([1, 3, 2, 3, 3], [1, 0, 1, 0, 0], places, entries=[0, 0, 0, 1, 2])
    npt.assert_allclose(late.expected, [2 / 3 + 1 / 3, 1 / 3 + 2 / 3])
    assert late.observed.tolist() == [1, 1]


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        pytest.param([0, 3], r"entries must lie before durations; got 1 other at positions", id="seen too late"),
        pytest.param([0], "durations and entries|same", id="length"),
        pytest.param([0, -1], "entries", id="negative"),
    ],
)
def test_entries_that_cannot_be_are_refused(entries, message):
    with pytest.raises(MeasureError, match=message):
        kaplan_meier([2, 3], [1, 0], entries=entries)
