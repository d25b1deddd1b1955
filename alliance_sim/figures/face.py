"""Face validity in five figures: ratings by week, single clients, a rupture, courses, and what repair teaches."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from matplotlib.patches import Patch
from numpy.typing import NDArray

from alliance_sim.figures.marks import bar, courses, dots, key, keys, label_ends, legend, name_rows, panels, point, rule
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import BASELINE, COLOURS, INK, Look, canvas, same_limits, theme, turns
from alliance_sim.figures.words import picture
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.numbers import number

Own: TypeAlias = Mapping[str, Sequence[Estimate]]
"""Estimates of each line, bar or group, by its name."""


def _table(estimates: Own, name: str, along: str, places: Sequence[Any]) -> pd.DataFrame:
    """Estimates as a table, with a column `name`, and a column `along` for the place of each among its own."""
    rows = [pd.DataFrame(own).assign(**{name: each}) for each, own in estimates.items()]
    return pd.concat([own.assign(**{along: list(places)[: len(own)]}) for own in rows], ignore_index=True)


@theme()
def draw_course(lines: Own) -> Picture:
    """Mean client ratings by week (from 1), a line for each policy by its name."""
    weeks = max(len(means) for means in lines.values())
    table = _table(lines, "policy", "week", range(1, weeks + 1))
    figure, [[axes]] = canvas(1, 1, 8.6, 4.6)
    ends = courses(axes, table, "week", "policy", dict(zip(lines, turns(), strict=False)), alpha=0.2)
    label_ends(axes, weeks + 0.3, ends)
    axes.set(xlim=(0.6, weeks + 0.2), xlabel="week of treatment", ylabel="mean client rating (1–5)")
    axes.set_xticks(range(1, weeks + 1, 3))
    return picture("face_course", figure, table, "Lines of mean client ratings (1–5).", who="{policy}", over="week")


COLUMNS = 6
RUPTURES = {
    (kind, mended): (f"{name}, {what}", Look(COLOURS[1], marker, face=face))
    for kind, name, marker in ((1, "withdrawal", "v"), (2, "confrontation", "^"))
    for mended, what, face in ((True, "repaired", "white"), (False, "not repaired", ""))
}
"""Words and look of ruptures by kind, and by whether they were repaired."""

LEFT = Look(INK, "x")


@theme()
def draw_clients(
    ratings: NDArray[np.float64], ruptures: NDArray[np.int64], repaired: NDArray[np.bool_], dropout: NDArray[np.int64]
) -> Picture:
    """A small panel for each client: ratings week by week, with the ruptures that truly happened.

    ratings (clients, weeks) 1-5, nan without one; ruptures (clients, weeks) 1 withdrawal, 2 confrontation, 0 none;
    repaired (clients, weeks) in the same session; dropout (clients,) its week, 0 for none.
    """
    clients, weeks = ratings.shape
    week, size = np.arange(1, weeks + 1), (10.0 / min(COLUMNS, clients), 1.35)
    figure, made = panels(clients, COLUMNS, size, (0.0, 1.2), sharex=True, sharey=True)
    for k, axes in enumerate(made):
        axes.plot(week, ratings[k], color=COLOURS[0], linewidth=1.2, marker=".", markersize=3)
        for (kind, mended), (_, look) in RUPTURES.items():
            here = (ruptures[k] == kind) & (repaired[k] == mended)
            point(axes, week[here], ratings[k][here], look, 6)
        if dropout[k]:
            point(axes, dropout[k], 1.1, LEFT, 6, markeredgewidth=1.6)
        axes.tick_params(labelsize=7.5, labelbottom=k + COLUMNS >= clients)
        axes.set_title(f"client {k + 1}", fontsize=8, fontweight="normal", pad=2)
    made[0].set(xlim=(0.2, weeks + 0.8), ylim=(0.8, 5.25), xticks=[1, weeks // 2, weeks], yticks=[1, 3, 5])
    figure.supxlabel("week of treatment", fontsize=9.5)
    figure.supylabel("client rating (1–5)", fontsize=9.5)
    left = key("dropped out", LEFT, 0.0, markeredgewidth=1.6)
    legend(figure, [*keys(dict(RUPTURES.values()), 0.0), left], above=True)
    happened = ruptures > 0
    form = (
        f"{clients} small line charts of client ratings; {happened.sum()} ruptures marked, of which "
        f"{(happened & repaired).sum()} were repaired in the same session; {(dropout > 0).sum()} dropped out."
    )
    return picture("face_clients", figure, pd.DataFrame({"value": []}), form)


LINES = {
    "repaired": Look(COLOURS[2], "o"),
    "left alone": Look(COLOURS[1], "s", "--"),
    "not repaired": Look(COLOURS[1], "D", "--"),
    "never happened": Look(BASELINE, "^", "-."),
}
"""How a line is drawn, by its label."""


@theme()
def draw_rupture(panels: Mapping[str, Own], steps: Sequence[int]) -> Picture:
    """Lines (some of LINES) of each panel (by title) over weeks from the rupture."""
    tables = {title: _table(lines, "line", "week", steps).assign(panel=title) for title, lines in panels.items()}
    figure, [grid] = canvas(1, len(panels), 10.0, 4.4)
    ends = []
    for axes, (title, table) in zip(grid, tables.items(), strict=True):
        rule(axes, y=0.0, colour=INK, width=1.6)
        rule(axes, x=0.0, dashes=":")
        ends.append(courses(axes, table, "week", "line", LINES, bars=True))
        axes.set(xlabel="weeks from the rupture", title=title, xticks=list(steps))
    same_limits(grid)
    for axes, own in zip(grid, ends, strict=True):
        label_ends(axes, steps[-1] + 0.35, own)
    grid[0].set_ylabel("felt alliance (0–1),\nminus the week before the rupture")
    form, drawn = "Lines around a rupture: felt alliance minus that of the week before it.", pd.concat(tables.values())
    return picture("face_rupture", figure, drawn, form, who="{line}", panel="panel", over="week", signed=True)


FILLS = (("#0072b2", ""), ("#bfd9ea", ""), ("#f0d48a", "//"), ("#d55e00", ""), ("#ececec", ".."))
"""Colour and hatch in the order of courses."""

LEAST = 3.0  # shares below this, in per cent, have no number in their part of the bar


@theme()
def draw_courses(shares: Own, courses: Sequence[str]) -> Picture:
    """Per cent of clients with each of `courses`, a stacked bar for each policy."""
    figure, [[axes]] = canvas(1, 1, 9.0, 1.3 + 0.48 * len(shares))
    for y, own in enumerate(shares.values()):
        left = 0.0
        for each, (colour, hatch) in zip(own, FILLS, strict=True):
            words = number(each.value, 0) if each.value >= LEAST else ""
            bar(axes, y, left, each.value, colour, words, hatch=hatch, inside=True)
            left += each.value
    name_rows(axes, list(shares), 0)
    axes.set(xlim=(0, 100), xlabel="% of clients")
    axes.grid(visible=False)
    parts = zip(courses, FILLS, strict=True)
    legend(figure, [Patch(facecolor=c, hatch=h, edgecolor="white", label=name) for name, (c, h) in parts], above=True)
    table = _table(shares, "policy", "course", courses)
    facts = {"most": pd.concat([table["high"] - table["value"], table["value"] - table["low"]]).max()}
    said = {"facts": facts, "who": "{policy}", "panel": "course"}
    return picture("face_courses", figure, table, "Stacked bars, % of clients.", **said)


@theme()
def draw_learning(rows: Sequence[str], panels: Mapping[str, Own], parted: Sequence[int]) -> Picture:
    """What comes of repair under the two rivals, and where it teaches nothing to much, in every row.

    Estimates by panel (its axis label) and group of clients; a line above the rows `parted`.
    """
    tables = {label: _table(own, "group", "row", rows).assign(panel=label) for label, own in panels.items()}
    groups = dict(zip(next(iter(panels.values())), turns(), strict=False))
    figure, [grid] = canvas(1, len(panels), 10.4, 1.5 + 0.42 * len(rows), sharey=True)
    for axes, (label, table) in zip(grid, tables.items(), strict=True):
        rule(axes, x=0.0, colour=BASELINE, width=1.2)
        dots(axes, table, rows, "row", groups, "group", 0.3)
        name_rows(axes, rows, 0, parted)
        axes.set_xlabel(label, fontsize=9)
    legend(figure, keys(groups, 0.0), above=True)
    drawn = pd.concat(tables.values(), ignore_index=True)
    said = {"who": "{row}, {group}", "panel": "panel", "signed": True}
    return picture("face_learning", figure, drawn, "Dots with intervals.", **said)
