"""Law as data: national standards and local profiles as dated YAML, and the look-ups."""

from __future__ import annotations

from edubalance.standards.amounts import Amount, Relation, Unit
from edubalance.standards.context import Band, Context, context
from edubalance.standards.dated import Entry, Rule
from edubalance.standards.items import Criterion, Item, Relief, Variable
from edubalance.standards.loader import available, load, value_on
from edubalance.standards.model import Check, Condition, Formula, Indicator, Source
from edubalance.standards.profiles import Profile, available_profiles, profile
from edubalance.standards.standard import Application, Scope, Split, Standard

__all__ = [
    "Amount",
    "Application",
    "Band",
    "Check",
    "Condition",
    "Context",
    "Criterion",
    "Entry",
    "Formula",
    "Indicator",
    "Item",
    "Profile",
    "Relation",
    "Relief",
    "Rule",
    "Scope",
    "Source",
    "Split",
    "Standard",
    "Unit",
    "Variable",
    "available",
    "available_profiles",
    "context",
    "load",
    "profile",
    "value_on",
]
