"""Caseload against what a service brings: the baseline's level, and what the other arms add to it."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from alliance_sim.analysis.numbers import listed, number
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.service_lines import bars, offset
from alliance_sim.figures.style import (
    BASELINE,
    DASHES,
    INK,
    canvas,
    label_ends,
    legend_below,
    looks,
    same_limits,
    theme,
    wrapped,
)

NAME = "caseload"
TITLE = "What a client gets, and what a year brings, over caseloads"
MOST_SCENARIOS = 2


def _levels(axes: Axes, here: pd.DataFrame, scenarios: Sequence[str]) -> None:
    """The baseline over caseloads: a line a scenario, with the 95 % interval of its mean as a band."""
    ends = []
    for k, scenario in enumerate(scenarios):
        own = here[here["scenario"] == scenario].sort_values("caseload")
        x, y = own["caseload"].to_numpy(float), own["value"].to_numpy(float)
        dashes = DASHES[k % len(DASHES)]
        axes.plot(x, y, dashes, color=BASELINE, marker="o", markersize=4.5, linewidth=1.8)
        axes.fill_between(
            x, own["low"].to_numpy(float), own["high"].to_numpy(float), color=BASELINE, alpha=0.16, linewidth=0
        )
        ends.append((float(y[-1]), wrapped(scenario, 9), BASELINE))
    low, high = axes.get_ylim()
    axes.set_ylim(min(low, 0.0), high + 0.14 * (high - low))
    if len(scenarios) > 1:
        right = axes.get_xlim()
        axes.set_xlim(right[0], right[1] + 0.22 * (right[1] - right[0]))
        label_ends(axes, float(x[-1]) + 0.04 * (right[1] - right[0]), ends, 0.17 * (high - min(low, 0.0)))


def draw(
    levels: pd.DataFrame,
    gains: pd.DataFrame,
    outcomes: Sequence[tuple[str, str]],
    scenarios: Sequence[str],
    arms: Sequence[str],
    world: str,
) -> Picture:
    """A row an outcome; first the baseline's level in every scenario, then a column a scenario for what arms add.

    levels, gains: columns scenario, caseload, arm, estimate, value, low, high, in one world; gains are differences from
    the baseline, the first of `arms`. outcomes: names, and words for the axis.
    """
    look = looks(arms, arms[0])
    shown = list(scenarios[:MOST_SCENARIOS])
    columns = 1 + (len(shown) if len(arms) > 1 else 0)
    with theme():
        figure, grid = canvas(len(outcomes), columns, 1.4 + 3.1 * columns, 3.0 * len(outcomes) + 0.6)
        for row, (name, words) in zip(grid, outcomes, strict=True):
            own = levels[(levels["estimate"] == name) & (levels["arm"] == arms[0])]
            _levels(row[0], own, shown)
            row[0].set_ylabel(wrapped(words, 30))
            for axes, scenario in zip(row[1:], shown, strict=False):
                here = gains[(gains["estimate"] == name) & (gains["scenario"] == scenario)]
                for k, arm in enumerate(arms[1:]):
                    bars(axes, here[here["arm"] == arm].sort_values("caseload"), look[arm], k * offset(here))
                axes.axhline(0.0, color=INK, linewidth=1.0)
            same_limits(row[1:] or row)
            for axes in row:
                axes.set_xticks(sorted(set(levels["caseload"])))
        for axes, title in zip(grid[0], [arms[0], *(f"added to it: {scenario}" for scenario in shown)], strict=False):
            axes.set_title(wrapped(title, 30))
        for axes in grid[-1]:
            axes.set_xlabel("places of each therapist")
        if columns > 1:
            legend_below(figure, arms[1:], look)
    more = f" The first {len(shown)} of {len(scenarios)} scenarios are shown." if len(shown) < len(scenarios) else ""
    caption = (
        f'Means over simulated services, strain "{world}". Left: {arms[0]}; band: 95 % interval, which holds people, '
        "luck and parameters. Right: what the other arms add to it, in the same unit; bars: 95 % intervals of the "
        "differences between twins, in which most of that is gone. Marks are moved a little apart; panels beside each "
        f"other on the right share their scale.{more}"
    )
    return Picture(NAME, TITLE, caption, _alt(levels, outcomes, shown, arms), figure)


def _alt(
    levels: pd.DataFrame, outcomes: Sequence[tuple[str, str]], scenarios: Sequence[str], arms: Sequence[str]
) -> str:
    """The baseline at the smallest and the largest caseload; what arms add is in tables."""
    few, many = levels["caseload"].min(), levels["caseload"].max()
    said = []
    for name, what in outcomes[:1]:
        own = levels[(levels["estimate"] == name) & (levels["arm"] == arms[0])].set_index(["scenario", "caseload"])[
            "value"
        ]
        ends = [
            f"{scenario} {number(own[scenario, few], 1)} to {number(own[scenario, many], 1)}" for scenario in scenarios
        ]
        said.append(f"{what}, {arms[0]}, from {few} to {many} places: {listed(ends)}")
    return f"Lines over caseloads. {'. '.join(said)}. Other panels: what other arms add; numbers are in the tables."
