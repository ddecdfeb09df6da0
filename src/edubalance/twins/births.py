"""The births of a twin: by township and calendar year, so that the entrants of its years are among them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from edubalance import codebook
from edubalance.twins import draw
from edubalance.twins.calibrate import whole_with_total
from edubalance.twins.draw import FloatArray
from edubalance.twins.spec import Spec, domain

ENTRY_AGE = 6
# Pupils that every township counts besides its own, so that one without a primary school has births too.
EVERYWHERE = 30


def table(spec: Spec, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """
    Draw the births of every township.

    Parameters
    ----------
    spec : Spec
        The specification; ``_births.yml`` says how births move.
    tables : mapping of str to DataFrame
        The twin's tables; the entrants of ``pupils_flow`` set the level of the births.

    Returns
    -------
    DataFrame
        Columns of the codebook's table ``births``.
    """
    told = domain("births", spec)
    years = np.arange(max(spec.years) - told["years"] + 1, max(spec.years) + 1)
    places = _townships(spec, tables, told)
    parts = []
    for year, total in zip(years.tolist(), _totals(spec, tables, told, years), strict=True):
        births = whole_with_total(places.to_numpy(dtype=np.float64), int(total))
        parts.append(pd.DataFrame({"year": year, "township": places.index, "births": births}))
    frame = pd.concat(parts, ignore_index=True).assign(county=spec.case)
    return frame[[column.name for column in codebook.table("births").columns]]


def _totals(
    spec: Spec, tables: Mapping[str, pd.DataFrame], told: Mapping[str, float], years: draw.IntArray
) -> FloatArray:
    """Let births grow as told before and after those whose children entered last, around those who have entered."""
    flow = tables["pupils_flow"]
    entered = flow[flow["level"] == "primary"].groupby("year")["entrants"].sum()
    middle = float(np.mean(entered.index.to_numpy())) - ENTRY_AGE
    noise = np.exp(told["noise"] * draw.normals(draw.stream(spec.seed, "births"), years.size))
    level = float(entered.mean()) / told["ratio"]
    last = max(spec.years) - ENTRY_AGE
    grown = (1 + told["before"]) ** (np.minimum(years, last) - middle) * (1 + told["after"]) ** np.maximum(
        years - last, 0
    )
    return np.round(draw.cut(level * grown * noise))


def _townships(spec: Spec, tables: Mapping[str, pd.DataFrame], told: Mapping[str, float]) -> pd.Series:
    """Weigh the townships by their primary pupils, and a little by chance."""
    rows = tables["sections"].merge(tables["schools"][["year", "school_id", "township"]], on=["year", "school_id"])
    pupils = rows["pupils"].where((rows["level"] == "primary") & (rows["year"] == spec.year), 0)
    known = sorted(tables["schools"]["township"].dropna().unique())
    weights = pupils.groupby(rows["township"]).sum().reindex(known, fill_value=0) + EVERYWHERE
    amounts = np.asarray(weights, dtype=np.float64)
    return weights * draw.factors(draw.stream(spec.seed, "births", "townships"), amounts, told["spread"])
