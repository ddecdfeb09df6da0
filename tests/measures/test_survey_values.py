"""Every row of tests/reference/survey_values.csv, one test each, named by its citation."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from edubalance.measures import agreement, reliability

TABLE = Path(__file__).parents[1] / "reference" / "survey_values.csv"
ROWS = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))


def _ratings(given):
    """Spell counts of raters by category out, one row a unit."""
    if isinstance(given, dict):
        return [np.repeat(np.arange(len(counts)), counts) for counts in given["counts"]]
    return given


def _pair(given):
    """Spell a table of two raters out, one rating a unit."""
    if isinstance(given, dict):
        first, second = np.indices(np.shape(given["crossed"]))
        return np.repeat(first, np.ravel(given["crossed"])), np.repeat(second, np.ravel(given["crossed"]))
    return tuple(np.transpose(given))


def _parts(name, measure, **attributes):
    """Name the attributes of a result as the table does: the measure's name and an ending."""

    def reader(attribute):
        return lambda given, options: getattr(measure(given, options), attribute)

    endings = {"": "estimate", "_low": "low", "_high": "high", **attributes}
    return {name + ending: reader(attribute) for ending, attribute in endings.items()}


MEASURES = {
    **_parts("cronbach_alpha", lambda x, o: reliability.cronbach_alpha(x, **o)),
    **_parts("icc", lambda x, o: agreement.icc(x, **o)),
    **_parts("cohen_kappa", lambda x, o: agreement.cohen_kappa(*_pair(x), **o), _se="standard_error"),
    **_parts("fleiss_kappa", lambda x, o: agreement.fleiss_kappa(_ratings(x), **o), _se="standard_error"),
    "krippendorff_alpha": lambda x, o: agreement.krippendorff_alpha(_ratings(x), **o).estimate,
    "varimax": lambda x, o: reliability.varimax(x)[o["item"], o["factor"]],
}


def _distance(row):
    options = json.loads(row["options"]) if row["options"] else {}
    return abs(MEASURES[row["measure"]](json.loads(row["input"]), options) - float(row["expected"]))


def _cases(kind):
    return [
        pytest.param(row, id=f"{row['id']} {row['measure']} {row['options']}: {row['source']}")
        for row in ROWS
        if row["kind"] == kind
    ]


@pytest.mark.parametrize("row", _cases("reference"))
def test_we_agree_with_the_cited_value(row):
    assert _distance(row) <= float(row["tolerance"])


@pytest.mark.parametrize("row", _cases("negative_control"))
def test_we_do_not_give_the_known_wrong_value(row):
    assert _distance(row) > float(row["tolerance"])


def test_the_table_is_complete_and_every_row_is_executed():
    assert len(ROWS) == len({row["id"] for row in ROWS})
    assert {row["kind"] for row in ROWS} == {"reference", "negative_control"}
    assert {row["provenance"] for row in ROWS} == {"published", "peer-computed"}
    assert {row["measure"] for row in ROWS} == set(MEASURES)
    assert all(row["source"] for row in ROWS)
