"""Imported by the fork server alone: every module of the package, so that kernels start with them loaded."""

from __future__ import annotations

import contextlib
import importlib
import pkgutil

import edubalance

# The command line and the runner are not for notebooks.
_OUTSIDE = ("edubalance.cli", "edubalance.runs", "edubalance.__main__")


def _warm() -> None:
    """Import what there is; a module that cannot be imported is for the notebook that needs it to report."""
    for module in pkgutil.iter_modules(edubalance.__path__, "edubalance."):
        if module.name in _OUTSIDE:
            continue
        with contextlib.suppress(Exception):
            package = importlib.import_module(module.name)
            for inner in pkgutil.iter_modules(getattr(package, "__path__", []), f"{module.name}."):
                importlib.import_module(inner.name)


_warm()
