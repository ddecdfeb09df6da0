"""Workbooks as county offices keep them: messy files become clean tables, each value with its cell, or faults."""

from __future__ import annotations

from edubalance.intake.workbook.columns import Question, Settings
from edubalance.intake.workbook.grid import Place
from edubalance.intake.workbook.mapping import Mapping
from edubalance.intake.workbook.messages import Notice, SheetFault
from edubalance.intake.workbook.reading import Reading, read

__all__ = ["Mapping", "Notice", "Place", "Question", "Reading", "Settings", "SheetFault", "read"]
