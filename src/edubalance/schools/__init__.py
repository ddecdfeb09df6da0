"""Sections (学段): which are judged, what they share of their school's resources, and their indicators."""

from edubalance.schools.indicators import COMPARE as COMPARE
from edubalance.schools.indicators import DESCRIPTION as DESCRIPTION
from edubalance.schools.indicators import REASONS as REASONS
from edubalance.schools.indicators import fits as fits
from edubalance.schools.indicators import indicators as indicators
from edubalance.schools.indicators import measured as measured
from edubalance.schools.joining import SCHOOL as SCHOOL
from edubalance.schools.joining import joined as joined
from edubalance.schools.joining import of_the_school as of_the_school
from edubalance.schools.splitting import shared_amounts as shared_amounts
