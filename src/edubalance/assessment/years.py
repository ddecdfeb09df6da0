"""Some years of tables that hold more: the years before a standard was in force cannot be judged by it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from edubalance.assessment.sections import rule_date
from edubalance.codebook import Tables
from edubalance.errors import EdubalanceError
from edubalance.standards import Standard
from edubalance.standards.dated import as_date


def of_years(tables: Tables, years: Collection[int]) -> Tables:
    """
    Return the schools, sections and reports of some years; the other tables stay whole.

    Parameters
    ----------
    tables : Tables
        Of any years.
    years : collection of int
        Those that are kept.

    Returns
    -------
    Tables
        Without rows where the tables hold none of the years.
    """
    frames = {name: getattr(tables, name) for name in ("schools", "sections", "county")}
    return replace(tables, **{name: frame.loc[frame["year"].isin(list(years))] for name, frame in frames.items()})


def in_force(tables: Tables, standard: Standard) -> Tables:
    """
    Return the schools, sections and reports of the years that a standard judges.

    Parameters
    ----------
    tables : Tables
        Of any years.
    standard : Standard
        Years on whose 1 September it was not yet in force are left out.

    Returns
    -------
    Tables
        The other tables stay whole.
    """
    years = [int(year) for year in tables.schools["year"].unique()]
    return of_years(tables, [year for year in years if as_date(rule_date(year)) >= standard.in_force_from])


def of_year(tables: Tables, year: int) -> Tables:
    """
    Return the schools, sections and reports of one year that the tables hold.

    Parameters
    ----------
    tables : Tables
        Of any years.
    year : int
        The one that is kept.

    Returns
    -------
    Tables
        The other tables stay whole.

    Raises
    ------
    EdubalanceError
        If there are no schools of the year.
    """
    held = sorted(int(known) for known in tables.schools["year"].unique())
    if year not in held:
        raise EdubalanceError(
            f"The tables hold no schools of {year}.", hint=f"Years that they hold: {', '.join(map(str, held))}."
        )
    return of_years(tables, [year])
