"""Two numeric factors against outcome: a surface seen from above, and the same numbers as lines."""

from itertools import combinations

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

from alliance_sim.estimates.combination import is_numeric
from alliance_sim.estimates.found import found, records
from alliance_sim.figures.marks import cells, course, label_ends
from alliance_sim.figures.picture import LeftOut, Picture, Scene, alt, first_of, joined
from alliance_sim.figures.style import MOST, Look, canvas, theme, wrapped
from alliance_sim.stats.numbers import number, setting

NAME, TITLE = "surface", "Two settings against outcome"
OUTCOME = "pre_post_d"
MOST_NUMBERS = 49  # matrices of more cells have no numbers in them
CAPTION = (
    "Above: improvement from intake to end (in standard deviations at intake) at every combination of the two "
    "settings, one panel an arm; the more yellow the better. Below: the same as lines, one for each level of the "
    "second setting. Parallel lines: the two settings add up; lines that fan out: one helps the more the more there is "
    "of the other; flat lines: the first does nothing."
)


def grid_of(table: pd.DataFrame, arm: str, across: str, down: str, column: str) -> pd.DataFrame:
    """Values of one arm at the settings of two factors, averaged over the others: rows `down`, columns `across`."""
    own = table[table["arm"] == arm]
    return own.pivot_table(index=down, columns=across, values=column, aggfunc="mean").sort_index()


def _above(axes: Axes, grid: pd.DataFrame, low: float, high: float) -> None:
    """The surface seen from above, with its numbers where there is room."""
    words = [[number(v, 2) if grid.size <= MOST_NUMBERS else "" for v in row] for row in grid.to_numpy(float)]
    columns, rows = [setting(v) for v in grid.columns], [setting(v) for v in grid.index]
    cells(axes, grid.to_numpy(float), words, ("cividis", low, high), columns, rows, size=9.5, upwards=True)


def _lines(axes: Axes, grid: pd.DataFrame, limits: tuple[float, float]) -> None:
    """One line for each setting of the second factor, named at its end."""
    shades, ends = colormaps["viridis"](np.linspace(0.0, 0.7, len(grid))), []
    x = grid.columns.to_numpy(float)
    for shade, level in zip(shades, grid.index, strict=True):
        look = Look(to_hex(shade), "o")
        own = pd.DataFrame({"x": x, "value": grid.loc[level].to_numpy(float)})
        ends.append((course(axes, own, "x", look, ends=None, size=4), setting(level), look.colour))
    axes.set_ylim(limits)
    axes.set_xticks(x, [setting(v) for v in x])
    few = ends if len(ends) <= 5 else [ends[0], ends[len(ends) // 2], ends[-1]]
    label_ends(axes, float(x[-1] + 0.07 * (x[-1] - x[0])), few, 0.08)


@theme()
def draw(table: pd.DataFrame, arms: tuple[str, ...], pair: tuple[str, str], scene: Scene, name: str = NAME) -> Picture:
    """Surfaces of one outcome; `table` has its level rows at every setting of the factors, `pair` names two."""
    across, down = pair
    x_words, y_words = scene.factor(across), scene.factor(down)
    shown = arms[:MOST]
    grids = {arm: grid_of(table, arm, across, down, "value") for arm in shown}
    drawn = pd.concat([grid.melt(ignore_index=False).reset_index().assign(arm=arm) for arm, grid in grids.items()])
    low, high = float(drawn["value"].min()), float(drawn["value"].max())
    room = 0.08 * (high - low) or 0.1
    figure, axes = canvas(2, len(shown), 1.4 + (3.1 if len(shown) < 3 else 2.4) * len(shown), 5.6)
    for k, (arm, grid) in enumerate(grids.items()):
        above, below = axes[0][k], axes[1][k]
        _above(above, grid, low, high)
        above.set_title(arm)
        _lines(below, grid, (low - room, high + room))
        below.set_title(wrapped(f"lines: {y_words}", 30), fontweight="normal", fontsize=9, loc="right")
        for each, words in ((above, wrapped(y_words, 26)), (below, "improvement, SD")):
            each.set(xlabel=wrapped(x_words, 26), ylabel=words if k == 0 else "")
    caption = joined(
        CAPTION,
        "Other factors are averaged over." if len(scene.results.factors) > len(pair) else "",
        _products(scene, pair, shown),
        first_of(len(shown), len(arms), "arms"),
    )
    places = drawn.rename(columns={across: "x", down: "y"}).assign(across=x_words, down=y_words)
    form = "Matrices and lines of improvement, SD."
    said = alt(form, places, who="{across} {x} and {down} {y}", panel="arm")
    title = f"{x_words} and {y_words} against outcome"
    return Picture(name, title[0].upper() + title[1:], caption, said, figure)


def _products(scene: Scene, pair: tuple[str, str], arms: tuple[str, ...]) -> str:
    """How far the two settings do more (or less) together than they add up to, arm by arm."""
    table = scene.estimates[(scene.estimates["kind"] == "slope") & (scene.estimates["estimate"] == OUTCOME)]
    orders = [f"per unit of {' × '.join(order)}" for order in (pair, pair[::-1])]
    own = table[table["baseline"].isin(orders) & table["arm"].isin(arms)]
    words = [f"{row['arm']} {found(row).words(signed=True)}" for row in records(own)]
    if not words:
        return ""
    return (
        "One unit more of both together brings this much beyond what the two bring apart (improvement in SD, with "
        f"95 % interval of the mean, between twins): {'; '.join(words)}."
    )


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
