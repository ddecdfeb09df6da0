"""Every trial by the name that ``claims.yml`` calls it by."""

from __future__ import annotations

from collections.abc import Callable

from edubalance.evidence import layout_trials, records, rotation, staffing, trials
from edubalance.evidence.finding import Finding

TRIALS: dict[str, Callable[..., Finding]] = {
    "age_clustered": staffing.age_clustered,
    "area_gap": trials.area_gap,
    "badly_placed": layout_trials.badly_placed,
    "basic_not_quality": records.basic_not_quality,
    "between_share": trials.between_share,
    "dimension_failed": records.dimension_failed,
    "enrolment_growth": records.enrolment_growth,
    "group_likeness": trials.group_likeness,
    "growth": trials.growth,
    "item_failed": records.item_failed,
    "layout_change": records.layout_change,
    "more_classes_needed": staffing.more_classes_needed,
    "moves_even_out": rotation.moves_even_out,
    "narrowing": trials.narrowing,
    "oversize": records.oversize,
    "pupil_shift": trials.pupil_shift,
    "seats_unused": layout_trials.seats_unused,
    "share_below_bar": records.share_below_bar,
    "shortage": trials.shortage,
    "shorter_stay": staffing.shorter_stay,
    "spread": records.spread,
}
