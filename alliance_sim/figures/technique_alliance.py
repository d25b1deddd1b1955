"""Technique against alliance: surfaces of outcome, where the one makes up for the other, and at what rate."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.contour import ContourSet
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from alliance_sim.analysis.found import records
from alliance_sim.analysis.numbers import number, setting
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import BASELINE, COLOURS, INK, Look, canvas, looks, theme

X, Y = "alliance", "technique"
ALLIANCE = "felt alliance of the clinic (SD among clients)"
TECHNIQUE = "technical competence\n(SD among therapists)"
MOST_RATE = 30.0
"""Exchange rates above this are drawn at the edge."""


def grid_of(table: pd.DataFrame, world: str, column: str) -> pd.DataFrame:
    """One world's numbers: rows technique, columns alliance."""
    own = table[table["world"] == world]
    return own.pivot_table(index=Y, columns=X, values=column, dropna=False).sort_index()


def draw_surfaces(name: str, table: pd.DataFrame, worlds: Sequence[str], weak: Sequence[float], top: float) -> Picture:
    """Mean improvement at every place, a panel a world, with lines of equal outcome.

    table: columns world, technique, alliance, d, rate (nan where too few draws reach).
    """
    low, high = float(np.nanmin(table["d"])), float(np.nanmax(table["d"]))
    steps = np.arange(np.floor(low * 10) / 10, high + 0.1, 0.1)
    with theme():
        rows = -(-len(worlds) // 2)
        figure, axes = canvas(rows, min(2, len(worlds)), 9.4, 3.55 * rows + 0.5, sharex=True, sharey=True)
        panels = [panel for line in axes for panel in line]
        for panel, world in zip(panels, worlds, strict=False):
            filled = _surface(panel, table, world, steps)
            _compared(panel, weak, top)
            panel.set_title(world)
        for panel in panels[len(worlds) :]:
            panel.remove()
        _outer(axes, len(worlds))
        bar = figure.colorbar(filled, ax=panels[: len(worlds)], shrink=0.7, pad=0.02)
        bar.set_label("improvement from intake to end (d)")
        figure.legend(handles=_surface_legend(), loc="outside lower center", ncols=2, frameon=False)
    caption = (
        "Mean improvement over draws of each world's own posterior; dots: the places that were played. Lines join "
        "places of equal outcome, a tenth of d apart; the thick line is the outcome of an average clinic (star). A "
        "square above the thick line, or on it, makes up for its weak alliance. Steep lines: the alliance decides; "
        "flat ones: technique does."
    )
    return Picture(name, "Improvement over technique and alliance", caption, _alt(table, worlds, "d", 2), figure)


def _surface_legend() -> list[Line2D | Patch]:
    """What the marks of a surface mean."""
    marks = {"markeredgecolor": INK, "linestyle": "none"}
    return [
        Line2D([], [], marker="*", color="white", markersize=14, label="average clinic", **marks),  # type: ignore[arg-type]
        Line2D([], [], marker="s", color=COLOURS[1], markersize=9, label="excellent technique, weak alliance", **marks),  # type: ignore[arg-type]
        Line2D([], [], color=INK, linewidth=2.2, label="as good as the average clinic"),
        Patch(facecolor="none", edgecolor=INK, hatch="////", label="technique brings more, SD for SD"),
    ]


def _surface(axes: Axes, table: pd.DataFrame, world: str, steps: np.ndarray) -> ContourSet:
    grid = grid_of(table, world, "d")
    x, y, z = grid.columns.to_numpy(float), grid.index.to_numpy(float), np.ma.masked_invalid(grid.to_numpy(float))
    filled = axes.contourf(x, y, z, levels=steps, cmap="cividis")
    axes.contour(x, y, z, levels=steps, colors="white", linewidths=0.8)
    usual = float(grid.to_numpy(float)[list(y).index(0.0), list(x).index(0.0)])
    if np.isfinite(usual):
        axes.contour(x, y, z, levels=[usual], colors=INK, linewidths=2.2)
    rate = grid_of(table, world, "rate").to_numpy(float)
    less = np.ma.masked_invalid(np.where(np.isfinite(z.filled(np.nan)), np.where(np.isnan(rate), np.inf, rate), np.nan))
    if (less < 1.0).any():
        axes.contourf(x, y, np.ma.filled(less.clip(0, 5), np.nan), levels=[-1.0, 1.0], colors="none", hatches=["////"])
    xs, ys = np.meshgrid(x, y)
    known = np.isfinite(grid.to_numpy(float))
    axes.plot(xs[known], ys[known], ".", color="white", markersize=2.5)
    axes.grid(visible=False)
    axes.set_facecolor("#eeeeee")
    return filled


def _compared(axes: Axes, weak: Sequence[float], top: float) -> None:
    axes.plot(0.0, 0.0, marker="*", color="white", markeredgecolor=INK, markersize=15, linestyle="none")
    axes.plot(weak, [top] * len(weak), "s", color=COLOURS[1], markeredgecolor=INK, markersize=9)
    for edges, move in ((axes.dataLim.intervalx, axes.set_xlim), (axes.dataLim.intervaly, axes.set_ylim)):
        room = 0.05 * (edges[1] - edges[0])
        move(edges[0] - room, edges[1] + room)


def _outer(axes: list[list[Axes]], count: int) -> None:
    """Names of axes at the outer panels only."""
    width = len(axes[0])
    for k in range(count):
        panel = axes[k // width][k % width]
        if k + width >= count:
            panel.set_xlabel(ALLIANCE)
            panel.tick_params(labelbottom=True)
        if k % width == 0:
            panel.set_ylabel(TECHNIQUE)


def draw_probability(
    name: str, table: pd.DataFrame, worlds: Sequence[str], verdicts: Mapping[str, pd.DataFrame]
) -> Picture:
    """Share of draws that do at least as well as the average clinic, a panel a world; and in how many worlds most do.

    verdicts: title of a panel -> columns technique, alliance, count, of (places as in the table).
    """
    panels_wanted = len(worlds) + len(verdicts)
    with theme():
        rows = -(-panels_wanted // 2)
        figure, axes = canvas(rows, 2, 9.4, 2.95 * rows + 0.3, sharex=True, sharey=True)
        panels = [panel for line in axes for panel in line]
        for panel, world in zip(panels, worlds, strict=False):
            _cells(panel, grid_of(table, world, "at_least_as_good") * 100, 100.0, "{:.0f}")
            panel.set_title(f"{world}: % of draws")
        for panel, (title, own) in zip(panels[len(worlds) :], verdicts.items(), strict=False):
            _verdict(panel, own)
            panel.set_title(title)
        for panel in panels[panels_wanted:]:
            panel.remove()
        _outer(axes, panels_wanted)
    caption = (
        "Does a clinic at this place do at least as well as an average clinic (frame)? In per cent of the draws of "
        "each world's own posterior. Below: the number of worlds in which more than half of the draws say yes. Where "
        "it is neither none nor all (hatched), the answer depends on the mechanism that is true."
    )
    title = "Where technique makes up for the alliance, and in how many worlds"
    return Picture(name, title, caption, _alt(table, worlds, "at_least_as_good", 2), figure)


def _cells(axes: Axes, grid: pd.DataFrame, most: float, form: str) -> None:
    """Cells with their numbers, a row a level of technique."""
    values = grid.to_numpy(float)
    axes.pcolormesh(
        np.arange(values.shape[1] + 1) - 0.5, np.arange(values.shape[0] + 1) - 0.5, np.ma.masked_invalid(values),
        cmap="PuOr_r", vmin=0.0, vmax=most, edgecolors="white", linewidth=1.2,
    )  # fmt: skip
    for (i, j), value in np.ndenumerate(values):
        if np.isfinite(value):
            pale = 0.2 * most < value < 0.8 * most
            axes.text(j, i, form.format(value), ha="center", va="center", fontsize=8.5, color=INK if pale else "white")
    columns, rows = [float(v) for v in grid.columns], [float(v) for v in grid.index]
    axes.set_xticks(range(len(columns)), [setting(v) for v in columns])
    axes.set_yticks(range(len(rows)), [setting(v) for v in rows])
    place = (columns.index(0.0) - 0.5, rows.index(0.0) - 0.5)
    axes.add_patch(Rectangle(place, 1.0, 1.0, fill=False, edgecolor=INK, linewidth=2.2, zorder=4))
    axes.grid(visible=False)
    axes.set_facecolor("#eeeeee")


def _verdict(axes: Axes, own: pd.DataFrame) -> None:
    grid = own.pivot_table(index=Y, columns=X, values="count").sort_index()
    whole = own.pivot_table(index=Y, columns=X, values="of").sort_index().to_numpy(float)
    _cells(axes, grid.where(whole > 0), float(whole.max()), "{:.0f}")
    for (i, j), count in np.ndenumerate(grid.to_numpy(float)):
        if 0 < count < whole[i, j]:
            place = (j - 0.5, i - 0.5)
            axes.add_patch(Rectangle(place, 1.0, 1.0, fill=False, hatch="////", edgecolor="#444444", linewidth=0))
            room = {"boxstyle": "round,pad=0.25", "facecolor": "white", "edgecolor": "none"}
            axes.text(j, i, f"{count:.0f}", ha="center", va="center", fontsize=8.5, color=INK, bbox=room, zorder=5)


def draw_exchange(name: str, table: pd.DataFrame, worlds: Sequence[str]) -> Picture:
    """How many SD of technique replace one SD of alliance: along the alliance, and along technique."""
    look = looks(worlds, "")
    with theme():
        figure, axes = canvas(1, 2, 9.4, 4.0, sharey=True)
        for k, (panel, along, across) in enumerate(((axes[0][0], X, Y), (axes[0][1], Y, X))):
            for shift, world in enumerate(worlds):
                own = table[(table["world"] == world) & (table[across] == 0.0) & table["rate"].notna()]
                _rates(panel, own.sort_values(along), along, look[world], 0.03 * (shift - (len(worlds) - 1) / 2), world)
            panel.axhline(1.0, color=BASELINE, linewidth=1.1)
            panel.set_yscale("log")
            panel.set_yticks([0.25, 0.5, 1, 2, 4, 8, 16], ["¼", "½", "1", "2", "4", "8", "16"])
            panel.minorticks_off()
            panel.set_xlabel((ALLIANCE, TECHNIQUE.replace("\n", " "))[k])
            panel.set_title(("at average technique", "at average alliance")[k])
        axes[0][0].set_ylabel("SD of technique that replace\none SD of alliance (log scale)")
        figure.legend(
            *axes[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=len(worlds), frameon=False
        )
    caption = (
        "Exchange rate between technique and alliance: slope of outcome along the alliance over slope along technique "
        "(of the mean surface, 95 % interval by bootstrap over draws). Above 1 (line): one SD of alliance is worth "
        f"more than one SD of technique. Not drawn where no amount of technique would do, or more than {MOST_RATE:.0f} "
        "SD."
    )
    return Picture(
        name, "What one SD of alliance is worth in technique", caption, _alt(table, worlds, "rate", 1), figure
    )


def _rates(axes: Axes, own: pd.DataFrame, along: str, look: Look, shift: float, world: str) -> None:
    own = own[np.isfinite(own["rate"]) & (own["rate"] > 0) & (own["rate"] < MOST_RATE)]
    x, rate = own[along].to_numpy(float) + shift, own["rate"].to_numpy(float)
    low, high = (own[column].to_numpy(float) for column in ("rate_low", "rate_high"))
    axes.plot(x, rate, color=look.colour, marker=look.marker, markersize=5.5, linewidth=1.7, label=world)
    axes.vlines(x, np.maximum(low, 1e-3), np.minimum(high, MOST_RATE), color=look.colour, linewidth=1.3)


def draw_ways(name: str, table: pd.DataFrame, worlds: Sequence[str]) -> Picture:
    """The interaction of technique and alliance with its ways closed one by one, on two scales.

    table: columns way, world, d, d_low, d_high, left, left_low, left_high.
    """
    look = looks(worlds, "")
    ways = list(dict.fromkeys(table["way"]))
    with theme():
        figure, axes = canvas(1, 2, 9.4, 0.62 * len(ways) + 1.5, sharey=True)
        scales = (("d", "in d"), ("left", "in the log of the distress left"))
        for panel, (column, words) in zip(axes[0], scales, strict=True):
            for k, world in enumerate(worlds):
                own = table[table["world"] == world].set_index("way").loc[ways]
                y = np.arange(len(ways)) + 0.16 * (k - (len(worlds) - 1) / 2)
                panel.hlines(y, own[f"{column}_low"], own[f"{column}_high"], color=look[world].colour, linewidth=1.6)
                panel.plot(own[column], y, look[world].marker, color=look[world].colour, markersize=6, label=world)
            panel.axvline(0.0, color=BASELINE, linewidth=1.1)
            panel.set_xlabel(f"interaction {words}")
            panel.grid(axis="y", visible=False)
        axes[0][0].set_yticks(range(len(ways)), ways)
        axes[0][0].set_ylim(len(ways) - 0.5, -0.5)
        figure.legend(
            *axes[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=len(worlds), frameon=False
        )
    caption = (
        "How much more two SD of technique (from -1 to +1) bring at the usual alliance than at one that is weaker by "
        "one unit of log-odds: right of the line, technique needs the alliance. Rows: ways in which it needs it in any "
        "world, closed one by one, the draws staying as they are. Mean over draws with 95 % interval."
    )
    alt = "; ".join(
        f"{row['world']}, {row['way']}: {number(row['d'], 3)} in d, {number(row['left'], 3)} on the log scale"
        for row in records(table)
    )
    return Picture(name, "What an interaction is made of", caption, f"Dots with intervals. {alt}.", figure)


def _alt(table: pd.DataFrame, worlds: Sequence[str], column: str, digits: int) -> str:
    """The corners and the middle of each panel in numbers."""
    words = []
    for world in worlds:
        grid = grid_of(table, world, column).dropna(axis=1, how="all")
        if grid.empty:
            continue
        places = [(grid.index[i], grid.columns[j]) for i in (0, -1) for j in (0, -1)]
        told = [
            f"{number(float(grid.loc[y, x]), digits)} at technique {setting(float(y))} and alliance {setting(float(x))}"
            for y, x in places
        ]
        words.append(f"{world}: {', '.join(told)}")
    return "; ".join(words) + "."
