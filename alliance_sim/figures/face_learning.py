"""What comes of repair where it teaches nothing, as fitted, or much, and under the two rivals."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from alliance_sim.analysis.study_estimate import Estimate
from alliance_sim.figures.alt import alt
from alliance_sim.figures.marks import interval, key, legend, name_rows, rule
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import BASELINE, canvas, theme, turns

NAME, TITLE = "face_learning", "What if repair teaches nothing, as fitted, or much"
CAPTION = (
    "Rows: two rivals of the claim, the dial from nothing to the upper end of the prior, and the defaults. Left and "
    "middle: felt alliance (0–1) six weeks after a client's first severe rupture, repaired in its session, minus the "
    "week before, and minus the twin to whom it never happened; right of the line at 0 is higher. Right: points of "
    "symptoms at the end, repair minus ignore; left of the line is fewer symptoms under repair. Bars: 95 % "
    "Monte-Carlo intervals, where they are longer than the marks."
)


@theme()
def draw(rows: Sequence[str], panels: Mapping[str, Mapping[str, Sequence[Estimate]]], parted: Sequence[int]) -> Picture:
    """Estimates of every row, by panel (its axis label) and group of clients; a line above the rows `parted`."""
    figure, [grid] = canvas(1, len(panels), 10.4, 1.5 + 0.42 * len(rows), sharey=True)
    drawn, groups = [], dict(zip(next(iter(panels.values())), turns(), strict=False))
    for axes, (label, own) in zip(grid, panels.items(), strict=True):
        rule(axes, x=0.0, colour=BASELINE, width=1.2)
        for shift, (group, estimates) in zip((-0.15, 0.15), own.items(), strict=True):
            table = pd.DataFrame(estimates).assign(row=list(rows), group=group, panel=label.replace("\n", " "))
            interval(axes, table, np.arange(len(rows)) + shift, groups[group])
            drawn.append(table)
        name_rows(axes, rows, 0, parted)
        axes.set_xlabel(label, fontsize=9)
    legend(figure, [key(group, look, 0.0) for group, look in groups.items()], above=True)
    said = alt("Dots with intervals.", pd.concat(drawn), who="{row}, {group}", panel="panel", signed=True)
    return Picture(NAME, TITLE, CAPTION, said, figure)
