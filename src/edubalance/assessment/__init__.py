"""Assessment: the only room where data, law and formula meet."""

from edubalance.assessment import inequality as inequality
from edubalance.assessment.application import Eligibility as Eligibility
from edubalance.assessment.application import eligibility as eligibility
from edubalance.assessment.borderline import borderline as borderline
from edubalance.assessment.explanation import explain as explain
from edubalance.assessment.judgement import Assessment as Assessment
from edubalance.assessment.judgement import assess as assess
from edubalance.assessment.judgement import to_dict as to_dict
from edubalance.assessment.sections import rule_date as rule_date
from edubalance.assessment.years import in_force as in_force
from edubalance.assessment.years import of_year as of_year
from edubalance.assessment.years import of_years as of_years

__all__ = [
    "Assessment",
    "Eligibility",
    "assess",
    "borderline",
    "eligibility",
    "explain",
    "in_force",
    "inequality",
    "of_year",
    "of_years",
    "rule_date",
    "to_dict",
]
