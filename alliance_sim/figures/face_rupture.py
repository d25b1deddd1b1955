"""After a rupture: repaired, left alone, never happened; the same clients and draws in each line."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes

from alliance_sim.analysis.numbers import number
from alliance_sim.analysis.study_estimate import Estimate
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import BASELINE, COLOURS, FAINT, INK, canvas, label_ends, same_limits, theme

NAME, TITLE = "face_rupture", "After a severe rupture: repaired, left alone, never happened"
CAPTION = (
    "Felt alliance (0–1) of clients around a severe rupture (severity above 0.6, weeks 3–9), minus that of the week "
    "before it (thick line at 0). Left: the client's first severe rupture, where it was repaired in its session; the "
    "same clients had that week's ruptures been left alone, and had that week been without ruptures. Right: the "
    "client's first severe rupture that was not repaired in its session, and the same clients without it. Bars: 95 % "
    "Monte-Carlo intervals; each point holds clients still in treatment in all worlds of its panel. The two panels "
    "hold different ruptures: compare lines within a panel, not between them."
)
LOOKS = {
    "repaired": ("-", "o", COLOURS[2]),
    "left alone": ("--", "s", COLOURS[1]),
    "not repaired": ("--", "D", COLOURS[1]),
    "never happened": ("-.", "^", BASELINE),
}
"""Dashes, marker and colour of a line, by its label."""


def draw(panels: Mapping[str, Mapping[str, Sequence[Estimate]]], steps: Sequence[int]) -> Picture:
    """Lines (by label, one of LOOKS) of each panel (by title) over weeks from the rupture."""
    with theme():
        figure, grid = canvas(1, len(panels), 10.0, 4.4)
        for axes, (title, lines) in zip(grid[0], panels.items(), strict=True):
            _panel(axes, lines, steps)
            axes.set_title(title)
        same_limits(grid[0])
        for axes, lines in zip(grid[0], panels.values(), strict=True):
            low, high = axes.get_ylim()
            ends = [(points[-1].value, label, LOOKS[label][2]) for label, points in lines.items()]
            label_ends(axes, steps[-1] + 0.35, ends, 0.06 * (high - low))
        grid[0][0].set_ylabel("felt alliance (0–1),\nminus the week before the rupture")
    said = "; ".join(
        f"{title}: {', '.join(_said(label, points[-1]) for label, points in lines.items())}"
        for title, lines in panels.items()
    )
    alt = f"Line charts around a rupture. Felt alliance {steps[-1]} weeks later minus the week before: {said}."
    return Picture(NAME, TITLE, CAPTION, alt, figure)


def _panel(axes: Axes, lines: Mapping[str, Sequence[Estimate]], steps: Sequence[int]) -> None:
    axes.axhline(0.0, color=INK, linewidth=1.6)
    axes.axvline(0.0, color=FAINT, linestyle=":", linewidth=1.0)
    for label, points in lines.items():
        dashes, marker, colour = LOOKS[label]
        values = [point.value for point in points]
        reach = [[point.value - point.low for point in points], [point.high - point.value for point in points]]
        axes.errorbar(
            steps, values, yerr=reach, linestyle=dashes, marker=marker, color=colour, markersize=4.5, linewidth=1.8,
            elinewidth=1.1, capsize=2,
        )  # fmt: skip
    axes.set_xticks(list(steps))
    axes.set_xlabel("weeks from the rupture")


def _said(label: str, found: Estimate) -> str:
    return f"{label} {number(found.value, 2, signed=True)}"
