"""Technique against alliance: where the answer turns, the exchange rate, and what an interaction is made of."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from alliance_sim.estimates.found import records
from alliance_sim.figures.marks import Ends, course, interval, key, legend, legend_below, name_rows, point, rule
from alliance_sim.figures.picture import Picture, alt
from alliance_sim.figures.style import BASELINE, Look, canvas, looks, theme
from alliance_sim.figures.technique_alliance import ALLIANCE, PLACE, TECHNIQUE, X, Y
from alliance_sim.stats.numbers import number

MOST_RATE = 10.0  # exchange rates above this are off the scale
ENDS = ("no_below", "turns", "yes_from")  # where the answer stops to be no, turns, and begins to be yes
RATE: Ends = ("rate_low", "rate_high")
BOX = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none"}


@theme()
def draw_turning(
    name: str, tables: Mapping[str, pd.DataFrame], worlds: Sequence[str], weak: Sequence[float]
) -> Picture:
    """Where excellence turns from making up to not, a row a world and a panel a kind of weakness.

    tables: name of an axis -> a row a world with turns, yes_from, no_below (SD; infinite past what was shown).
    """
    look = looks(worlds, "")
    figure, [grid] = canvas(1, len(tables), 9.4, 0.5 * len(worlds) + 1.5, sharey=True)
    told, past = [], False
    for axes, (words, table) in zip(grid, tables.items(), strict=True):
        rows = {str(row["world"]): row for row in records(table)}
        ends = np.array([*(rows[world][key] for world in worlds for key in ENDS), *weak, 0.0], dtype=float)
        low, high = ends[np.isfinite(ends)].min() - 0.3, ends[np.isfinite(ends)].max() + 0.3
        for k, world in enumerate(worlds):
            _turn(axes, k, {key: float(rows[world][key]) for key in ENDS}, look[world], (low, high))
        rule(axes, x=0.0, colour=BASELINE, width=1.1)
        for at in weak:
            rule(axes, x=at, dashes=":")
        name_rows(axes, worlds, 0)
        axes.set(xlim=(low, high), ylim=(len(worlds) - 0.5, -0.6), xlabel=words)
        turns = {world: float(rows[world]["turns"]) for world in worlds}
        past_words = {world: f"past the {'lowest' if at < 0 else 'highest'} level" for world, at in turns.items()}
        levels = {world: number(at, 2) if np.isfinite(at) else past_words[world] for world, at in turns.items()}
        past |= not np.isfinite(list(turns.values())).all()
        told.append(f"{words}: {', '.join(f'{world} {at}' for world, at in levels.items())}.")
    caption = (
        "How weak the alliance (or the therapists' attunement) may be for excellent technique to make up for it. "
        "Marks: where half of the draws say yes. Right of the bar the answer is yes (at least nine in ten draws), left "
        f"of it no (at most one in ten), on it open{'; an arrow: past the levels shown' if past else ''}. Full line: "
        "the average clinic; dotted: the weak levels asked about."
    )
    said = alt("Marks with bars.", pd.DataFrame({"value": []}), more=told)
    return Picture(name, "Where the answer turns", caption, said, figure)


def _turn(axes: Axes, y: int, row: Mapping[str, float], look: Look, edges: tuple[float, float]) -> None:
    """A bar over the levels at which the answer is open, its median, and the number."""
    start, middle, end = (float(np.clip(row[key], *edges)) for key in ENDS)
    words: dict[str, Any] = {"fontsize": 8.5, "color": look.colour, "bbox": BOX, "zorder": 5, "va": "bottom"}
    axes.hlines(y, start, end, color=look.colour, linewidth=7, alpha=0.35)
    if np.isfinite(row["turns"]):
        point(axes, middle, y, look, 8.5, markeredgecolor="white", zorder=4)
        axes.text(middle, y - 0.24, number(row["turns"], 2), ha="center", **words)
    else:
        low = middle == edges[0]
        arrow = "← past the levels shown" if low else "past the levels shown →"
        axes.text(middle + (0.04 if low else -0.04), y - 0.24, arrow, ha="left" if low else "right", **words)


@theme()
def draw_exchange(name: str, table: pd.DataFrame, worlds: Sequence[str]) -> Picture:
    """How many SD of technique replace one SD of alliance: along the alliance, and along technique."""
    look = looks(worlds, "")
    known = table[np.isfinite(table["rate"]) & table["rate"].between(0.0, MOST_RATE, inclusive="neither")]
    figure, [grid] = canvas(1, 2, 9.4, 4.0, sharey=True)
    drawn = []
    ways = ((X, Y, "at average technique"), (Y, X, "at average alliance"))
    for axes, (along, across, words) in zip(grid, ways, strict=True):
        off = [world for world in worlds if not ((known["world"] == world) & (known[across] == 0.0)).any()]
        for k, world in enumerate(worlds):
            own = known[(known["world"] == world) & (known[across] == 0.0)]
            own = own.assign(rate_low=own["rate_low"].clip(1e-3), rate_high=own["rate_high"].clip(upper=MOST_RATE))
            shift = 0.03 * (k - (len(worlds) - 1) / 2)
            course(axes, own, along, look[world], "rate", RATE, bars=True, shift=shift, size=3.5, width=1.2)
            drawn.append(own)
        for line, world in enumerate(off):
            rates = table.loc[(table["world"] == world) & (table[across] == 0.0), "rate"].dropna()
            more = f", more than {MOST_RATE:.0f}" if (rates >= MOST_RATE).all() else ""
            axes.text(
                0.02, 0.97 - 0.07 * line, f"{world}: off the scale{more}", transform=axes.transAxes, va="top",
                fontsize=8.5, color=look[world].colour, bbox=BOX,
            )  # fmt: skip
        rule(axes, y=1.0, colour=BASELINE, width=1.1)
        axes.set(xlabel=ALLIANCE if along == X else TECHNIQUE.replace("\n", " "), title=words)
    ends = pd.concat(drawn)
    low, high = min([1.0, *ends["rate_low"]]) / 1.2, max([1.0, *ends["rate_high"]]) * 1.45
    ticks = [tick for tick in (0.25, 0.5, 1, 2, 4, 8) if low < tick < high]
    grid[0].set(yscale="log", ylim=(low, high))
    grid[0].set_ylabel("SD of technique that replace one SD\nof alliance, at the margin (log scale)")
    grid[0].set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    for axes in grid:
        axes.minorticks_off()
    legend(figure, [key(world, look[world], markersize=5) for world in worlds], len(worlds))
    caption = (
        "Exchange rate between technique and alliance at each place: slope of outcome along the alliance over slope "
        "along technique (of the mean surface; bars: 95 % interval by bootstrap over draws). Above 1 (line): one SD of "
        "alliance is worth more than one SD of technique. Not drawn where no amount of technique would do, or more "
        f"than {MOST_RATE:.0f} SD."
    )
    said = alt("Lines of exchange rates with intervals.", ends, "rate", who=PLACE, panel="world")
    return Picture(name, "What one SD of alliance is worth in technique", caption, said, figure)


@theme()
def draw_ways(name: str, table: pd.DataFrame, worlds: Sequence[str]) -> Picture:
    """The interaction of technique and alliance with its channels closed one by one, on two scales.

    table: columns way, world, d, d_low, d_high, left, left_low, left_high.
    """
    look, ways = looks(worlds, ""), list(dict.fromkeys(table["way"]))
    scales = {"d": "in d", "left": "in the log of the distress left"}
    figure, [grid] = canvas(1, 2, 9.4, 0.62 * len(ways) + 1.5, sharey=True)
    for axes, (column, words) in zip(grid, scales.items(), strict=True):
        for k, world in enumerate(worlds):
            own = table[table["world"] == world].set_index("way").loc[ways]
            places = np.arange(len(ways)) + 0.16 * (k - (len(worlds) - 1) / 2)
            interval(axes, own, places, look[world], column, (f"{column}_low", f"{column}_high"), size=6)
        rule(axes, x=0.0, colour=BASELINE, width=1.1)
        name_rows(axes, ways, 0)
        axes.set_xlabel(f"interaction {words}")
    legend_below(figure, worlds, look)
    caption = (
        "How much more two SD of technique (from −1 to +1) bring at the usual alliance than at one that is weaker by "
        "one unit of log-odds: right of the line, technique needs the alliance. Rows: channels by which it needs it in "
        "any scenario, closed one by one, the draws staying as they are. Mean over draws with 95 % interval."
    )
    form = "Dots with intervals; interaction on the logarithmic scale."
    said = alt(form, table[table["world"].isin(worlds)], "left", who="{world}", panel="way")
    return Picture(name, "What an interaction is made of", caption, said, figure)
