"""Names in two languages, and the nearest known word for a misspelt one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from edubalance.wording import check_language


@dataclass(frozen=True)
class Text:
    """
    A name in English and Chinese.

    Attributes
    ----------
    en : str
        English.
    zh : str
        Chinese.

    Examples
    --------
    >>> Text("books per pupil", "生均图书册数").of("zh")
    '生均图书册数'
    """

    en: str
    zh: str

    def of(self, lang: str) -> str:
        """
        Return the name in one language.

        Parameters
        ----------
        lang : str
            ``en`` or ``zh``.

        Returns
        -------
        str
            The name.

        Raises
        ------
        EdubalanceError
            If the language is another one.
        """
        return self.zh if check_language(lang) == "zh" else self.en


@dataclass(frozen=True)
class Named:
    """
    Anything of a standard that has an id and a name in two languages.

    Attributes
    ----------
    id : str
        English, lower case, never translated.
    names : Text
        The name; `name` returns it in one language.
    """

    id: str
    names: Text

    def name(self, lang: str) -> str:
        """Return the name in ``en`` or ``zh``."""
        return self.names.of(lang)


def nearest(word: str, known: Iterable[str]) -> str:
    """
    Advise on an unknown word: the nearest known one, then all of them.

    Parameters
    ----------
    word : str
        The word that is not known.
    known : iterable of str
        The known words, in the order in which they are to be listed.

    Returns
    -------
    str
        A hint for an error message.

    Examples
    --------
    >>> nearest("primry", ["primary", "junior"])
    "Did you mean 'primary'? Known: primary, junior."
    """
    words = list(known)
    near = difflib.get_close_matches(str(word), words, n=1, cutoff=0.6)
    listed = f"Known: {', '.join(words)}." if words else "None is known."
    return f"Did you mean {near[0]!r}? {listed}" if near else listed
