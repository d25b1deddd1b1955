"""What analyses find about repair, and the causal effect: a panel a scenario, a row an analysis, a colour a history."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from alliance_sim.estimates.found import records
from alliance_sim.figures.marks import MIDDLE, interval, key, legend, name_rows, panels, point, rule
from alliance_sim.figures.picture import Picture, alt, joined
from alliance_sim.figures.style import COLOURS, FAINT, INK, Look, theme, wrapped

COLUMNS = 3
OFFSETS = (-0.24, 0.24)
LOOKS = (Look(COLOURS[0], "o"), Look(COLOURS[1], "s"))  # how the two groups of clients are drawn
EFFECT = Look(INK, "|")
FILLED = (
    "Every row is an analysis. Filled: the mean of what studies find with what they can see; thin lines: the middle 95 "
    "% of single studies. Upright bar: the causal effect, from twins, in the people that the analysis is about. A mark "
    "on its bar is an unbiased analysis."
)


class Words(NamedTuple):
    """What a picture is called, and what its axis shows."""

    name: str
    title: str
    axis: str


@theme()
def draw(
    table: pd.DataFrame, worlds: Sequence[str], rows: Sequence[tuple[str, str]], groups: Sequence[str], words: Words
) -> Picture:
    """The picture of one family of analyses.

    table: columns world, what, seen ("observed" or another word), group, estimate, spread_low, spread_high, truth;
    rows: (what, words) from top to bottom; groups: the two histories.
    """
    edges = limits(table)
    size = (9.6 / min(COLUMNS, len(worlds)), 0.75 + 0.5 * len(rows))
    figure, made = panels(len(worlds), COLUMNS, size, (0.0, 0.9), sharey=True)
    for k, (axes, world) in enumerate(zip(made, worlds, strict=True)):
        rule(axes, x=0.0, width=0.9)
        for place, (what, _) in enumerate(rows):
            for group, offset, look in zip(groups, OFFSETS, LOOKS, strict=True):
                own = table[(table["world"] == world) & (table["what"] == what) & (table["group"] == group)]
                for row in records(own):
                    _mark(axes, row, place + offset, look, edges)
        name_rows(axes, [text for _, text in rows], 25, range(1, len(rows)), left=k % COLUMNS == 0)
        axes.set(title=wrapped(world, 26), xlim=edges, xlabel=words.axis)
    known, beyond = (table["seen"] != "observed").any(), ~table["estimate"].dropna().between(*edges)
    seen = [key("events known", Look(FAINT, "o", face="white"), 0.0)] if known else []
    keys = [
        *(key(group, look, 0.0) for group, look in zip(groups, LOOKS, strict=True)),
        key("observed by a study", Look(FAINT, "o"), 0.9), *seen,
        key("causal effect", EFFECT, 0.0, markersize=10, markeredgewidth=1.5),
    ]  # fmt: skip
    legend(figure, keys)
    caption = joined(
        FILLED,
        "Open marks: with the events known." if known else "",
        "Triangles at an edge: farther out." if beyond.any() else "",
    )
    drawn = table[(table["seen"] == "observed") & table["world"].isin(worlds) & table["what"].isin(dict(rows))]
    drawn = drawn.assign(off=drawn["estimate"] - drawn["truth"])
    form = f"Dots: {len(rows)} analyses in each of {len(worlds)} scenarios, as a study sees it; estimate minus effect."
    said = alt(form, drawn, "off", who="{world}, {group}", panel="what", names=dict(rows), signed=True)
    return Picture(words.name, words.title, caption, said, figure)


def limits(table: pd.DataFrame) -> tuple[float, float]:
    """An x axis that contains zero, all truths, and all but the most extreme estimates."""
    inner = table[["estimate", "truth"]].to_numpy(float).ravel()
    inner = inner[np.isfinite(inner)]
    if not len(inner):
        return -1.0, 1.0
    ends = np.append(np.quantile(inner, [0.02, 0.98]), 0.0)
    edge = 0.35 * max(float(np.ptp(ends)), 1e-6)
    return float(ends.min()) - edge, float(ends.max()) + edge


def _mark(axes: Axes, row: Mapping[str, Any], y: float, look: Look, edges: tuple[float, float]) -> None:
    """One estimate with its middle 95 %, at the edge as a triangle where it lies farther out, and its truth on top."""
    filled, (low, high), value = row["seen"] == "observed", edges, float(row["estimate"])
    y += -0.1 if filled else 0.1
    if filled:
        interval(axes, row, y, look._replace(marker=""), "estimate", MIDDLE, width=0.9, alpha=0.55)
    mine = look if filled else look.hollow()
    mine = mine._replace(marker="<" if value < low else ">" if value > high else look.marker)
    room = 0.02 * (high - low)
    x = value if low <= value <= high else float(np.clip(value, low + room, high - room))
    point(axes, [x], [y], mine, 4.6, gid="estimate")
    axes.plot([row["truth"]] * 2, [y - 0.11, y + 0.11], color=INK, linewidth=1.5, solid_capstyle="butt", zorder=4)
