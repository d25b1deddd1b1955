"""What an estimate depends on: screening and Sobol indices of settings, and parameters over draws of a posterior."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from alliance_sim.estimates.long import records
from alliance_sim.figures.marks import course, interval, key, keys, legend, name_rows, point, rule, zone
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import BASELINE, COLOURS, FAINT, Look, canvas, theme, wrapped
from alliance_sim.figures.words import picture

MOST = 14  # rows of the figure; the settings that matter less are left out with a note
KINDS = {
    "fitted": ("fitted to findings", Look(COLOURS[0], "o")),
    "tied": ("set by hand after a finding", Look(COLOURS[2], "^")),
    "assumed": ("assumption, no finding informs it", Look(COLOURS[1], "s")),
    "contested": ("contested mechanism", Look(COLOURS[3], "D")),
    "design": ("choice of the design", Look(BASELINE, "v")),
}
"""What a setting rests on, as columns `kind` have it: in words, and how it is drawn."""

LOOKS = {kind: look for kind, (_, look) in KINDS.items()}
CHANCE = "#d9d9d9"
VARIES, SHARE = Look(FAINT, "d", face="white"), Look("#555555", "o")


def shown_rows(table: pd.DataFrame, most: int = MOST) -> pd.DataFrame:
    """The rows that are drawn: by total index where there is one, then by screening effect."""
    moving = table[table["mu_star"] > 0]
    return moving.sort_values(["total", "mu_star"], ascending=False, na_position="last", kind="stable").head(most)


@theme()
def draw(name: str, title: str, unit: str, table: pd.DataFrame, chance: float) -> Picture:
    """Screening and indices of one estimate.

    table: columns name (a few words), setting (its path), kind (`KINDS`), mu_star, mu_star_low, mu_star_high, sigma,
    first, first_low, first_high, total, total_low, total_high (nan where there are none), a row a setting;
    chance: share of the variance (0-1) that random draws make.
    """
    rows = shown_rows(table)
    indices = bool(rows["total"].notna().any())
    size = (10.6 if indices else 8.2, 1.7 + 0.46 * max(len(rows), 4))
    figure, [grid] = canvas(1, 1 + indices, *size, sharey=True)
    _dots(grid[0], rows, "mu_star", LOOKS, size=7)
    point(grid[0], rows["sigma"], np.arange(len(rows)), VARIES, 5.5)
    grid[0].set(xlim=(0.0, None), xlabel=f"movement over the whole range ({unit})", title="Screening (Morris)")
    if indices:
        _indices(grid[1], rows, chance)
    name_rows(grid[0], [labelled(row["name"], row["setting"]) for row in records(rows)], 0, fontsize=8.3)
    there = dict(each for kind, each in KINDS.items() if kind in set(rows["kind"]))
    handles: list[Line2D | Patch] = [*keys(there, 1.8), key("SD of the movement", VARIES, 0.0)]
    if indices:
        handles += keys({"share with all interactions": SHARE, "share alone": SHARE.hollow()}, 0.0)
        handles += [Patch(color=CHANCE, label="random draws")] if chance > 0 else []
    legend(figure, handles, 4 if indices else 3)
    left = table.drop(rows.index)
    facts = {
        "title": title,
        "indices": indices,
        "some_fixed": rows["total"].isna().any(),
        "chance": chance,
        "shown": len(rows),
        "there": len(table),
        "further": int((left["mu_star"] > rows["mu_star"].min()).sum()),
        "still": int((left["mu_star"] == 0).sum()),
    }
    what, form = ("total", "total shares of the variance") if indices else ("mu_star", f"movement, {unit}")
    said = {"value": what, "who": "{name}", "words": "sensitivity", "facts": facts}
    return picture(name, figure, rows, f"Dots with intervals, a row a setting: {form}.", **said)


def _dots(
    axes: Axes, rows: pd.DataFrame, value: str, looks: Mapping[Any, Look], below: float = 0.0, size: float = 6.5
) -> None:
    """A mark for each row, `below` its middle, with the look of its kind; a share cannot be negative."""
    places, ends = np.arange(len(rows)) + below, (f"{value}_low", f"{value}_high")
    for kind, look in looks.items():
        own = (rows["kind"] == kind).to_numpy()
        interval(axes, rows[own], places[own], look, value, ends, size=size, least=0.0)


def _indices(axes: Axes, rows: pd.DataFrame, chance: float) -> None:
    """Shares of the variance, alone and with all interactions, a row a setting."""
    zone(axes, 0.0, max(chance, 0.0), CHANCE)
    _dots(axes, rows, "total", LOOKS, -0.14)
    _dots(axes, rows, "first", {kind: look.hollow() for kind, look in LOOKS.items()}, 0.18)
    for y in np.flatnonzero(rows["total"].isna()):
        axes.text(0.012, float(y), "held fixed", color=FAINT, fontsize=8, va="center", style="italic")
    axes.set(xlim=(-0.015 * axes.get_xlim()[1], None), xlabel="share of the variance (0 to 1)", title="Sobol indices")
    axes.grid(axis="y", visible=False)


def labelled(name: str, path: str, width: int = 46) -> str:
    """A setting's name, and below it its path."""
    path = path.removeprefix("parameters.")
    return wrapped(name, width) + ("" if path == name else f"\n{wrapped(f'({path})', width)}")


MOST_PARAMETERS = 8  # shown for each estimate
PANELS = 4  # parameters whose fifths are shown for each estimate
BEYOND = {True: Look(COLOURS[0], "o"), False: Look(FAINT, "o")}
"""How a parameter is drawn, by whether it is beyond chance."""


@theme()
def over_draws(name: str, title: str, tables: Sequence[tuple[str, pd.DataFrame, float]]) -> Picture:
    """Shares of the variance that go with each parameter over draws of a posterior: a panel an estimate.

    tables: (estimate in words, columns name, parameter, first, first_low, first_high, a row a parameter;
    what 95 % of shuffled parameters stay below).
    """
    tops = [
        table.sort_values("first", ascending=False, kind="stable").head(MOST_PARAMETERS).assign(estimate=words)
        for words, table, _ in tables
    ]
    figure, axes = canvas(len(tables), 1, 8.8, 0.6 + sum(0.95 + 0.42 * len(top) for top in tops))
    for (panel,), (words, _, chance), top in zip(axes, tables, tops, strict=True):
        zone(panel, 0.0, max(chance, 0.0), CHANCE)
        _dots(panel, top.assign(kind=top["first"] > chance), "first", BEYOND)
        name_rows(panel, [labelled(row["name"], row["parameter"]) for row in records(top)], 0, fontsize=8.3)
        panel.set(xlim=(0.0, 1.0), title=words)
    axes[-1][0].set_xlabel("share of the variance over draws (0 to 1)")
    facts = {"title": title, "most": MOST_PARAMETERS, "more": any(len(own) > MOST_PARAMETERS for _, own, _ in tables)}
    said = {"value": "first", "who": "{parameter}", "panel": "estimate", "words": "shares_over_draws", "facts": facts}
    form = "Dots with intervals, a panel an estimate: shares of the variance."
    return picture(name, figure, pd.concat(tops), form, **said)


@theme()
def fifths(name: str, title: str, tables: Sequence[tuple[str, str, pd.DataFrame]]) -> Picture:
    """Mean of each estimate in fifths of the draws by the parameters that it goes with most: a row an estimate.

    tables: (estimate in words, its unit, columns parameter, name, scale (its unit), middle, mean, low, high: a row a
    parameter and fifth, parameters in order of importance).
    """
    columns = min(PANELS, max(table["parameter"].nunique() for _, _, table in tables))
    figure, axes = canvas(len(tables), columns, 2.55 * columns + 0.6, 2.75 * len(tables) + 0.2, sharey="row")
    drawn = []
    for line, (words, unit, table) in zip(axes, tables, strict=True):
        shown = list(dict.fromkeys(table["parameter"]))[:columns]
        for panel, parameter in zip(line, shown, strict=False):
            own = table[table["parameter"] == parameter]
            course(panel, own, "middle", BEYOND[True], "mean", bars=True, size=5, width=1.6)
            rule(panel, y=0.0, colour=BASELINE, width=1.1)
            panel.set_xlabel(labelled(own["name"].iloc[0], f"{parameter}, {own['scale'].iloc[0]}", 30), fontsize=8)
            panel.locator_params(axis="x", nbins=4)
            drawn.append(own.assign(estimate=words))
        for panel in line[len(shown) :]:
            panel.remove()
        line[0].set_ylabel(f"{wrapped(words, 26)}\n({unit})", fontsize=8.5)
    said = {"value": "mean", "who": "{parameter}", "panel": "estimate", "over": "middle", "words": "fifths"}
    form = "Small panels of five dots with intervals each, from the lowest fifth to the highest."
    return picture(name, figure, pd.concat(drawn), form, facts={"title": title}, **said)
