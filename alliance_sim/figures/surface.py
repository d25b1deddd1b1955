"""Two numeric factors against outcome: a surface seen from above, and the same numbers as lines."""

from itertools import combinations

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from alliance_sim.analysis.catalogue import BY_NAME
from alliance_sim.analysis.combination import is_numeric
from alliance_sim.analysis.numbers import number
from alliance_sim.figures.picture import LeftOut, Picture, Scene
from alliance_sim.figures.style import MOST, canvas, label_ends, theme

NAME = "surface"
TITLE = "Two settings against outcome"
OUTCOME = "pre_post_d"
CAPTION = (
    "Above: improvement from intake to end (in standard deviations at intake) at every combination of the two "
    "settings, one panel an arm; lighter is better. Below: the same numbers as lines, one for each setting of the "
    "second factor, with 95 % intervals. Where the lines are parallel the two settings add up; where they fan out, "
    "one helps the more the more there is of the other; where they are flat, the first does nothing. Other factors "
    "are averaged over."
)


def grid_of(table: pd.DataFrame, arm: str, across: str, down: str, column: str) -> pd.DataFrame:
    """Values of one arm at the settings of two factors, averaged over the others: rows `down`, columns `across`."""
    own = table[table["arm"] == arm]
    return own.pivot_table(index=down, columns=across, values=column, aggfunc="mean").sort_index()


def _above(axes: Axes, grid: pd.DataFrame, low: float, high: float) -> None:
    """The surface seen from above, with its numbers where there is room."""
    few = grid.size <= 49
    sns.heatmap(
        grid.iloc[::-1], ax=axes, cmap="cividis", vmin=low, vmax=high, annot=few, fmt=".2f", cbar=False,
        linewidths=0.6 if few else 0, annot_kws={"size": 9},
    )  # fmt: skip
    axes.tick_params(length=0)


def _lines(axes: Axes, value: pd.DataFrame, low: pd.DataFrame, high: pd.DataFrame, down: str) -> None:
    """One line for each setting of the second factor, named at its end."""
    colours = [str(c) for c in sns.color_palette("viridis", len(value) + 1).as_hex()[:-1]]
    x = value.columns.to_numpy(float)
    ends = []
    for colour, setting in zip(colours, value.index, strict=True):
        y = value.loc[setting].to_numpy(float)
        reach = [y - low.loc[setting].to_numpy(float), high.loc[setting].to_numpy(float) - y]
        axes.errorbar(x, y, yerr=np.nan_to_num(reach), color=colour, marker="o", markersize=4, linewidth=1.8, capsize=2)
        ends.append((float(y[-1]), f"{down} {setting:g}", colour))
    axes.set_xticks(x)
    span = float(np.nanmax(high) - np.nanmin(low)) or 1.0
    shown = ends if len(ends) <= 5 else [ends[0], ends[len(ends) // 2], ends[-1]]
    label_ends(axes, float(x[-1] + 0.06 * (x[-1] - x[0])), shown, 0.09 * span)


def draw(table: pd.DataFrame, arms: tuple[str, ...], across: str, down: str, name: str = NAME) -> Picture:
    """Surfaces of one outcome; `table` has its level rows at every setting of the factors."""
    shown = arms[:MOST]
    low, high = float(table["value"].min()), float(table["value"].max())
    with theme():
        figure, axes = canvas(2, len(shown), 1.2 + 3.4 * len(shown), 6.0)
        for k, arm in enumerate(shown):
            grids = [grid_of(table, arm, across, down, column) for column in ("value", "low", "high")]
            _above(axes[0][k], grids[0], low, high)
            axes[0][k].set_title(arm)
            axes[0][k].set_xlabel(across)
            axes[0][k].set_ylabel(down if k == 0 else "")
            _lines(axes[1][k], *grids, down)
            axes[1][k].set_xlabel(across)
            axes[1][k].set_ylim(low - 0.08 * (high - low), high + 0.08 * (high - low))
            axes[1][k].set_ylabel("improvement, SD" if k == 0 else "")
    note = "" if len(arms) <= MOST else f" The first {MOST} of {len(arms)} arms are shown."
    title = f"{TITLE}: {across} and {down}"
    return Picture(name, title, CAPTION + note, _alt(table, shown, across, down), figure)


def _alt(table: pd.DataFrame, arms: tuple[str, ...], across: str, down: str) -> str:
    words = []
    for arm in arms:
        grid = grid_of(table, arm, across, down, "value")
        corners = [
            f"{across} {grid.columns[j]:g} and {down} {grid.index[i]:g}: {number(float(grid.iloc[i, j]), 2)} SD"
            for i in (0, -1)
            for j in (0, -1)
        ]
        words.append(f"{arm}, {BY_NAME[OUTCOME].label} at {'; '.join(corners)}")
    return "Heat maps and lines. " + ". ".join(words) + "."


def build(scene: Scene) -> list[Picture | LeftOut]:
    """One picture for each pair of numeric factors."""
    numeric = [factor for factor in scene.results.factors if is_numeric(scene.results, factor)]
    if len(numeric) < 2:
        return [LeftOut(NAME, TITLE, "the design does not vary two numeric settings")]
    table = scene.estimates
    at_points = (table["kind"] == "level") & table[list(scene.results.factors)].notna().all(axis=1)
    table = table[at_points & (table["estimate"] == OUTCOME)]
    made: list[Picture | LeftOut] = []
    for across, down in combinations(numeric, 2):
        name = NAME if len(numeric) == 2 else f"{NAME}_{across}_{down}"
        made.append(draw(table, scene.results.arms, across, down, name))
    return made
