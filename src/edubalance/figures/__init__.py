"""
Figures: draw only. A tidy frame and an axes in, the same axes out.

No function here computes a measure, loads data, changes its frame or a setting, or saves; `edubalance.export.Page`
is the only saver. Every function takes ``lang`` (``"en"`` or ``"zh"``).
"""

from edubalance.figures.balance import concentration as concentration
from edubalance.figures.balance import conventions as conventions
from edubalance.figures.balance import decomposition as decomposition
from edubalance.figures.balance import difference_coefficients as difference_coefficients
from edubalance.figures.balance import influence as influence
from edubalance.figures.balance import lorenz as lorenz
from edubalance.figures.causes import change_split as change_split
from edubalance.figures.causes import explained as explained
from edubalance.figures.causes import shares_by_grouping as shares_by_grouping
from edubalance.figures.efficiency import efficiency_scores as efficiency_scores
from edubalance.figures.efficiency import idle_capacity as idle_capacity
from edubalance.figures.finance import spending as spending
from edubalance.figures.finance import townships as townships
from edubalance.figures.flows import entrants_to_come as entrants_to_come
from edubalance.figures.flows import moves as moves
from edubalance.figures.flows import seats_to_come as seats_to_come
from edubalance.figures.gaps import gap_to_standard as gap_to_standard
from edubalance.figures.gaps import parade as parade
from edubalance.figures.gaps import section_matrix as section_matrix
from edubalance.figures.gaps import shortfall_by_area as shortfall_by_area
from edubalance.figures.groups import change_parts as change_parts
from edubalance.figures.groups import fifths as fifths
from edubalance.figures.groups import profile as profile
from edubalance.figures.groups import under_growth as under_growth
from edubalance.figures.interviews import agreement as agreement
from edubalance.figures.interviews import saturation as saturation
from edubalance.figures.interviews import themes_by_role as themes_by_role
from edubalance.figures.interviews import themes_together as themes_together
from edubalance.figures.layout import access_map as access_map
from edubalance.figures.layout import reach_curve as reach_curve
from edubalance.figures.layout import seats_against_pupils as seats_against_pupils
from edubalance.figures.movements import before_after as before_after
from edubalance.figures.movements import changes as changes
from edubalance.figures.national import catching_up as catching_up
from edubalance.figures.national import county_ranking as county_ranking
from edubalance.figures.national import failing_places as failing_places
from edubalance.figures.national import transitions as transitions
from edubalance.figures.overview import comparison as comparison
from edubalance.figures.overview import items as items
from edubalance.figures.overview import ledger as ledger
from edubalance.figures.overview import verdict_counts as verdict_counts
from edubalance.figures.parts import composition as composition
from edubalance.figures.places import school_map as school_map
from edubalance.figures.quality import monitoring as monitoring
from edubalance.figures.quality import retention_steps as retention_steps
from edubalance.figures.side_by_side import dimensions as dimensions
from edubalance.figures.side_by_side import outcomes as outcomes
from edubalance.figures.side_by_side import pairs as pairs
from edubalance.figures.side_by_side import published as published
from edubalance.figures.sizes import against_limits as against_limits
from edubalance.figures.sizes import class_sizes as class_sizes
from edubalance.figures.sizes import more_needed as more_needed
from edubalance.figures.style import context as context
from edubalance.figures.style import figure as figure
from edubalance.figures.survey import satisfaction as satisfaction
from edubalance.figures.survey import survey_answers as survey_answers
from edubalance.figures.survey_scales import factor_loadings as factor_loadings
from edubalance.figures.survey_scales import group_effects as group_effects
from edubalance.figures.survey_scales import scale_reliability as scale_reliability
from edubalance.figures.teachers import age_pyramid as age_pyramid
from edubalance.figures.teachers import requirements as requirements
from edubalance.figures.teachers import staying as staying
from edubalance.figures.teachers import structure as structure
from edubalance.figures.trends import distribution_by_group as distribution_by_group
from edubalance.figures.trends import trend as trend

__all__ = [
    "access_map",
    "against_limits",
    "age_pyramid",
    "agreement",
    "before_after",
    "catching_up",
    "change_parts",
    "change_split",
    "changes",
    "class_sizes",
    "comparison",
    "composition",
    "concentration",
    "context",
    "conventions",
    "county_ranking",
    "decomposition",
    "difference_coefficients",
    "dimensions",
    "distribution_by_group",
    "efficiency_scores",
    "entrants_to_come",
    "explained",
    "factor_loadings",
    "failing_places",
    "fifths",
    "figure",
    "gap_to_standard",
    "group_effects",
    "idle_capacity",
    "influence",
    "items",
    "ledger",
    "lorenz",
    "monitoring",
    "more_needed",
    "moves",
    "outcomes",
    "pairs",
    "parade",
    "profile",
    "published",
    "reach_curve",
    "requirements",
    "retention_steps",
    "satisfaction",
    "saturation",
    "scale_reliability",
    "school_map",
    "seats_against_pupils",
    "seats_to_come",
    "section_matrix",
    "shares_by_grouping",
    "shortfall_by_area",
    "spending",
    "staying",
    "structure",
    "survey_answers",
    "themes_by_role",
    "themes_together",
    "townships",
    "transitions",
    "trend",
    "under_growth",
    "verdict_counts",
]
