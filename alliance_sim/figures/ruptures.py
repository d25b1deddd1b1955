"""Ruptures of an experiment: how many reach each step of repair, and what the alliance does before and after one."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from alliance_sim.estimands.aligned import LATER
from alliance_sim.estimands.ruptures import MISSTEPS, STEPS, TYPES
from alliance_sim.estimates.curves import around_ruptures, around_ruptures_of_twins, rupture_flow
from alliance_sim.figures.marks import MIDDLE, bar, courses, label_ends, name_rows, rule
from alliance_sim.figures.picture import Picture, Scene
from alliance_sim.figures.style import BASELINE, MOST, Look, canvas, looks, theme, wrapped
from alliance_sim.figures.words import picture
from alliance_sim.stats.numbers import number

ROWS = ("rupture", *STEPS, *MISSTEPS)
WORDS = {
    "rupture": "ruptures",
    "defensive": "met defensively",
    "over_apologised": "over-apologised",
    "pressed_on": "pressed on against",
}


@theme()
def flow(scene: Scene) -> Picture | str:
    """Bars by arm (rows) and type of rupture (columns): ruptures per 100 sessions, and how many reach each step."""
    table = rupture_flow(scene.results)
    if not (table["value"] > 0).any():
        return "no rupture happened"
    known = [arm for arm in scene.results.arms if np.isfinite(table.loc[table["arm"] == arm, "value"]).any()]
    look, shown = looks(scene.results.arms, scene.baseline), known[:MOST]
    figure, grid = canvas(len(shown), 2, 9.0, 2.35 * len(shown) + 0.3)
    for row, arm in zip(grid, shown, strict=True):
        for axes, kind in zip(row, TYPES, strict=True):
            own = table[(table["arm"] == arm) & (table["type"] == kind)].set_index("step").reindex(list(ROWS))
            for place, (step, value, percent) in enumerate(own[["value", "percent"]].itertuples()):
                share = f" ({number(percent, 0)} %)" if place and np.isfinite(percent) else ""
                words = f"{number(value, 1)}{share}" if value > 0 else "0"
                pale = 0.4 if step in MISSTEPS else 1.0
                bar(axes, place, 0.0, np.nan_to_num(value), look[arm].colour, words, alpha=pale)
            rule(axes, y=len(STEPS) + 0.5, dashes=":", width=0.6)
            name_rows(axes, [WORDS.get(step, step) for step in ROWS], left=axes is row[0])
            axes.set(xlim=(0, float(np.nanmax(table["value"])) * 1.28), title=f"{arm}: {kind}s")
    for axes in grid[-1]:
        axes.set_xlabel("per 100 attended sessions")
    drawn, form = (
        table[table["arm"].isin(shown)],
        "Bars: ruptures per 100 attended sessions, and how many reach each step.",
    )
    facts = {"shown": len(shown), "there": len(known)}
    return picture("repair_flow", figure, drawn, form, facts=facts, who="{step}, {type}s", panel="arm", names=WORDS)


REPAIRED, UNREPAIRED, NULL = Look("#009e73", "o"), Look("#d55e00", "o"), Look(BASELINE)
NULLS = {"null repaired": NULL._replace(dashes="--"), "null unrepaired": NULL._replace(dashes=":")}
GROUPS = {"repaired": ("repaired", REPAIRED), "unrepaired": ("not repaired", UNREPAIRED)}
MEASURES = {"alliance": "felt (0–1)", "wai_client": "rated by clients (1–5)"}
MOST_ARMS = 4


@theme()
def around(scene: Scene) -> Picture | str:
    """A row for each arm that had ruptures (the baseline among them), felt and rated."""
    table = around_ruptures(scene.results)
    known = [arm for arm in scene.results.arms if np.isfinite(table.loc[table["arm"] == arm, "value"]).any()]
    if not known:
        return "no rupture happened"
    repaired = set(table.loc[(table["group"] == "repaired") & np.isfinite(table["value"]), "arm"])
    first = [arm for arm in known if arm in repaired] or known
    shown = [arm for arm in known if arm in first[: MOST_ARMS - 1] or arm == scene.baseline][:MOST_ARMS]
    return draw_around(table, shown, len(known) - len(shown))


def draw_around(table: pd.DataFrame, arms: list[str], left: int = 0) -> Picture:
    """`table` is that of `curves.around_ruptures`; `left` arms are not shown."""
    drawn = table[table["arm"].isin(arms) & np.isfinite(table["value"])]
    figure, grid = canvas(len(arms), 2, 9.0, 2.5 * len(arms) + 0.3)
    for row, arm in zip(grid, arms, strict=True):
        for axes, (measure, words) in zip(row, MEASURES.items(), strict=True):
            own = table[table["measure"] == measure]
            _lines(axes, own[own["arm"] == arm], GROUPS, own)
            axes.set_title(f"{arm}: {words}")
    form, felt = "Lines aligned on the rupture: change of the felt alliance.", drawn[drawn["measure"] == "alliance"]
    names = {group: name for group, (name, _) in GROUPS.items()}
    said = {"who": "{group}", "panel": "arm", "over": "step", "names": names, "signed": True}
    return picture("around_rupture", figure, felt, form, facts={"left": left, "null": list(NULLS)}, **said)


def _lines(axes: Axes, table: pd.DataFrame, groups: Mapping[str, tuple[str, Look]], panels: pd.DataFrame) -> None:
    """Lines over the sessions around the rupture, named at their ends; `panels` have rows within one y axis.

    The null twin's lines, repaired and not, are in one grey band.
    """
    known = table[table["group"].isin(NULLS) & np.isfinite(table["value"])]
    band = known.groupby("step").agg({"spread_low": "min", "spread_high": "max"})
    axes.fill_between(band.index, band["spread_low"], band["spread_high"], color=NULL.colour, alpha=0.16, linewidth=0)
    courses(axes, known, "step", "group", NULLS, ends=None, width=1.4)
    last = float(known.loc[known["step"] == known["step"].max(), "value"].mean())
    drawn = {group: look for group, (_, look) in groups.items()}
    ends = courses(axes, table, "step", "group", drawn, ends=MIDDLE, size=4, alpha=0.12)
    rule(axes, x=0.0, dashes=":")
    rule(axes, y=0.0, width=0.8)
    low, high = float(np.nanmin(panels["spread_low"])), float(np.nanmax(panels["spread_high"]))
    room = 0.05 * (high - low)
    axes.set(ylim=(low - room, high + room), xlabel="sessions from the rupture", ylabel="change of alliance")
    null = (last, "null: no consequences", NULL.colour)
    label_ends(axes, 5.35, [null, *((end, groups[group][0], colour) for end, group, colour in ends)], 0.12)


SHARED = 0.5  # least share of first ruptures that twins must have in common for their comparison to mean something
KNOWN = 0.9  # least share of replicates that must have such a pair
MOST_TWINS = 3


@theme()
def twins(scene: Scene) -> Picture | str:
    """The same rupture of the same client, repaired in an arm and not under the baseline: a panel an arm."""
    if len(scene.results.arms) < 2:
        return "there is only one arm, so nobody has a twin"
    table, shares = around_ruptures_of_twins(scene.results, scene.baseline)
    if table.empty:
        return "the arms have no ruptures in common"
    later = table[(table["group"] == "own") & (table["step"] == LATER) & np.isfinite(table["value"])]
    enough = set(later.loc[later["replicates"] >= KNOWN * scene.estimates["replicates"].max(), "arm"])
    known = [arm for arm in scene.results.arms if shares.get(arm, 0.0) >= SHARED and arm in enough]
    if not known:
        return "too few ruptures were repaired in one arm and left in the baseline to compare them"
    shown, own = known[:MOST_TWINS], f"twins,\n{wrapped(scene.baseline, 16)}"
    drawn = table[table["arm"].isin(shown)].assign(baseline=scene.baseline)
    figure, [grid] = canvas(1, len(shown), 2.0 + 3.4 * len(shown), 3.4)
    groups = {"own": ("repaired", REPAIRED), "twin": (own, NULL._replace(marker="s"))}
    for axes, arm in zip(grid, shown, strict=True):
        _lines(axes, drawn[drawn["arm"] == arm], groups, drawn)
        axes.set_title(arm)
    names = {"own": "repaired", "twin": f"twins under {scene.baseline}"}
    said = {"who": "{group}", "panel": "arm", "over": "step", "names": names, "signed": True}
    drawn, form = drawn[drawn["group"].isin(groups)], "Lines aligned on the rupture: change of the felt alliance."
    return picture("twins", figure, drawn, form, facts={"left": len(known) - len(shown)}, **said)
