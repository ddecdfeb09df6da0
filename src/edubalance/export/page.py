"""The only saver: figures with the numbers they draw, named results, and sentences made from them."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from IPython import get_ipython
from IPython.display import Image, display
from matplotlib.figure import Figure

from edubalance import paths, storage, wording
from edubalance.errors import EdubalanceError
from edubalance.export.files import csv_text
from edubalance.export.pictures import in_few_colours, pictures
from edubalance.figures import frames, style
from edubalance.results import Results
from edubalance.results import write as write_results
from edubalance.sentences import filled

NAME = re.compile(r"[0-9]{2}_[a-z0-9_]+")


class Page:
    """
    What one run of a notebook shows and states: its figures, results and sentences.

    Parameters
    ----------
    case_id : str
        The case; its files go to `edubalance.paths.figures`.
    kind : str
        What the data are: ``"twin"``, ``"observed"``, ``"published"``, ``"package"``, or ``"twin_and_package"`` where
        a picture shows both. It is set on every figure.
    lang : str
        ``"en"`` or ``"zh"``.
    scenario : str
        Scenario of a twin.

    Attributes
    ----------
    results : Results
        The named results so far.
    figures : list of str
        Names of the figures so far.
    """

    def __init__(self, case_id: str, *, kind: str, lang: str, scenario: str = "described") -> None:
        wording.kind(kind, lang, scenario)
        self.case_id, self.kind, self.lang, self.scenario = case_id, kind, lang, scenario
        self.results = Results()
        self.results.add("data", wording.kind(kind, lang, scenario), unit="text")
        self.figures: list[str] = []

    def show(self, fig: Figure, name: str, alt: str, data: pd.DataFrame) -> None:
        """
        Stamp, save, close and display one figure.

        Writes ``name.svg``, ``name.png`` and ``name.csv`` whole or not at all, and prints the figure's name with its
        alternative text: a notebook checker looks into no picture, but sees another finding.

        Parameters
        ----------
        fig : Figure
            Closed afterwards.
        name : str
            Two digits and a name: ``"03_lorenz"``.
        alt : str
            What the figure shows, for those who cannot see it.
        data : DataFrame
            The numbers drawn.

        Raises
        ------
        EdubalanceError
            If the name is malformed or taken, the alternative text is empty, or there are no numbers.
        """
        self._check_figure(name, alt, data)
        style.stamp(fig, self.kind, self.lang, scenario=self.scenario, level=frames.only_level(data))
        svg, png = pictures(fig, name, alt)
        plt.close(fig)
        folder = self._folder()
        drawn = data.assign(data=wording.kind(self.kind, self.lang, self.scenario))
        files: dict[str, str | bytes] = {"svg": svg, "png": png, "csv": csv_text(drawn)}
        made = {folder / f"{name}.{suffix}": content for suffix, content in files.items()}
        storage.write_all(made, folder / name, durable=False)
        self.figures.append(name)
        if get_ipython() is not None:
            display(Image(data=in_few_colours(png), format="png", alt=alt))  # type: ignore[no-untyped-call]
        _print(f"figure {name}: {' '.join(alt.split())}")

    def draw(
        self,
        name: str,
        function: Callable[..., Any],
        data: pd.DataFrame,
        alt: tuple[str, str],
        *,
        size: Mapping[str, Any] | None = None,
        without: tuple[str, str] | None = None,
        **options: Any,
    ) -> None:
        """
        Draw a frame with one of the figure functions, and show it.

        Parameters
        ----------
        name : str
            As for `show`.
        function : callable
            A figure function: ``function(data, ax, lang=…, **options)``.
        data : DataFrame
            The frame to draw; it is written beside the picture as it is.
        alt : tuple of str
            What the figure shows, in English and Chinese: templates as for `text`.
        size : mapping, optional
            Keyword arguments of `edubalance.figures.style.figure`.
        without : tuple of str, optional
            What to say, in English and Chinese, where the frame has no rows: a county that does not have a table is
            told so in the figure's place. Unless it is given, such a frame is refused.
        **options : object
            Passed on to the figure function.

        Raises
        ------
        EdubalanceError
            As `show` and `text` do.
        """
        if without is not None and data.empty:
            self.say(*without)
            return
        self._check_figure(name, self.text(*alt), data)
        fig, ax = style.figure(**(size or {}))
        function(data, ax, lang=self.lang, **options)
        self.show(fig, name, self.text(*alt), data)

    def _check_figure(self, name: str, alt: str, data: pd.DataFrame) -> None:
        """Refuse a figure that could not be found, read or checked later."""
        if not NAME.fullmatch(name):
            raise EdubalanceError(
                f"A figure's name must be two digits, an underscore and small letters; got {name!r}.",
                hint="For example 03_lorenz.",
            )
        if name in self.figures:
            raise EdubalanceError(f"The figure {name!r} is saved already.", hint="Give each figure a name of its own.")
        if not alt.strip():
            raise EdubalanceError(f"The figure {name!r} needs an alternative text.", hint="Say in words what it shows.")
        if data.empty:
            raise EdubalanceError(f"The figure {name!r} needs the numbers it draws.", hint="Pass the frame as data.")

    def _folder(self) -> Path:
        """Return the folder of the case's figures, made if need be."""
        folder = paths.figures(self.case_id)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def result(
        self, name: str, value: float | str, *, unit: str, tolerance: float | None = None, convention: str = ""
    ) -> None:
        """
        Record a named result.

        Parameters
        ----------
        name : str
            Dotted name, general to special.
        value : float or str
            A number, or a verdict or outcome as text.
        unit : str
            Unit of the number; ``text`` for a text.
        tolerance : float, optional
            Largest difference that counts as the same number.
        convention : str
            How it was computed, where there is more than one way.
        """
        plain = value if isinstance(value, str) else float(value)
        self.results.add(name, plain, unit=unit, tolerance=tolerance, convention=convention)

    def text(self, en: str, zh: str, **values: float | str) -> str:
        """
        Make a sentence from named results.

        Both templates are checked, whichever language is asked for.

        Parameters
        ----------
        en, zh : str
            Templates. A placeholder is the name of a result or of one of `values`, with a format for a number:
            ``"{cv.primary.books:.3f}"``. A digit outside placeholders is refused.
        **values : float or str
            Values that are not results.

        Returns
        -------
        str
            The sentence in the page's language. A number that is not defined is said to be so.

        Raises
        ------
        EdubalanceError
            If a number is typed into a template, lacks a format, or is unknown.

        Examples
        --------
        >>> page = Page("demo", kind="twin", lang="en")
        >>> page.result("cv.books", 0.51526, unit="ratio")
        >>> page.text("The coefficient is {cv.books:.2f}.", "差异系数为{cv.books:.2f}。")
        'The coefficient is 0.52.'
        """
        return {lang: filled(words, lang, self.results, values) for lang, words in (("en", en), ("zh", zh))}[self.lang]

    def say(self, en: str, zh: str, **values: float | str) -> None:
        """
        Display a sentence made from named results, as Markdown.

        Parameters
        ----------
        en, zh : str
            Templates, as for `text`.
        **values : float or str
            Values that are not results.
        """
        sentence = self.text(en, zh, **values)
        if get_ipython() is not None:
            bundle = {"text/markdown": sentence, "text/plain": sentence}
            display(bundle, raw=True)  # type: ignore[no-untyped-call]
        else:
            _print(sentence)

    def finish(self) -> None:
        """Write ``results.csv`` beside the figures and print how much the page holds."""
        write_results(self.results, self._folder() / "results.csv")
        _print(f"{self.case_id}  results={len(self.results)}  figures={len(self.figures)}")


def _print(line: str) -> None:
    """Print a line of the notebook's own output."""
    sys.stdout.write(f"{line}\n")
