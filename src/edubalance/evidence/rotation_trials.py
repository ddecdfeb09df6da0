"""The trial of county-managed, school-employed teachers: whether moving them could even out the staffing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from edubalance.evidence import rotation
from edubalance.evidence.finding import Finding
from edubalance.evidence.material import Material
from edubalance.evidence.trials import area_gap

UNIT = "percent_of_eligible"


def moves_even_out(material: Material, *, disadvantaged: Sequence[str], condition: str = rotation.ROTATION) -> Finding:
    """
    Find whether a year's rotation could even out a staffing that depends on the place.

    Parameters
    ----------
    material : Material
        The case.
    disadvantaged : sequence of str
        Areas that the claim takes to have fewer of the teachers counted.
    condition : str
        The condition on rotation.

    Returns
    -------
    Finding
        Moves in percent of the eligible teachers; p from shuffling areas. Found where a coefficient is outside its
        limit, the moves bring all inside and are no more than the standard asks to rotate, and the areas named have
        fewer such teachers than shuffled areas would show. The opposite is found where no plan is that short. A
        county whose coefficients are all inside has nothing to even out: not found.

    Notes
    -----
    That moves within a share suffice is arithmetic: it holds for an uneven county of any kind. The claim is about
    one that moves teachers to where they lack, so that the unevenness has to go with the place: that part can be
    wrong by chance, and is wrong in at most one null of twenty.
    """
    found = rotation.effort(material, condition=condition)
    eligible, share = rotation.asked(material, condition)
    if np.isnan(eligible):
        return Finding(found=None, unit=UNIT, lacks=("county.csv: eligible_teachers",))
    if len(found) < material.now["level"].nunique():
        return Finding(found=None, unit=UNIT, rests_on="shuffles")
    most = eligible * share
    value = 100 * float(found["moves"].sum()) / eligible
    names = [indicator.id for indicator in rotation.of_teachers(material)]
    gap = area_gap(material, disadvantaged=disadvantaged, direction="lower", indicators=names)
    uneven = bool((found["outside"] > 0).any())
    suffices = bool(found["complete"].all() and found["moves"].sum() <= most)
    if uneven and suffices and gap.found is None:
        return Finding(found=None, value=value, unit=UNIT, rests_on="shuffles")
    return Finding(
        found=uneven and suffices and bool(gap.found),
        value=value,
        unit=UNIT,
        p=gap.p,
        opposite=bool(found["least"].sum() > most),
        rests_on="shuffles",
    )
