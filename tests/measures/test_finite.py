"""Whatever numbers a public measure is given, it refuses them or returns finite numbers: never an infinite one."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edubalance import measures
from edubalance.errors import MeasureError
from edubalance.measures.dispersion import weighted_mean
from edubalance.measures.grouping import group_rows

ROWS = 6
EXTREME = [0.0, -0.0, 1.0, 2.0, 5e-324, 1e-308, 1e-160, 1e-50, 1e-49, 1e49, 1e50, 1e150, 1e155, 1.7e308, -1e150, 3.0]
NUMBERS = st.one_of(
    st.sampled_from(EXTREME), st.floats(), st.floats(0, 1e3), st.integers(0, 5).map(float), st.floats(1e-50, 1e50)
)
# Take arrays that callers have checked, curves that measures made, or no numbers at all.
INTERNAL = {"shuffled", "permutation.within_strata", "permutation.p_value", "survival.survival_at", "grouping"}
INTERNAL |= {"survival.median_survival", "nesting", "levelling.level_out", "efficiency_bootstrap.reflected_bandwidth"}
INTERNAL |= {"levelling.fewest_moves", "ranking.ranks"}
# Infinity is their documented answer: no way, no neighbour, no end of an interval, no bound.
INFINITE = {"access.nearest_distance", "access.distances"}
COLUMNS = {
    "values", "pupils", "weights", "supply", "demand", "capacity", "population", "distance", "first", "second",
    "coefficients", "means", "rank", "others", "group", "resource_share", "population_share", "indices",
    "access", "births", "entrants", "successes", "durations", "entries", "p", "children", "seats", "last",
}  # fmt: skip
SCALARS = {"threshold", "alpha", "epsilon", "reference", "reach", "limit", "years", "low", "high", "per"}
SCALARS |= {"share", "people", "graduates", "transferred_in", "transferred_out", "deaths"}
TABLES = {"items", "ratings", "scores", "inputs", "outputs", "loadings", "incidence", "origins_xy", "destinations_xy"}


def _public() -> dict[str, Callable[..., Any]]:
    found = {}
    for module in pkgutil.iter_modules(measures.__path__):
        if not module.name.startswith("_"):
            held = importlib.import_module(f"edubalance.measures.{module.name}")
            for name, each in vars(held).items():
                if inspect.isfunction(each) and each.__module__ == held.__name__ and not name.startswith("_"):
                    found[f"{module.name}.{name}"] = each
    return found


PUBLIC = {name: each for name, each in _public().items() if not {name, name.split(".")[0]} & INTERNAL}


def _argument(draw: Any, function: str, name: str) -> Any:
    column = st.lists(NUMBERS, min_size=ROWS, max_size=ROWS)
    if function == "cohorts.retention" or name in SCALARS:
        return draw(NUMBERS)
    if name in TABLES or (name in ("cost", "inner_values")):
        width = 2 if name.endswith("_xy") else ROWS if name == "cost" else 3
        return np.array(draw(st.lists(NUMBERS, min_size=ROWS * width, max_size=ROWS * width))).reshape(ROWS, width)
    if name in COLUMNS or name == "amounts":
        return np.array(draw(column))
    made = {
        "groups": group_rows([0, 0, 0, 1, 1, 1]) if function.split(".")[0] in GROUPED else list("aaabbb"),
        "labels": ["a", "a", "a", "b", "b", "b"],
        "clusters": list("aabbcc"),
        "inside": [True, True, True, False, False, False],
        "inner": [0, 0, 1, 1, 2, 2],
        "answered": [1, 1, 1, 1, 1, 0],
        "observed": [1, 1, 0, 1, 1, 0],
        "factors": {"area": list("uurrtt")},
        "rng": np.random.default_rng(7),
        "replicates": 20,
        "n_factors": 1,
        "form": "2,1",
        "units": 5,
        "probability": 0.3,
        "n": 9,
        "statistic": weighted_mean,
        "decay": lambda distance: np.exp(-np.minimum(distance, 50.0)),
        "before": (np.array(draw(column)), list("aaabbb"), np.array(draw(column))),
        "after": (np.array(draw(column)), list("aaabbb"), np.array(draw(column))),
        "freedom": 5,
        "time": 3.0,
        "ties": [1, 2, 3],
    }
    return made[name]


GROUPED = {"grouped", "influence", "jackknife", "resampling"}


def _numbers(found: Any) -> list[float]:
    if dataclasses.is_dataclass(found) and not isinstance(found, type):
        return [each for field in dataclasses.fields(found) for each in _numbers(getattr(found, field.name))]
    if isinstance(found, Mapping):
        return [each for value in found.values() for each in _numbers(value)]
    if isinstance(found, tuple | list):
        return [each for value in found for each in _numbers(value)]
    if isinstance(found, np.ndarray) and found.dtype.kind == "f":
        return [float(each) for each in found.ravel()]
    return [float(found)] if isinstance(found, float | np.floating) else []


def _call(draw: Any, name: str) -> Any:
    function = PUBLIC[name]
    given_: dict[str, Any] = {}
    columns = []
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is parameter.VAR_POSITIONAL:
            columns = [np.array(draw(st.lists(NUMBERS, min_size=ROWS, max_size=ROWS)))]
        elif parameter.default is parameter.empty or parameter.name in ("weights", "rng", "replicates"):
            given_[parameter.name] = _argument(draw, name, parameter.name)
    if "wilson" in name:
        given_ = {"successes": draw(st.integers(-1, 10)), "n": draw(st.integers(0, 9))}
    if name == "convergence.sigmas":
        given_["groups"] = [0, 0, 0, 1, 1, 1]
    if name in ("agreement.cohen_kappa",):
        del given_["weights"]
    if name == "clusters.effective_size":
        given_ = {"weights": given_["weights"]}
    positional = [given_.pop("statistic"), *columns] if columns else []
    return function(*positional, **given_)


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_no_number_that_leaves_a_measure_is_infinite(name):
    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def check(data):
        try:
            found = _call(data.draw, name)
        except MeasureError:
            return
        if name not in INFINITE:
            assert not any(np.isinf(each) for each in _numbers(found))

    check()
