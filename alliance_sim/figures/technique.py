"""Technique against alliance: surfaces of outcome, where the one makes up for the other, and exchange rates."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.contour import ContourSet
from matplotlib.patches import Patch

from alliance_sim.estimates.long import records
from alliance_sim.figures.marks import (
    cells,
    course,
    dots,
    facets,
    frame,
    key,
    keys,
    legend,
    name_axes,
    name_rows,
    panels,
    point,
    rule,
)  # fmt: skip
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import BASELINE, COLOURS, INK, RULED, Look, canvas, looks, theme
from alliance_sim.figures.words import picture
from alliance_sim.stats.numbers import number, setting

X, Y = "alliance", "technique"
ALLIANCE = "felt alliance of the clinic (SD among clients)"
TECHNIQUE = "technical competence\n(SD among therapists)"
PLACE = "technique {technique}, alliance {alliance}"
USUAL, WEAK = Look(INK, "*", face="white"), Look(INK, "s", face=COLOURS[1])
BOX = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none"}


def grid_of(own: pd.DataFrame, column: str) -> pd.DataFrame:
    """One scenario's numbers: rows technique, columns alliance."""
    return own.pivot_table(index=Y, columns=X, values=column, dropna=False).sort_index()


@theme()
def surfaces(name: str, table: pd.DataFrame, scenarios: Sequence[str], weak: Sequence[float], top: float) -> Picture:
    """Mean improvement at every setting, a panel a scenario, with lines of equal outcome.

    table: columns scenario, technique, alliance, d, rate (nan where too few draws reach).
    """
    low, high = float(np.nanmin(table["d"])), float(np.nanmax(table["d"]))
    steps = np.arange(np.floor(low * 10) / 10, high + 0.1, 0.1)
    across = min(2, len(scenarios))
    size = (9.4 / across, 3.55)
    figure, made = facets(table, "scenario", across, size, (0.0, 0.5), names=scenarios, sharex=True, sharey=True)
    for axes, _, own in made:
        filled = _surface(axes, own, steps)
        point(axes, 0.0, 0.0, USUAL, 15)
        point(axes, weak, [top] * len(weak), WEAK, 9)
        for edges, move in ((axes.dataLim.intervalx, axes.set_xlim), (axes.dataLim.intervaly, axes.set_ylim)):
            room = 0.05 * (edges[1] - edges[0])  # margins() stops at the edge of filled contours
            move(edges[0] - room, edges[1] + room)
    every = [axes for axes, *_ in made]
    name_axes(every, across, ALLIANCE, TECHNIQUE)
    figure.colorbar(filled, ax=every, shrink=0.7, pad=0.02).set_label("improvement from intake to end (d)")
    average = key("average clinic", USUAL, 0.0, markersize=14)
    excellent = key("excellent technique, weak alliance", WEAK, 0.0, markersize=9)
    equal = key("as good as the average clinic", Look(INK), 2.2)
    more = Patch(facecolor="none", edgecolor=INK, hatch="////", label="technique brings more, SD for SD")
    legend(figure, [average, excellent, equal, more], 2)
    drawn = table[table["scenario"].isin(scenarios)]
    said = {"value": "d", "who": PLACE, "panel": "scenario"}
    return picture(name, figure, drawn, "Contour lines of improvement in d.", words="surfaces", **said)


def _surface(axes: Axes, own: pd.DataFrame, steps: np.ndarray) -> ContourSet:
    """One scenario: filled contours, the contour of the average clinic, hatched where technique brings more."""
    grid = grid_of(own, "d")
    x, y, z = grid.columns.to_numpy(float), grid.index.to_numpy(float), np.ma.masked_invalid(grid.to_numpy(float))
    filled = axes.contourf(x, y, z, levels=steps, cmap="cividis")
    axes.contour(x, y, z, levels=steps, colors="white", linewidths=0.8)
    usual = float(z.filled(np.nan)[list(y).index(0.0), list(x).index(0.0)])
    if np.isfinite(usual):
        axes.contour(x, y, z, levels=[usual], colors=INK, linewidths=2.2)
    rate = grid_of(own, "rate").to_numpy(float)
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
def probability(
    name: str, table: pd.DataFrame, scenarios: Sequence[str], verdicts: Mapping[str, pd.DataFrame]
) -> Picture:
    """Share of draws at least as good as the average clinic, a panel a scenario; and how many scenarios say yes.

    verdicts: title of a panel -> columns technique, alliance, count (yes), possible (not no), of; settings as in table.
    """
    figure, made = panels(len(scenarios) + len(verdicts), 2, (4.7, 2.95), (0.0, 0.3), sharex=True, sharey=True)
    for axes, scenario in zip(made, scenarios, strict=False):
        share = grid_of(table[table["scenario"] == scenario], "at_least_as_good") * 100
        _cells(axes, share, 100.0, share.map(lambda value: number(value, 0) if np.isfinite(value) else ""))
        axes.set_title(f"{scenario}: % of draws")
    for axes, (title, own) in zip(made[len(scenarios) :], verdicts.items(), strict=True):
        _verdict(axes, own)
        axes.set_title(title)
    name_axes(made, 2, ALLIANCE, TECHNIQUE)
    counts = [
        f"{words}: scenarios differ or leave it open at {int(unclear(own).sum())} of {len(own)} places."
        for words, own in verdicts.items()
    ]
    drawn = table[table["scenario"].isin(scenarios)].assign(value=100 * table["at_least_as_good"])
    form = f"Cells with shares of draws, %. {' '.join(counts)}"
    return picture(name, figure, drawn, form, words="probability", who=PLACE, panel="scenario")


def unclear(own: pd.DataFrame) -> "pd.Series[bool]":
    """Settings to which not all scenarios say yes, nor all no."""
    return (own["of"] > 0) & (own["possible"] > 0) & (own["count"] < own["of"])


def _cells(axes: Axes, grid: pd.DataFrame, most: float, words: pd.DataFrame) -> None:
    """Cells with their words, a row a level of technique; the darker the more; the average clinic is framed."""
    columns, rows = ([float(v) for v in names] for names in (grid.columns, grid.index))
    names, texts = ([setting(v) for v in columns], [setting(v) for v in rows]), words.to_numpy().tolist()
    cells(axes, grid.to_numpy(float), texts, ("Blues", 0.0, most), *names, edge="#c4c4c4", upwards=True)
    frame(axes, rows.index(0.0), columns.index(0.0), edgecolor=COLOURS[1])


def _verdict(axes: Axes, own: pd.DataFrame) -> None:
    """The number of scenarios that say yes, from - to where some leave it open; hatched where they do not agree."""
    ends = zip(own["count"], own["possible"], own["of"], strict=True)
    words = ["" if not of else f"{low}" if low == high else f"{low}–{high}" for low, high, of in ends]
    own = own.assign(words=words, unclear=unclear(own), known=own["count"].where(own["of"] > 0))
    grids = {name: own.pivot_table(name, Y, X, "first", dropna=False) for name in ("known", "words", "unclear")}
    _cells(axes, grids["known"], float(own["of"].max()), grids["words"].fillna(""))
    for text in axes.texts:
        x, y = text.get_position()
        if grids["unclear"].to_numpy()[int(y), int(x)]:
            frame(axes, y, x, hatch="////", edgecolor="#8a8a8a", linewidth=0, zorder=3)
            text.set(color=INK, bbox=BOX | {"boxstyle": "round,pad=0.25"})


ENDS = ("no_below", "turns", "yes_from")  # where the answer stops to be no, turns, and begins to be yes


@theme()
def turning(name: str, tables: Mapping[str, pd.DataFrame], scenarios: Sequence[str], weak: Sequence[float]) -> Picture:
    """Where excellence turns from making up to not, a row a scenario and a panel a kind of weakness.

    tables: name of an axis -> a row a scenario with turns, yes_from, no_below (SD; infinite past what was shown).
    """
    look, said = looks(scenarios, ""), []
    figure, [grid] = canvas(1, len(tables), 9.4, 0.5 * len(scenarios) + 1.5, sharey=True)
    for axes, (words, table) in zip(grid, tables.items(), strict=True):
        own = table.set_index("scenario").loc[list(scenarios)]
        ends = np.array([*own[list(ENDS)].to_numpy(float).ravel(), *weak, 0.0])
        low, high = ends[np.isfinite(ends)].min() - 0.3, ends[np.isfinite(ends)].max() + 0.3
        for k, row in enumerate(records(own.reset_index())):
            _turn(axes, k, row, look[row["scenario"]], (low, high))
        rule(axes, x=0.0, colour=BASELINE, width=1.1)
        for at in weak:
            rule(axes, x=at, dashes=":")
        name_rows(axes, scenarios, 0)
        axes.set(xlim=(low, high), ylim=(len(scenarios) - 0.5, -0.6), xlabel=words)
        past = {-np.inf: "past the lowest level", np.inf: "past the highest level"}
        levels = [f"{scenario} {past.get(at, number(at, 2))}" for scenario, at in own["turns"].items()]
        said.append(f"{words}: {', '.join(levels)}.")
    drawn = pd.concat(tables.values()).assign(value=np.nan)
    facts = {"past": (~np.isfinite(drawn["turns"])).any()}
    return picture(name, figure, drawn, "Marks with bars.", words="turning", facts=facts, more=said)


def _turn(axes: Axes, y: int, row: Mapping[str, Any], look: Look, edges: tuple[float, float]) -> None:
    """A bar over the levels at which the answer is open, its median, and the number."""
    start, middle, end = (float(np.clip(row[name], *edges)) for name in ENDS)
    words: dict[str, Any] = {"fontsize": 8.5, "color": look.colour, "bbox": BOX, "zorder": 5, "va": "bottom"}
    axes.hlines(y, start, end, color=look.colour, linewidth=7, alpha=0.35)
    if np.isfinite(row["turns"]):
        point(axes, middle, y, look, 8.5, markeredgecolor="white", zorder=4)
        axes.text(middle, y - 0.24, number(row["turns"], 2), ha="center", **words)
    else:
        low = middle == edges[0]
        arrow = "← past the levels shown" if low else "past the levels shown →"
        axes.text(middle + (0.04 if low else -0.04), y - 0.24, arrow, ha="left" if low else "right", **words)


MOST_RATE = 10.0  # exchange rates above this are off the scale


@theme()
def exchange(name: str, table: pd.DataFrame, scenarios: Sequence[str]) -> Picture:
    """How many SD of technique replace one SD of alliance: along the alliance, and along technique."""
    look, drawn = looks(scenarios, ""), []
    known = table[np.isfinite(table["rate"]) & table["rate"].between(0.0, MOST_RATE, inclusive="neither")]
    known = known.assign(low=known["rate_low"].clip(1e-3), high=known["rate_high"].clip(upper=MOST_RATE))
    figure, [grid] = canvas(1, 2, 9.4, 4.0, sharey=True)
    ways = ((X, Y, ALLIANCE, "at average technique"), (Y, X, TECHNIQUE.replace("\n", " "), "at average alliance"))
    for axes, (along, across, label, words) in zip(grid, ways, strict=True):
        off = 0
        for k, scenario in enumerate(scenarios):
            own = known[(known["scenario"] == scenario) & (known[across] == 0.0)]
            shift = 0.03 * (k - (len(scenarios) - 1) / 2)
            course(axes, own, along, look[scenario], "rate", bars=True, shift=shift, size=3.5, width=1.2)
            drawn.append(own)
            if own.empty:
                rates = table.loc[(table["scenario"] == scenario) & (table[across] == 0.0), "rate"].dropna()
                more = f", more than {MOST_RATE:.0f}" if (rates >= MOST_RATE).all() else ""
                axes.text(
                    0.02, 0.97 - 0.07 * off, f"{scenario}: off the scale{more}", transform=axes.transAxes, va="top",
                    fontsize=8.5, color=look[scenario].colour, bbox=BOX,
                )  # fmt: skip
                off += 1
        rule(axes, y=1.0, colour=BASELINE, width=1.1)
        axes.set(xlabel=label, title=words)
    ends = pd.concat(drawn)
    low, high = min([1.0, *ends["low"]]) / 1.2, max([1.0, *ends["high"]]) * 1.45
    ticks = [tick for tick in (0.25, 0.5, 1, 2, 4, 8) if low < tick < high]
    grid[0].set(yscale="log", ylim=(low, high))
    grid[0].set_ylabel("SD of technique that replace one SD\nof alliance, at the margin (log scale)")
    grid[0].set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    for axes in grid:
        axes.minorticks_off()
    legend(figure, keys(look, 1.8, markersize=5), len(scenarios))
    said = {"value": "rate", "who": PLACE, "panel": "scenario", "facts": {"most": number(MOST_RATE, 0)}}
    return picture(name, figure, ends, "Lines of exchange rates with intervals.", words="exchange", **said)


@theme()
def channels(name: str, table: pd.DataFrame, scenarios: Sequence[str]) -> Picture:
    """The interaction of technique and alliance with its channels closed one by one, on two scales.

    table: columns way, scenario, d, d_low, d_high, left, left_low, left_high.
    """
    look, ways = looks(scenarios, ""), list(dict.fromkeys(table["way"]))
    scales = {"d": "in d", "left": "in the log of the distress left"}
    figure, [grid] = canvas(1, 2, 9.4, 0.62 * len(ways) + 1.5, sharey=True)
    for axes, (column, words) in zip(grid, scales.items(), strict=True):
        ends = (f"{column}_low", f"{column}_high")
        dots(axes, table, ways, "way", look, "scenario", 0.16, value=column, ends=ends, size=6)
        rule(axes, x=0.0, colour=BASELINE, width=1.1)
        name_rows(axes, ways, 0)
        axes.set_xlabel(f"interaction {words}")
    legend(figure, keys(look))
    form, drawn = "Dots with intervals; interaction on the logarithmic scale.", table[table["scenario"].isin(scenarios)]
    return picture(name, figure, drawn, form, words="channels", value="left", who="{scenario}", panel="way")
