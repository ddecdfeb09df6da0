"""Export: figures with the numbers they draw, named results and sentences; the only saver."""

from edubalance.export.files import csv_text as csv_text
from edubalance.export.page import Page as Page

__all__ = ["Page", "csv_text"]
