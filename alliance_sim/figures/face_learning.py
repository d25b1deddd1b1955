"""What comes of repair where it teaches nothing, as fitted, or much, and under the two rivals."""

from collections.abc import Mapping, Sequence

from alliance_sim.analysis.numbers import number
from alliance_sim.analysis.study_estimate import Estimate
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import BASELINE, COLOURS, FAINT, canvas, theme

NAME, TITLE = "face_learning", "What if repair teaches nothing, as fitted, or much"
CAPTION = (
    "Rows: two rivals of the claim, the dial from nothing to the upper end of the prior, and the defaults. Left and "
    "middle: felt alliance (0–1) six weeks after a client's first severe rupture, repaired in its session, minus the "
    "week before, and minus the twin to whom it never happened; right of the line at 0 is higher. Right: points of "
    "symptoms at the end, repair minus ignore; left of the line is fewer symptoms under repair. Bars: 95 % "
    "Monte-Carlo intervals, where they are longer than the marks."
)
GROUPS = (("o", COLOURS[0], -0.15), ("s", COLOURS[1], 0.15))
"""Marker, colour and place of each group of clients."""


def draw(rows: Sequence[str], panels: Mapping[str, Mapping[str, Sequence[Estimate]]], parted: Sequence[int]) -> Picture:
    """Estimates of every row, by panel (its axis label) and group of clients; a line above the rows `parted`."""
    with theme():
        figure, grid = canvas(1, len(panels), 10.4, 1.5 + 0.42 * len(rows), sharey=True)
        for axes, (label, groups) in zip(grid[0], panels.items(), strict=True):
            axes.axvline(0.0, color=BASELINE, linewidth=1.2)
            for (group, estimates), (marker, colour, shift) in zip(groups.items(), GROUPS, strict=True):
                values = [e.value for e in estimates]
                reach = [[e.value - e.low for e in estimates], [e.high - e.value for e in estimates]]
                places = [y + shift for y in range(len(rows))]
                axes.errorbar(
                    values, places, xerr=reach, fmt=marker, color=colour, markersize=5, elinewidth=1.6, label=group
                )
            for place in parted:
                axes.axhline(place - 0.5, color=FAINT, linewidth=0.8, linestyle=":")
            axes.set_xlabel(label, fontsize=9)
        first = grid[0][0]
        first.set_yticks(range(len(rows)), list(rows))
        first.invert_yaxis()
        handles, labels = first.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper center", ncols=len(labels), frameon=False)
    own = next(iter(panels.values()))
    said = "; ".join(
        f"{group}: {', '.join(_said(row, e) for row, e in zip(rows, estimates, strict=True))}"
        for group, estimates in own.items()
    )
    alt = f"Interval plots. Felt alliance six weeks after a repaired rupture minus the week before, {said}."
    return Picture(NAME, TITLE, CAPTION, alt, figure)


def _said(row: str, found: Estimate) -> str:
    return f"{row} {number(found.value, 2, signed=True)}"
