"""Strain and skill of therapists over the weeks of a service, at a small and a large caseload."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from alliance_sim.analysis.numbers import number
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import FAINT, Look, canvas, looks, theme, wrapped

NAME = "weeks"
TITLE = "How therapists tire and learn over the year"
ROWS = (("strain", "strain that a client meets"), ("learned", "repair skill learned, SD"))
DASHES = (":", "-", "--")
MOST_WORLDS = 3


def _panel(axes: Axes, here: pd.DataFrame, caseloads: Sequence[int], look: dict[str, Look], year: int) -> None:
    """One quantity in one world: a colour an arm, a kind of line a caseload."""
    for k, caseload in enumerate(caseloads):
        for arm, mine in look.items():
            own = here[(here["arm"] == arm) & (here["caseload"] == caseload)]
            axes.plot(own["week"], own["value"], DASHES[k % len(DASHES)], color=mine.colour, linewidth=1.8)
    axes.axvspan(0, year, color=FAINT, alpha=0.08, linewidth=0)
    axes.set_ylim(bottom=0)


def draw(
    curves: pd.DataFrame, worlds: Sequence[str], arms: Sequence[str], caseloads: Sequence[int], year: int
) -> Picture:
    """A row a quantity, a column a world.

    curves: columns world, caseload, arm, curve, week (from the beginning of the counted year), value. arms: the
    baseline first. year: counted weeks.
    """
    shown = worlds[:MOST_WORLDS]
    look = looks(arms, arms[0])
    chosen = curves[curves["arm"].isin(arms) & curves["caseload"].isin(caseloads)]
    with theme():
        figure, grid = canvas(len(ROWS), len(shown), 1.3 + 3.2 * len(shown), 5.9)
        for row, (name, words) in zip(grid, ROWS, strict=True):
            for axes, world in zip(row, shown, strict=True):
                here = chosen[(chosen["world"] == world) & (chosen["curve"] == name)]
                _panel(axes, here, caseloads, look, year)
            row[0].set_ylabel(words)
        for axes, world in zip(grid[0], shown, strict=True):
            axes.set_title(wrapped(world, 34))
        for axes in grid[-1]:
            axes.set_xlabel("week of the counted year")
        handles = [Line2D([], [], color=look[arm].colour, linewidth=2.2, label=arm) for arm in arms]
        for k, caseload in enumerate(caseloads):
            handles.append(Line2D([], [], color=FAINT, linewidth=1.8, label=f"{caseload} places"))
            handles[-1].set(linestyle=DASHES[k % len(DASHES)])
        figure.legend(handles=handles, loc="outside lower center", ncols=min(5, len(handles)), frameon=False)
    caption = (
        "Means over therapists and simulated services, four weeks a point. Shaded: the counted year; before it the "
        "warm-up, after it the weeks in which the last clients are followed (referrals go on). Strain is what a "
        "therapist has on beginning an hour; skill is what repairs have taught since the service opened. Each panel "
        "has its own scale."
    )
    return Picture(NAME, TITLE, caption, _alt(chosen, shown, year), figure)


def _alt(curves: pd.DataFrame, worlds: Sequence[str], year: int) -> str:
    """First and last point of the counted year, of each arm at the smallest and the largest caseload."""
    words = []
    ends = (curves["caseload"].min(), curves["caseload"].max())
    inside = curves[(curves["week"] > 0) & (curves["week"] < year) & curves["caseload"].isin(ends)]
    for (world, name, caseload), own in inside.groupby(["world", "curve", "caseload"], sort=False):
        if world in worlds and name in dict(ROWS):
            values = []
            for arm, mine in own.sort_values("week").groupby("arm", sort=False):
                first, last = mine["value"].iloc[0], mine["value"].iloc[-1]
                values.append(f"{arm} from {number(first, 2)} to {number(last, 2)}")
            words.append(f"{dict(ROWS)[str(name)]}, {world}, {caseload} places: {', '.join(values)}")
    return "Line charts over weeks; in the counted year: " + ". ".join(words) + "."
