"""Rupture and repair flow: how many ruptures there are, and how many reach each step of repair."""

import numpy as np
import pandas as pd

from alliance_sim.estimands.ruptures import MISSTEPS, STEPS, TYPES
from alliance_sim.estimates.curves import rupture_flow
from alliance_sim.figures.marks import bar, name_rows, rule
from alliance_sim.figures.picture import LeftOut, Picture, Scene, alt, first_of, joined
from alliance_sim.figures.style import MOST, canvas, looks, theme
from alliance_sim.stats.numbers import number

NAME, TITLE = "repair_flow", "From rupture to repair: how many reach each step"
ROWS = ("rupture", *STEPS, *MISSTEPS)
WORDS = {
    "rupture": "ruptures",
    "defensive": "met defensively",
    "over_apologised": "over-apologised",
    "pressed_on": "pressed on against",
}
CAPTION = (
    "Read from the top down: of 100 attended sessions, how many had a rupture, and in how many of those the therapist "
    "went how far in the same session (in brackets: share of the ruptures of that type). A step can be skipped by "
    "policy or fail; the three pale bars are ways of failing. A rupture about the bond can be repaired by exploring "
    "alone, one about goals or tasks needs negotiating, so more ruptures may be repaired than negotiated. Withdrawals "
    "hide and confrontations show: compare how many of each are noticed."
)


@theme()
def draw(table: pd.DataFrame, arms: tuple[str, ...], baseline: str) -> Picture:
    """Bars by arm (rows) and type of rupture (columns); `table` is that of `analysis.curves.rupture_flow`."""
    look = looks(arms, baseline)
    known = [arm for arm in arms if np.isfinite(table.loc[table["arm"] == arm, "value"]).any()]
    shown = known[:MOST]
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
    form = "Bars: ruptures per 100 attended sessions, and how many reach each step."
    said = alt(form, table[table["arm"].isin(shown)], who="{step}, {type}s", panel="arm", names=WORDS)
    return Picture(NAME, TITLE, joined(CAPTION, first_of(len(shown), len(known), "arms")), said, figure)


def build(scene: Scene) -> Picture | LeftOut:
    """The picture of an experiment that kept its sessions and had ruptures."""
    if not scene.results.has_sessions:
        return LeftOut(NAME, TITLE, "the run kept no session table (outputs.sessions is false)")
    table = rupture_flow(scene.results)
    if not (table["value"] > 0).any():
        return LeftOut(NAME, TITLE, "no rupture happened")
    return draw(table, scene.results.arms, scene.baseline)
