"""Measures of spread, inequality, gaps and adequacy: plain functions of arrays, free of data and of law."""
