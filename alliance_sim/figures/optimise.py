"""A search for policies: its course, the gain along each setting, and what policies chosen for others cost."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from alliance_sim.estimates.long import records
from alliance_sim.estimates.notation import digits_for
from alliance_sim.figures.marks import cells, course, facets, interval, keys, legend, point, rule
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import COLOURS, INK, Look, canvas, looks, theme, wrapped
from alliance_sim.figures.words import picture
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.numbers import number

TRIED, BARRED, BEST = Look("#a8a8a8", "o"), Look(COLOURS[1], "x"), Look(INK)
WINNER, CHOSEN, SHIPPED = Look(COLOURS[0], "o", face="white"), Look(COLOURS[0], "s"), Look(COLOURS[2], dashes="--")
STAGES = {
    "seemed_value": "Winner where it was chosen",
    "new_value": "Winner",
    "value": "Chosen policy",
}
KEYS_IN_A_ROW = {1: 2, 2: 3, 3: 5}
"""Entries of the legend in a row, by the panels in a row: as many as there is room for."""


@theme()
def search(trials: pd.DataFrame, confirmed: pd.DataFrame, default: str, unit: str) -> Picture:
    """The course of a search, and what is left of the winner's gain on new clinics: a panel for each group.

    trials: columns group, number, gain, feasible; confirmed: a row for each group with value, low, high (of the chosen
    policy), over_value (its gain over the best shipped), seemed_value, new_value, new_low, new_high (of the winner).
    """
    groups = list(confirmed["group"])
    across = 1 if len(groups) == 1 else 2 if len(groups) < 5 else 3
    barred = not trials["feasible"].all()
    handles = keys({"policy tried": TRIED, **({"not allowed": BARRED} if barred else {})}, 0.0)
    handles += keys({"best so far": BEST}, 1.8)
    handles += keys({"winner of the search, new clinics": WINNER, "chosen, new clinics": CHOSEN}, 1.8)
    handles += keys({"best shipped policy": SHIPPED}, 1.8)
    room = 0.6 + 0.2 * -(-len(handles) // KEYS_IN_A_ROW[across])
    size = (3.3 if across > 1 else 4.6, 2.7)
    figure, made = facets(trials, "group", across, size, (0.6, room), names=groups)
    lower = [_panel(axes, own, row) for (axes, _, own), row in zip(made, records(confirmed), strict=True)]
    for axes, *_ in made:
        axes.set(xlabel="policies tried", ylabel=f"gain ({unit})")
    legend(figure, handles, KEYS_IN_A_ROW[across])
    drawn = confirmed.melt("group", list(STAGES), var_name="stage", value_name="gain").assign(default=default)
    form = f"Searches over {len(trials)} policies; gain over {default} ({unit}), on new clinics if not said otherwise."
    said = {"value": "gain", "who": "{group}", "panel": "stage", "names": STAGES}
    return picture("optimisation", figure, drawn, form, facts={"lower": any(lower), "barred": barred}, **said)


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
    ends = ("new_low", "new_high")
    interval(axes, row, last * 1.10, WINNER, "new_value", ends, upright=True, width=2)
    interval(axes, row, last * 1.18, CHOSEN, upright=True, width=2)
    rule(axes, y=shipped, colour=SHIPPED.colour, dashes=SHIPPED.dashes, width=1.2)
    axes.set(xlim=(0, last * 1.24), ylim=(low, top))
    return len(under) > 0


@theme()
def slices(table: pd.DataFrame, default: str, unit: str, labels: dict[str, str]) -> Picture:
    """The gain along each setting, all others as chosen: panels of settings, of which `labels` are the names.

    `table` has columns group, setting, at, chosen, value, low, high.
    """
    groups, settings = (list(dict.fromkeys(table[column])) for column in ("group", "setting"))
    look, across = looks(groups, groups[0]), len(settings) if len(settings) < 4 else 2
    figure, made = facets(table, "setting", across, (4.6 if across < 3 else 3.5, 2.9), (0.4, 0.7), sharey=True)
    for k, (axes, setting, here) in enumerate(made):
        step = 0.008 * np.ptp(here["at"])
        for place, (group, mine) in enumerate(look.items()):
            own, shift = here[here["group"] == group], step * (place - 0.5 * (len(look) - 1))
            course(axes, own, "at", mine, bars=True, size=4, width=1.4, shift=shift)
            chosen = float(own["chosen"].iloc[0])
            level = np.interp(chosen, own["at"].to_numpy(float), own["value"].to_numpy(float))
            point(axes, [chosen], [level], mine, 9, markeredgecolor="black", zorder=5)
        rule(axes, y=0.0)
        axes.set(xlabel=labels[setting], ylabel=f"gain ({unit})" if k % across == 0 else "", title="")
    legend(figure, keys(look))
    form, drawn = f"Lines of the gain ({unit}) along each setting.", table.assign(default=default)
    said = {"who": "{group}, at {at}", "panel": "setting", "names": labels, "signed": True}
    return picture("slices", figure, drawn, form, **said)


@theme()
def regret(table: pd.DataFrame, unit: str) -> Picture:
    """What a group loses under policies chosen for others; columns policy, group, own, value, low, high."""
    policies, groups = (list(dict.fromkeys(table[column])) for column in ("policy", "group"))
    by_place = {(row["policy"], row["group"]): row for row in records(table)}
    values = np.array([[by_place[policy, group]["value"] for group in groups] for policy in policies], dtype=float)
    others = table[~table["own"].astype(bool)]
    others = others.assign(open=(others["low"] <= 0) & (others["high"] >= 0), negative=others["value"] < 0)
    words = [[_cell(by_place[policy, group], unit) for group in groups] for policy in policies]
    figure, [[axes]] = canvas(1, 1, 2.4 + 1.25 * len(groups), 1.2 + 0.62 * len(policies))
    shades = ("Blues", 0.0, 1.4 * (max(float(values.max()), 0.0) or 1.0))
    names = [wrapped(group, 14) for group in groups], [wrapped(policy, 24) for policy in policies]
    cells(axes, values, words, shades, *names, size=8.0)
    axes.xaxis.tick_top()
    form = f"Matrix of losses ({unit}), {len(policies)} by {len(groups)}; policies chosen for others or as shipped."
    return picture("regret", figure, others, form, facts={"unit": unit}, who="{policy}", panel="group")


def _cell(row: dict[str, Any], unit: str) -> str:
    """A loss with its interval below; in brackets where that includes zero."""
    if row["own"]:
        return "own"
    loss = Estimate(row["value"], row["low"], row["high"], unit=unit)
    value, low, high = (number(end, digits_for(loss)) for end in loss[:3])
    return f"{value if loss.sign else f'({value})'}\n{low} to {high}"
