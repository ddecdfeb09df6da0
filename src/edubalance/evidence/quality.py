"""The quality of education as a county reports it: retention, disabled children, national monitoring."""

from __future__ import annotations

import numpy as np
import pandas as pd

from edubalance.assessment.verdict import UNDETERMINED
from edubalance.evidence.material import Material

DIMENSION = "education_quality"
LEVEL, RATE = "monitoring_level_", "monitoring_difference_rate_"
DISABLED = {"all": "disabled_of_school_age", "enrolled": "disabled_enrolled", "special": "disabled_in_special_schools"}


def items(material: Material) -> pd.DataFrame:
    """
    List what is measured of the quality of education, each with its threshold.

    Parameters
    ----------
    material : Material
        The case.

    Returns
    -------
    DataFrame
        One row a condition with a threshold: ``number``, ``item``, ``condition``, ``value`` (NaN where it is not
        reported), ``direction``, ``threshold``, ``distance`` (value less threshold, positive on the side that meets
        it), ``verdict``. Conditions shown by documents are not among them.
    """
    judged = material.assessment.of(material.year).items
    ours = judged[(judged["dimension"] == DIMENSION) & judged["threshold"].notna()]
    side = np.where(ours["direction"].str.startswith("<"), -1.0, 1.0)
    found = ours.assign(distance=side * (ours["value"] - ours["threshold"]))
    names = ["number", "item", "condition", "value", "direction", "threshold", "distance", "verdict"]
    return found[names].reset_index(drop=True)


def monitoring(material: Material) -> pd.DataFrame:
    """
    Set level and difference rate of the national monitoring side by side, subject by subject.

    Parameters
    ----------
    material : Material
        The case.

    Returns
    -------
    DataFrame
        One row a ``subject``: ``grade`` (1 to 5 for I to V) with ``grade_threshold`` and ``grade_verdict``, ``rate``
        with ``rate_limit`` and ``rate_verdict``. No rows where the standard asks for neither.
    """
    found = items(material)
    parts = {}
    for prefix, names in (
        (LEVEL, ["grade", "grade_threshold", "grade_verdict"]),
        (RATE, ["rate", "rate_limit", "rate_verdict"]),
    ):
        rows = found[found["condition"].str.startswith(prefix)]
        named = rows["condition"].str.removeprefix(prefix)
        parts[prefix] = rows[["value", "threshold", "verdict"]].set_axis(names, axis=1).set_index(named)
    subjects = parts[LEVEL].index.union(parts[RATE].index, sort=False)
    joined = parts[LEVEL].reindex(subjects).join(parts[RATE]).rename_axis("subject").reset_index()
    verdicts = ["grade_verdict", "rate_verdict"]
    return joined.assign(**{name: joined[name].fillna(UNDETERMINED) for name in verdicts})


def disabled(material: Material) -> pd.DataFrame:
    """
    Part the disabled children of school age by where they learn.

    Parameters
    ----------
    material : Material
        The case.

    Returns
    -------
    DataFrame
        One row a ``part`` (``special_school``, ``ordinary_school``, which includes teaching at home, and
        ``not_enrolled``): ``children`` and ``share`` in percent; NaN where the county does not report it.
    """
    county = material.tables.county
    stated = county.loc[county["year"] == material.year].groupby("variable")["value"].sum(min_count=1)
    all_of, enrolled, special = (float(stated.get(name, np.nan)) for name in DISABLED.values())
    parts = {"special_school": special, "ordinary_school": enrolled - special, "not_enrolled": all_of - enrolled}
    found = pd.DataFrame({"part": list(parts), "children": list(parts.values())})
    return found.assign(share=100 * found["children"] / all_of if all_of > 0 else np.nan)
