"""The same rupture of the same client, repaired in one arm and not under the baseline."""

import numpy as np
import pandas as pd

from alliance_sim.estimands.aligned import LATER
from alliance_sim.estimates.curves import around_ruptures_of_twins
from alliance_sim.figures.around_rupture import NULL, REPAIRED, limits, lines
from alliance_sim.figures.picture import LeftOut, Picture, Scene, alt, joined
from alliance_sim.figures.style import canvas, theme, wrapped

NAME, TITLE = "twins", "The same rupture, repaired and not repaired"
SHARED = 0.5  # least share of first ruptures that twins must have in common for their comparison to mean something
KNOWN = 0.9  # least share of replicates that must have such a pair
MOST_ARMS = 3
TOO_FEW = "too few ruptures were repaired in one arm and left in the baseline to compare them"
CAPTION = (
    "Change of the felt alliance (0–1) from the session before a client's first rupture (−1), which happens at 0. Only "
    "first ruptures that were repaired in the arm named above (green), where the same client with the same rupture in "
    "the same session under {baseline} (grey) got no repair, and only while both are in treatment. The gap between the "
    "lines is what this way of meeting a rupture does in this model, later sessions included. Bands: middle 95 % of "
    "single clinics."
)


@theme()
def draw(table: pd.DataFrame, arms: list[str], baseline: str, left: int = 0) -> Picture:
    """A panel per arm; `table` is that of `analysis.curves.around_ruptures_of_twins`; `left` arms are not shown."""
    drawn = table[table["arm"].isin(arms)]
    figure, [grid] = canvas(1, len(arms), 2.0 + 3.4 * len(arms), 3.4)
    groups = {
        "own": ("repaired", REPAIRED),
        "twin": (f"twins,\n{wrapped(baseline, 16)}", NULL._replace(marker="s")),
    }
    for axes, arm in zip(grid, arms, strict=True):
        lines(axes, table[table["arm"] == arm], groups, limits(drawn))
        axes.set_title(arm)
    words, shown = {"own": "repaired", "twin": f"twins under {baseline}"}, drawn[drawn["group"].isin(groups)]
    form = "Lines aligned on the rupture: change of the felt alliance."
    said = alt(form, shown, who="{group}", panel="arm", over="step", names=words, signed=True)
    caption = joined(
        CAPTION.format(baseline=baseline),
        f"{left} more arm{'s' * (left > 1)} with such twins {'are' if left > 1 else 'is'} not shown." if left else "",
    )
    return Picture(NAME, TITLE, caption, said, figure)


def build(scene: Scene) -> Picture | LeftOut:
    """The picture of an experiment whose arms differ in how the same ruptures are met."""
    if not scene.results.has_sessions:
        return LeftOut(NAME, TITLE, "the run kept no session table (outputs.sessions is false)")
    if len(scene.results.arms) < 2:
        return LeftOut(NAME, TITLE, "there is only one arm, so nobody has a twin")
    table, shares = around_ruptures_of_twins(scene.results, scene.baseline)
    if table.empty:
        return LeftOut(NAME, TITLE, "the arms have no ruptures in common")
    later = table[(table["group"] == "own") & (table["step"] == LATER) & np.isfinite(table["value"])]
    most = scene.estimates["replicates"].max()
    enough = set(later.loc[later["replicates"] >= KNOWN * most, "arm"])
    arms = [arm for arm in scene.results.arms if shares.get(arm, 0.0) >= SHARED and arm in enough]
    if not arms:
        return LeftOut(NAME, TITLE, TOO_FEW)
    return draw(table, arms[:MOST_ARMS], scene.baseline, len(arms[MOST_ARMS:]))
