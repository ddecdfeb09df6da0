"""Funds of townships: their own revenue, what they spend on a pupil, and whom transfers reach."""

from __future__ import annotations

import numpy as np
import pandas as pd

from edubalance.errors import EdubalanceError
from edubalance.evidence.material import Material
from edubalance.measures import lorenz

QUANTITIES = ("spending_per_pupil", "transfers_per_pupil")
RANKS = ("revenue_per_head", "rural_share", "migrant_share")
CURVE = ["group", "pupil_share", "resource_share", "index", "n_missing"]


def of_townships(material: Material) -> pd.DataFrame:
    """
    Lay out what each township has and spends, in the year that the notebook tells of.

    Parameters
    ----------
    material : Material
        The case.

    Returns
    -------
    DataFrame
        One row a township: ``township``, ``area`` (where most of its pupils are taught), ``pupils``, ``residents``,
        ``revenue_per_head`` (yuan of own revenue per resident), ``spending_per_pupil`` and ``transfers_per_pupil``
        (yuan), ``transfers_share`` (percent of own revenue), ``rural_share`` and ``migrant_share`` (percent of its
        pupils). Missing where a number that it takes is; no rows where the case has no such table.
    """
    table = material.tables.finance
    rows = table[(table["unit"] == "township") & (table["year"] == material.year)].reset_index(drop=True)
    pupils, residents, revenue = (
        rows[name].where(rows[name] > 0) for name in ("pupils", "residents", "fiscal_revenue_yuan")
    )
    frame = pd.DataFrame({"township": rows["unit_id"], "pupils": rows["pupils"], "residents": rows["residents"]})
    frame["revenue_per_head"] = rows["fiscal_revenue_yuan"] / residents
    frame["spending_per_pupil"] = rows["education_spending_yuan"] / pupils
    frame["transfers_per_pupil"] = rows["transfers_yuan"] / pupils
    frame["transfers_share"] = 100 * rows["transfers_yuan"] / revenue
    return frame.merge(_of_schools(material), on="township", how="left", validate="one_to_one")


def _of_schools(material: Material) -> pd.DataFrame:
    """Sum the pupils of every township's schools by what makes up its need."""
    schools, sections = material.tables.schools, material.tables.sections
    pupils = sections[sections["year"] == material.year].groupby("school_id")["pupils"].sum()
    here = schools[(schools["year"] == material.year) & schools["school_id"].isin(pupils.index)]
    here = here.assign(pupils=pupils.reindex(here["school_id"]).to_numpy(dtype=np.float64))
    here["migrants"] = here["pupils"] * here["migrant_share_pct"] / 100
    here["rural"] = here["pupils"].where((here["area"] == "rural").to_numpy(dtype=bool), 0.0)
    sums = here.groupby("township")[["pupils", "migrants", "rural"]].sum()
    unknown = here.loc[here["migrants"].isna(), "township"].unique()
    sums.loc[sums.index.isin(unknown), "migrants"] = np.nan
    taught = here.groupby(["township", "area"], observed=True)["pupils"].sum().reset_index()
    main = taught.sort_values("pupils", kind="stable").drop_duplicates("township", keep="last").set_index("township")
    shares = {
        "rural_share": 100 * sums["rural"] / sums["pupils"],
        "migrant_share": 100 * sums["migrants"] / sums["pupils"],
    }
    return pd.DataFrame({"area": main["area"], **shares}).rename_axis("township").reset_index()


def concentration(material: Material, *, by: str = "revenue_per_head") -> pd.DataFrame:
    """
    Trace whether spending and transfers go to the poorer townships, or to those in greater need.

    Parameters
    ----------
    material : Material
        The case.
    by : {"revenue_per_head", "rural_share", "migrant_share"}
        What the townships are ranked by. The least advantaged stand first: those of the lowest revenue, or of the
        highest share of rural pupils or migrant children.

    Returns
    -------
    DataFrame
        Concentration curves, one row a point: ``group`` (`QUANTITIES`), ``pupil_share``, ``resource_share``,
        ``index`` (concentration index: negative where the money goes to the least advantaged) and ``n_missing``
        (townships left out). No rows where fewer than two townships are known.

    Raises
    ------
    EdubalanceError
        If townships cannot be ranked by `by`.
    """
    if by not in RANKS:
        raise EdubalanceError(f"Townships are ranked by one of {', '.join(RANKS)}; got {by!r}.")
    frame = of_townships(material)
    sign = 1.0 if by == RANKS[0] else -1.0
    curves = [_curve(frame, quantity, by, sign) for quantity in QUANTITIES]
    return pd.concat(curves, ignore_index=True)


def _curve(frame: pd.DataFrame, quantity: str, by: str, sign: float) -> pd.DataFrame:
    """Trace the curve of one quantity."""
    held = frame.dropna(subset=[quantity, by, "pupils"])
    if len(held) < 2 or not (held[quantity] * held["pupils"]).sum() > 0:
        return pd.DataFrame(columns=CURVE)
    values, pupils, rank = (held[name].to_numpy(dtype=np.float64) for name in (quantity, "pupils", by))
    curve = lorenz.concentration_curve(values, sign * rank, pupils)
    points = pd.DataFrame({"pupil_share": curve.population_share, "resource_share": curve.resource_share})
    index = lorenz.concentration_index(values, sign * rank, pupils)
    return points.assign(group=quantity, index=index, n_missing=len(frame) - len(held))[CURVE]
