"""What a trial may look at: one case's tables, judged, and an explicit source of randomness."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from edubalance.assessment import Assessment, assess, in_force
from edubalance.codebook import Tables
from edubalance.schools import indicators
from edubalance.standards import Standard, load

# The number of shuffles sets the finest p-value that a permutation test can state: 1 / 2,000.
REPLICATES = 1999


@dataclass(frozen=True)
class Material:
    """
    Everything that a trial may look at.

    Attributes
    ----------
    tables : Tables
        The validated tables, all years.
    standard : Standard
        The standard that the notebook judges by.
    assessment : Assessment
        The assessment under that standard, all years.
    indicators : DataFrame
        Wide: one row a section in scope and year, one column an indicator.
    year : int
        The year that the notebook tells of.
    seed : int
        Seed of every permutation test; each trial starts anew from it.
    """

    tables: Tables
    standard: Standard
    assessment: Assessment
    indicators: pd.DataFrame
    year: int
    seed: int

    @property
    def rng(self) -> np.random.Generator:
        """Return a generator that starts at the seed, so that the order of the claims does not matter."""
        return np.random.default_rng(self.seed)

    @property
    def now(self) -> pd.DataFrame:
        """Return the sections of the year that the notebook tells of."""
        return self.indicators.loc[self.indicators["year"] == self.year]

    def assessed_by(self, standard_id: str) -> Assessment:
        """Assess the same tables by another standard."""
        return assess(self.tables, load(standard_id))


def gather(tables: Tables, standard: Standard, *, year: int, seed: int = 20170419) -> Material:
    """
    Gather what the trials of a case look at.

    Parameters
    ----------
    tables : Tables
        Validated tables.
    standard : Standard
        The standard that the notebook judges by.
    year : int
        The year that the notebook tells of.
    seed : int
        Seed of the permutation tests.

    Returns
    -------
    Material
        The tables with their indicators and assessment.
    """
    wide = indicators(tables, standard)
    in_scope = wide.loc[wide["in_scope"].to_numpy(dtype=bool)].reset_index(drop=True)
    # Years before the standard was in force have indicators, and no verdict under it.
    judged = assess(in_force(tables, standard), standard)
    return Material(tables, standard, judged, in_scope, year, seed)
