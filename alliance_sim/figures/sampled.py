"""A sampled design: an outcome against each sampled number, a mark a setting, and how the arms differ."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from alliance_sim.estimands.catalogue import BY_NAME
from alliance_sim.estimates.combination import is_number
from alliance_sim.figures.marks import course, legend_below, rule
from alliance_sim.figures.picture import LeftOut, Picture, Scene, alt, joined
from alliance_sim.figures.style import Look, canvas, looks, theme, wrapped
from alliance_sim.stats.intervals import NORMAL_95

NAME, TITLE = "sampled", "Outcome over the sampled settings"
OUTCOME = "pre_post_d"
MOST_PANELS = 4
BINS = 6
ABOVE = (
    "mprovement from intake to the end (in standard deviations at intake), a mark a sampled setting and arm, averaged "
    "over simulated clinics."
)
BELOW = (
    "Below: how much more an arm brings than {baseline} in the same setting, with the same people and common random "
    "numbers."
)
LINES = (
    "Lines join the means of at most {bins} groups of as many settings, with 95 % intervals of these means: where a "
    "line is flat, that setting does not matter on average over all others. Marks leave the line through the other "
    "settings."
)


def binned(x: np.ndarray, y: np.ndarray, bins: int = BINS) -> pd.DataFrame:
    """Means of y over groups of as many neighbours in x each, at least five where there are enough.

    Columns x and value (means of a group), low and high (95 % interval of the mean of y; nan for one alone).
    """
    groups = np.array_split(np.argsort(x, kind="stable"), max(1, min(bins, len(x) // 5)))
    rows = []
    for own in groups:
        half = NORMAL_95 * y[own].std(ddof=1) / np.sqrt(len(own)) if len(own) > 1 else np.nan
        rows.append((x[own].mean(), y[own].mean(), y[own].mean() - half, y[own].mean() + half))
    return pd.DataFrame(rows, columns=["x", "value", "low", "high"])


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
        strength[column] = 0.0
        for _, own in table[np.isfinite(table["value"])].groupby("arm", sort=False, observed=True):
            x, y = own[column].to_numpy(float), own["value"].to_numpy(float)
            if x.std() * y.std() > 0:
                strength[column] = max(strength[column], abs(float(np.corrcoef(x, y)[0, 1])))
    return sorted(strength, key=lambda column: -strength[column])[:MOST_PANELS]


def _panel(axes: Axes, table: pd.DataFrame, column: str, look: dict[str, Look]) -> pd.DataFrame:
    """Marks and group means of every arm against one sampled number; gives the means."""
    drawn = []
    for k, (arm, mine) in enumerate(look.items()):
        own = table[(table["arm"] == arm) & np.isfinite(table["value"])]
        if own.empty:
            continue
        x, y = own[column].to_numpy(float), own["value"].to_numpy(float)
        size, many = (14 if len(x) <= 200 else 5), len(x) > 1000
        axes.scatter(x, y, s=size, color=mine.colour, marker=mine.marker, alpha=0.28, linewidths=0, rasterized=many)
        means = binned(x, y).assign(arm=arm)
        shift = 0.008 * (k - (len(look) - 1) / 2) * float(x.max() - x.min())
        course(axes, means, "x", mine, bars=True, shift=shift, size=5)
        drawn.append(means)
    return pd.concat(drawn)


@theme()
def draw(scene: Scene, levels: pd.DataFrame, contrasts: pd.DataFrame, columns: list[str]) -> Picture:
    """Panels: a column for each sampled number; levels above, differences from the baseline below."""
    look, drawn, several = looks(scene.results.arms, scene.baseline), [], not contrasts.empty
    size = (max(5.2, 2.9 * len(columns) + 0.6), 2.9 * (1 + several) + 0.8)
    figure, grid = canvas(1 + several, len(columns), *size, sharey="row")
    tables = [("improvement", levels), (f"difference from {scene.baseline}", contrasts)][: 1 + several]
    for row, (what, table) in zip(grid, tables, strict=True):
        for axes, column in zip(row, columns, strict=True):
            means = _panel(axes, table, column, look)
            drawn.append(means.assign(panel=f"{what} over {scene.factor(column)}"))
            if table is contrasts:
                rule(axes, y=0.0)
    for axes, column in zip(grid[-1], columns, strict=True):
        axes.set_xlabel(wrapped(scene.factor(column), 30))
    for row, words in zip(grid, ("Improvement", f"Difference from\n{wrapped(scene.baseline, 24)}"), strict=False):
        row[0].set_ylabel(f"{words} ({BY_NAME[OUTCOME].unit})")
    legend_below(figure, scene.results.arms, look)
    count = len(_numeric(scene))
    caption = joined(
        f"{'Above: i' if several else 'I'}{ABOVE}",
        BELOW.format(baseline=scene.baseline) if several else "",
        LINES.format(bins=BINS),
        f"The {len(columns)} of {count} sampled numbers that matter most are shown." if count > len(columns) else "",
    )
    form = "Marks of settings with lines of group means."
    return Picture(NAME, TITLE, caption, alt(form, pd.concat(drawn), who="{arm}", panel="panel", over="x"), figure)


def build(scene: Scene) -> Picture | LeftOut:
    """The picture of a design that samples at least one number."""
    if not scene.results.sampled or "varied" in scene.results.sampled:
        return LeftOut(NAME, TITLE, "the design does not sample settings")
    levels, contrasts = at_samples(scene, "level"), at_samples(scene, "contrast")
    columns = chosen(scene, levels)
    if not columns or not np.isfinite(levels["value"]).any():
        return LeftOut(NAME, TITLE, "the design samples no numbers")
    return draw(scene, levels, contrasts, columns)
