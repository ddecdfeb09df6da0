"""The national application form (全国义务教育优质均衡发展县申报表), and the schools' self-check sheets."""

from edubalance.form.application import STANDARD as STANDARD
from edubalance.form.application import Application as Application
from edubalance.form.application import fill as fill
from edubalance.form.printing import to_pdf as to_pdf
from edubalance.form.workbook import write as write
from edubalance.form.workbook import write_self_checks as write_self_checks

__all__ = ["STANDARD", "Application", "fill", "to_pdf", "write", "write_self_checks"]
