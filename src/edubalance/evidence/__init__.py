"""Evidence: what the data can bear of the claims that a case makes."""

from edubalance.evidence import claims as claims
from edubalance.evidence import classes as classes
from edubalance.evidence import layout as layout
from edubalance.evidence import material as material
from edubalance.evidence import teachers as teachers
from edubalance.evidence import trials as trials

__all__ = ["claims", "classes", "layout", "material", "teachers", "trials"]
