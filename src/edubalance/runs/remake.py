"""Make the synthetic twins again, or tell whether the files are as the generator makes them."""

from __future__ import annotations

from collections.abc import Sequence

from edubalance import paths, twins
from edubalance.errors import EdubalanceError
from edubalance.runs.naming import nearest


def names(chosen: Sequence[str] = ()) -> tuple[str, ...]:
    """
    Return the twins chosen, or all.

    Parameters
    ----------
    chosen : sequence of str
        Ids of cases; none means all that have a twin.

    Returns
    -------
    tuple of str
        Ids of cases.

    Raises
    ------
    EdubalanceError
        If a case has no twin.
    """
    known = tuple(twins.available())
    for name in chosen:
        if name not in known:
            raise EdubalanceError(f"There is no twin {name!r}.", hint=nearest(name, known))
    return tuple(chosen) or known


def differing(case_id: str) -> list[str]:
    """
    Return the files of a twin that are not what the generator makes; nothing is written.

    Parameters
    ----------
    case_id : str
        A case that has a twin.

    Returns
    -------
    list of str
        Names within the case's data folder.
    """
    data = paths.case(case_id) / "data"
    made = twins.files(case_id)
    return [
        name
        for name, text in sorted(made.items())
        if not (data / name).is_file() or (data / name).read_bytes() != text.encode("utf-8")
    ]


def write(case_id: str) -> list[str]:
    """
    Write a twin's files.

    Parameters
    ----------
    case_id : str
        A case that has a twin.

    Returns
    -------
    list of str
        Names of the files that changed.
    """
    data = paths.case(case_id) / "data"
    return [file.relative_to(data).as_posix() for file in twins.write(case_id)]
