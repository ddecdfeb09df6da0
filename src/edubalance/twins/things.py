"""Rooms, grounds, equipment and money of each school and year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from edubalance.twins import draw
from edubalance.twins.draw import BoolArray, FloatArray, IntArray
from edubalance.twins.rates import Pattern
from edubalance.twins.years import moved

# Units in which amounts are whole: hundredths of a square metre, yuan, rooms, computers, books.
UNIT = {"teaching_area": 0.01, "sports_area": 0.01, "equipment": 1.0, "multimedia": 1.0, "computers": 1.0, "books": 1.0}
PER_100 = ("multimedia", "computers")


def stocks(pattern: Pattern, name: str) -> IntArray:
    """
    Round a resource of the calibrated year to whole units.

    Parameters
    ----------
    pattern : Pattern
        What shapes the rates.
    name : str
        A key of `UNIT`.

    Returns
    -------
    ndarray of int, shape (n_schools,)
        Units of each school; zero where a school has no section.
    """
    weighted = pattern.weighted_pupils(pattern.base)
    amount = pattern.stock(name) * weighted / (100 if name in PER_100 else 1) / UNIT[name]
    if pattern.spec.stock[name].at_least:
        return np.ceil(amount - 1e-9).astype(np.int64)
    return np.maximum(np.round(amount), weighted > 0).astype(np.int64)


@dataclass(frozen=True)
class Stock:
    """
    Makes the resource columns of any year from the calibrated one.

    Attributes
    ----------
    pattern : Pattern
        What shapes the rates.
    amounts : dict of str to ndarray of int
        Whole units of the calibrated year by key of `UNIT`, one a school.
    """

    pattern: Pattern
    amounts: dict[str, IntArray]

    def table(self, sections: pd.DataFrame, is_open: BoolArray) -> pd.DataFrame:
        """
        Make the resource columns of one year.

        Parameters
        ----------
        sections : DataFrame
            Sections of the year: year, level, pupils, row, classes.
        is_open : ndarray of bool, shape (n_schools,)
            Schools that are open.

        Returns
        -------
        DataFrame
            Resource columns of the codebook, one row a school that is open; empty in schools without sections.
        """
        year = int(sections["year"].iloc[0])
        amount = {name: self._moved(name, year) for name in UNIT}
        table = pd.DataFrame(index=np.arange(len(self.pattern.schools)))
        indoor = np.floor(self._moved_share("indoor", year) * amount["sports_area"]).astype(np.int64)
        table["teaching_auxiliary_area_m2"] = (amount["teaching_area"] + indoor) / 100
        table["indoor_sports_area_m2"] = indoor / 100
        table["sports_ground_area_m2"] = (amount["sports_area"] - indoor) / 100
        table["leased_sports_area_m2"] = self._leased()
        table["equipment_value_10k_yuan"] = amount["equipment"] / 10_000
        table["multimedia_classrooms"] = amount["multimedia"]
        table["computers"] = amount["computers"]
        table["books"] = amount["books"]
        for name, values in {**self._rooms(sections), **self._money(sections, year)}.items():
            table[name] = values
        table["migrant_share_pct"] = np.round(100 * np.minimum(self._moved_share("migrant", year), 0.95), 1)
        table.loc[self.pattern.weighted_pupils(self.pattern.base) == 0, :] = np.nan
        return table[is_open]

    def _moved(self, name: str, year: int) -> IntArray:
        """Return whole units of a resource in another year; buildings stay unless they grow."""
        spec, pattern = self.pattern.spec, self.pattern
        if year == spec.year:
            return self.amounts[name]
        weighted = pattern.weighted_pupils(pattern.base)
        has = weighted > 0
        units = np.zeros(has.size, dtype=np.int64)
        rates = self.amounts[name][has] / weighted[has]
        rates = moved(spec, name, spec.stock[name], year, rates, weighted[has], pattern.schools[has])
        units[has] = np.maximum(np.round(rates * weighted[has]), 1).astype(np.int64)
        return units

    def _moved_share(self, name: str, year: int) -> FloatArray:
        """Return a share or a rate in another year."""
        spec, pattern = self.pattern.spec, self.pattern
        weighted = np.maximum(pattern.weighted_pupils(pattern.base), 1e-3)
        return moved(spec, name, spec.stock[name], year, pattern.stock(name), weighted, pattern.schools)

    def _leased(self) -> FloatArray:
        """Give every ninth urban school some leased or roof-top sports space."""
        schools = self.pattern.schools
        urban = (schools["area"] == "urban").to_numpy() & (np.arange(len(schools)) % 9 == 4)
        return np.where(urban & (not self.pattern.spec.null), 400.0 + 25 * (np.arange(len(schools)) % 7), 0.0)

    def _rooms(self, sections: pd.DataFrame) -> dict[str, FloatArray]:
        """Return music and art rooms: one for so many classes, fewer or smaller ones where the pattern says so."""
        classes = np.bincount(sections["row"], sections["classes"], len(self.pattern.schools))
        rule = self.pattern.spec.rooms
        need = np.ceil(classes / rule["classes"])
        found: dict[str, FloatArray] = {}
        for name in ("music", "art"):
            chance = draw.stream(self.pattern.spec.seed, "rooms", name)
            lacks = chance.random(need.size) < self.pattern.stock("rooms_lacking")
            rooms = np.maximum(need - lacks, 0)
            small = chance.random(need.size) < self.pattern.stock("rooms_small")
            area = rule[name] * np.where(small, 0.7, 1.0) + np.floor(20 * chance.random(need.size))
            found[f"{name}_rooms"] = rooms
            found[f"{name}_room_area_m2"] = np.where(rooms > 0, np.round(area, 1), np.nan)
        return found

    def _money(self, sections: pd.DataFrame, year: int) -> dict[str, FloatArray]:
        """Return the public-funds budget and the training money within it."""
        pattern = self.pattern
        pupils = np.bincount(sections["row"], sections["pupils"], len(pattern.schools))
        least = np.where(pupils > 0, pattern.spec.funded_least, 0)
        funds = np.round(self._moved_share("public_funds", year) * np.maximum(pupils, least), -2)
        share = self._moved_share("training", year)
        return {"public_funds_budget_yuan": funds, "training_budget_yuan": np.round(np.minimum(share, 0.5) * funds)}
