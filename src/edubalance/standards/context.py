"""Numbers around the assessment: bands of class size, quotas of public funds, staffing."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from edubalance.standards.dated import Rule, as_date
from edubalance.standards.model import Known
from edubalance.standards.naming import Named
from edubalance.standards.page import Page, folder, read, shared
from edubalance.standards.standard import find


@dataclass(frozen=True)
class Band(Named):
    """
    A band of class sizes.

    Attributes
    ----------
    minimum : int
        Fewest pupils of a class in the band.
    maximum : int or None
        Most pupils; None where the band is open.
    """

    minimum: int
    maximum: int | None


@dataclass(frozen=True)
class Context:
    """
    What surrounds the assessment and decides nothing in it.

    Attributes
    ----------
    class_size_bands : tuple of Band
        From small to large; classes below the first band have none.
    class_size_known : Known
        Confidence and sources of the bands.
    quantities : tuple of Rule
        Dated values; `value_on` looks them up.
    """

    class_size_bands: tuple[Band, ...]
    class_size_known: Known
    quantities: tuple[Rule, ...]

    def value_on(self, quantity: str, date: str | datetime.date, level: str | None = None) -> float:
        """
        Return a quantity on a day.

        Parameters
        ----------
        quantity : str
            Id, such as ``special_education_quota``.
        date : str or datetime.date
            The day; there is no default.
        level : str, optional
            ``primary`` or ``junior``; needed where the levels differ.

        Returns
        -------
        float
            The value, in the unit of the quantity.

        Raises
        ------
        StandardError
            If the quantity or level is unknown, or no value is known for that day.

        Examples
        --------
        >>> context().value_on("public_funds_quota_centre_west", "2018-09-01", level="primary")
        600.0
        """
        rule = find(self.quantities, quantity, "There is no quantity")
        value = rule.entry_on(as_date(date), level).value
        return float("nan") if value is None else value


@lru_cache(maxsize=1)
def context() -> Context:
    """
    Read the numbers around the assessment.

    Returns
    -------
    Context
        Unchangeable, and the same object each time.

    Examples
    --------
    >>> [(band.id, band.minimum, band.maximum) for band in context().class_size_bands][-2:]
    [('large', 56, 65), ('very_large', 66, None)]
    """
    page = replace(shared(), file="context.yml", origin="context")
    node = page.fields(read(folder() / "context.yml"), "class_size_bands class_size_known quantities")
    return Context(
        class_size_bands=tuple(_band(page, content) for content in node["class_size_bands"]),
        class_size_known=page.known(page.fields(node["class_size_known"], "confidence sources")),
        quantities=tuple(_quantity(page, key, content) for key, content in page.listing(node["quantities"])),
    )


def _band(page: Page, content: object) -> Band:
    node = page.fields(content, "id name minimum", "maximum")
    most = int(page.number(node["maximum"])) if "maximum" in node else None
    return Band(node["id"], page.text(node["name"]), int(page.number(node["minimum"])), most)


def _quantity(page: Page, key: str, content: Any) -> Rule:
    node = page.fields(content, "name unit values confidence sources", "notes")
    return page.rule(key, node, page.text(node["name"]), page.known(node))
