"""Technique against alliance: surfaces of outcome, and where the one makes up for the other."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.contour import ContourSet
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from alliance_sim.analysis.numbers import number, setting
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import COLOURS, INK, canvas, theme

X, Y = "alliance", "technique"
ALLIANCE = "felt alliance of the clinic (SD among clients)"
TECHNIQUE = "technical competence\n(SD among therapists)"


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
        "Mean improvement over draws of each world's own posterior; dots: places to which played clinics were "
        "interpolated. Lines join places of equal outcome, a tenth of d apart; the thick line is the outcome of an "
        "average clinic (star). A square above the thick line does better than the average clinic on the mean over "
        "draws, one below it worse; one on it is a matter of the draw. Steep lines: the alliance decides; flat ones: "
        "technique does."
    )
    alt = f"Contour lines, a panel a world; improvement in d. {gist(table, worlds, 'd', 2)}"
    return Picture(name, "Improvement over technique and alliance", caption, alt, figure)


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
    """Share of draws that do at least as well as the average clinic, a panel a world; and how many worlds say yes.

    verdicts: title of a panel -> columns technique, alliance, count (yes), possible (not no), of; places as in table.
    """
    panels_wanted = len(worlds) + len(verdicts)
    with theme():
        rows = -(-panels_wanted // 2)
        figure, axes = canvas(rows, 2, 9.4, 2.95 * rows + 0.3, sharex=True, sharey=True)
        panels = [panel for line in axes for panel in line]
        for panel, world in zip(panels, worlds, strict=False):
            share = grid_of(table, world, "at_least_as_good") * 100
            _cells(panel, share, 100.0, [[f"{value:.0f}" for value in line] for line in share.to_numpy(float)])
            panel.set_title(f"{world}: % of draws")
        for panel, (title, own) in zip(panels[len(worlds) :], verdicts.items(), strict=False):
            _verdict(panel, own)
            panel.set_title(title)
        for panel in panels[panels_wanted:]:
            panel.remove()
        _outer(axes, panels_wanted)
    caption = (
        "Does a clinic at this place do at least as well as an average clinic (frame)? In per cent of the draws of "
        "each world's own posterior. Below: the number of worlds that say yes (at least nine in ten draws), up to the "
        "number that do not say no (more than one in ten). Where these are not all, or none, of the worlds (hatched), "
        "the answer depends on the mechanism that is true, or is open."
    )
    title = "Where technique makes up for the alliance, and in how many worlds"
    counts = [
        f"{words}: worlds differ or leave it open at {int(unclear(own).sum())} of {len(own)} places"
        for words, own in verdicts.items()
    ]
    alt = f"Cells with shares of draws in per cent, a panel a world. {'; '.join(counts)}."
    return Picture(name, title, caption, alt, figure)


def unclear(own: pd.DataFrame) -> "pd.Series[bool]":
    """Places to which not all worlds say yes, nor all no."""
    return (own["of"] > 0) & (own["possible"] > 0) & (own["count"] < own["of"])


def _cells(axes: Axes, grid: pd.DataFrame, most: float, words: Sequence[Sequence[str]]) -> None:
    """Cells with their words, a row a level of technique; the darker the more."""
    values = grid.to_numpy(float)
    axes.pcolormesh(
        np.arange(values.shape[1] + 1) - 0.5, np.arange(values.shape[0] + 1) - 0.5, np.ma.masked_invalid(values),
        cmap="Blues", vmin=0.0, vmax=most, edgecolors="#c4c4c4", linewidth=0.8,
    )  # fmt: skip
    for (i, j), value in np.ndenumerate(values):
        if np.isfinite(value):
            colour = "white" if value > 0.6 * most else INK
            axes.text(j, i, words[i][j], ha="center", va="center", fontsize=8.5, color=colour, zorder=5)
    columns, rows = [float(v) for v in grid.columns], [float(v) for v in grid.index]
    axes.set_xticks(range(len(columns)), [setting(v) for v in columns])
    axes.set_yticks(range(len(rows)), [setting(v) for v in rows])
    place = (columns.index(0.0) - 0.5, rows.index(0.0) - 0.5)
    axes.add_patch(Rectangle(place, 1.0, 1.0, fill=False, edgecolor=COLOURS[1], linewidth=2.2, zorder=4))
    axes.grid(visible=False)
    axes.set_facecolor("#eeeeee")


def _verdict(axes: Axes, own: pd.DataFrame) -> None:
    """The number of worlds that say yes, from - to where some leave it open; hatched where they do not agree."""
    grids = {
        name: own.assign(unclear=unclear(own)).pivot_table(index=Y, columns=X, values=name).sort_index()
        for name in ("count", "possible", "of", "unclear")
    }
    count, possible, of, hatched = (grid.to_numpy(float) for grid in grids.values())
    words = [
        [f"{low:.0f}" if low == high else f"{low:.0f}–{high:.0f}" for low, high in zip(*lines, strict=True)]
        for lines in zip(count, possible, strict=True)
    ]
    _cells(axes, grids["count"].where(of > 0), float(of.max()), words)
    for i, j in np.argwhere(hatched > 0):
        place = (j - 0.5, i - 0.5)
        axes.add_patch(Rectangle(place, 1.0, 1.0, fill=False, hatch="////", edgecolor="#8a8a8a", linewidth=0))
        room = {"boxstyle": "round,pad=0.25", "facecolor": "white", "edgecolor": "none"}
        axes.text(j, i, words[i][j], ha="center", va="center", fontsize=8.5, color=INK, bbox=room, zorder=6)


def gist(table: pd.DataFrame, worlds: Sequence[str], column: str, digits: int, scale: float = 1.0) -> str:
    """A surface in few words: its lowest and highest place, and the range of every world."""
    own = table[table["world"].isin(worlds) & table[column].notna() & np.isfinite(table[column])]
    if own.empty:
        return "No place is reached."
    words = []
    for name, at in (("Lowest", own[column].idxmin()), ("highest", own[column].idxmax())):
        row = own.loc[at]
        place = f"technique {setting(float(row[Y]))}, alliance {setting(float(row[X]))}"
        words.append(f"{name}: {number(scale * float(row[column]), digits)} ({row['world']}, {place})")
    ranges = []
    for world in worlds:
        values = scale * own.loc[own["world"] == world, column]
        if len(values):
            ranges.append(f"{world} {number(float(values.min()), digits)} to {number(float(values.max()), digits)}")
    return f"{'; '.join(words)}. Ranges: {', '.join(ranges)}."
