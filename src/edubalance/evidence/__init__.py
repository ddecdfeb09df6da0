"""Evidence: what the data can bear of the claims that a case makes."""

from edubalance.evidence import catchments as catchments
from edubalance.evidence import causes as causes
from edubalance.evidence import claims as claims
from edubalance.evidence import classes as classes
from edubalance.evidence import efficiency as efficiency
from edubalance.evidence import enrolment as enrolment
from edubalance.evidence import finance as finance
from edubalance.evidence import flows as flows
from edubalance.evidence import idle as idle
from edubalance.evidence import interviews as interviews
from edubalance.evidence import layout as layout
from edubalance.evidence import material as material
from edubalance.evidence import quality as quality
from edubalance.evidence import retention as retention
from edubalance.evidence import rotation as rotation
from edubalance.evidence import school_funds as school_funds
from edubalance.evidence import staff as staff
from edubalance.evidence import survey as survey
from edubalance.evidence import survey_groups as survey_groups
from edubalance.evidence import survey_scales as survey_scales
from edubalance.evidence import survey_validity as survey_validity
from edubalance.evidence import teachers as teachers
from edubalance.evidence import township_funds as township_funds
from edubalance.evidence import trials as trials

__all__ = [
    "catchments",
    "causes",
    "claims",
    "classes",
    "efficiency",
    "enrolment",
    "finance",
    "flows",
    "idle",
    "interviews",
    "layout",
    "material",
    "quality",
    "retention",
    "rotation",
    "school_funds",
    "staff",
    "survey",
    "survey_groups",
    "survey_scales",
    "survey_validity",
    "teachers",
    "township_funds",
    "trials",
]
