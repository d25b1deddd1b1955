"""The course of a search, and what is left of the winner's gain on new clinics."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from alliance_sim.estimates.found import records
from alliance_sim.figures.marks import Ends, interval, key, legend, panels, point, rule
from alliance_sim.figures.picture import Picture, alt
from alliance_sim.figures.style import COLOURS, INK, Look, theme

NAME, TITLE = "optimisation", "What the search found, and what is left of it on new clinics"
CAPTION = (
    "One panel for each group of clients. Each grey point is a policy that was tried: its gain over {default} in the "
    "clinics of the search{marks}. The line is the best so far. Right of the dotted line are new clinics, which chose "
    "nothing: the open mark is the winner of the search, the filled one the policy that won the race among the "
    "finalists, with 95 % intervals. A fall from the end of the line to the open mark is the winner's curse. The "
    "dashed line is the best shipped policy on the same new clinics."
)
TRIED, BARRED, BEST = Look("#a8a8a8", "o"), Look(COLOURS[1], "x"), Look(INK)
WINNER, CHOSEN, SHIPPED = Look(COLOURS[0], "o", face="white"), Look(COLOURS[0], "s"), Look(COLOURS[2], dashes="--")
NEW: Ends = ("new_low", "new_high")

BESIDE = {1: 2, 2: 3, 3: 5}
"""Entries of the legend in a row, by the panels in a row: as many as there is room for."""


@theme()
def draw(trials: pd.DataFrame, confirmed: pd.DataFrame, default: str, unit: str) -> Picture:
    """Panels of groups.

    trials: columns group, number, gain, feasible; confirmed: a row for each group with value, low, high (of the chosen
    policy), over_value (its gain over the best shipped), seemed_value, new_value, new_low, new_high (of the winner).
    """
    groups = list(confirmed["group"])
    across = 1 if len(groups) == 1 else 2 if len(groups) < 5 else 3
    barred = not trials["feasible"].all()
    keys = [
        key("policy tried", TRIED, 0.0), *([key("not allowed", BARRED, 0.0)] if barred else []),
        key("best so far", BEST),
        key("winner of the search, new clinics", WINNER), key("chosen, new clinics", CHOSEN),
        key("best shipped policy", SHIPPED),
    ]  # fmt: skip
    room = 0.6 + 0.2 * -(-len(keys) // BESIDE[across])
    figure, made = panels(len(groups), across, (3.3 if across > 1 else 4.6, 2.7), (0.6, room))
    lower = False
    for axes, row in zip(made, records(confirmed), strict=True):
        lower |= _panel(axes, trials[trials["group"] == row["group"]], row)
        axes.set(title=str(row["group"]), xlabel="policies tried", ylabel=f"gain ({unit})")
    legend(figure, keys, BESIDE[across])
    marks = [
        *(["triangles at the lower edge: still lower"] if lower else []),
        *(["crosses: not allowed"] if barred else []),
    ]
    caption = CAPTION.format(default=default, marks=f" ({'; '.join(marks)})" if marks else "")
    stages = {
        "seemed_value": "Winner where it was chosen",
        "new_value": "Winner",
        "value": "Chosen policy",
    }
    drawn = confirmed.melt("group", list(stages), var_name="stage", value_name="gain")
    form = f"Searches over {len(trials)} policies; gain over {default} ({unit}), on new clinics if not said otherwise."
    return Picture(NAME, TITLE, caption, alt(form, drawn, "gain", who="{group}", panel="stage", names=stages), figure)


def _panel(axes: Axes, tried: pd.DataFrame, row: dict[str, Any]) -> bool:
    """One group; whether any policy is below the panel."""
    feasible = tried["feasible"].astype(bool)
    allowed = tried[feasible & tried["gain"].notna()]
    shipped = row["value"] - row["over_value"]
    low = np.nanmin([float(tried["gain"].quantile(0.15)), shipped, row["low"], row["new_low"]])
    top = np.nanmax([float(tried["gain"].max()), row["high"], row["new_high"]])
    low, top = low - 0.16 * (top - low), top + 0.12 * (top - low)
    under, last = tried[tried["gain"] < low], int(tried["number"].max())
    point(axes, allowed["number"], allowed["gain"].where(allowed["gain"] >= low), TRIED, 3)
    point(axes, under["number"], np.full(len(under), low + 0.025 * (top - low)), TRIED._replace(marker="v"), 3)
    barred = tried[~feasible & (tried["gain"] >= low)]
    point(axes, barred["number"], barred["gain"], BARRED, 4)
    axes.step(allowed["number"], allowed["gain"].cummax(), where="post", color=INK, linewidth=1.4)
    rule(axes, x=last * 1.04, dashes=":")
    interval(axes, row, last * 1.10, WINNER, "new_value", NEW, upright=True, width=2)
    interval(axes, row, last * 1.18, CHOSEN, upright=True, width=2)
    rule(axes, y=shipped, colour=SHIPPED.colour, dashes=SHIPPED.dashes, width=1.2)
    axes.set(xlim=(0, last * 1.24), ylim=(low, top))
    return len(under) > 0
