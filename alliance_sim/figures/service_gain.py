"""What spill-over leaves of a gain, over caseloads: a panel for each way in which strain works."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from alliance_sim.figures.marks import course, legend_below, name_axes, panels, point, rule
from alliance_sim.figures.picture import Picture, alt, first_of, joined
from alliance_sim.figures.service_caseload import offset
from alliance_sim.figures.style import INK, looks, same_limits, theme, wrapped

NAME, TITLE = "gain", "What spill-over leaves of a gain"
MOST_WORLDS, ACROSS = 6, 3
CAPTION = (
    "How much better everybody referred fares than under {than}. Bars: 95 % intervals of the mean. Where a line falls "
    "to the dark line, spill-over has used up the gain{crossed}. One panel for each way in which strain works."
)
CROSSED = "; a triangle marks the caseload, by a straight line between the caseloads on either side"


@theme()
def draw(
    curves: pd.DataFrame, crossings: pd.DataFrame, worlds: Sequence[str], arms: Sequence[str], words: tuple[str, str]
) -> Picture:
    """A panel a world.

    curves: columns world, caseload, arm, value, low, high (gain against what it is compared with); crossings: world,
    arm, at. arms: the baseline first. words: unit of the gain, and what it is compared with.
    """
    shown = worlds[:MOST_WORLDS]
    look, step, crossed = looks(arms, arms[0]), offset(curves), False
    figure, made = panels(len(shown), ACROSS, (3.0, 2.9), (1.2, 0.6), sharex=True)
    for axes, world in zip(made, shown, strict=True):
        here, eaten = curves[curves["world"] == world], crossings[crossings["world"] == world]
        for k, arm in enumerate(dict.fromkeys(here["arm"])):
            course(axes, here[here["arm"] == arm], "caseload", look[arm], bars=True, shift=k * step)
            for at in eaten.loc[(eaten["arm"] == arm) & np.isfinite(eaten["at"].astype(float)), "at"]:
                point(axes, [at], [0.0], look[arm]._replace(marker="v"), 9, markeredgecolor=INK, zorder=5)
                crossed = True
        rule(axes, y=0.0, colour=INK)
        axes.set_xticks(sorted(set(here["caseload"])))
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
