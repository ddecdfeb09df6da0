"""Every trial by the name that ``claims.yml`` calls it by."""

from __future__ import annotations

from collections.abc import Callable

from edubalance.evidence import (
    finance_trials,
    flow_trials,
    layout_trials,
    records,
    rotation_trials,
    staffing,
    survey_trials,
    trials,
)
from edubalance.evidence.finding import Finding

TRIALS: dict[str, Callable[..., Finding]] = {
    "age_clustered": staffing.age_clustered,
    "area_gap": trials.area_gap,
    "badly_placed": layout_trials.badly_placed,
    "basic_not_quality": records.basic_not_quality,
    "between_share": trials.between_share,
    "births_rise": flow_trials.births_rise,
    "dimension_failed": records.dimension_failed,
    "enrolment_growth": records.enrolment_growth,
    "funds_fall": finance_trials.funds_fall,
    "funds_following": finance_trials.funds_following,
    "funds_gap": finance_trials.funds_gap,
    "funds_lag": finance_trials.funds_lag,
    "group_likeness": trials.group_likeness,
    "growth": trials.growth,
    "item_failed": records.item_failed,
    "layout_change": records.layout_change,
    "more_classes_needed": staffing.more_classes_needed,
    "moves_even_out": rotation_trials.moves_even_out,
    "moves_to_private": flow_trials.moves_to_private,
    "narrowing": trials.narrowing,
    "net_loss": flow_trials.net_loss,
    "oversize": records.oversize,
    "pupil_shift": trials.pupil_shift,
    "rated_below_midpoint": survey_trials.rated_below_midpoint,
    "reported_less": survey_trials.reported_less,
    "seats_unused": layout_trials.seats_unused,
    "share_below_bar": records.share_below_bar,
    "shortage": trials.shortage,
    "shorter_stay": staffing.shorter_stay,
    "spending_follows_revenue": finance_trials.spending_follows_revenue,
    "spread": records.spread,
    "transfers_to_richer": finance_trials.transfers_to_richer,
}
