"""A sampled design: an outcome against each sampled number, a mark a setting, and how the arms differ."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from alliance_sim.analysis.catalogue import BY_NAME
from alliance_sim.analysis.combination import is_number
from alliance_sim.analysis.numbers import NORMAL_95, number
from alliance_sim.figures.picture import LeftOut, Picture, Scene
from alliance_sim.figures.style import FAINT, Look, canvas, looks, theme, wrapped

NAME = "sampled"
TITLE = "Outcome over the sampled settings"
OUTCOME = "pre_post_d"
MOST_PANELS = 4
BINS = 6
CAPTION = (
    "Above: improvement from intake to the end (in standard deviations at intake), a mark a sampled setting and arm, "
    "averaged over simulated clinics. Below, with several arms: how much more an arm brings than the baseline in the "
    "same setting, with the same people and the same luck. Lines join the means of six groups of as many settings, "
    "with 95 % intervals of these means: where a line is flat, that setting does not matter on average over all "
    "others. The spread of marks around a line comes from the other settings."
)


class Bin(NamedTuple):
    """Settings of about the same value: their mean value, the mean of the outcome, half its 95 % interval."""

    x: float
    y: float
    half: float


def binned(x: np.ndarray, y: np.ndarray, bins: int = BINS) -> list[Bin]:
    """Means of y over groups of as many neighbours in x each, at least five where there are enough."""
    order = np.argsort(x, kind="stable")
    groups = np.array_split(order, max(1, min(bins, len(x) // 5)))
    return [
        Bin(
            float(x[own].mean()),
            float(y[own].mean()),
            float(NORMAL_95 * y[own].std(ddof=1) / np.sqrt(len(own))) if len(own) > 1 else 0.0,
        )
        for own in groups
    ]


def at_samples(scene: Scene, kind: str) -> pd.DataFrame:
    """Estimates of the outcome at every sample, averaged over crossed factors."""
    table = scene.estimates
    table = table[(table["kind"] == kind) & (table["estimate"] == OUTCOME) & table["sample"].notna()]
    columns = ["arm", *scene.results.sampled]
    return table.groupby(columns, sort=False, observed=True, dropna=False)["value"].mean().reset_index()


def _numeric(scene: Scene) -> list[str]:
    """The sampled columns that are numbers."""
    return [c for c in scene.results.sampled[1:] if is_number(p.sampled[c] for p in scene.results.points)]


def chosen(scene: Scene, table: pd.DataFrame) -> list[str]:
    """The sampled numbers with the strongest linear relation to the outcome in any arm, strongest first."""
    strength = {}
    for column in _numeric(scene):
        found = []
        for _, own in table.groupby("arm", sort=False, observed=True):
            x, y = own[column].to_numpy(float), own["value"].to_numpy(float)
            known = np.isfinite(y)
            spread = x[known].std() * y[known].std()
            found.append(abs(float(np.cov(x[known], y[known], ddof=0)[0, 1] / spread)) if spread > 0 else 0.0)
        strength[column] = max(found)
    return sorted(strength, key=lambda column: -strength[column])[:MOST_PANELS]


def _panel(axes: Axes, table: pd.DataFrame, column: str, look: dict[str, Look], shift: dict[str, float]) -> None:
    """Marks and binned means of every arm against one sampled number."""
    for arm, own in table.groupby("arm", sort=False, observed=True):
        x, y = own[column].to_numpy(float), own["value"].to_numpy(float)
        x, y = x[np.isfinite(y)], y[np.isfinite(y)]
        mine = look[str(arm)]
        size = 14 if len(x) <= 200 else 5
        axes.scatter(
            x, y, s=size, color=mine.colour, marker=mine.marker, alpha=0.28, linewidths=0, rasterized=len(x) > 1000
        )
        means = binned(x, y)
        at = np.array([each.x for each in means]) + shift[str(arm)] * (x.max() - x.min())
        axes.errorbar(
            at, [each.y for each in means], yerr=[each.half for each in means], color=mine.colour, marker=mine.marker,
            markersize=5, linewidth=1.8, elinewidth=1.4, label=str(arm),
        )  # fmt: skip


def draw(scene: Scene, levels: pd.DataFrame, contrasts: pd.DataFrame, columns: list[str]) -> Picture:
    """Panels: a column for each sampled number; levels above, differences from the baseline below."""
    arms = scene.results.arms
    look = looks(arms, scene.baseline)
    shift = {arm: 0.008 * (k - (len(arms) - 1) / 2) for k, arm in enumerate(arms)}
    rows = 1 if contrasts.empty else 2
    with theme():
        figure, grid = canvas(rows, len(columns), max(5.2, 2.9 * len(columns) + 0.6), 2.9 * rows + 0.5, sharey="row")
        for k, column in enumerate(columns):
            _panel(grid[0][k], levels, column, look, shift)
            if rows == 2:
                _panel(grid[1][k], contrasts, column, look, shift)
                grid[1][k].axhline(0.0, color=FAINT, linewidth=1)
            grid[-1][k].set_xlabel(wrapped(scene.factor(column), 30))
        grid[0][0].set_ylabel(f"Improvement ({BY_NAME[OUTCOME].unit})")
        if rows == 2:
            grid[1][0].set_ylabel(f"Difference from\n{wrapped(scene.baseline, 24)} ({BY_NAME[OUTCOME].unit})")
        if len(arms) > 1:
            handles: list[Any] = list(grid[0][0].containers)  # a name that begins with _ is no reason to leave one out
            figure.legend(handles, list(map(str, arms)), loc="outside upper left", ncols=len(arms), frameon=False)
    count = len(_numeric(scene))
    more = f" The {len(columns)} of {count} sampled numbers that matter most are shown." if count > len(columns) else ""
    return Picture(NAME, TITLE, CAPTION + more, _alt(scene, levels, contrasts, columns), figure)


def _alt(scene: Scene, levels: pd.DataFrame, contrasts: pd.DataFrame, columns: list[str]) -> str:
    """Lowest and highest group of each line in numbers."""
    words = []
    for table, what in ((levels, "improvement"), (contrasts, f"difference from {scene.baseline}")):
        for column in columns:
            for arm, own in table.groupby("arm", sort=False, observed=True):
                known = own[np.isfinite(own["value"])]
                means = binned(known[column].to_numpy(float), known["value"].to_numpy(float))
                words.append(
                    f"{arm}, {what}: {number(means[0].y, 2)} at {scene.factor(column)} {number(means[0].x, 2)}, "
                    f"{number(means[-1].y, 2)} at {number(means[-1].x, 2)}"
                )
    return "Scatter plots with lines of group means. " + ". ".join(words) + "."


def build(scene: Scene) -> Picture | LeftOut:
    """The picture of a design that samples at least one number."""
    if not scene.results.sampled or "varied" in scene.results.sampled:
        return LeftOut(NAME, TITLE, "the design does not sample settings")
    levels, contrasts = at_samples(scene, "level"), at_samples(scene, "contrast")
    columns = chosen(scene, levels)
    if not columns or not np.isfinite(levels["value"]).any():
        return LeftOut(NAME, TITLE, "the design samples no numbers")
    return draw(scene, levels, contrasts, columns)
