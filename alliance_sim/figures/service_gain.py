"""What spill-over leaves of a gain, over caseloads: a panel for each way in which strain works."""

import math
from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from alliance_sim.figures.alt import alt, first_of, joined
from alliance_sim.figures.marks import course, legend_below, name_axes, panels, point, rule
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.service_caseload import offset
from alliance_sim.figures.style import INK, Look, looks, same_limits, theme, wrapped

NAME, TITLE = "gain", "What spill-over leaves of a gain"
MOST_WORLDS, ACROSS = 6, 3
CAPTION = (
    "How much better everybody referred fares than under {than}. Bars: 95 % intervals of the mean. Where a line falls "
    "to the dark line, spill-over has eaten the gain{crossed}. One panel for each way in which strain works."
)
CROSSED = "; a triangle marks the place, by a straight line between the caseloads on either side"


def _panel(axes: Axes, here: pd.DataFrame, crossings: pd.DataFrame, look: dict[str, Look], step: float) -> int:
    """One world: a line for each arm, a triangle on the line of nothing where its mean reaches it; gives how many."""
    crossed = 0
    for k, (arm, own) in enumerate(here.groupby("arm", sort=False)):
        mine = look[str(arm)]
        course(axes, own, "caseload", mine, bars=True, shift=k * step)
        at = crossings[crossings["arm"] == arm]["at"]
        if len(at) and math.isfinite(at.iloc[0]):
            point(axes, at.iloc[0], 0.0, mine._replace(marker="v"), 9, markeredgecolor=INK, zorder=5)
            crossed += 1
    rule(axes, y=0.0, colour=INK)
    axes.set_xticks(sorted(set(here["caseload"])))
    return crossed


@theme()
def draw(
    curves: pd.DataFrame, crossings: pd.DataFrame, worlds: Sequence[str], arms: Sequence[str], words: tuple[str, str]
) -> Picture:
    """A panel a world.

    curves: columns world, caseload, arm, value, low, high (gain against what it is compared with); crossings: world,
    arm, at. arms: the baseline first. words: unit of the gain, and what it is compared with.
    """
    shown = worlds[:MOST_WORLDS]
    look, step, crossed = looks(arms, arms[0]), offset(curves), 0
    figure, made = panels(len(shown), ACROSS, (3.0, 2.9), (1.2, 0.6), sharex=True)
    for axes, world in zip(made, shown, strict=True):
        crossed += _panel(axes, curves[curves["world"] == world], crossings[crossings["world"] == world], look, step)
        axes.set_title(wrapped(world, 34))
    same_limits(made)
    who = f" of {arms[1]}" if len(arms) == 2 else ""
    name_axes(made, min(ACROSS, len(shown)), "places of each therapist", wrapped(f"gain{who} left, {words[0]}", 30))
    legend_below(figure, arms[1:], look)
    caption = joined(
        CAPTION.format(than=words[1], crossed=CROSSED if crossed else ""),
        first_of(len(shown), len(worlds), "of them"),
    )
    form, who = f"Lines over places of a therapist: gain left, {words[0]}.", "{arm}, {caseload} places"
    said = alt(form, curves[curves["world"].isin(shown)], who=who, panel="world")
    return Picture(NAME, TITLE, caption, said, figure)
