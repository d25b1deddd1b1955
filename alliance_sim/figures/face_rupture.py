"""After a rupture: repaired, left alone, never happened; the same clients and draws in each line."""

from collections.abc import Mapping, Sequence

import pandas as pd

from alliance_sim.analysis.study_estimate import Estimate
from alliance_sim.figures.alt import alt
from alliance_sim.figures.marks import course, label_ends, rule
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import BASELINE, COLOURS, INK, Look, canvas, same_limits, theme

NAME, TITLE = "face_rupture", "After a severe rupture: repaired, left alone, never happened"
CAPTION = (
    "Felt alliance (0–1) of clients around a severe rupture (severity above 0.6, weeks 3–9), minus that of the week "
    "before it (thick line at 0). Left: the client's first severe rupture, where it was repaired in its session; the "
    "same clients had that week's ruptures been left alone, and had that week been without ruptures. Right: the "
    "client's first severe rupture that was not repaired in its session, and the same clients without it. Bars: 95 % "
    "Monte-Carlo intervals; each point holds clients still in treatment in all lines of its panel. The two panels "
    "hold different ruptures: compare lines within a panel, not between them."
)
LOOKS = {
    "repaired": Look(COLOURS[2], "o"),
    "left alone": Look(COLOURS[1], "s", "--"),
    "not repaired": Look(COLOURS[1], "D", "--"),
    "never happened": Look(BASELINE, "^", "-."),
}
"""How a line is drawn, by its label."""


@theme()
def draw(panels: Mapping[str, Mapping[str, Sequence[Estimate]]], steps: Sequence[int]) -> Picture:
    """Lines (by label, one of LOOKS) of each panel (by title) over weeks from the rupture."""
    figure, [grid] = canvas(1, len(panels), 10.0, 4.4)
    drawn, ends = [], []
    for axes, (title, lines) in zip(grid, panels.items(), strict=True):
        rule(axes, y=0.0, colour=INK, width=1.6)
        rule(axes, x=0.0, dashes=":")
        tables = {
            name: pd.DataFrame(own).assign(week=list(steps), line=name, panel=title) for name, own in lines.items()
        }
        ends.append([(course(axes, own, "week", LOOKS[n], bars=True), n, LOOKS[n].colour) for n, own in tables.items()])
        axes.set_xticks(list(steps))
        axes.set_xlabel("weeks from the rupture")
        axes.set_title(title)
        drawn += list(tables.values())
    same_limits(grid)
    for axes, own in zip(grid, ends, strict=True):
        label_ends(axes, steps[-1] + 0.35, own)
    grid[0].set_ylabel("felt alliance (0–1),\nminus the week before the rupture")
    form = "Lines around a rupture: felt alliance minus that of the week before it."
    said = alt(form, pd.concat(drawn), who="{line}", panel="panel", over="week", signed=True)
    return Picture(NAME, TITLE, CAPTION, said, figure)
