"""The course of a search, and next to it what is left of the winner's gain on new clinics."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from alliance_sim.estimates.found import records
from alliance_sim.figures.marks import facets, interval, keys, legend, point, rule
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import COLOURS, INK, Look, theme
from alliance_sim.figures.words import picture

TRIED, BARRED, BEST = Look("#a8a8a8", "o"), Look(COLOURS[1], "x"), Look(INK)
WINNER, CHOSEN, SHIPPED = Look(COLOURS[0], "o", face="white"), Look(COLOURS[0], "s"), Look(COLOURS[2], dashes="--")
STAGES = {
    "search_chosen_on": "the winner where it was chosen",
    "search_new": "the winner",
    "value": "the chosen policy",
}
BESIDE = {1: 2, 2: 3, 3: 5}
"""Entries of the legend side by side, by the panels side by side: as many as there is room for."""


@theme()
def draw(trials: pd.DataFrame, confirmed: pd.DataFrame, default: str, unit: str) -> Picture:
    """Panels of groups.

    trials: columns profile, number, gain, feasible; confirmed: a row a group with value, low, high, over_value,
    search_chosen_on, search_new, search_new_low, search_new_high.
    """
    groups = list(confirmed["profile"])
    across = 1 if len(groups) == 1 else 2 if len(groups) < 5 else 3
    barred = not trials["feasible"].all()
    handles = keys({"policy tried": TRIED, **({"not allowed": BARRED} if barred else {})}, 0.0)
    handles += keys({"best so far": BEST}, 1.8)
    handles += keys({"winner of the search, new clinics": WINNER, "chosen, new clinics": CHOSEN}, 1.8)
    handles += keys({"best shipped policy": SHIPPED}, 1.8)
    room = 0.6 + 0.2 * -(-len(handles) // BESIDE[across])
    size = (3.3 if across > 1 else 4.6, 2.7)
    figure, made = facets(trials, "profile", across, size, (0.6, room), names=groups)
    lower = [_panel(axes, own, row) for (axes, _, own), row in zip(made, records(confirmed), strict=True)]
    for axes, *_ in made:
        axes.set(xlabel="policies tried", ylabel=f"gain ({unit})")
    legend(figure, handles, BESIDE[across])
    drawn = confirmed.melt("profile", list(STAGES), var_name="stage", value_name="gain").assign(default=default)
    form = f"Searches over {len(trials)} policies; gain over {default} ({unit}), on new clinics if not said otherwise."
    said = {"value": "gain", "who": "{profile}", "panel": "stage", "names": STAGES}
    return picture("optimisation", figure, drawn, form, facts={"lower": any(lower), "barred": barred}, **said)


def _panel(axes: Axes, tried: pd.DataFrame, row: dict[str, Any]) -> bool:
    """One group; whether any policy is below the panel."""
    feasible = tried["feasible"].astype(bool)
    allowed = tried[feasible & tried["gain"].notna()]
    shipped = row["value"] - row["over_value"]
    low = min(float(tried["gain"].quantile(0.15)), shipped)
    top = max(float(tried["gain"].max()), row["high"], row["search_new_high"])
    low, top = low - 0.16 * (top - low), top + 0.12 * (top - low)
    under, last = tried[tried["gain"] < low], int(tried["number"].max())
    point(axes, allowed["number"], allowed["gain"].where(allowed["gain"] >= low), TRIED, 3)
    point(axes, under["number"], np.full(len(under), low + 0.025 * (top - low)), TRIED._replace(marker="v"), 3)
    barred = tried[~feasible & (tried["gain"] >= low)]
    point(axes, barred["number"], barred["gain"], BARRED, 4)
    axes.step(allowed["number"], allowed["gain"].cummax(), where="post", color=INK, linewidth=1.4)
    rule(axes, x=last * 1.04, dashes=":")
    ends = ("search_new_low", "search_new_high")
    interval(axes, row, last * 1.10, WINNER, "search_new", ends, upright=True, width=2)
    interval(axes, row, last * 1.18, CHOSEN, upright=True, width=2)
    rule(axes, y=shipped, colour=SHIPPED.colour, dashes=SHIPPED.dashes, width=1.2)
    axes.set(xlim=(0, last * 1.24), ylim=(low, top))
    return len(under) > 0
