"""Balanced compulsory education in a county: how far, how sure, what it would take."""

__version__ = "0.1.0"
