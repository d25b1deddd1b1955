"""What spill-over leaves of a gain, over caseloads: a panel for each way in which strain works."""

import math
from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from alliance_sim.analysis.numbers import listed
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.service_lines import bars, offset
from alliance_sim.figures.style import INK, Look, canvas, legend_below, looks, same_limits, theme, wrapped

NAME = "gain"
TITLE = "What spill-over leaves of a gain"
MOST_WORLDS = 6
ACROSS = 3


def _panel(axes: Axes, here: pd.DataFrame, crossings: pd.DataFrame, look: dict[str, Look], step: float) -> None:
    """One world: a line for each arm; a triangle on the line of nothing where the mean reaches it."""
    for k, (arm, own) in enumerate(here.groupby("arm", sort=False)):
        mine = look[str(arm)]
        bars(axes, own, mine, k * step)
        at = crossings[crossings["arm"] == arm]["at"]
        if len(at) and math.isfinite(at.iloc[0]):
            axes.plot(at.iloc[0], 0.0, "v", color=mine.colour, markersize=9, markeredgecolor=INK, zorder=5)
    axes.axhline(0.0, color=INK, linewidth=1.0)
    axes.set_xticks(sorted(set(here["caseload"])))


def draw(
    curves: pd.DataFrame, crossings: pd.DataFrame, worlds: Sequence[str], arms: Sequence[str], words: tuple[str, str]
) -> Picture:
    """A panel a world.

    curves: columns world, caseload, arm, value, low, high (gain against what it is compared with); crossings: world,
    arm, at. arms: the baseline first. words: unit of the gain, and what it is compared with.
    """
    shown = worlds[:MOST_WORLDS]
    look = looks(arms, arms[0])
    across = min(ACROSS, len(shown))
    down = math.ceil(len(shown) / across)
    step = offset(curves)
    with theme():
        figure, grid = canvas(down, across, 1.2 + 3.0 * across, 2.9 * down + 0.6, sharex=True)
        panels = [axes for row in grid for axes in row]
        for axes, world in zip(panels, shown, strict=False):
            _panel(axes, curves[curves["world"] == world], crossings[crossings["world"] == world], look, step)
            axes.set_title(wrapped(world, 34))
        for axes in panels[len(shown) :]:
            axes.set_visible(False)
        same_limits(panels[: len(shown)])
        for k, axes in enumerate(panels[: len(shown)]):
            if k % across == 0:
                axes.set_ylabel(wrapped(f"gain left, {words[0]}", 30))
            if k + across >= len(shown):
                axes.tick_params(labelbottom=True)
                axes.set_xlabel("places of each therapist")
        legend_below(figure, arms[1:], look)
        if len(arms) == 2:
            panels[0].set_ylabel(wrapped(f"gain of {arms[1]} left, {words[0]}", 30))
    more = f" The first {len(shown)} of {len(worlds)} worlds are shown." if len(shown) < len(worlds) else ""
    caption = (
        f"How much better everybody referred fares than under {words[1]}. Bars: 95 % intervals of the mean. Where a "
        "line falls to the dark line, spill-over has eaten the gain; a triangle marks the place, by a straight "
        f"line between the caseloads on either side. One panel for each way in which strain works.{more}"
    )
    return Picture(NAME, TITLE, caption, _alt(curves, shown), figure)


def _alt(curves: pd.DataFrame, worlds: Sequence[str]) -> str:
    """In which worlds every line stays above nothing, and in which one falls to it."""
    least = curves[curves["world"].isin(worlds)].groupby("world", sort=False)["value"].min()
    above, eaten = ([str(w) for w, value in least.items() if (value > 0) == sign] for sign in (True, False))
    first, last = curves["caseload"].min(), curves["caseload"].max()
    said = [f"Lines over caseloads from {first} to {last}, {len(worlds)} panel{'s' if len(worlds) > 1 else ''}."]
    said += [f"Every gain stays above zero: {listed(above)}."] if above else []
    said += [f"At least one falls to zero: {listed(eaten)}."] if eaten else []
    return " ".join(said)
