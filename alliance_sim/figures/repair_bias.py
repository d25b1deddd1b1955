"""What analyses find about repair, beside the causal effect: a panel a world, a row an analysis, a colour a history."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from alliance_sim.analysis.found import records
from alliance_sim.analysis.numbers import number
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import COLOURS, FAINT, INK, canvas, theme, wrapped

COLUMNS = 3
OFFSETS = (-0.24, 0.24)
LOOKS = ((COLOURS[0], "o"), (COLOURS[1], "s"))
"""Colour and marker of the two groups of clients."""


class Words(NamedTuple):
    """What a picture is called, and what its axis shows."""

    name: str
    title: str
    axis: str


def draw(
    table: pd.DataFrame, worlds: Sequence[str], rows: Sequence[tuple[str, str]], groups: Sequence[str], words: Words
) -> Picture:
    """The picture of one family of analyses.

    table: columns world, what, seen ("observed" or another word), group, estimate, spread_low, spread_high, truth;
    rows: (what, words) from top to bottom; groups: the two histories.
    """
    low, high = limits(table)
    with theme():
        lines = -(-len(worlds) // COLUMNS)
        figure, grid = canvas(
            lines, min(COLUMNS, len(worlds)), 9.6, 0.9 + lines * (0.75 + 0.5 * len(rows)), sharey=True
        )
        panels = [axes for line in grid for axes in line]
        for axes, world in zip(panels, worlds, strict=False):
            _panel(axes, table[table["world"] == world], rows, groups)
            axes.set_title(wrapped(world, 26))
            axes.set_xlim(low, high)
            axes.set_xlabel(words.axis)
        for axes in panels[len(worlds) :]:
            axes.set_visible(False)
        panels[0].set_yticks(range(len(rows)), [wrapped(text, 25) for _, text in rows])
        panels[0].set_ylim(len(rows) - 0.5, -0.5)
        _legend(figure, groups)
    return Picture(words.name, words.title, CAPTION, _alt(table, worlds, rows, groups), figure)


CAPTION = (
    "Every row is an analysis. Filled: the mean of what studies find with what they can see; open: with the true "
    "events known. Thin lines: the middle 95 % of single studies (filled ones). Upright bar: the causal effect, from "
    "twins, in the people that the analysis is about. A marker on its bar is an unbiased analysis. Triangles at an "
    "edge: further out."
)


def limits(table: pd.DataFrame) -> tuple[float, float]:
    """An x axis that holds zero, all truths, and all but the most extreme estimates."""
    inner = table[["estimate", "truth"]].to_numpy(float).ravel()
    inner = inner[np.isfinite(inner)]
    if not len(inner):
        return -1.0, 1.0
    low, high = min(0.0, *np.quantile(inner, [0.02, 0.98])), max(0.0, *np.quantile(inner, [0.02, 0.98]))
    edge = 0.35 * max(high - low, 1e-6)
    return low - edge, high + edge


def _panel(axes: Axes, table: pd.DataFrame, rows: Sequence[tuple[str, str]], groups: Sequence[str]) -> None:
    axes.axvline(0.0, color=FAINT, linewidth=0.9)
    axes.grid(visible=False, axis="y")
    for place in range(1, len(rows)):
        axes.axhline(place - 0.5, color="#e6e6e6", linewidth=0.7)
    for place, (what, _) in enumerate(rows):
        for group, offset, (colour, marker) in zip(groups, OFFSETS, LOOKS, strict=True):
            own = table[(table["what"] == what) & (table["group"] == group)]
            for row in records(own):
                _mark(axes, row, place + offset, colour, marker)


def _mark(axes: Axes, row: Mapping[str, Any], y: float, colour: str, marker: str) -> None:
    """One estimate with its spread, and its truth on top."""
    filled = row["seen"] == "observed"
    y += -0.1 if filled else 0.1
    if filled:
        spread = [row["spread_low"], row["spread_high"]]
        axes.plot(spread, [y, y], color=colour, linewidth=0.9, alpha=0.55, zorder=1)
    face = colour if filled else "white"
    axes.plot(row["estimate"], y, marker, color=colour, markerfacecolor=face, markersize=4.6, zorder=3, gid="estimate")
    axes.plot([row["truth"]] * 2, [y - 0.11, y + 0.11], color=INK, linewidth=1.5, solid_capstyle="butt", zorder=4)


def edges(figure: Figure) -> None:
    """Put a triangle at the edge for every estimate that lies outside of its panel."""
    for axes in figure.axes:
        low, high = axes.get_xlim()
        for line in list(axes.get_lines()):
            x = float(np.asarray(line.get_xdata(), float)[0])
            if line.get_gid() == "estimate" and np.isfinite(x) and not low <= x <= high:
                line.set_xdata([low + 0.02 * (high - low) if x < low else high - 0.02 * (high - low)])
                line.set_marker("<" if x < low else ">")


def _legend(figure: Figure, groups: Sequence[str]) -> None:
    edges(figure)
    handles = [
        Line2D([], [], color=colour, marker=marker, linewidth=0, label=group)
        for group, (colour, marker) in zip(groups, LOOKS, strict=True)
    ]
    handles += [
        Line2D([], [], color=FAINT, marker="o", linewidth=0.9, label="as a study sees it"),
        Line2D([], [], color=FAINT, marker="o", markerfacecolor="white", linewidth=0, label="true events known"),
        Line2D([], [], color=INK, marker="|", markersize=10, markeredgewidth=1.5, linewidth=0, label="causal effect"),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles), frameon=False, handletextpad=0.4)


NAMED = 2
"""Analyses whose numbers stand in the words for who cannot see the picture; all numbers are in the table beside it."""


def _alt(table: pd.DataFrame, worlds: Sequence[str], rows: Sequence[tuple[str, str]], groups: Sequence[str]) -> str:
    """What is drawn, and which analyses are furthest from the causal effect and nearest to it."""
    words = dict(rows)
    own = table[(table["seen"] == "observed") & table["world"].isin(worlds) & table["group"].isin(groups)]
    own = own[own["what"].isin(list(words))]
    own = own.assign(off=(own["estimate"] - own["truth"]).abs()).dropna(subset=["off"])
    start = f"Dot plots: {len(words)} analyses in each of {len(worlds)} worlds, estimate against causal effect."
    if own.empty:
        return start
    by_size = own.sort_values("off", ascending=False, kind="stable").groupby("what", sort=False).head(1)
    furthest = "; ".join(_case(row, words) for row in records(by_size.head(NAMED)))
    mean = own.groupby("what", sort=False)["off"].mean()
    nearest = words[str(mean.idxmin())].lower()
    return (
        f"{start} As a study sees it, furthest off: {furthest}. Nearest on average: {nearest}, off by "
        f"{number(float(mean.min()), 2)}."
    )


def _case(row: Mapping[str, Any], words: Mapping[str, str]) -> str:
    numbers = f"{number(float(row['estimate']), 2)} against {number(float(row['truth']), 2)}"
    return f"{words[row['what']].lower()} ({row['world']}, {row['group']}) {numbers}"
