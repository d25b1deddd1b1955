"""Technique against alliance: surfaces of outcome, and where the one makes up for the other."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.contour import ContourSet
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from alliance_sim.figures.marks import cells, frame, key, legend, name_axes, panels, point
from alliance_sim.figures.picture import Picture, alt
from alliance_sim.figures.style import COLOURS, INK, RULED, Look, theme
from alliance_sim.stats.numbers import number, setting

X, Y = "alliance", "technique"
ALLIANCE = "felt alliance of the clinic (SD among clients)"
TECHNIQUE = "technical competence\n(SD among therapists)"
PLACE = "technique {technique}, alliance {alliance}"
USUAL, WEAK = Look(INK, "*", face="white"), Look(INK, "s", face=COLOURS[1])


def grid_of(table: pd.DataFrame, world: str, column: str) -> pd.DataFrame:
    """One world's numbers: rows technique, columns alliance."""
    own = table[table["world"] == world]
    return own.pivot_table(index=Y, columns=X, values=column, dropna=False).sort_index()


@theme()
def draw_surfaces(name: str, table: pd.DataFrame, worlds: Sequence[str], weak: Sequence[float], top: float) -> Picture:
    """Mean improvement at every place, a panel a world, with lines of equal outcome.

    table: columns world, technique, alliance, d, rate (nan where too few draws reach).
    """
    low, high = float(np.nanmin(table["d"])), float(np.nanmax(table["d"]))
    steps = np.arange(np.floor(low * 10) / 10, high + 0.1, 0.1)
    across = min(2, len(worlds))
    figure, made = panels(len(worlds), across, (9.4 / across, 3.55), (0.0, 0.5), sharex=True, sharey=True)
    for axes, world in zip(made, worlds, strict=True):
        filled = _surface(axes, table, world, steps)
        point(axes, 0.0, 0.0, USUAL, 15)
        point(axes, weak, [top] * len(weak), WEAK, 9)
        for edges, move in ((axes.dataLim.intervalx, axes.set_xlim), (axes.dataLim.intervaly, axes.set_ylim)):
            room = 0.05 * (edges[1] - edges[0])  # margins() stops at the edge of filled contours
            move(edges[0] - room, edges[1] + room)
        axes.set_title(world)
    name_axes(made, across, ALLIANCE, TECHNIQUE)
    figure.colorbar(filled, ax=made, shrink=0.7, pad=0.02).set_label("improvement from intake to end (d)")
    keys: list[Line2D | Patch] = [
        key("average clinic", USUAL, 0.0, markersize=14),
        key("excellent technique, weak alliance", WEAK, 0.0, markersize=9),
        key("as good as the average clinic", Look(INK), 2.2),
        Patch(facecolor="none", edgecolor=INK, hatch="////", label="technique brings more, SD for SD"),
    ]  # fmt: skip
    legend(figure, keys, 2)
    caption = (
        "Mean improvement over draws of each scenario's own posterior; dots: places to which simulated clinics were "
        "interpolated. Lines join places of equal outcome, a tenth of d apart; the thick line is the outcome of an "
        "average clinic (star). A square above it does better than the average clinic on the mean over draws, one "
        "below it worse. Steep lines: the alliance decides; flat ones: technique does."
    )
    drawn = table[table["world"].isin(worlds)]
    said = alt("Contour lines of improvement in d.", drawn, "d", who=PLACE, panel="world")
    return Picture(name, "Improvement over technique and alliance", caption, said, figure)


def _surface(axes: Axes, table: pd.DataFrame, world: str, steps: np.ndarray) -> ContourSet:
    """One world: filled contours, the contour of the average clinic, hatched where technique brings more."""
    grid = grid_of(table, world, "d")
    x, y, z = grid.columns.to_numpy(float), grid.index.to_numpy(float), np.ma.masked_invalid(grid.to_numpy(float))
    filled = axes.contourf(x, y, z, levels=steps, cmap="cividis")
    axes.contour(x, y, z, levels=steps, colors="white", linewidths=0.8)
    usual = float(z.filled(np.nan)[list(y).index(0.0), list(x).index(0.0)])
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
    axes.set_facecolor(RULED)
    return filled


@theme()
def draw_probability(
    name: str, table: pd.DataFrame, worlds: Sequence[str], verdicts: Mapping[str, pd.DataFrame]
) -> Picture:
    """Share of draws that do at least as well as the average clinic, a panel a world; and how many worlds say yes.

    verdicts: title of a panel -> columns technique, alliance, count (yes), possible (not no), of; places as in table.
    """
    figure, made = panels(len(worlds) + len(verdicts), 2, (4.7, 2.95), (0.0, 0.3), sharex=True, sharey=True)
    for axes, world in zip(made, worlds, strict=False):
        share = grid_of(table, world, "at_least_as_good") * 100
        _cells(
            axes,
            share,
            100.0,
            [[number(v, 0) if np.isfinite(v) else "" for v in line] for line in share.to_numpy(float)],
        )
        axes.set_title(f"{world}: % of draws")
    for axes, (title, own) in zip(made[len(worlds) :], verdicts.items(), strict=True):
        _verdict(axes, own)
        axes.set_title(title)
    name_axes(made, 2, ALLIANCE, TECHNIQUE)
    caption = (
        "Does a clinic at this place do at least as well as an average clinic (frame)? In per cent of the draws of "
        "each scenario's own posterior. Below: the number of scenarios that say yes (at least nine in ten draws), up "
        "to the number that do not say no (more than one in ten). Where these are not all, or none, of the scenarios "
        "(hatched), the answer depends on the mechanism that is true, or is open."
    )
    counts = [
        f"{words}: scenarios differ or leave it open at {int(unclear(own).sum())} of {len(own)} places."
        for words, own in verdicts.items()
    ]
    drawn = table[table["world"].isin(worlds)].assign(value=100 * table["at_least_as_good"])
    said = alt(f"Cells with shares of draws, %. {' '.join(counts)}", drawn, who=PLACE, panel="world")
    title = "Where technique makes up for the alliance, and in how many scenarios"
    return Picture(name, title, caption, said, figure)


def unclear(own: pd.DataFrame) -> "pd.Series[bool]":
    """Places to which not all scenarios say yes, nor all no."""
    return (own["of"] > 0) & (own["possible"] > 0) & (own["count"] < own["of"])


def _cells(axes: Axes, grid: pd.DataFrame, most: float, words: Sequence[Sequence[str]]) -> None:
    """Cells with their words, a row a level of technique; the darker the more; the average clinic is framed."""
    columns, rows = ([float(v) for v in names] for names in (grid.columns, grid.index))
    names = [setting(v) for v in columns], [setting(v) for v in rows]
    cells(axes, grid.to_numpy(float), words, ("Blues", 0.0, most), *names, edge="#c4c4c4", upwards=True)
    frame(axes, rows.index(0.0), columns.index(0.0), edgecolor=COLOURS[1])


def _verdict(axes: Axes, own: pd.DataFrame) -> None:
    """The number of worlds that say yes, from - to where some leave it open; hatched where they do not agree."""
    grids = {
        name: own.assign(unclear=unclear(own)).pivot_table(index=Y, columns=X, values=name).sort_index()
        for name in ("count", "possible", "of", "unclear")
    }
    count, possible, of, hatched = (grid.to_numpy(float) for grid in grids.values())
    words = [
        [
            "" if not there > 0 else f"{low:.0f}" if low == high else f"{low:.0f}–{high:.0f}"
            for low, high, there in zip(*lines, strict=True)
        ]
        for lines in zip(count, possible, of, strict=True)
    ]
    _cells(axes, grids["count"].where(of > 0), float(of.max()), words)
    for text in axes.texts:
        x, y = text.get_position()
        if hatched[int(y), int(x)] > 0:
            frame(axes, y, x, hatch="////", edgecolor="#8a8a8a", linewidth=0, zorder=3)
            text.set(color=INK, bbox={"boxstyle": "round,pad=0.25", "facecolor": "white", "edgecolor": "none"})
