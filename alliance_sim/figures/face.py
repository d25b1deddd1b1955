"""Face validity in five figures: ratings by week, single clients, a rupture, courses, and what repair teaches."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from matplotlib.patches import Patch
from numpy.typing import NDArray

from alliance_sim.figures.marks import (
    bar,
    courses,
    interval,
    key,
    label_ends,
    legend,
    name_rows,
    panels,
    point,
    rule,
)  # fmt: skip
from alliance_sim.figures.picture import Picture, alt
from alliance_sim.figures.style import BASELINE, COLOURS, INK, Look, canvas, same_limits, theme, turns
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.numbers import number

Own: TypeAlias = Mapping[str, Sequence[Estimate]]
"""Estimates of each line, bar or group, by its name."""


def _table(estimates: Own, name: str, along: str, places: Sequence[Any]) -> pd.DataFrame:
    """Estimates as a table, with a column `name`, and a column `along` for the place of each among its own."""
    rows = [pd.DataFrame(own).assign(**{name: each}) for each, own in estimates.items()]
    return pd.concat([own.assign(**{along: list(places)[: len(own)]}) for own in rows], ignore_index=True)


COURSE = (
    "Mean client rating (1–5) of the sessions that clients attended; the axis shows a part of the scale. Bands: 95 % "
    "Monte-Carlo interval of the mean. Every week holds only clients who are still in treatment, so that a line may "
    "rise because less satisfied clients have left."
)


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
    said = alt("Lines of mean client ratings (1–5).", table, who="{policy}", over="week")
    return Picture("face_course", "How clients rate the alliance, week by week", COURSE, said, figure)


CLIENTS = (
    "Client rating (1–5) by week under repair; gaps are missed sessions. Marks: ruptures that truly happened in the "
    "simulation, which no rating shows by itself; ▼ withdrawal, ▲ confrontation; open: repaired in the same session, "
    "filled: not. Cross: the session after which a client dropped out; a line that ends early without one: a treatment "
    "completed early."
)
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
    keys = [key(words, look, 0.0) for words, look in RUPTURES.values()]
    legend(figure, [*keys, key("dropped out", LEFT, 0.0, markeredgewidth=1.6)], above=True)
    happened = ruptures > 0
    said = (
        f"{clients} small line charts of client ratings; {happened.sum()} ruptures marked, of which "
        f"{(happened & repaired).sum()} were repaired in the same session; {(dropout > 0).sum()} dropped out."
    )
    return Picture("face_clients", "Single clients", CLIENTS, said, figure)


RUPTURE = (
    "Felt alliance (0–1) of clients around a severe rupture (severity above 0.6, weeks 3–9), minus that of the week "
    "before it (thick line at 0). Left: the client's first severe rupture, where it was repaired in its session; the "
    "same clients had that week's ruptures been left alone, and had that week been without ruptures. Right: the "
    "client's first severe rupture that was not repaired in its session, and the same clients without it. Bars: 95 % "
    "Monte-Carlo intervals; each point holds clients still in treatment in all lines of its panel. Compare lines "
    "within a panel: the two hold different ruptures."
)
LOOKS = {
    "repaired": Look(COLOURS[2], "o"),
    "left alone": Look(COLOURS[1], "s", "--"),
    "not repaired": Look(COLOURS[1], "D", "--"),
    "never happened": Look(BASELINE, "^", "-."),
}
"""How a line is drawn, by its label."""


@theme()
def draw_rupture(panels: Mapping[str, Own], steps: Sequence[int]) -> Picture:
    """Lines (one of LOOKS) of each panel (by title) over weeks from the rupture."""
    tables = {title: _table(lines, "line", "week", steps).assign(panel=title) for title, lines in panels.items()}
    figure, [grid] = canvas(1, len(panels), 10.0, 4.4)
    ends = []
    for axes, (title, table) in zip(grid, tables.items(), strict=True):
        rule(axes, y=0.0, colour=INK, width=1.6)
        rule(axes, x=0.0, dashes=":")
        ends.append(courses(axes, table, "week", "line", LOOKS, bars=True))
        axes.set(xlabel="weeks from the rupture", title=title, xticks=list(steps))
    same_limits(grid)
    for axes, own in zip(grid, ends, strict=True):
        label_ends(axes, steps[-1] + 0.35, own)
    grid[0].set_ylabel("felt alliance (0–1),\nminus the week before the rupture")
    form, drawn = "Lines around a rupture: felt alliance minus that of the week before it.", pd.concat(tables.values())
    said = alt(form, drawn, who="{line}", panel="panel", over="week", signed=True)
    title = "After a severe rupture: repaired, left alone, never happened"
    return Picture("face_rupture", title, RUPTURE, said, figure)


SHARES = (
    "Share of clients by the course of their ratings. Rises, falls: the mean of weeks 12–16 is more than 0.6 points "
    "above or below that of weeks 2–4. Level: neither; dip and back: level, with a reliable drop from one session to "
    "the next that was made good. Last bar: the same clients without any rupture, whose falls and dips come from drift "
    "and error of the ratings. No share is farther than {most} percentage points from the end of its 95 % Monte-Carlo "
    "interval."
)
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
    most = pd.concat([table["high"] - table["value"], table["value"] - table["low"]]).max()
    said = alt("Stacked bars, % of clients.", table, who="{policy}", panel="course")
    caption = SHARES.format(most=number(most, 1))
    return Picture("face_courses", "Which course how many clients take", caption, said, figure)


LEARNING = (
    "Rows: two rivals, repair that teaches from nothing to the upper end of the prior, and the defaults. Left and "
    "middle: felt alliance (0–1) six weeks after a client's first severe rupture, repaired in its session, minus the "
    "week before, and minus the twin to whom it never happened; right of the line at 0 is higher. Right: points of "
    "symptoms at the end, repair minus ignore; left of the line is fewer symptoms under repair. Bars: 95 % Monte-Carlo "
    "intervals."
)


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
        for shift, (group, look) in zip((-0.15, 0.15), groups.items(), strict=True):
            interval(axes, table[table["group"] == group], np.arange(len(rows)) + shift, look)
        name_rows(axes, rows, 0, parted)
        axes.set_xlabel(label, fontsize=9)
    legend(figure, [key(group, look, 0.0) for group, look in groups.items()], above=True)
    drawn = pd.concat(tables.values(), ignore_index=True)
    said = alt("Dots with intervals.", drawn, who="{row}, {group}", panel="panel", signed=True)
    return Picture("face_learning", "What if repair teaches nothing, as fitted, or much", LEARNING, said, figure)
