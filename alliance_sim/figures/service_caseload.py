"""Caseload against what a service brings: the baseline's level, and what the other arms add to it."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from alliance_sim.figures.marks import course, label_ends, legend_below, name_grid, rule
from alliance_sim.figures.picture import Picture, alt, first_of, joined
from alliance_sim.figures.style import BASELINE, DASHES, INK, Look, canvas, looks, same_limits, theme, wrapped

NAME, TITLE = "caseload", "What a client gets, and what a year brings, over caseloads"
MOST_SCENARIOS = 2
LEVELS = (
    'Means over simulated services, strain "{world}"; each has its own people, random draws and parameters. {where}: '
    "{arm}; band: 95 % interval of the mean."
)
ADDED = (
    "Right: what the other arms add to it, in the same unit; bars: 95 % intervals of the differences between matched "
    "twins, which have most of that in common. Marks are moved a little apart; panels beside each other on the right "
    "share their scale."
)


def _levels(axes: Axes, here: pd.DataFrame, scenarios: Sequence[str]) -> None:
    """The baseline over caseloads: a line a scenario, with the 95 % interval of its mean as a band."""
    ends = []
    for k, scenario in enumerate(scenarios):
        look = Look(BASELINE, "o", DASHES[k % len(DASHES)])
        last = course(axes, here[here["scenario"] == scenario], "caseload", look, alpha=0.16)
        ends.append((last, wrapped(scenario, 9), BASELINE))
    low, high = axes.get_ylim()
    axes.set_ylim(min(low, 0.0), high + 0.14 * (high - low))
    if len(scenarios) > 1:
        left, right = axes.get_xlim()
        axes.set_xlim(left, right + 0.22 * (right - left))
        label_ends(axes, float(here["caseload"].max()) + 0.04 * (right - left), ends, 0.15)


def offset(curves: pd.DataFrame) -> float:
    """How many places arms are moved apart, so that bars do not cover each other. curves: column caseload."""
    return 0.008 * float(curves["caseload"].max() - curves["caseload"].min())


@theme()
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
    look, (baseline, *others) = looks(arms, arms[0]), arms
    shown = list(scenarios[:MOST_SCENARIOS])
    columns = 1 + (len(shown) if others else 0)
    figure, grid = canvas(len(outcomes), columns, 1.4 + 3.1 * columns, 3.0 * len(outcomes) + 0.6)
    for row, (name, _) in zip(grid, outcomes, strict=True):
        _levels(row[0], levels[(levels["estimate"] == name) & (levels["arm"] == baseline)], shown)
        for axes, scenario in zip(row[1:], shown, strict=False):
            here = gains[(gains["estimate"] == name) & (gains["scenario"] == scenario)]
            for k, arm in enumerate(others):
                course(axes, here[here["arm"] == arm], "caseload", look[arm], bars=True, shift=k * offset(here))
            rule(axes, y=0.0, colour=INK)
        same_limits(row[1:] or row)
        for axes in row:
            axes.set_xticks(sorted(set(levels["caseload"])))
    titles = [wrapped(title, 30) for title in (baseline, *(f"added to it: {scenario}" for scenario in shown))]
    name_grid(grid, titles, "places of each therapist", [wrapped(words, 30) for _, words in outcomes])
    legend_below(figure, others, look)
    caption = joined(
        LEVELS.format(world=world, where="Left" if others else "Shown", arm=baseline),
        ADDED if others else "",
        first_of(len(shown), len(scenarios), "scenarios"),
    )
    here = levels[(levels["arm"] == baseline) & levels["scenario"].isin(shown)].rename(columns={"caseload": "places"})
    form = f"Lines over places of a therapist, {baseline}."
    more = ["Other panels: what other arms add."] if others else []
    said = alt(form, here, who="{scenario}", panel="estimate", over="places", names=dict(outcomes), more=more)
    return Picture(NAME, TITLE, caption, said, figure)
