"""Caseload against what a service brings: for a client and in a year, with and without spill-over."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from alliance_sim.analysis.numbers import number
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import FAINT, Look, canvas, looks, theme, wrapped

NAME = "caseload"
TITLE = "What a client gets, and what a year brings, over caseloads"
MOST_SCENARIOS = 3


def _line(axes: Axes, own: pd.DataFrame, look: Look, spills: bool, band: bool) -> None:
    """One arm over caseloads: solid with spill-over, dashed without; the band is the 95 % interval of the mean."""
    x, y = own["caseload"].to_numpy(float), own["value"].to_numpy(float)
    if not spills:
        axes.plot(x, y, "--", color=look.colour, linewidth=1.2)
        return
    axes.plot(x, y, "-", color=look.colour, marker=look.marker, markersize=5, linewidth=1.8)
    if band:
        low, high = own["low"].to_numpy(float), own["high"].to_numpy(float)
        axes.fill_between(x, low, high, color=look.colour, alpha=0.13, linewidth=0)


def _legend(figure: Figure, look: dict[str, Look], off: bool) -> None:
    handles = [
        Line2D([], [], color=own.colour, marker=own.marker, linewidth=1.8, label=arm) for arm, own in look.items()
    ]
    if off:
        handles.append(Line2D([], [], color=FAINT, linestyle="--", linewidth=1.2, label="same colour: no spill-over"))
    figure.legend(handles=handles, loc="outside lower center", ncols=min(5, len(handles)), frameon=False)


def draw(
    levels: pd.DataFrame,
    outcomes: Sequence[tuple[str, str]],
    scenarios: Sequence[str],
    worlds: tuple[str, str | None],
    baseline: str,
) -> Picture:
    """A row an outcome (name, words for its axis), a column a scenario.

    levels: columns scenario, world, caseload, arm, estimate, value, low, high; worlds: with spill-over, and without.
    """
    arms = list(dict.fromkeys(levels["arm"]))
    look = looks(arms, baseline)
    shown = scenarios[:MOST_SCENARIOS]
    with theme():
        figure, grid = canvas(len(outcomes), len(shown), 1.3 + 4.1 * len(shown), 3.1 * len(outcomes) + 0.5)
        for row, (name, words) in zip(grid, outcomes, strict=True):
            for axes, scenario in zip(row, shown, strict=True):
                here = levels[(levels["estimate"] == name) & (levels["scenario"] == scenario)]
                for world in worlds[::-1]:
                    for arm in arms:
                        own = here[(here["arm"] == arm) & (here["world"] == world)].sort_values("caseload")
                        if len(own):
                            _line(axes, own, look[arm], world == worlds[0], arm == baseline)
                axes.set_xticks(sorted(set(here["caseload"])))
                axes.set_xlabel("places of each therapist (caseload)")
            row[0].set_ylabel(wrapped(words, 34))
        for axes, scenario in zip(grid[0], shown, strict=True):
            axes.set_title(scenario)
        _legend(figure, look, worlds[1] is not None)
    caption = (
        f'Means over simulated services. Solid lines: strain "{worlds[0]}".'
        + (" Dashed lines: the same service without spill-over." if worlds[1] is not None else "")
        + f" Band: 95 % interval of the mean of {baseline}. It holds people, luck and parameters, which all arms share "
        "(twins), so that differences between lines are known much better: see the table. Each panel has its own scale."
    )
    return Picture(NAME, TITLE, caption, _alt(levels, outcomes, shown, worlds[0]), figure)


def _alt(levels: pd.DataFrame, outcomes: Sequence[tuple[str, str]], scenarios: Sequence[str], world: str) -> str:
    """Each arm at the smallest and the largest caseload, in numbers."""
    words = []
    here = levels[levels["world"] == world]
    for name, what in outcomes:
        for scenario in scenarios:
            own = here[(here["estimate"] == name) & (here["scenario"] == scenario)]
            for caseload in (own["caseload"].min(), own["caseload"].max()):
                at = own[own["caseload"] == caseload]
                values = [f"{arm} {number(v, 2)}" for arm, v in zip(at["arm"], at["value"], strict=True)]
                words.append(f"{what}, {scenario}, {caseload} places: {', '.join(values)}")
    return "Line charts over caseloads. " + ". ".join(words) + "."
