"""Repair or selection: what analyses find compared with causal effects, and the alliance around one rupture."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from alliance_sim.estimates.long import records
from alliance_sim.figures.marks import (
    MIDDLE,
    course,
    dots,
    facets,
    interval,
    key,
    keys,
    legend,
    name_grid,
    name_rows,
    point,
    rule,
)  # fmt: skip
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import BASELINE, COLOURS, FAINT, INK, Look, canvas, same_limits, theme, wrapped
from alliance_sim.figures.words import picture

COLUMNS = 3
LOOKS = (Look(COLOURS[0], "o"), Look(COLOURS[1], "s"))  # how the two groups of clients are drawn


class Family(NamedTuple):
    """A family of analyses: what its picture is called, and what the axis shows."""

    name: str
    title: str
    axis: str


@theme()
def studies(
    table: pd.DataFrame, scenarios: Sequence[str], rows: Mapping[str, str], groups: Sequence[str], words: Family
) -> Picture:
    """One family of analyses: a panel a scenario, a row an analysis, a colour a history.

    table: columns scenario, what, seen ("observed" or another word), group, estimate, spread_low, spread_high, truth;
    rows: words by what, from top to bottom; groups: the two histories.
    """
    edges, looks = limits(table), dict(zip(groups, LOOKS, strict=True))
    own = table[table["scenario"].isin(scenarios) & table["what"].isin(list(rows))]
    size = (9.6 / min(COLUMNS, len(scenarios)), 0.75 + 0.5 * len(rows))
    figure, made = facets(own, "scenario", COLUMNS, size, (0.0, 0.9), names=scenarios, wrap=26, sharey=True)
    for k, (axes, _, here) in enumerate(made):
        rule(axes, x=0.0, width=0.9)
        dots(axes, here, list(rows), "what", looks, "group", 0.48, mark=_marks, edges=edges)
        name_rows(axes, list(rows.values()), 25, range(1, len(rows)), left=k % COLUMNS == 0)
        axes.set(xlim=edges, xlabel=words.axis)
    known = (table["seen"] != "observed").any()
    handles = [*keys(looks, 0.0), key("observed by a study", Look(FAINT, "o"), 0.9)]
    handles += [key("events known", Look(FAINT, "o").hollow(), 0.0)] if known else []
    effect = key("causal effect", Look(INK, "|"), 0.0, markersize=10, markeredgewidth=1.5)
    legend(figure, [*handles, effect])
    facts = {"title": words.title, "known": known, "beyond": (~table["estimate"].dropna().between(*edges)).any()}
    drawn = own[own["seen"] == "observed"]
    drawn = drawn.assign(off=drawn["estimate"] - drawn["truth"])
    count = f"{len(rows)} analyses in each of {len(scenarios)} scenarios"
    said = {"value": "off", "who": "{scenario}, {group}", "panel": "what", "names": rows, "signed": True}
    form = f"Dots: {count}, as a study sees it; estimate minus effect."
    return picture(words.name, figure, drawn, form, words="studies", facts=facts, **said)


def limits(table: pd.DataFrame) -> tuple[float, float]:
    """An x axis that contains zero, all truths, and all but the most extreme estimates."""
    inner = table[["estimate", "truth"]].to_numpy(float).ravel()
    inner = inner[np.isfinite(inner)]
    if not len(inner):
        return -1.0, 1.0
    ends = np.append(np.quantile(inner, [0.02, 0.98]), 0.0)
    edge = 0.35 * max(float(np.ptp(ends)), 1e-6)
    return float(ends.min()) - edge, float(ends.max()) + edge


def _marks(axes: Axes, own: pd.DataFrame, places: Sequence[float], look: Look, edges: tuple[float, float]) -> None:
    """Estimates with their middle 95 %, at the edge as triangles where they lie farther out, and truths on top."""
    low, high = edges
    room = 0.02 * (high - low)
    for row, y in zip(records(own), places, strict=True):
        filled, value = row["seen"] == "observed", float(row["estimate"])
        at, mine = (y - 0.1, look) if filled else (y + 0.1, look.hollow())
        if filled:
            interval(axes, row, at, look._replace(marker=""), "estimate", MIDDLE, width=0.9, alpha=0.55)
        mine = mine._replace(marker="<" if value < low else ">" if value > high else look.marker)
        x = value if low <= value <= high else float(np.clip(value, low + room, high - room))
        point(axes, [x], [at], mine, 4.6, gid="estimate")
        truth: dict[str, Any] = {"color": INK, "linewidth": 1.5, "solid_capstyle": "butt", "zorder": 4}
        axes.plot([row["truth"]] * 2, [at - 0.11, at + 0.11], **truth)


FELT = {
    "own": ("repaired", Look(COLOURS[2], "o")),
    "left alone": ("left alone", Look(COLOURS[1], "s", "--")),
    "never": ("no rupture", Look(BASELINE, "^", "-.")),
}
RATED = {
    "rated": ("rated, as a study sees it", Look(COLOURS[3], "D")),
    "rated, caused": ("rated, minus no rupture (twins)", Look(BASELINE, "v", ":")),
}
"""Words and look of each line, of the felt alliance and of ratings."""


@theme()
def around(table: pd.DataFrame, scenarios: Sequence[str]) -> Picture:
    """The felt alliance around one repaired rupture: own, left alone, never happened; and what a study sees of ratings.

    table: columns scenario, line (those of FELT and RATED), step, value, spread_low, spread_high.
    """
    figure, grid = canvas(2, len(scenarios), 9.6, 5.6, sharex=True)
    for row, lines in zip(grid, (FELT, RATED), strict=True):
        for axes, scenario in zip(row, scenarios, strict=True):
            rule(axes, y=0.0, width=0.9)
            rule(axes, x=0.0, dashes=":")
            for line, (_, look) in lines.items():
                own = table[(table["scenario"] == scenario) & (table["line"] == line)]
                course(axes, own, "step", look, ends=MIDDLE if line == "rated" else None, size=4)
            axes.tick_params(labelleft=axes is row[0])
        same_limits(row)
    first, last = int(table["step"].min()), int(table["step"].max())
    grid[1][0].set_xticks(range(first, last + 1, 2))
    units = [f"{name},\nchange from before" for name in ("felt alliance (0–1)", "client's rating (1–5)")]
    name_grid(grid, [wrapped(scenario, 22) for scenario in scenarios], "sessions from the rupture", units)
    legend(figure, keys(dict((FELT | RATED).values()), 1.8, markersize=5), 5)
    drawn = table[table["scenario"].isin(scenarios) & (table["step"] == last)]
    names, form = {line: words for line, (words, _) in (FELT | RATED).items()}, "Lines aligned on a rupture: change"
    said = {"who": "{scenario}", "panel": "line", "names": names, "signed": True}
    return picture("around_one_rupture", figure, drawn, f"{form} {last} sessions after it.", **said)
