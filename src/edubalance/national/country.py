"""The plan of a synthetic country: provinces, counties, and what each has of the published totals."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from edubalance.errors import EdubalanceError
from edubalance.national.margins import COUNTIES, margin
from edubalance.national.sharing_out import FloatArray, IntArray, share_out
from edubalance.standards import Standard
from edubalance.twins.draw import stream

LEVELS = ("primary", "junior")
AREAS = ("urban", "town", "rural")
PROVINCES = 31

# Made up, where no total of the country is among the published ones.
SHARES = {"bachelor_share": 0.9, "college_share": 0.999}
YEARLY_CONVERGENCE = 0.04


@dataclass(frozen=True)
class Country:
    """
    What is drawn once: provinces, counties and their sizes.

    Attributes
    ----------
    counties : int
        Number of counties.
    years : tuple of int
        Years of the panel, ascending.
    seed : int
        Seed of everything drawn.
    standard : Standard
        Its thresholds say how much there is about.
    """

    counties: int
    years: tuple[int, ...]
    seed: int
    standard: Standard = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse a country without counties or years."""
        if self.counties < 1 or not self.years or list(self.years) != sorted(set(self.years)):
            raise EdubalanceError(
                f"A panel needs a county and ascending years; got {self.counties} counties, years {self.years}."
            )

    @cached_property
    def province(self) -> IntArray:
        """Number the province of each county; provinces differ in size, and each has a county at least."""
        count = min(PROVINCES, self.counties)
        weights = stream(self.seed, "provinces").gamma(4.0, 1.0, count)
        sizes = 1 + share_out(np.array([self.counties - count]), weights, np.zeros(count, dtype=np.int64))
        return np.repeat(np.arange(count), sizes)

    @cached_property
    def size(self) -> FloatArray:
        """Draw how large each county is against the others."""
        return stream(self.seed, "sizes").gamma(3.0, 1.0, self.counties) + 0.3

    @cached_property
    def _first_wealth(self) -> FloatArray:
        """Draw how well each county, and with it its province, provides for its schools in the first year."""
        rng = stream(self.seed, "wealth")
        return np.asarray(rng.normal(0, 0.07, PROVINCES)[self.province] + rng.normal(0, 0.11, self.counties))

    def wealth(self, year: int) -> FloatArray:
        """Return how well each county provides for its schools, as a factor about 1; counties draw nearer by years."""
        return np.asarray(np.exp(self._first_wealth * (1 - YEARLY_CONVERGENCE) ** (year - self.years[0])))

    def totals(self, year: int, level: str, quantity: str) -> IntArray:
        """
        Share a published total of the country out among the counties.

        Parameters
        ----------
        year : int
            Year.
        level : str
            Level.
        quantity : {"schools", "pupils", "teachers"}
            Smaller panels get the share of the total that their number of counties is of the country's.

        Returns
        -------
        ndarray of int, shape (counties,)
            At least one school a county, and more pupils and teachers than there are schools.
        """
        total = round(margin(year, level, quantity).value * self.counties / COUNTIES)
        least, weights = np.ones(self.counties, dtype=np.int64), self.size
        if quantity != "schools":
            least = self.totals(year, level, "schools") * 2
            weights = self.size * (self.wealth(year) ** 0.5 if quantity == "teachers" else 1.0)
        return least + share_out(np.array([total - least.sum()]), weights, np.zeros(self.counties, dtype=np.int64))

    def with_degree(
        self, year: int, level: str, degree: str, teachers: IntArray, room: IntArray | None = None
    ) -> IntArray:
        """
        Share out the teachers with a degree: the published share of all teachers of the country.

        Parameters
        ----------
        year : int
            Year.
        level : str
            Level.
        degree : {"bachelor_share", "college_share"}
            Bachelor's degree or above; college diploma or above.
        teachers : ndarray of int, shape (counties,)
            All teachers of each county.
        room : ndarray of int, shape (counties,), optional
            The most that a county can have; its teachers unless given.

        Returns
        -------
        ndarray of int, shape (counties,)
            Richer counties have more of them.
        """
        share = margin(year, level, degree).value if level == "primary" else SHARES[degree]
        total = np.array([round(share * teachers.sum())])
        most = teachers if room is None else room
        return share_out(total, most * self.wealth(year) ** 0.5, np.zeros(self.counties, dtype=np.int64), most)
