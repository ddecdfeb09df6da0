"""Names of notebooks, and what was probably meant by a name that does not exist."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from edubalance import paths, storage
from edubalance.errors import EdubalanceError


def notebooks(chosen: Sequence[str] = ()) -> tuple[str, ...]:
    """
    Return the notebooks to reproduce: those chosen, or all of them.

    Parameters
    ----------
    chosen : sequence of str
        Names as given; none means all.

    Returns
    -------
    tuple of str
        In alphabetical order.

    Raises
    ------
    EdubalanceError
        If there is no notebook of a name.
    """
    storage.settle(paths.notebooks())
    known = tuple(sorted(file.stem for file in paths.notebooks().glob("*.ipynb")))
    for name in chosen:
        if name not in known:
            raise EdubalanceError(f"There is no notebook {name!r}.", hint=nearest(name, known))
    return tuple(sorted(set(chosen))) or known


def nearest(name: str, known: Iterable[object]) -> str:
    """
    Say which known name is nearest, and all of them.

    Parameters
    ----------
    name : str
        What was given.
    known : iterable
        What there is.

    Returns
    -------
    str
        A hint.

    Examples
    --------
    >>> nearest("lnag", ["lang", "year"])
    "Did you mean 'lang'? Known: lang, year."
    """
    names = [str(one) for one in known]
    close = difflib.get_close_matches(name, names, n=1)
    meant = f"Did you mean {close[0]!r}? " if close else ""
    return f"{meant}Known: {', '.join(names) or 'none'}."
