"""The waiting list over the weeks of a service, at several caseloads."""

from collections.abc import Sequence

import pandas as pd
import seaborn as sns

from alliance_sim.analysis.numbers import number
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import FAINT, canvas, label_ends, theme

NAME = "list"
TITLE = "The waiting list over time"
MOST_SCENARIOS = 3
MOST_LINES = 7


def draw(curves: pd.DataFrame, scenarios: Sequence[str], arm: str, year: int) -> Picture:
    """A panel a scenario, a line a caseload.

    curves: columns scenario, caseload, week (from the beginning of the counted year), value (clients who wait, for each
    therapist). arm: whose they are. year: counted weeks.
    """
    shown = scenarios[:MOST_SCENARIOS]
    caseloads = sorted(set(curves["caseload"]))
    few = caseloads if len(caseloads) <= MOST_LINES else caseloads[:: -(-len(caseloads) // MOST_LINES)]
    colours = [str(c) for c in sns.color_palette("viridis", len(few) + 1).as_hex()[:-1]]
    with theme():
        figure, grid = canvas(1, len(shown), 1.3 + 4.1 * len(shown), 3.7)
        for axes, scenario in zip(grid[0], shown, strict=True):
            here = curves[curves["scenario"] == scenario]
            ends = []
            for colour, caseload in zip(colours, few, strict=True):
                own = here[here["caseload"] == caseload].sort_values("week")
                week, value = own["week"].to_numpy(float), own["value"].to_numpy(float)
                axes.plot(week, value, color=colour, linewidth=1.8)
                ends.append((float(value[-1]), str(caseload), colour))
            axes.axvspan(0, year, color=FAINT, alpha=0.08, linewidth=0)
            axes.set_ylim(bottom=0)
            top = axes.get_ylim()[1]
            label_ends(axes, float(week[-1]) + 3.0, _together(ends, 0.01 * top), 0.065 * top)
            axes.set_title(scenario)
            axes.set_xlabel("week of the counted year")
        grid[0][0].set_ylabel("clients who wait, for each therapist")
    caption = (
        f'Means over simulated services (arm "{arm}"), four weeks a point. Shaded: the counted year; '
        "before it the warm-up, in which the list fills. Each panel has its own scale."
    )
    return Picture(NAME, TITLE, caption, _alt(curves, shown, few, year), figure)


def _together(ends: list[tuple[float, str, str]], near: float) -> list[tuple[float, str, str]]:
    """Labels of line ends, one for lines that end within `near` of each other."""
    made: list[tuple[float, str, str]] = []
    for y, text, colour in sorted(ends, key=lambda end: -end[0]):
        if made and made[-1][0] - y < near:
            made[-1] = (made[-1][0], f"{made[-1][1]}, {text}", made[-1][2])
        else:
            made.append((y, text, colour))
    return [(y, f"{text} places", colour) for y, text, colour in made]


def _alt(curves: pd.DataFrame, scenarios: Sequence[str], caseloads: Sequence[int], year: int) -> str:
    words = []
    inside = curves[(curves["week"] > 0) & (curves["week"] < year)]
    for (scenario, caseload), own in inside.groupby(["scenario", "caseload"], sort=False):
        if scenario in scenarios and caseload in caseloads:
            words.append(
                f"{scenario}, {caseload} places: {number(float(own['value'].mean()), 1)} on average in the year"
            )
    return "Line charts over weeks, clients who wait for each therapist. " + ". ".join(words) + "."
