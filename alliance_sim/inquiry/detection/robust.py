"""What the answer depends on: rating error and sessions, and whether null bands hold what they should."""

import numpy as np
import pandas as pd

from alliance_sim.analysis.found import records
from alliance_sim.analysis.numbers import number
from alliance_sim.inquiry.detection import tables
from alliance_sim.inquiry.detection.found import Found
from alliance_sim.inquiry.detection.saying import SHARES, label, span

NOMINAL = 95.0
"""What a null band should hold, %."""


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


def bands(found: Found) -> str:
    """Whether the null bands hold what they should, where they do worst, and what lies inside in spite of ruptures."""
    if found.nulls.empty:
        return ""
    said = []
    for row in records(tables.at(found.nulls, found.middle_of)):
        doubt = "" if abs(row["inside"] - NOMINAL) <= 2.0 * row["mcse"] else ", not as it should"
        said.append(f"“{row['null']}” {number(row['inside'], 0)} % (MCSE {number(row['mcse'], 1)}{doubt})")
    own = found.prevalence[(found.prevalence["arm"] == found.base) & found.prevalence["share"].isin(list(SHARES))]
    above = int((own["mean"] > own["null_high"]).sum())
    below = int((own["mean"] < own["null_low"]).sum())
    verdict = f"only those {above} are more" if above else "no share is more"
    return (
        f"Made from a sample's own components of variance, they held the shares of clinics without ruptures as "
        f"follows (nominal: 95 %): {', '.join(said)}. {worst_band(found)} Of {len(own)} mean shares in “{found.base}”, "
        f"{above} lie above their “{found.kind}” band and {below} below it: {verdict} than ratings would give that "
        "only drift and err as these do."
    )


def worst_band(found: Found) -> str:
    """Where the null that prevalences stand beside holds least: the level of a factor, and the share held worst."""
    own = found.nulls[found.nulls["null"] == found.kind]
    levels = [
        (own[own[name] == level], f"With {found.names[name]} “{level}”")
        for name in found.levels
        for level in found.levels[name]
    ]
    rows, where = min(levels, key=lambda each: float(each[0]["inside"].mean()), default=(own, "Here"))
    held, least = rows["inside"].to_list(), rows["worst"].to_list()
    return (
        f"{where}, “{found.kind}” does worst: it holds {span(held)} of the shares, and the share that it holds least "
        f"often in {span(least)} of clinics."
    )
