"""Runs: execute the notebooks, compare them with what is committed, accept what is meant to change."""
