"""
Disturb the last digits of numbers: what another processor's order of summing does, made large and frequent.

Loaded by a notebook's first cell or by a test; `install` changes modules for good, so it belongs in a process of its
own.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib
import inspect
import pkgutil
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

UNITS = 3  # in the last place
MEASURES = "edubalance.measures"
INDICATORS = ("edubalance.schools.indicators", "edubalance.schools.splitting")
FIGURES = "edubalance.figures"


class Disturbance:
    """Moves every finite float that is no whole number by up to three units in the last place."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.moved = 0

    def array(self, values: np.ndarray) -> np.ndarray:
        finite = np.where(np.isfinite(values), values, 0.0)
        fractional = finite != np.rint(finite)
        steps = self.rng.integers(-UNITS, UNITS + 1, size=values.shape)
        self.moved += int((fractional & (steps != 0)).sum())
        return np.where(fractional, finite + steps * np.spacing(np.abs(finite)), values)

    def series(self, values: pd.Series) -> pd.Series:
        if values.dtype == np.float64:
            return pd.Series(self.array(values.to_numpy()), index=values.index, name=values.name)
        if values.dtype == "Float64":
            moved = pd.array(self.array(values.to_numpy(dtype=np.float64, na_value=np.nan)), dtype="Float64")
            return pd.Series(moved, index=values.index, name=values.name)
        if values.dtype == object:
            return values.map(lambda value: self.value(value) if isinstance(value, float) else value)
        return values

    def frame(self, frame: pd.DataFrame) -> pd.DataFrame:
        moved = {place: self.series(frame.iloc[:, place]) for place in range(frame.shape[1])}
        found = pd.DataFrame(moved, index=frame.index)
        found.columns = frame.columns
        found.attrs = dict(frame.attrs)
        return found

    def value(self, found: Any) -> Any:
        if isinstance(found, float):
            return type(found)(self.array(np.asarray(found, dtype=np.float64)))
        if isinstance(found, np.ndarray) and found.dtype == np.float64:
            return self.array(found)
        if isinstance(found, pd.DataFrame):
            return self.frame(found)
        if isinstance(found, pd.Series):
            return self.series(found)
        if isinstance(found, dict):
            return type(found)((key, self.value(each)) for key, each in found.items())
        if isinstance(found, tuple) and hasattr(found, "_fields"):
            return type(found)(*map(self.value, found))
        if type(found) in (list, tuple):
            return type(found)(map(self.value, found))
        if dataclasses.is_dataclass(found) and not isinstance(found, type):
            names = [field.name for field in dataclasses.fields(found) if field.init]
            return dataclasses.replace(found, **{name: self.value(getattr(found, name)) for name in names})
        return found


def install(seed: int, *, planted: str = "") -> Disturbance:
    """
    Disturb what measures and indicators return, what figures draw and what pages name, wherever it was imported.

    `planted` names one more module whose public functions are disturbed.
    """
    disturbance = Disturbance(seed)
    everything = [*_import_all(), *([importlib.import_module(planted)] if planted else [])]
    replaced: dict[int, Callable[..., Any]] = {}
    for module in everything:
        if _returns_numbers(module.__name__) or module.__name__ == planted:
            replaced |= _wrapped(module, functools.partial(_returned, disturbance))
        elif module.__name__.startswith(f"{FIGURES}."):
            replaced |= _wrapped(module, functools.partial(_drawn, disturbance))
    _replace_everywhere(replaced)
    _disturb_pages(disturbance)
    return disturbance


def _import_all() -> list[Any]:
    package = importlib.import_module("edubalance")
    names = [found.name for found in pkgutil.walk_packages(package.__path__, "edubalance.")]
    outside = ("edubalance.__main__", "edubalance.runs", "edubalance.cli", "edubalance.scaffold")
    return [importlib.import_module(name) for name in names if not name.startswith(outside)]


def _returns_numbers(module: str) -> bool:
    public = not module.rpartition(".")[2].startswith("_")
    return (module.startswith(f"{MEASURES}.") and public) or module in INDICATORS


def _wrapped(module: Any, wrap: Callable[[Any], Any]) -> dict[int, Callable[..., Any]]:
    """Wrap the public functions that a module defines; a property of a class is computed from disturbed fields."""
    functions = [
        each
        for name, each in vars(module).items()
        if inspect.isfunction(each) and each.__module__ == module.__name__ and not name.startswith("_")
    ]
    return {id(each): wrap(each) for each in functions}


def _returned(disturbance: Disturbance, function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def disturbed(*given: Any, **named: Any) -> Any:
        return disturbance.value(function(*given, **named))

    return disturbed


def _drawn(disturbance: Disturbance, function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def disturbed(*given: Any, **named: Any) -> Any:
        held = [disturbance.frame(each) if isinstance(each, pd.DataFrame) else each for each in given]
        return function(*held, **named)

    return disturbed


def _replace_everywhere(replaced: dict[int, Callable[..., Any]]) -> None:
    """Put wrappers wherever a function is held: under a name it was imported by, in a table, a partial, a default."""
    for name, module in list(sys.modules.items()):
        if module is None or not name.startswith("edubalance"):
            continue
        for key, held in list(vars(module).items()):
            found = _with_wrappers(held, replaced)
            if found is not held:
                setattr(module, key, found)
            if inspect.isfunction(held) and held.__defaults__:
                held.__defaults__ = tuple(_with_wrappers(each, replaced) for each in held.__defaults__)


def _with_wrappers(held: Any, replaced: dict[int, Callable[..., Any]]) -> Any:
    if id(held) in replaced:
        return replaced[id(held)]
    if isinstance(held, functools.partial) and id(held.func) in replaced:
        return functools.partial(replaced[id(held.func)], *held.args, **held.keywords)
    if type(held) is dict:
        for key, each in list(held.items()):
            held[key] = _with_wrappers(each, replaced)
    if type(held) is tuple and any(id(each) in replaced for each in held):
        return tuple(_with_wrappers(each, replaced) for each in held)
    return held


def _disturb_pages(disturbance: Disturbance) -> None:
    from edubalance.export.page import Page
    from edubalance.results import Results

    show, text, add = Page.show, Page.text, Results.add

    def shown(self: Page, fig: Any, name: str, alt: str, data: pd.DataFrame) -> None:
        show(self, fig, name, alt, disturbance.frame(data))

    def written(self: Page, en: str, zh: str, **values: Any) -> str:
        return text(self, en, zh, **{name: disturbance.value(value) for name, value in values.items()})

    def added(self: Results, name: str, value: Any, **named: Any) -> Any:
        return add(self, name, disturbance.value(value), **named)

    Page.show, Page.text, Results.add = shown, written, added
