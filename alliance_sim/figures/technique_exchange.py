"""Technique against alliance: where the answer turns, the exchange rate, and what an interaction is made of."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from alliance_sim.analysis.found import records
from alliance_sim.analysis.numbers import number
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import BASELINE, FAINT, Look, canvas, looks, theme
from alliance_sim.figures.technique_alliance import ALLIANCE, TECHNIQUE, X, Y, gist

MOST_RATE = 10.0
"""Exchange rates above this are off the scale."""

ENDS = ("no_below", "turns", "yes_from")
"""Where the answer stops to be no, turns, and begins to be yes."""


def draw_turning(
    name: str, tables: Mapping[str, pd.DataFrame], worlds: Sequence[str], weak: Sequence[float]
) -> Picture:
    """Where excellence turns from making up to not, a row a world and a panel a kind of weakness.

    tables: name of an axis -> a row a world with turns, yes_from, no_below (SD; infinite past what was shown).
    """
    look = looks(worlds, "")
    with theme():
        figure, axes = canvas(1, len(tables), 9.4, 0.5 * len(worlds) + 1.5, sharey=True)
        for panel, (words, table) in zip(axes[0], tables.items(), strict=True):
            rows = {str(row["world"]): row for row in records(table)}
            ends = np.array([*(rows[world][key] for world in worlds for key in ENDS), *weak, 0.0], dtype=float)
            low, high = ends[np.isfinite(ends)].min() - 0.3, ends[np.isfinite(ends)].max() + 0.3
            for k, world in enumerate(worlds):
                _turn(panel, k, {key: float(rows[world][key]) for key in ENDS}, look[world], (low, high))
            panel.axvline(0.0, color=BASELINE, linewidth=1.1)
            for at in weak:
                panel.axvline(at, color=FAINT, linewidth=1.0, linestyle=":")
            panel.set_xlim(low, high)
            panel.set_xlabel(words)
            panel.grid(axis="y", visible=False)
        axes[0][0].set_yticks(range(len(worlds)), worlds)
        axes[0][0].set_ylim(len(worlds) - 0.5, -0.6)
    caption = (
        "How weak the alliance (or the therapists' attunement) may be for excellent technique to make up for it. "
        "Marks: where half of the draws say yes. Right of the bar the answer is yes (at least nine in ten draws), left "
        "of it no (at most one in ten), on it open; an arrow: past the levels shown. Full line: "
        "the average clinic; dotted: the weak levels asked about."
    )
    told = []
    for words, table in tables.items():
        turns = {str(row["world"]): float(row["turns"]) for row in records(table)}
        told.append(f"{words}: " + ", ".join(f"{world} {_level(turns[world])}" for world in worlds))
    return Picture(name, "Where the answer turns", caption, f"Marks with bars. {'; '.join(told)}.", figure)


def _level(value: float) -> str:
    """A level in words."""
    return number(value, 2) if np.isfinite(value) else f"past the {'lowest' if value < 0 else 'highest'} played"


def _turn(axes: Axes, y: int, row: Mapping[str, float], look: Look, edges: tuple[float, float]) -> None:
    """A bar over the levels at which the answer is open, its median, and the number."""
    start, middle, end = (float(np.clip(row[key], *edges)) for key in ENDS)
    room = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none"}
    words: dict[str, Any] = {"fontsize": 8.5, "color": look.colour, "bbox": room, "zorder": 5}
    axes.plot([start, end], [y, y], color=look.colour, linewidth=7, alpha=0.35, solid_capstyle="butt")
    if np.isfinite(row["turns"]):
        axes.plot(middle, y, look.marker, color=look.colour, markeredgecolor="white", markersize=8.5, zorder=4)
        axes.text(middle, y - 0.24, number(row["turns"], 2), ha="center", va="bottom", **words)
    else:
        side, step = ("left", 0.04) if middle == edges[0] else ("right", -0.04)
        arrow = "← past what was played" if side == "left" else "past what was played →"
        axes.text(middle + step, y - 0.24, arrow, ha=side, va="bottom", **words)


def draw_exchange(name: str, table: pd.DataFrame, worlds: Sequence[str]) -> Picture:
    """How many SD of technique replace one SD of alliance: along the alliance, and along technique."""
    with theme():
        figure, axes = canvas(1, 2, 9.4, 4.0, sharey=True)
        drawn: list[float] = [1.0]
        for panel, along, across, words in zip(
            axes[0], (X, Y), (Y, X), ("at average technique", "at average alliance"), strict=True
        ):
            own = table[(table[across] == 0.0) & table["rate"].notna()].sort_values(along)
            drawn += _panel(panel, own, along, worlds)
            panel.set_title(words)
        low, high = min(drawn) / 1.2, max(drawn) * 1.45
        ticks = [tick for tick in (0.25, 0.5, 1, 2, 4, 8) if low < tick < high]
        axes[0][0].set_yscale("log")
        axes[0][0].set_ylim(low, high)
        axes[0][0].set_yticks(ticks, [f"{tick:g}" for tick in ticks])
        for panel in axes[0]:
            panel.minorticks_off()
        axes[0][0].set_ylabel("SD of technique that replace one SD\nof alliance, at the margin (log scale)")
        look = looks(worlds, "")
        handles = [
            Line2D([], [], color=look[world].colour, marker=look[world].marker, markersize=5, label=world)
            for world in worlds
        ]
        figure.legend(handles=handles, loc="outside lower center", ncols=len(worlds), frameon=False)
    caption = (
        "Exchange rate between technique and alliance at each place: slope of outcome along the alliance over slope "
        "along technique (of the mean surface; bars: 95 % interval by bootstrap over draws). Above 1 (line): one SD of "
        "alliance is worth more than one SD of technique. Not drawn where no amount of technique would do, or more "
        f"than {MOST_RATE:.0f} SD."
    )
    alt = f"Lines of exchange rates with intervals, all places: {gist(table, worlds, 'rate', 1)}"
    return Picture(name, "What one SD of alliance is worth in technique", caption, alt, figure)


def _panel(axes: Axes, table: pd.DataFrame, along: str, worlds: Sequence[str]) -> list[float]:
    """Rates of all worlds along one thing, those off the scale in words; returns the ends of what is drawn."""
    look, drawn, off = looks(worlds, ""), [], []
    for k, world in enumerate(worlds):
        apart = 0.03 * (k - (len(worlds) - 1) / 2)
        ends = _rates(axes, table[table["world"] == world], along, look[world], apart)
        drawn += ends
        off += [] if ends else [world]
    for line, world in enumerate(off):
        above = (table.loc[table["world"] == world, "rate"] >= MOST_RATE).all()
        words = f"{world}: off the scale{f', more than {MOST_RATE:.0f}' if above else ''}"
        room = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
        style: dict[str, Any] = {"fontsize": 8.5, "color": look[world].colour, "bbox": room}
        axes.text(0.02, 0.97 - 0.07 * line, words, transform=axes.transAxes, va="top", **style)
    axes.axhline(1.0, color=BASELINE, linewidth=1.1)
    axes.set_xlabel(ALLIANCE if along == X else TECHNIQUE.replace("\n", " "))
    return drawn


def _rates(axes: Axes, own: pd.DataFrame, along: str, look: Look, shift: float) -> list[float]:
    """One world's rates with their intervals; returns the ends of what was drawn."""
    own = own[np.isfinite(own["rate"]) & (own["rate"] > 0) & (own["rate"] < MOST_RATE)]
    if own.empty:
        return []
    x, rate = own[along].to_numpy(float) + shift, own["rate"].to_numpy(float)
    low = np.maximum(own["rate_low"].to_numpy(float), 1e-3)
    high = np.minimum(own["rate_high"].to_numpy(float), MOST_RATE)
    axes.errorbar(
        x, rate, yerr=[rate - low, high - rate], color=look.colour, marker=look.marker, markersize=3.5, linewidth=1.2,
        elinewidth=1.6, capsize=3.5,
    )  # fmt: skip
    return [float(low.min()), float(high.max())]


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
        "How much more two SD of technique (from −1 to +1) bring at the usual alliance than at one that is weaker by "
        "one unit of log-odds: right of the line, technique needs the alliance. Rows: ways in which it needs it in any "
        "world, closed one by one, the draws staying as they are. Mean over draws with 95 % interval."
    )
    return Picture(name, "What an interaction is made of", caption, _ways_alt(table, ways), figure)


def _ways_alt(table: pd.DataFrame, ways: Sequence[str]) -> str:
    """The first and the last row of the figure, on the scale on which things add up."""
    words = []
    for way in dict.fromkeys((ways[0], ways[-1])):
        own = [f"{row['world']} {number(row['left'], 3)}" for row in records(table[table["way"] == way])]
        words.append(f"{way}: {', '.join(own)}")
    return f"Dots with intervals; interaction on the logarithmic scale. {'; '.join(words)}."
