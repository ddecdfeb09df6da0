"""Every refusal of the measures, word for word: what was expected, what was found and where, what to do."""

import numpy as np
import pytest

from edubalance.errors import MeasureError
from edubalance.measures import adequacy, disparity, dispersion, entropy, gaps, lorenz

TWO, SAMPLE = [1, 2], "unweighted_sample"
MISSING = "Leave these schools out knowingly and report how many, or complete the data."

MESSAGES = {
    "a table instead of a column": (
        lambda: dispersion.weighted_mean([TWO]),
        "values must be one column with at least one number; got shape (1, 2).",
        "Pass one number a school.",
    ),
    "text": (
        lambda: dispersion.weighted_mean(["1"]),
        "values must be numbers: some are text.",
        "Convert the column to numbers first.",
    ),
    "dates": (
        lambda: dispersion.weighted_mean(np.array(["2024-09-01"], dtype="datetime64[D]")),
        "values must be numbers: some are datetime64[D].",
        "Convert the column to numbers first.",
    ),
    "missing values": (
        lambda: dispersion.weighted_mean([1, np.nan]),
        "values must be finite numbers; got 1 missing or infinite at positions [1].",
        MISSING,
    ),
    "huge values": (
        lambda: dispersion.weighted_mean([1, 1e200]),
        "values must be amounts; got 1 beyond 1e50 at positions [1].",
        "Look for a slip in the data.",
    ),
    "negative values": (
        lambda: dispersion.hoover([1, -2]),
        "values must not be negative; got 1 negative at positions [1].",
        "Correct the data: an amount cannot be negative.",
    ),
    "lengths": (
        lambda: dispersion.weighted_mean(TWO, [1]),
        "values and weights must have the same length; got 2 and 1.",
        "Take both columns from the same table.",
    ),
    "no weights": (
        lambda: dispersion.weighted_mean(TWO, [0, 0]),
        "At least one of weights must be positive; all 2 are zero.",
        "",
    ),
    "nothing anywhere": (
        lambda: dispersion.hoover([0, 0]),
        "The mean must be positive to divide by it; got 0.",
        "A resource that no school has is a failure of provision: report it as such, not as equality.",
    ),
    "convention": (
        lambda: dispersion.describe(TWO, TWO, convention="plain"),
        "The convention must be one of weighted_population, unweighted_population, unweighted_sample; got 'plain'.",
        "The national difference coefficient is weighted_population.",
    ),
    "sample of one": (
        lambda: dispersion.describe([1], [1], convention=SAMPLE),
        "A sample standard deviation needs at least two schools with pupils; got one.",
        "All schools of a county are observed: use a population convention.",
    ),
    "population share of zero": (
        lambda: lorenz.gini_from_shares([1, 0], [1, 0]),
        "population_share must be positive; got 1 zero at positions [1].",
        "Leave units without pupils out.",
    ),
    "zero under a logarithm": (
        lambda: entropy.theil_l([1, 0]),
        "values must be positive, for with a zero the index is infinite; got 1 zero at positions [1].",
        "Use theil_t, which is defined with zeros; do not leave the schools without the resource out.",
    ),
    "alpha": (
        lambda: entropy.generalized_entropy(TWO, float("nan")),
        "alpha must be a finite number; got nan.",
        "Usual: 0, 1 and 2.",
    ),
    "epsilon": (
        lambda: entropy.atkinson(TWO, -1),
        "epsilon must be finite and not negative; got -1.",
        "Usual: 0.5, 1 and 2.",
    ),
    "index": (
        lambda: entropy.decompose(TWO, TWO, index="gini"),
        "The index must be one of theil_t, theil_l, half_squared_cv; got 'gini'.",
        "",
    ),
    "missing label": (
        lambda: entropy.decompose(TWO, ["a", None]),
        "groups of layer 1 must label every school; got 1 missing at positions [1].",
        "Name the group, or leave these schools out.",
    ),
    "shape of labels": (
        lambda: gaps.mean_gap([1], [["a", "b"]], reference="a"),
        "groups must be one column of labels; got shape (1, 2).",
        "",
    ),
    "labels not nested": (
        lambda: entropy.decompose(TWO, [["a", "b"], ["x", "x"]]),
        "Layers of groups must be nested; 'x' of layer 2 lies both in 'a' and in 'b' of layer 1.",
        "Make inner labels unique to their outer group, or decompose by one layer at a time.",
    ),
    "reference group": (
        lambda: gaps.mean_gap(TWO, ["a", "b"], reference="c"),
        "The reference must be a group that has schools with pupils; got 'c', the groups are 'a', 'b'.",
        "",
    ),
    "ratio to zero": (
        lambda: gaps.range_ratio([0, 1]),
        "The smallest value must be positive to divide by it; got 0.",
        "Use gini or theil_t instead.",
    ),
    "lower quantile of zero": (
        lambda: gaps.quantile_ratio([0, 1]),
        "The lower quantile must be positive to divide by it; got 0.",
        "Use gini or theil_t instead.",
    ),
    "probability": (
        lambda: gaps.quantile(TWO, 90),
        "A probability lies between 0 and 1; got 90.",
        "Write 10 % as 0.1.",
    ),
    "order of probabilities": (
        lambda: gaps.quantile_ratio(TWO, upper=0.1, lower=0.9),
        "The upper probability must not be below the lower; got 0.1 and 0.9.",
        "",
    ),
    "one group only": (
        lambda: disparity.dissimilarity([0], [1]),
        "Both groups must have pupils; one is zero in every school.",
        "",
    ),
    "variance of missing means": (
        lambda: disparity.between_group_variance([np.nan]),
        "means must be finite numbers; got 1 missing or infinite at positions [0].",
        MISSING,
    ),
    "difference of missing means": (
        lambda: disparity.mean_difference([np.nan]),
        "means must be finite numbers; got 1 missing or infinite at positions [0].",
        MISSING,
    ),
    "gap of missing means": (
        lambda: disparity.attributable_gap([np.nan], 1),
        "means must be finite numbers; got 1 missing or infinite at positions [0].",
        MISSING,
    ),
    "threshold": (
        lambda: adequacy.share_below(TWO, 0),
        "The threshold must be positive; got 0.",
        "",
    ),
    "alpha of a shortfall": (
        lambda: adequacy.fgt(TWO, 1, -1),
        "alpha must be finite and not negative; got -1.",
        "Usual: 0, 1 and 2.",
    ),
    "pupils that a value refers to": (
        lambda: adequacy.missing_resource(TWO, 1, TWO, per=0),
        "per must be a positive number of pupils; got 0.",
        "Usual: 1 and 100.",
    ),
}


@pytest.mark.parametrize("case", MESSAGES)
def test_the_refusal_reads_word_for_word(case):
    call, what, hint = MESSAGES[case]
    with pytest.raises(MeasureError) as refusal:
        call()
    assert (refusal.value.what, refusal.value.hint) == (what, hint)
