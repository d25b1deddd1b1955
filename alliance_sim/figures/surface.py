"""Two numeric factors against outcome: a surface seen from above, and the same numbers as lines."""

from itertools import combinations

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from alliance_sim.analysis.catalogue import BY_NAME
from alliance_sim.analysis.combination import is_numeric
from alliance_sim.analysis.found import found, records
from alliance_sim.analysis.numbers import number, setting
from alliance_sim.figures.picture import LeftOut, Picture, Scene
from alliance_sim.figures.style import MOST, canvas, label_ends, theme, wrapped

NAME = "surface"
TITLE = "Two settings against outcome"
OUTCOME = "pre_post_d"
CAPTION = (
    "Above: improvement from intake to end (in standard deviations at intake) at every combination of the two "
    "settings, one panel an arm; the more yellow the better. Below: the same numbers as lines, one for each level of "
    "the second setting. Where the lines are parallel the two settings add up; where they fan out, one helps the "
    "more the more there is of the other; where they are flat, the first does nothing. Other factors are averaged "
    "over."
)


def grid_of(table: pd.DataFrame, arm: str, across: str, down: str, column: str) -> pd.DataFrame:
    """Values of one arm at the settings of two factors, averaged over the others: rows `down`, columns `across`."""
    own = table[table["arm"] == arm]
    return own.pivot_table(index=down, columns=across, values=column, aggfunc="mean").sort_index()


def _above(axes: Axes, grid: pd.DataFrame, low: float, high: float) -> None:
    """The surface seen from above, with its numbers where there is room."""
    few = grid.size <= 49
    seen = grid.iloc[::-1]
    sns.heatmap(
        seen, ax=axes, cmap="cividis", vmin=low, vmax=high, annot=few, fmt=".2f", cbar=False,
        linewidths=0.6 if few else 0, annot_kws={"size": 9.5}, xticklabels=[setting(v) for v in seen.columns],
        yticklabels=[setting(v) for v in seen.index],
    )  # fmt: skip
    axes.tick_params(length=0)
    axes.tick_params(axis="y", rotation=0)


def _lines(axes: Axes, value: pd.DataFrame, down: str, gap: float) -> None:
    """One line for each setting of the second factor, named at its end."""
    colours = [str(c) for c in sns.color_palette("viridis", len(value) + 1).as_hex()[:-1]]
    x = value.columns.to_numpy(float)
    ends = []
    for colour, level in zip(colours, value.index, strict=True):
        y = value.loc[level].to_numpy(float)
        axes.plot(x, y, color=colour, marker="o", markersize=4, linewidth=1.9)
        ends.append((float(y[-1]), setting(level), colour))
    axes.set_xticks(x, [setting(v) for v in x])
    shown = ends if len(ends) <= 5 else [ends[0], ends[len(ends) // 2], ends[-1]]
    label_ends(axes, float(x[-1] + 0.07 * (x[-1] - x[0])), shown, gap)
    axes.set_title(wrapped(f"lines: {down}", 30), fontweight="normal", fontsize=9, loc="right")


def draw(table: pd.DataFrame, arms: tuple[str, ...], pair: tuple[str, str], scene: Scene, name: str = NAME) -> Picture:
    """Surfaces of one outcome; `table` has its level rows at every setting of the factors, `pair` names two."""
    across, down = pair
    x_words, y_words = scene.factor(across), scene.factor(down)
    shown = arms[:MOST]
    grids = [grid_of(table, arm, across, down, "value") for arm in shown]
    low, high = min(float(g.min().min()) for g in grids), max(float(g.max().max()) for g in grids)
    room = 0.08 * (high - low) or 0.1
    with theme():
        figure, axes = canvas(2, len(shown), 1.4 + (3.1 if len(shown) < 3 else 2.4) * len(shown), 5.6)
        for k, (arm, grid) in enumerate(zip(shown, grids, strict=True)):
            _above(axes[0][k], grid, low, high)
            axes[0][k].set_title(arm)
            axes[0][k].set_xlabel(wrapped(x_words, 26))
            axes[0][k].set_ylabel(wrapped(y_words, 26) if k == 0 else "")
            _lines(axes[1][k], grid, y_words, 0.09 * (high - low))
            axes[1][k].set_xlabel(wrapped(x_words, 26))
            axes[1][k].set_ylim(low - room, high + room)
            axes[1][k].set_ylabel("improvement, SD" if k == 0 else "")
    note = "" if len(arms) <= MOST else f" The first {MOST} of {len(arms)} arms are shown."
    title = f"{x_words} and {y_words} against outcome"
    words = _alt(grids, shown, x_words, y_words)
    return Picture(name, title[0].upper() + title[1:], CAPTION + _products(scene, pair, shown) + note, words, figure)


def _products(scene: Scene, pair: tuple[str, str], arms: tuple[str, ...]) -> str:
    """How far the two settings do more (or less) together than they add up to, arm by arm."""
    table = scene.estimates[(scene.estimates["kind"] == "slope") & (scene.estimates["estimate"] == OUTCOME)]
    words = []
    for arm in arms:
        for order in (pair, pair[::-1]):
            row = table[(table["arm"] == arm) & (table["baseline"] == f"per unit of {' × '.join(order)}")]
            if not row.empty:
                words.append(f"{arm} {found(records(row)[0]).words(signed=True)}")
    if not words:
        return ""
    return (
        " One unit more of both together brings this much beyond what the two bring apart (improvement in SD, with "
        f"95 % interval of the mean, between twins): {'; '.join(words)}."
    )


def _alt(grids: list[pd.DataFrame], arms: tuple[str, ...], across: str, down: str) -> str:
    words = []
    for arm, grid in zip(arms, grids, strict=True):
        values = grid.to_numpy(float)
        x, y = [setting(v) for v in grid.columns], [setting(v) for v in grid.index]
        corners = [
            f"{number(float(values[i, j]), 2)} SD at {across} {x[j]} and {down} {y[i]}"
            for i in (0, -1)
            for j in (0, -1)
        ]
        words.append(f"{arm}, {BY_NAME[OUTCOME].label}: {'; '.join(corners)}")
    return "Heat maps and lines. " + ". ".join(words) + "."


def build(scene: Scene) -> list[Picture | LeftOut]:
    """One picture for each pair of numeric factors."""
    numeric = [factor for factor in scene.results.factors if is_numeric(scene.results, factor)]
    if len(numeric) < 2:
        return [LeftOut(NAME, TITLE, "the design does not vary two numeric settings")]
    table = scene.estimates
    at_points = (table["kind"] == "level") & table[list(scene.results.varied)].notna().all(axis=1)
    table = table[at_points & (table["estimate"] == OUTCOME)]
    made: list[Picture | LeftOut] = []
    for pair in combinations(numeric, 2):
        name = NAME if len(numeric) == 2 else f"{NAME}_{'_'.join(pair)}"
        made.append(draw(table, scene.results.arms, pair, scene, name))
    return made
