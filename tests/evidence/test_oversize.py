"""Classes and schools above their limits: both must be, and what is not known is neither."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from edubalance.evidence.register import TRIALS


@pytest.mark.parametrize(
    ("classes", "schools", "found"),
    [
        ("not_met", "not_met", True),
        ("not_met", "met", False),
        ("undetermined", "met", False),
        ("undetermined", "not_met", None),
        ("undetermined", "undetermined", None),
    ],
)
def test_both_sizes_decide_and_an_unknown_one_leaves_the_claim_open(classes, schools, found):
    items = pd.DataFrame(
        {
            "item": ["class_size", "class_size", "school_size"],
            "verdict": [classes, "met", schools],
            "n_failed": [float(classes == "not_met"), 0.0, float(schools == "not_met")],
        }
    )
    year = SimpleNamespace(items=items)
    outcome = TRIALS["oversize"](SimpleNamespace(year=2023, assessment=SimpleNamespace(of=lambda _: year)))
    assert outcome.found is found
    assert outcome.value == items["n_failed"].sum()
