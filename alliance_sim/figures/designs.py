"""Designs that vary settings: two numeric factors against outcome, sampled numbers, and one setting at a time."""

from itertools import combinations

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

from alliance_sim.estimands.catalogue import BY_NAME
from alliance_sim.estimates.combination import is_number, is_numeric
from alliance_sim.estimates.long import records
from alliance_sim.estimates.notation import shown
from alliance_sim.estimates.result import result
from alliance_sim.figures.marks import cells, course, interval, keys, label_ends, legend, name_rows, rule
from alliance_sim.figures.picture import Picture, Scene
from alliance_sim.figures.style import INK, MOST, Look, canvas, looks, theme, wrapped
from alliance_sim.figures.words import picture
from alliance_sim.stats.intervals import NORMAL_95
from alliance_sim.stats.numbers import number, setting

OUTCOME = "pre_post_d"
MOST_NUMBERS = 49  # matrices of more cells have no numbers in them


def surfaces(scene: Scene) -> list[Picture] | str:
    """A surface for each pair of numeric factors."""
    numeric = [factor for factor in scene.results.factors if is_numeric(scene.results, factor)]
    if len(numeric) < 2:
        return "the design does not vary two numeric settings"
    table = scene.estimates
    at_points = (table["kind"] == "level") & table[list(scene.results.varied)].notna().all(axis=1)
    table = table[at_points & (table["estimate"] == OUTCOME)]
    pairs = {"surface" if len(numeric) == 2 else f"surface_{'_'.join(pair)}": pair for pair in combinations(numeric, 2)}
    return [_surface(name, table, pair, scene) for name, pair in pairs.items()]


@theme()
def _surface(name: str, table: pd.DataFrame, pair: tuple[str, str], scene: Scene) -> Picture:
    """A surface for each arm seen from above, and the same as lines; averaged over factors that are not in the pair.

    `table` has the level rows of the outcome at every setting of the factors.
    """
    across, down = pair
    x_words, y_words = scene.factor(across), scene.factor(down)
    shown = scene.results.arms[:MOST]
    own = table[table["arm"].isin(shown)].astype({"arm": str})
    grids = {arm: rows.pivot_table(index=down, columns=across, values="value") for arm, rows in own.groupby("arm")}
    drawn = pd.concat([grids[arm].melt(ignore_index=False).reset_index().assign(arm=arm) for arm in shown])
    low, high = float(drawn["value"].min()), float(drawn["value"].max())
    room = 0.08 * (high - low) or 0.1
    figure, axes = canvas(2, len(shown), 1.4 + (3.1 if len(shown) < 3 else 2.4) * len(shown), 5.6)
    for k, arm in enumerate(shown):
        grid, (above, below) = grids[arm].sort_index(), (axes[0][k], axes[1][k])
        words = [[number(v, 2) if grid.size <= MOST_NUMBERS else "" for v in row] for row in grid.to_numpy(float)]
        columns, rows = [setting(v) for v in grid.columns], [setting(v) for v in grid.index]
        cells(above, grid.to_numpy(float), words, ("cividis", low, high), columns, rows, size=9.5, upwards=True)
        above.set_title(arm)
        _levels(below, grid, (low - room, high + room))
        below.set_title(wrapped(f"lines: {y_words}", 30), fontweight="normal", fontsize=9, loc="right")
        for each, label in ((above, wrapped(y_words, 26)), (below, "improvement, SD")):
            each.set(xlabel=wrapped(x_words, 26), ylabel=label if k == 0 else "")
    places = drawn.rename(columns={across: "x", down: "y"}).assign(across=x_words, down=y_words)
    facts = {
        "others": len(scene.results.factors) > len(pair),
        "products": _products(scene, pair, shown),
        "shown": len(shown),
        "there": len(scene.results.arms),
    }
    who, form = "{across} {x} and {down} {y}", "Matrices and lines of improvement, SD."
    return picture(name, figure, places, form, words="surface", facts=facts, who=who, panel="arm")


def _levels(axes: Axes, grid: pd.DataFrame, limits: tuple[float, float]) -> None:
    """One line for each setting of the second factor, named at its end."""
    shades, ends = colormaps["viridis"](np.linspace(0.0, 0.7, len(grid))), []
    x = grid.columns.to_numpy(float)
    for shade, (level, values) in zip(shades, grid.iterrows(), strict=True):
        look, own = Look(to_hex(shade), "o"), pd.DataFrame({"x": x, "value": values.to_numpy(float)})
        ends.append((course(axes, own, "x", look, ends=None, size=4), setting(level), look.colour))
    axes.set_ylim(limits)
    axes.set_xticks(x, [setting(v) for v in x])
    few = ends if len(ends) <= 5 else [ends[0], ends[len(ends) // 2], ends[-1]]
    label_ends(axes, float(x[-1] + 0.07 * (x[-1] - x[0])), few, 0.08)


def _products(scene: Scene, pair: tuple[str, str], arms: tuple[str, ...]) -> str:
    """How far the two settings do more (or less) together than they add up to, arm by arm."""
    table = scene.estimates[(scene.estimates["kind"] == "slope") & (scene.estimates["estimate"] == OUTCOME)]
    orders = [f"per unit of {' × '.join(order)}" for order in (pair, pair[::-1])]
    own = table[table["baseline"].isin(orders) & table["arm"].isin(arms)]
    return "; ".join(f"{row['arm']} {shown(result(row).estimate, signed=True)}" for row in records(own))


MOST_PANELS = 4
BINS = 6


def binned(x: np.ndarray, y: np.ndarray, bins: int = BINS) -> pd.DataFrame:
    """Means of y over groups of as many neighbours in x each, at least five where there are enough.

    Columns x and value (means of a group), low and high (95 % interval of the mean of y; nan for one alone).
    """
    rows = []
    for own in np.array_split(np.argsort(x, kind="stable"), max(1, min(bins, len(x) // 5))):
        half = NORMAL_95 * y[own].std(ddof=1) / np.sqrt(len(own)) if len(own) > 1 else np.nan
        rows.append((x[own].mean(), y[own].mean(), y[own].mean() - half, y[own].mean() + half))
    return pd.DataFrame(rows, columns=["x", "value", "low", "high"])


def at_samples(scene: Scene, kind: str) -> pd.DataFrame:
    """Estimates of the outcome at every sample, averaged over crossed factors."""
    table = scene.estimates
    table = table[(table["kind"] == kind) & (table["estimate"] == OUTCOME) & table["sample"].notna()]
    columns = ["arm", *scene.results.sampled]
    return table.groupby(columns, sort=False, observed=True, dropna=False)["value"].mean().reset_index()


def by_strength(scene: Scene, table: pd.DataFrame) -> list[str]:
    """The sampled numbers, those with the strongest linear relation to the outcome in any arm first."""
    strength = {}
    for column in (c for c in scene.results.sampled[1:] if is_number(p.sampled[c] for p in scene.results.points)):
        strength[column] = 0.0
        for _, own in table[np.isfinite(table["value"])].groupby("arm", sort=False, observed=True):
            x, y = own[column].to_numpy(float), own["value"].to_numpy(float)
            if x.std() * y.std() > 0:
                strength[column] = max(strength[column], abs(float(np.corrcoef(x, y)[0, 1])))
    return sorted(strength, key=lambda column: -strength[column])


@theme()
def sampled(scene: Scene) -> Picture | str:
    """A column for each sampled number, a mark a setting and arm; levels above, differences from the baseline below."""
    if not scene.results.sampled or "varied" in scene.results.sampled:
        return "the design does not sample settings"
    levels, contrasts = at_samples(scene, "level"), at_samples(scene, "contrast")
    known = by_strength(scene, levels)
    if not known or not np.isfinite(levels["value"]).any():
        return "the design samples no numbers"
    columns, several = known[:MOST_PANELS], not contrasts.empty
    look, drawn, size = looks(scene.results.arms, scene.baseline), [], max(5.2, 2.9 * len(columns) + 0.6)
    figure, grid = canvas(1 + several, len(columns), size, 2.9 * (1 + several) + 0.8, sharey="row")
    unit, tables = BY_NAME[OUTCOME].unit, [("improvement", levels), (f"difference from {scene.baseline}", contrasts)]
    for row, (what, table) in zip(grid, tables, strict=False):
        for axes, column in zip(row, columns, strict=True):
            means = _marks(axes, table, column, look)
            drawn.append(means.assign(panel=f"{what} over {scene.factor(column)}", baseline=scene.baseline))
            if table is contrasts:
                rule(axes, y=0.0)
        row[0].set_ylabel(f"{wrapped(what[0].upper() + what[1:], 24)} ({unit})")
    for axes, column in zip(grid[-1], columns, strict=True):
        axes.set_xlabel(wrapped(scene.factor(column), 30))
    legend(figure, keys(look))
    facts = {"several": several, "bins": BINS, "shown": len(columns), "there": len(known)}
    form = "Marks of settings with lines of group means."
    return picture("sampled", figure, pd.concat(drawn), form, facts=facts, who="{arm}", panel="panel", over="x")


def _marks(axes: Axes, table: pd.DataFrame, column: str, look: dict[str, Look]) -> pd.DataFrame:
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


CHANGES = {
    "pre_post_d": "Change of improvement (SD)",
    "alliance_end": "Change of the felt alliance at the end (0–1)",
}


@theme()
def one_at_a_time(scene: Scene) -> Picture | str:
    """How far each setting moves the outcome (a tornado plot): a panel an outcome, a row a varied setting."""
    if "varied" not in scene.results.sampled:
        return "the design does not vary one setting at a time"
    table = scene.estimates
    table = table[(table["kind"] == "factor") & (table["baseline"] == "as configured")]
    for factor in scene.results.factors:  # at the first setting of any crossed factors
        table = table[table[factor].astype(str) == str(scene.results.points[0].factors[factor])]
    tables = {outcome: rows for outcome in CHANGES if len(rows := changes(table, outcome))}
    if not tables:
        return "only the configured setting is finished"
    look, order = looks(scene.results.arms, scene.baseline), list(dict.fromkeys(next(iter(tables.values()))["factor"]))
    names = {factor: scene.factor(factor) for factor in order}
    size = (2.0 + 3.4 * len(tables), 1.2 + max(0.42, 0.26 * len(look)) * len(order))
    figure, [grid] = canvas(1, len(tables), *size)
    for axes, (outcome, rows) in zip(grid, tables.items(), strict=True):
        for (place, factor), (k, arm) in ((f, a) for f in enumerate(order) for a in enumerate(look)):
            own = rows[(rows["factor"] == factor) & (rows["arm"] == arm)].sort_values("value")
            _values(axes, own, place + 0.5 * ((k + 0.5) / len(look) - 0.5), look[arm])
        rule(axes, x=0.0)
        axes.margins(x=0.22)
        axes.set_xlabel(CHANGES[outcome])
        name_rows(axes, list(names.values()), left=axes is grid[0])
    legend(figure, keys(look, 0.0))
    names |= {outcome: BY_NAME[outcome].label for outcome in CHANGES}
    said = {"who": "{factor} {name}, {arm}", "panel": "estimate", "names": names, "signed": True}
    return picture("one_at_a_time", figure, pd.concat(tables.values()), "Dots of changes.", **said)


def changes(table: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """What is known of one outcome with columns factor and name (of its value), what moves it most first."""
    own = table[(table["estimate"] == outcome) & table["value"].notna()].copy()
    own["factor"] = own["varied"].astype(str)
    values = [row[row["varied"]] for row in records(own)]
    own["name"] = [str(value) if isinstance(value, bool) else setting(value) for value in values]
    reach = own["value"].abs().groupby(own["factor"]).max()
    return own.sort_values("factor", key=lambda column: -column.map(reach), kind="stable")


def _values(axes: Axes, own: pd.DataFrame, at: float, look: Look) -> None:
    """The values of one setting in one arm, in order, named at the outermost ones."""
    axes.hlines([at] * len(own), 0.0, own["value"], color=look.colour, linewidth=1)
    interval(axes, own, at, look, width=3.5, alpha=0.45)
    rows = records(own)
    ends = [(rows[0], True), (rows[-1], False)] if len(rows) > 1 else [(row, row["value"] < 0) for row in rows]
    for row, left in ends:
        axes.annotate(
            row["name"], (row["low"] if left else row["high"], at), (-5 if left else 5, 0), fontsize=8,
            textcoords="offset points", ha="right" if left else "left", va="center", color=INK,
        )  # fmt: skip
