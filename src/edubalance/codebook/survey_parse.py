"""From YAML to a questionnaire; a malformed one is refused, with the place of the mistake."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from edubalance.codebook.questionnaire import OVERALL, Construct, Group, Item, Questionnaire, Scale
from edubalance.codebook.source import Source

FILE = Source("questionnaire", "survey.yml")
KNOWN = ("year", "respondent_id", "school_id", "level", "weight", "returned", "comment")
BOTH = ("en", "zh")


def parse(text: str) -> Questionnaire:
    """
    Read a questionnaire.

    Parameters
    ----------
    text : str
        YAML, in the form of the package's ``survey.yml``.

    Returns
    -------
    Questionnaire
        Its scales, constructs and groups.

    Raises
    ------
    EdubalanceError
        If the text is no YAML, or a key is unknown, missing or contradicts another.

    Examples
    --------
    >>> parse("{scales: {}, constructs: {}}")
    Traceback (most recent call last):
    edubalance.errors.EdubalanceError: The questionnaire is malformed at the top: the key 'groups' is missing. ...
    """
    book = FILE.mapping(FILE.read(text), "the top", ("scales", "constructs", "groups"))
    scales = {name: _scale(name, entry) for name, entry in FILE.mapping(book["scales"], "scales").items()}
    constructs = {
        name: _construct(name, entry) for name, entry in FILE.mapping(book["constructs"], "constructs").items()
    }
    groups = {
        name: _group(name, entry, scales, constructs) for name, entry in FILE.mapping(book["groups"], "groups").items()
    }
    return Questionnaire(scales, constructs, groups)


def _scale(name: str, stated: Any) -> Scale:
    """Read one scale; every answer has its words."""
    place = f"scales.{name}"
    entry = FILE.mapping(stated, place, (*BOTH, "min", "max", "labels"), ("satisfied_from",))
    low, high = _whole(entry["min"], f"{place}.min"), _whole(entry["max"], f"{place}.max")
    if low >= high:
        FILE.refuse(place, f"'min' ({low}) is not below 'max' ({high})")
    labels = {
        answer: dict(FILE.mapping(words, f"{place}.labels.{answer}", BOTH))
        for answer, words in FILE.mapping(entry["labels"], f"{place}.labels").items()
    }
    # Counted first: a slip of the pen may ask for more answers than there is memory.
    if high - low + 1 != len(labels) or list(labels) != list(range(low, high + 1)):
        FILE.refuse(f"{place}.labels", f"expected one for each answer from {low} to {high}, in order")
    start = entry.get("satisfied_from")
    if start is not None and not low < _whole(start, f"{place}.satisfied_from") <= high:
        FILE.refuse(f"{place}.satisfied_from", f"expected an answer above {low}, at most {high}; got {start}")
    return Scale(name, entry["en"], entry["zh"], low, high, start, labels)


def _construct(name: str, stated: Any) -> Construct:
    """Read one construct."""
    entry = FILE.mapping(stated, f"constructs.{name}", BOTH)
    return Construct(name, entry["en"], entry["zh"])


def _group(name: str, stated: Any, scales: Mapping[str, Scale], constructs: Mapping[str, Construct]) -> Group:
    """Read one group: one overall item on a scale of satisfaction, and no wording or column twice."""
    place = f"groups.{name}"
    entry = FILE.mapping(stated, place, (*BOTH, "items"))
    items = tuple(
        _item(key, value, f"{place}.items.{key}", scales, constructs)
        for key, value in FILE.mapping(entry["items"], f"{place}.items").items()
    )
    overall = [item for item in items if item.construct == OVERALL]
    if len(overall) != 1:
        FILE.refuse(place, f"expected one item of the construct {OVERALL!r}, got {len(overall)}")
    if overall[0].scale.satisfied_from is None:
        FILE.refuse(f"{place}.items.{overall[0].id}", "its scale does not say from which answer on one is satisfied")
    for lang in BOTH:
        wordings = [item.wording(lang) for item in items]
        twice = sorted({wording for wording in wordings if wordings.count(wording) > 1})
        if twice:
            FILE.refuse(f"{place}.items", f"two items are worded {twice[0]!r}")
    _one_scale(items, place)
    return Group(name, entry["en"], entry["zh"], items)


def _one_scale(items: tuple[Item, ...], place: str) -> None:
    """Refuse a construct whose items have different scales: their mean would mean nothing."""
    for construct in {item.construct: None for item in items}:
        scales = sorted({item.scale.id for item in items if item.construct == construct})
        if len(scales) > 1:
            FILE.refuse(f"{place}.items", f"the items of {construct} have the scales {' and '.join(scales)}")


def _item(name: str, stated: Any, place: str, scales: Mapping[str, Scale], constructs: Mapping[str, Construct]) -> Item:
    """Read one item."""
    entry = FILE.mapping(stated, place, ("construct", "scale", *BOTH), ("reversed", "weight"))
    if name in KNOWN:
        FILE.refuse(place, f"{name!r} is a column of every respondent")
    FILE.only((entry["construct"],), constructs, f"{place}.construct")
    FILE.only((entry["scale"],), scales, f"{place}.scale")
    reversed_, weight = entry.get("reversed", False), entry.get("weight", 1)
    if not isinstance(reversed_, bool):
        FILE.refuse(f"{place}.reversed", f"expected true or false, got {reversed_!r}")
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not weight > 0:
        FILE.refuse(f"{place}.weight", f"expected a number above 0, got {weight!r}")
    return Item(
        id=name,
        construct=entry["construct"],
        scale=scales[entry["scale"]],
        reversed=reversed_,
        weight=float(weight),
        en=entry["en"],
        zh=entry["zh"],
    )


def _whole(stated: Any, place: str) -> int:
    """Return a whole number; refuse anything else."""
    if isinstance(stated, bool) or not isinstance(stated, int):
        FILE.refuse(place, f"expected a whole number, got {stated!r}")
    return stated
