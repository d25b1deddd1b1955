"""What the answer depends on: rating error and the number of sessions."""

import numpy as np
import pandas as pd

from alliance_sim.questions.rupture_detection.found import Found
from alliance_sim.questions.rupture_detection.saying import label
from alliance_sim.stats.numbers import number


def settings(found: Found) -> str:
    """What more rating error and more sessions do to reports without ruptures."""
    if not found.without or found.settings.empty:
        return ""
    parts = []
    for factor, own in found.settings[found.settings["quantity"] == "flagged"].groupby("factor", sort=False):
        ends = own[own["place"].isin([0, own["place"].max()])].sort_values("place")
        levels = found.levels[str(factor)]
        if len(levels) > 1:
            name, first = found.names[str(factor)], moved(ends, found.criteria[0])
            parts.append(
                f"as {name} goes from {levels[0]} to {levels[-1]}, {first} "
                f"by {label(found.criteria[0])}; {directions(ends)}"
            )
    return f"Clients with a “rupture” where there is none: {'. And '.join(parts)}." if parts else ""


def moved(ends: pd.DataFrame, criterion: str) -> str:
    """From where to where a criterion goes between the ends of a factor."""
    values = ends.loc[ends["criterion"] == criterion, "mean"].to_numpy(float)
    return f"from {number(values[0], 0)} to {number(values[-1], 0)} %"


def directions(ends: pd.DataFrame) -> str:
    """How many criteria report more at the last level than at the first, how many fewer, and which falls most.

    A criterion goes up or down where the difference is more than twice its Monte-Carlo standard error, the errors of
    both ends taken as independent (they are twins, so that this is cautious).
    """
    wide = ends.pivot_table(index="criterion", columns="place", values=["mean", "mcse"], sort=False)
    first, last = ends["place"].min(), ends["place"].max()
    change = wide["mean", last] - wide["mean", first]
    error = np.hypot(wide["mcse", last], wide["mcse", first])
    up, down = change[change > 2.0 * error], change[change < -2.0 * error]
    said = f"{len(up)} of {len(change)} criteria report more"
    if len(down):
        name = str(down.idxmin())
        said += f", {len(down)} fewer (most of all {label(name)}, {moved(ends, name)})"
    return said
