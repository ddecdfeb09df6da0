"""Evidence: what the data can bear of the claims that a case makes."""

from edubalance.evidence import catchments as catchments
from edubalance.evidence import claims as claims
from edubalance.evidence import classes as classes
from edubalance.evidence import efficiency as efficiency
from edubalance.evidence import finance as finance
from edubalance.evidence import idle as idle
from edubalance.evidence import layout as layout
from edubalance.evidence import material as material
from edubalance.evidence import school_funds as school_funds
from edubalance.evidence import teachers as teachers
from edubalance.evidence import township_funds as township_funds
from edubalance.evidence import trials as trials

__all__ = [
    "catchments",
    "claims",
    "classes",
    "efficiency",
    "finance",
    "idle",
    "layout",
    "material",
    "school_funds",
    "teachers",
    "township_funds",
    "trials",
]
