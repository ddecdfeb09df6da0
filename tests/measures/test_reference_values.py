"""Every row of tests/reference/external_values.csv, one test each, named by its citation."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from edubalance.measures import disparity, dispersion, entropy, lorenz

TABLE = Path(__file__).parents[1] / "reference" / "external_values.csv"
ROWS = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))


def _decomposed(part):
    return lambda y, w: getattr(entropy.decompose(y["y"], y["g"], w), part)


def _cv(convention):
    def coefficient(x, w):
        return dispersion.difference_coefficient(x, np.ones(len(x)) if w is None else w, convention=convention)

    return coefficient


def _of_mean_and_sd(published, _):
    pair = [published["mean"] - published["sd"], published["mean"] + published["sd"]]
    return dispersion.difference_coefficient(pair, [1, 1])


MEASURES = {
    "absolute_concentration_index": lambda x, w: disparity.absolute_concentration_index(x, range(len(x)), w),
    "atkinson_0.5": lambda x, w: entropy.atkinson(x, 0.5, w),
    "atkinson_1": lambda x, w: entropy.atkinson(x, 1, w),
    "atkinson_2": lambda x, w: entropy.atkinson(x, 2, w),
    "attributable_gap": lambda x, w: disparity.attributable_gap(x, x[-1], w),
    "attributable_gap_pct": lambda x, w: 100 * disparity.attributable_gap(x, x[-1], w) / dispersion.weighted_mean(x, w),
    "between_group_variance": disparity.between_group_variance,
    "composite": lambda x, _: dispersion.composite(x),
    "concentration_index": lambda x, w: (
        lorenz.concentration_index(x["y"], x["rank"], w)
        if isinstance(x, dict)
        else lorenz.concentration_index(x, range(len(x)), w)
    ),
    "cv_unweighted_population": _cv("unweighted_population"),
    "cv_unweighted_sample": _cv("unweighted_sample"),
    "difference_coefficient": _cv("weighted_population"),
    "difference_coefficient_of_mean_and_sd": _of_mean_and_sd,
    "dissimilarity": lambda x, _: disparity.dissimilarity(x["groupA"], x["groupB"]),
    "equally_distributed_equivalent_1": lambda x, w: dispersion.weighted_mean(x, w) * (1 - entropy.atkinson(x, 1, w)),
    "ge_0.5": lambda x, w: entropy.generalized_entropy(x, 0.5, w),
    "gini": lorenz.gini,
    "half_squared_cv": lambda x, w: entropy.generalized_entropy(x, 2, w),
    "hoover": dispersion.hoover,
    "index_of_disparity_pct": lambda x, w: 100 * disparity.index_of_disparity(x, w),
    "mean_difference_from_best": lambda x, w: disparity.mean_difference(x, w, reference=max(x)),
    "mean_difference_from_group_14": lambda x, w: disparity.mean_difference(x, w, reference=x[13]),
    "mean_difference_from_mean": disparity.mean_difference,
    "theil_l": entropy.theil_l,
    "theil_t": entropy.theil_t,
    "theil_t_between": _decomposed("between"),
    "theil_t_within": _decomposed("within"),
    "theil_t_x1000": lambda x, w: 1000 * entropy.theil_t(x, w),
    "variance": lambda x, w: disparity.between_group_variance(x, w),
    "weighted_mean": dispersion.weighted_mean,
}


def _compute(row):
    values = json.loads(row["input"])
    weights = json.loads(row["weights"]) if row["weights"] else None
    if isinstance(values, dict) and "books" in values:
        values = np.divide(values["books"], values["students"])
    return MEASURES[row["measure"]](values, weights)


def _cases(kind):
    return [
        pytest.param(row, id=f"{row['id']} {row['measure']}: {row['source']}") for row in ROWS if row["kind"] == kind
    ]


@pytest.mark.parametrize("row", _cases("reference"))
def test_we_agree_with_the_cited_value(row):
    assert abs(_compute(row) - float(row["expected"])) <= float(row["tolerance"])


@pytest.mark.parametrize("row", _cases("negative_control"))
def test_we_do_not_give_the_known_wrong_value(row):
    assert abs(_compute(row) - float(row["expected"])) > float(row["tolerance"])


def test_the_table_is_complete_and_every_row_is_executed():
    assert len(ROWS) == len({row["id"] for row in ROWS})
    assert {row["kind"] for row in ROWS} == {"reference", "negative_control"}
    assert {row["provenance"] for row in ROWS} == {"published", "peer-computed", "computed"}
    assert {row["measure"] for row in ROWS} == set(MEASURES)
    assert all(row["source"] for row in ROWS)
