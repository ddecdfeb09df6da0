"""A new case from nothing: folder, notebook, Excel template; what it can compute; later templates brought in."""

from edubalance.scaffold.doctor import Diagnosis as Diagnosis
from edubalance.scaffold.doctor import examine as examine
from edubalance.scaffold.example import Standing as Standing
from edubalance.scaffold.example import Statement as Statement
from edubalance.scaffold.example import clear as clear
from edubalance.scaffold.example import of_new as of_new
from edubalance.scaffold.example import restate as restate
from edubalance.scaffold.example import standing as standing
from edubalance.scaffold.folder import County as County
from edubalance.scaffold.folder import Draft as Draft
from edubalance.scaffold.folder import check as check
from edubalance.scaffold.folder import create as create
from edubalance.scaffold.folder import filled_template as filled_template
from edubalance.scaffold.folder import write_draft as write_draft
from edubalance.scaffold.upgrade import BASE as BASE
from edubalance.scaffold.upgrade import cells as cells
from edubalance.scaffold.upgrade import upgrade as upgrade

__all__ = [
    "BASE",
    "County",
    "Diagnosis",
    "Draft",
    "Standing",
    "Statement",
    "cells",
    "check",
    "clear",
    "create",
    "examine",
    "filled_template",
    "of_new",
    "restate",
    "standing",
    "upgrade",
    "write_draft",
]
