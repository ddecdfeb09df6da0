"""What is printed for a person: codes and names as they are, nothing in them that steers a terminal."""

from __future__ import annotations

from typing import IO, Any

from rich.console import Console, JustifyMethod
from rich.text import Text

from edubalance.characters import visible

_LAYOUT = "\n\t"


class _Plain(Console):
    """A console to which every text is text: no markup, no emoji codes, no control characters."""

    def render_str(self, text: str, **options: Any) -> Text:
        """Render a text as it is; characters that nobody sees are escaped."""
        return super().render_str(visible(text, _LAYOUT), **(options | {"markup": False, "emoji": False}))


def console(
    file: IO[str] | None = None, *, stderr: bool = False, width: int | None = None, soft_wrap: bool = False
) -> Console:
    r"""
    Return where to print.

    Parameters
    ----------
    file : text file, optional
        The terminal unless given.
    stderr : bool
        Print to the standard error stream.
    width : int, optional
        Columns; those of the terminal unless given.
    soft_wrap : bool
        Leave long lines to the terminal.

    Returns
    -------
    Console
        Colour comes from `styled` only.

    Examples
    --------
    >>> import io
    >>> printed = io.StringIO()
    >>> console(printed).print("[a]S1 :smile: [/bold]\u200b")
    >>> printed.getvalue()
    '[a]S1 :smile: [/bold]<U+200B>\n'
    """
    return _Plain(
        file=file, stderr=stderr, width=width, soft_wrap=soft_wrap, markup=False, emoji=False, highlight=False
    )


def styled(*parts: str | tuple[str, str], justify: JustifyMethod | None = None) -> Text:
    """
    Join texts, some with a style.

    Parameters
    ----------
    *parts : str or tuple of str
        A text, or a text and its style, such as ``red``.
    justify : str, optional
        How it stands in its column.

    Returns
    -------
    Text
        For `console`.

    Examples
    --------
    >>> styled("x [/x] ", ("failed", "red")).plain
    'x [/x] failed'
    """
    shown = [
        visible(each, _LAYOUT) if isinstance(each, str) else (visible(each[0], _LAYOUT), each[1]) for each in parts
    ]
    return Text.assemble(*shown, justify=justify)
