"""The waiting list over the weeks of a service, at several caseloads."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.colors import to_hex
from matplotlib.ticker import MultipleLocator

from alliance_sim.figures.marks import courses, label_ends, zone
from alliance_sim.figures.picture import Picture, alt, first_of, joined
from alliance_sim.figures.style import FAINT, Look, canvas, theme

NAME, TITLE = "list", "The waiting list over time"
MOST_SCENARIOS, MOST_LINES = 3, 7
LIGHTEST = 0.7  # where on the scale of colours the largest caseload is: lighter ones are faint on white
GAP = 0.06  # distance of labels, as a share of the axis


@theme()
def draw(curves: pd.DataFrame, scenarios: Sequence[str], arm: str, year: int) -> Picture:
    """A panel a scenario, a line a caseload.

    curves: columns scenario, caseload, week (from the beginning of the counted year), value (clients who wait, for each
    therapist), low, high. arm: whose they are. year: counted weeks.
    """
    shown = scenarios[:MOST_SCENARIOS]
    caseloads = sorted(set(curves["caseload"]))
    few = caseloads if len(caseloads) <= MOST_LINES else caseloads[:: -(-len(caseloads) // MOST_LINES)]
    shades = colormaps["viridis"](np.linspace(0.0, LIGHTEST, len(few)))
    looks = {str(caseload): Look(to_hex(shade)) for caseload, shade in zip(few, shades, strict=True)}
    figure, [grid] = canvas(1, len(shown), 1.3 + 4.1 * len(shown), 3.7)
    for axes, scenario in zip(grid, shown, strict=True):
        here = curves[curves["scenario"] == scenario]
        own = here.assign(caseload=here["caseload"].astype(str))
        ends = courses(axes, own, "week", "caseload", looks)
        zone(axes, 0, year, FAINT, alpha=0.08)
        axes.set_ylim(bottom=0)
        top = axes.get_ylim()[1]
        label_ends(axes, float(here["week"].max()) + 3.0, _raised(_together(ends, 0.01 * top), GAP * top), GAP)
        axes.xaxis.set_major_locator(MultipleLocator(26))
        axes.set(title=scenario, xlabel="week of the counted year")
    grid[0].set_ylabel("clients who wait, for each therapist")
    caption = (
        f'Means over simulated services (arm "{arm}"), with 95 % intervals (bands), four weeks a point. Shaded: the '
        "counted year; before it the warm-up, in which the list fills. Each panel has its own scale."
    )
    inside = curves[curves["scenario"].isin(shown) & curves["caseload"].isin(few) & curves["week"].between(0, year)]
    means = inside.groupby(["scenario", "caseload"], sort=False)["value"].mean().reset_index()
    form = "Lines over weeks: clients who wait for each therapist; on average in the year:"
    said = alt(form, means, who="{caseload} places", panel="scenario")
    return Picture(NAME, TITLE, joined(caption, first_of(len(shown), len(scenarios), "scenarios")), said, figure)


def _together(ends: list[tuple[float, str, str]], near: float) -> list[tuple[float, str, str]]:
    """Labels of line ends, one for lines that end within `near` of each other."""
    made: list[tuple[float, str, str]] = []
    for y, text, colour in sorted(ends, key=lambda end: -end[0]):
        if made and made[-1][0] - y < near:
            made[-1] = (made[-1][0], f"{made[-1][1]}, {text}", made[-1][2])
        else:
            made.append((y, text, colour))
    return [(y, f"{text} places", colour) for y, text, colour in made]


def _raised(ends: list[tuple[float, str, str]], gap: float) -> list[tuple[float, str, str]]:
    """Labels no lower than half a gap above the axis, with what lies close above moved up."""
    made: list[tuple[float, str, str]] = []
    for y, text, colour in reversed(ends):
        made.append((max(y, made[-1][0] + gap if made and y - made[-1][0] < gap else 0.5 * gap), text, colour))
    return made[::-1]
