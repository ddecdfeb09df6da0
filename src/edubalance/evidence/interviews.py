"""Interviews: which themes came up with whom and together, how surely they are coded, whether new ones still came."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from edubalance import codebook, rounding
from edubalance.errors import EdubalanceError, MeasureError
from edubalance.evidence.material import REPLICATES, Material
from edubalance.measures import agreement as agreements
from edubalance.measures import krippendorff, saturation, uncertainty

# When a theme counts as found in an excerpt: by the share of its coders who found it.
RULES = {"majority": "more than half of the coders", "any": "one coder at the least", "all": "every coder"}
EXCERPT = ["excerpt_id", "interview_id", "role", "school_id", "excerpt"]
# Fewer draws than elsewhere: each of them goes through all excerpts of a theme.
DRAWS = 499
# Of a theme in fewer excerpts no interval is told: where each excerpt decides, it would say how rare the theme is.
FEWEST_EXCERPTS = 5


def of_year(material: Material) -> pd.DataFrame:
    """Return the codings of the year that the notebook tells of; no rows where the case has no interviews."""
    coded = material.tables.interviews
    return coded.loc[coded["year"] == material.year].reset_index(drop=True)


def themes_found(material: Material, *, rule: str = "majority") -> pd.DataFrame:
    """
    Decide which themes each excerpt has.

    Parameters
    ----------
    material : Material
        The case.
    rule : {"majority", "any", "all"}
        A theme is found in an excerpt by more than half of its coders, by one at the least, or by every one. Of two
        coders more than half are both.

    Returns
    -------
    DataFrame
        One row an excerpt, in the order of the table: ``excerpt_id``, ``interview_id``, ``role``, ``school_id``,
        ``excerpt``, ``coders``, and a column of true and false for each theme of the codebook.

    Raises
    ------
    EdubalanceError
        If the rule is unknown.
    """
    if rule not in RULES:
        raise EdubalanceError(f"There is no rule {rule!r} for a theme.", hint=f"Rules: {', '.join(RULES)}.")
    coded = of_year(material)
    share = _marks(coded).groupby(coded["excerpt_id"], sort=False).mean()
    found = {"majority": share > rounding.reachable(0.5, ">"), "any": share > 0, "all": share == 1}[rule]
    about = coded.drop_duplicates("excerpt_id")[EXCERPT].reset_index(drop=True)
    coders = coded.groupby("excerpt_id", sort=False)["coder"].size().to_numpy()
    return pd.concat([about.assign(coders=coders), found.reset_index(drop=True)], axis=1)


def _marks(coded: pd.DataFrame) -> pd.DataFrame:
    """Mark the themes of each coding with 1, the others with 0."""
    listed = [frozenset(str(cell).split()) for cell in coded["themes"].fillna("")]
    columns = {theme: [float(theme in found) for found in listed] for theme in codebook.codes("theme")}
    return pd.DataFrame(columns, index=coded.index, dtype=np.float64)


def frequencies(material: Material, *, by: str = "role", rule: str = "majority") -> pd.DataFrame:
    """
    Count in how many excerpts and interviews each theme came up.

    Parameters
    ----------
    material : Material
        The case.
    by : str
        Column that tells groups apart; ``role`` unless named.
    rule : str
        When a theme counts as found, one of `RULES`.

    Returns
    -------
    DataFrame
        One row a group and theme: ``excerpts`` and ``interviews`` with the theme, of ``all_excerpts`` and
        ``all_interviews`` of the group; ``share`` (percent of the excerpts), ``interview_share`` (percent of the
        interviews) with Wilson's ``low`` and ``high``. Excerpts of one interview are not independent of each other,
        so that the interval is of interviews; it says what others of the same kind might tell if these had been
        drawn at random among them.
    """
    found = themes_found(material, rule=rule)
    rows = []
    for group, part in found.groupby(by, observed=True, sort=False):
        spoken = part.groupby("interview_id", sort=False)[list(codebook.codes("theme"))].any()
        for theme in spoken:
            many, held = int(part[theme].sum()), int(spoken[theme].sum())
            interval = uncertainty.wilson(held, len(spoken))
            bounds = 100 * interval.estimate, 100 * interval.low, 100 * interval.high
            rows.append((group, theme, many, len(part), held, len(spoken), 100 * many / len(part), *bounds))
    counts = ["excerpts", "all_excerpts", "interviews", "all_interviews"]
    return pd.DataFrame(rows, columns=[by, "theme", *counts, "share", "interview_share", "low", "high"])


def together(material: Material, *, rule: str = "majority") -> pd.DataFrame:
    """
    Count how often two themes come up in the same excerpt.

    Parameters
    ----------
    material : Material
        The case.
    rule : str
        When a theme counts as found, one of `RULES`.

    Returns
    -------
    DataFrame
        One row an ordered pair of themes: ``theme``, ``other``, ``excerpts`` (with both; on the diagonal, with the
        theme), ``either`` (with one or both), ``jaccard`` (the first over the second; NaN where neither came up).
    """
    found = themes_found(material, rule=rule)
    names = list(codebook.codes("theme"))
    table = found[names].to_numpy(dtype=np.float64).reshape(-1, len(names))
    both = table.T @ table
    alone = np.diag(both)
    either = alone[:, None] + alone[None, :] - both
    with np.errstate(invalid="ignore"):
        jaccard = both / either
    pairs = pd.MultiIndex.from_product([names, names], names=["theme", "other"]).to_frame(index=False)
    counts = {"excerpts": both.ravel().astype(int), "either": either.ravel().astype(int), "jaccard": jaccard.ravel()}
    return pairs.assign(**counts) if len(found) else pairs.assign(**counts).iloc[:0]


def agreement(material: Material) -> pd.DataFrame:
    """
    Measure theme by theme how far coders agree on whether an excerpt has it.

    Parameters
    ----------
    material : Material
        The case.

    Returns
    -------
    DataFrame
        One row a theme and measure: ``measure`` (``cohen_kappa`` of two coders, or ``krippendorff_alpha`` of all),
        ``coders`` (their codes), ``estimate``, ``low``, ``high``, ``excerpts`` (coded by both, or by two at the
        least), ``with_theme`` (those of them in which one coder at least found the theme), ``found`` (share of all
        codings that have the theme, percent). NaN where a coefficient is not defined, because nobody found the theme
        or too few did; no interval where fewer than five excerpts have the theme.
    """
    coded = of_year(material)
    marks = _marks(coded).assign(excerpt_id=coded["excerpt_id"], coder=coded["coder"])
    rows = []
    for theme in codebook.codes("theme"):
        table = marks.pivot(index="excerpt_id", columns="coder", values=theme)
        share = 100 * float(marks[theme].mean())
        for first, second in combinations(table.columns, 2):
            pair = table[[first, second]].dropna()
            found = _kappa(pair.to_numpy(dtype=np.float64))
            rows.append((theme, "cohen_kappa", f"{first} {second}", *found, len(pair), _with_theme(pair), share))
        estimate, low, high, pairable = _alpha(table.to_numpy(dtype=np.float64), "nominal", material)
        several = table[table.notna().sum(axis=1) >= 2]
        coders = " ".join(table.columns)
        found = (estimate, low, high)
        rows.append((theme, "krippendorff_alpha", coders, *found, pairable, _with_theme(several), share))
    names = ["theme", "measure", "coders", "estimate", "low", "high", "excerpts", "with_theme", "found"]
    agreed = pd.DataFrame(rows if len(coded) else [], columns=names)
    enough = agreed["with_theme"] >= FEWEST_EXCERPTS
    return agreed.assign(low=agreed["low"].where(enough), high=agreed["high"].where(enough))


def _with_theme(table: pd.DataFrame) -> int:
    """Count the excerpts in which one coder at least found the theme."""
    return int((table == 1).any(axis=1).sum())


def _kappa(pair: npt.NDArray[np.float64]) -> tuple[float, float, float]:
    """Compute Cohen's kappa of two coders; NaN where it is not defined."""
    try:
        found = agreements.cohen_kappa(pair[:, 0], pair[:, 1])
    except MeasureError:  # they used one category only: nothing shows that they could tell excerpts apart
        return np.nan, np.nan, np.nan
    return found.estimate, found.low, found.high


def _alpha(table: npt.NDArray[np.float64], scale: str, material: Material) -> tuple[float, float, float, int]:
    """Compute Krippendorff's alpha with its interval; no interval where too many draws leave it undefined."""
    pairable = int(((~np.isnan(table)).sum(axis=1) >= 2).sum())
    for rng in (material.rng, None):
        try:
            found = krippendorff.krippendorff_alpha(table, level=scale, rng=rng, replicates=DRAWS)
        except MeasureError:
            continue
        return found.estimate, found.low, found.high, found.used
    return np.nan, np.nan, np.nan, pairable


def weights_agreement(material: Material) -> pd.DataFrame:
    """
    Measure how far coders agree on the weight of the problem, on each of the four scales.

    Parameters
    ----------
    material : Material
        The case.

    Returns
    -------
    DataFrame
        One row a scale (``nominal``, ``ordinal``, ``interval``, ``ratio``): ``estimate``, ``low``, ``high`` of
        Krippendorff's alpha, ``excerpts`` with two weights or more. Weights from 1 to 5 are ranks: the ordinal one
        is to be reported, and the others show how little or much hangs on that choice.
    """
    coded = of_year(material)
    table = coded.pivot(index="excerpt_id", columns="coder", values="weight_of_problem").to_numpy(dtype=np.float64)
    rows = [(scale, *_alpha(table, scale, material)) for scale in krippendorff.LEVELS] if len(coded) else []
    return pd.DataFrame(rows, columns=["scale", "estimate", "low", "high", "excerpts"])


def saturations(material: Material, *, rule: str = "majority") -> pd.DataFrame:
    """
    Count the different themes that the first interviews brought up, in their order and in random ones.

    Parameters
    ----------
    material : Material
        The case.
    rule : str
        When a theme counts as found, one of `RULES`.

    Returns
    -------
    DataFrame
        One row an interview, in the order of the table: ``interviews`` (so far), ``interview_id``, ``themes`` (so
        far), ``new``; ``expected`` (mean over all orders), ``low`` and ``high`` (95 of 100 random orders).
    """
    found = themes_found(material, rule=rule)
    spoken = found.groupby("interview_id", sort=False)[list(codebook.codes("theme"))].any()
    if spoken.empty:
        names = ["interviews", "interview_id", "themes", "new", "expected", "low", "high"]
        return pd.DataFrame(columns=names)
    curve = saturation.saturation(spoken.to_numpy(dtype=bool), rng=material.rng, replicates=REPLICATES)
    new = np.diff(curve.themes, prepend=0)
    counted = {"interviews": range(1, len(spoken) + 1), "interview_id": spoken.index, "themes": curve.themes}
    return pd.DataFrame({**counted, "new": new, "expected": curve.expected, "low": curve.low, "high": curve.high})


def quotes(material: Material, *, theme: str = "", rule: str = "majority") -> pd.DataFrame:
    """
    Set excerpts beside their codes, so that a reader can judge the coding.

    Parameters
    ----------
    material : Material
        The case.
    theme : str
        Only excerpts with this theme; all unless given.
    rule : str
        When a theme counts as found, one of `RULES`.

    Returns
    -------
    DataFrame
        One row an excerpt: its columns, ``themes`` (found by the rule, parted by blanks), ``disputed`` (found by some
        coders only), ``weight`` (median over the coders).

    Raises
    ------
    EdubalanceError
        If the codebook has no such theme.
    """
    names = list(codebook.codes("theme"))
    if theme and theme not in names:
        raise EdubalanceError(f"There is no theme {theme!r}.", hint=f"Themes: {', '.join(names)}.")
    found, some, every = (themes_found(material, rule=name) for name in (rule, "any", "all"))
    weight = of_year(material).groupby("excerpt_id", sort=False)["weight_of_problem"].median().to_numpy()
    listed = found[[*EXCERPT, "coders"]].assign(
        themes=_named(found[names]), disputed=_named(some[names] & ~every[names]), weight=weight
    )
    return listed.loc[found[theme].to_numpy(dtype=bool)].reset_index(drop=True) if theme else listed


def _named(table: pd.DataFrame) -> list[str]:
    """Write the themes of each row, parted by blanks."""
    return [" ".join(table.columns[row]) for row in table.to_numpy(dtype=bool)]
