"""Births, held against the townships that the schools stand in."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

import pandas as pd

from edubalance.errors import Fault
from edubalance.intake.faults import of_a_kind
from edubalance.intake.validate import Checked

PLACE = ["county", "township"]


def between(checked: Mapping[str, Checked]) -> dict[str, list[Fault]]:
    """
    Check that births are of townships that have schools.

    Parameters
    ----------
    checked : mapping of str to Checked
        Tables by name, their cells checked.

    Returns
    -------
    dict of str to list of Fault
        Faults of the table ``births``. Where no school of a county has a township, nothing is asked of the county.
    """
    births, schools = checked.get("births"), checked["schools"]
    if births is None or not set(PLACE) <= set(births.frame) or not set(PLACE) <= set(schools.frame):
        return {}
    known = schools.frame[PLACE].dropna()
    rows = births.frame[births.frame[PLACE].notna().all(axis=1) & births.frame["county"].isin(known["county"])]
    alone = ~pd.MultiIndex.from_frame(rows[PLACE]).isin(pd.MultiIndex.from_frame(known))

    def word(row: int) -> Fault:
        found = births.source.cell(row, "township")
        here = sorted(set(known.loc[known["county"] == births.source.cell(row, "county"), "township"]))
        close = difflib.get_close_matches(found, here, n=1)
        remedy = f"Did you mean {close[0]}?" if close else f"Townships with schools: {', '.join(here[:5])}."
        rule = f"{schools.source.file} should have schools of the county in this township"
        remedy += " Add the births of a township without schools to the one whose schools its children go to."
        return Fault(births.source.file, row, "township", found, rule, remedy)

    return {"births": of_a_kind(rows.index[alone].tolist(), word)}
