"""Strain and skill of therapists over the weeks of a service, at a small and a large caseload."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MultipleLocator

from alliance_sim.analysis.numbers import listed, number
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import FAINT, Look, canvas, looks, theme, wrapped

NAME = "weeks"
TITLE = "How therapists tire and learn over the year"
ROWS = (("strain", "strain that a client meets"), ("learned", "repair skill learned, SD"))
DASHES = (":", "-", "--")
MOST_WORLDS = 3
BETWEEN_TICKS = 26


def _panel(axes: Axes, here: pd.DataFrame, caseloads: Sequence[int], look: dict[str, Look], year: int) -> None:
    """One quantity in one world: a colour an arm, a kind of line a caseload."""
    for k, caseload in enumerate(caseloads):
        for arm, mine in look.items():
            own = here[(here["arm"] == arm) & (here["caseload"] == caseload)]
            week = own["week"].to_numpy(float)
            axes.plot(week, own["value"], DASHES[k % len(DASHES)], color=mine.colour, linewidth=1.8)
            low, high = own["low"].to_numpy(float), own["high"].to_numpy(float)
            axes.fill_between(week, low, high, color=mine.colour, alpha=0.13, linewidth=0)
    axes.axvspan(0, year, color=FAINT, alpha=0.08, linewidth=0)
    axes.set_ylim(bottom=0)


def draw(
    curves: pd.DataFrame, worlds: Sequence[str], arms: Sequence[str], caseloads: Sequence[int], year: int, unit: str
) -> Picture:
    """A row a quantity, a column a world.

    curves: columns world, caseload, arm, curve, week (from the beginning of the counted year), value, low, high. arms:
    the baseline first. year: counted weeks. unit: how much strain of 1 is, in words.
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
        for axes in [axes for row in grid for axes in row]:
            axes.xaxis.set_major_locator(MultipleLocator(BETWEEN_TICKS))
        handles = [Line2D([], [], color=look[arm].colour, linewidth=2.2, label=arm) for arm in arms]
        for k, caseload in enumerate(caseloads):
            handles.append(Line2D([], [], color=FAINT, linewidth=1.8, label=f"{caseload} places"))
            handles[-1].set(linestyle=DASHES[k % len(DASHES)])
        figure.legend(handles=handles, loc="outside lower center", ncols=min(5, len(handles)), frameon=False)
    caption = (
        "Means over therapists and simulated services, four weeks a point; bands: 95 % intervals of each mean (arms "
        "share people and parameters, so that their difference is surer than bands suggest). Shaded: the counted year; "
        "before it the warm-up, after it the weeks in which the last clients are followed (referrals go on). Strain is "
        f"what a therapist has on beginning an hour: {unit}. Skill is what repairs have taught since the service "
        "opened. Each panel has its own scale."
    )
    return Picture(NAME, TITLE, caption, _alt(chosen, shown, arms[0], year), figure)


def _alt(curves: pd.DataFrame, worlds: Sequence[str], arm: str, year: int) -> str:
    """Where the baseline is at the end of the counted year, at the largest caseload."""
    most = curves["caseload"].max()
    last = curves[(curves["arm"] == arm) & (curves["caseload"] == most) & (curves["week"] < year)].sort_values("week")
    said = []
    for name, words in ROWS:
        ends = last[last["curve"] == name].groupby("world")["value"].last()
        found = [f"{number(float(ends[world]), 2)} ({world})" for world in worlds]
        said.append(f"{words}: {listed(found)}")
    return f"Lines over weeks. At the end of the year, {arm}, {most} places: {'; '.join(said)}."
