"""The parts of a twin's specification: strata of schools, columns, pupils, groups, land."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

AREAS = ("urban", "town", "rural")
LEVELS = ("primary", "junior")


@dataclass(frozen=True)
class Stratum:
    """
    Schools of one kind.

    Attributes
    ----------
    type, area, founder : str
        Codes of the codebook.
    count : int
        Number of schools.
    primary, junior, senior : float
        Mean number of pupils at each level; 0 where the level is not taught.
    spread : float
        Standard deviation of the logarithm of pupils.
    opened, closed : int
        First year, and last year; 0 where there always was and still is a school.
    """

    type: str
    area: str
    count: int
    founder: str = "county"
    primary: float = 0.0
    junior: float = 0.0
    senior: float = 0.0
    spread: float = 0.3
    opened: int = 0
    closed: int = 0


@dataclass(frozen=True)
class Column:
    """
    How one resource is spread over schools or sections in the calibrated year, and how it moves before it.

    Attributes
    ----------
    primary, junior : float
        Typical amount per pupil (per 100 pupils for staff and rooms), or typical share.
    spread : float
        Standard deviation of the logarithm between schools of one area.
    town, rural, private, small : float
        What is added to the logarithm for these schools (`small`: fewer than 100 pupils).
    at_least : float
        Where not 0: every value is at least this multiple of the threshold in force, and the spread lies above it.
    growth, rural_growth : float
        Yearly growth up to the calibrated year, and what rural schools grow more.
    noise : float
        Standard deviation of the logarithm from year to year, school by school.
    widen : mapping of int to float
        By year: how much wider the schools lay apart than in the calibrated year.
    """

    primary: float = 0.0
    junior: float = 0.0
    spread: float = 0.0
    town: float = 0.0
    rural: float = 0.0
    private: float = 0.0
    small: float = 0.0
    at_least: float = 0.0
    growth: float = 0.0
    rural_growth: float = 0.0
    noise: float = 0.0
    widen: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Pupils:
    """
    How pupils move and sit in classes.

    Attributes
    ----------
    growth : mapping of str to float
        Yearly growth by area up to the calibrated year; ``private`` stands for all private schools.
    noise : float
        Standard deviation of the logarithm from year to year, school by school.
    cap : mapping of str to int
        Largest number of pupils of a section by level, and of an integrated school (``school``).
    class_limit : mapping of str to int
        Largest class by level where classes are not crowded.
    crowded : mapping of str to float
        By area, share of sections whose classes hold up to `crowded_by` pupils more.
    crowded_by : int
        See `crowded`.
    large : mapping of str to mapping of int to int
        By level and year, classes of 56 pupils and more where no published share says how many.
    """

    growth: Mapping[str, float] = field(default_factory=dict)
    noise: float = 0.0
    cap: Mapping[str, int] = field(default_factory=dict)
    class_limit: Mapping[str, int] = field(default_factory=dict)
    crowded: Mapping[str, float] = field(default_factory=dict)
    crowded_by: int = 0
    large: Mapping[str, Mapping[int, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Groups:
    """
    Education groups.

    Attributes
    ----------
    number, members : int
        Groups, and schools in each.
    inside : mapping of int to float
        By year: how far members lie from the mean of their group, as a share of what it would be without groups.
    """

    number: int = 0
    members: int = 0
    inside: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Land:
    """
    Where schools lie.

    Attributes
    ----------
    townships : mapping of str to int
        Townships and sub-districts by area.
    radius_km : mapping of str to list of float
        Nearest and farthest distance of their centres from the county seat, by area.
    scatter_km : mapping of str to float
        How far schools lie from the centre of their township, by area.
    even : bool
        Whether schools lie evenly spaced over the county instead.
    """

    townships: Mapping[str, int] = field(default_factory=dict)
    radius_km: Mapping[str, list[float]] = field(default_factory=dict)
    scatter_km: Mapping[str, float] = field(default_factory=dict)
    even: bool = False


@dataclass(frozen=True)
class Roster:
    """
    What single teachers are like in the calibrated year, by area; an area that is not named has 0, or an even chance.

    Attributes
    ----------
    ends : mapping of str to float
        Share of teachers moved to the first or last quarter of a career from an even age structure.
    old : mapping of str to float
        Share of those who are moved to the last quarter; the others are moved to the first.
    leaving : mapping of str to float
        Probability of leaving the school within a year.
    """

    ends: Mapping[str, float] = field(default_factory=dict)
    old: Mapping[str, float] = field(default_factory=dict)
    leaving: Mapping[str, float] = field(default_factory=dict)
