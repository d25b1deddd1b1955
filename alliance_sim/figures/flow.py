"""Rupture and repair flow: how many ruptures there are, and how many reach each step of repair."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from alliance_sim.analysis.curves import rupture_flow
from alliance_sim.analysis.numbers import number
from alliance_sim.analysis.ruptures import MISSTEPS, STEPS, TYPES
from alliance_sim.figures.picture import LeftOut, Picture, Scene
from alliance_sim.figures.style import FAINT, INK, MOST, canvas, looks, theme

NAME = "repair_flow"
TITLE = "From rupture to repair: how many reach each step"
ROWS = ("rupture", *STEPS, *MISSTEPS)
WORDS = {
    "rupture": "ruptures",
    "noticed": "noticed",
    "acknowledged": "acknowledged",
    "explored": "explored",
    "negotiated": "negotiated",
    "repaired": "repaired",
    "defensive": "met defensively",
    "over_apologised": "over-apologised",
    "pressed_on": "pressed on against",
}
CAPTION = (
    "Read from the top down: of 100 attended sessions, how many had a rupture, and in how many of those the "
    "therapist went how far in the same session. The number in brackets is the share of the ruptures of that type. "
    "A step can be skipped by policy or fail; the three pale bars are ways of failing. A rupture about the bond can "
    "be repaired by exploring alone, one about goals or tasks needs negotiating, so more ruptures may be repaired "
    "than negotiated. Withdrawals hide and confrontations show: compare how many of each are noticed."
)


def _panel(axes: Axes, table: pd.DataFrame, colour: str) -> None:
    """One arm and one type: bars from the top down, with their numbers."""
    own = table.set_index("step").reindex(list(ROWS))
    values = own["value"].to_numpy(float)
    paler = [1.0 if step in ("rupture", *STEPS) else 0.4 for step in ROWS]
    for place, (value, alpha) in enumerate(zip(values, paler, strict=True)):
        if np.isfinite(value):
            axes.barh(place, value, height=0.72, color=colour, alpha=alpha, linewidth=0)
    for place, (value, percent) in enumerate(zip(values, own["percent"].to_numpy(float), strict=True)):
        text = f" {number(value, 1)}" + (f" ({number(percent, 0)} %)" if place and np.isfinite(percent) else "")
        nothing = not value > 0
        axes.text(0.0 if nothing else value, place, " 0" if nothing else text, va="center", fontsize=8,
                  color=FAINT if nothing else INK)  # fmt: skip
    axes.axhline(len(STEPS) + 0.5, color=FAINT, linewidth=0.6, linestyle=":")
    axes.set_ylim(len(ROWS) - 0.5, -0.5)
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)


def draw(table: pd.DataFrame, arms: tuple[str, ...], baseline: str) -> Picture:
    """Bars by arm (rows) and type of rupture (columns); `table` is that of `analysis.curves.rupture_flow`."""
    look = looks(arms, baseline)
    known = [arm for arm in arms if np.isfinite(table.loc[table["arm"] == arm, "value"]).any()]
    shown = known[:MOST]
    most = float(np.nanmax(table["value"]))
    with theme():
        figure, grid = canvas(len(shown), 2, 9.0, 2.35 * len(shown) + 0.3)
        for row, arm in zip(grid, shown, strict=True):
            for axes, kind in zip(row, TYPES, strict=True):
                own = table[(table["arm"] == arm) & (table["type"] == kind)]
                _panel(axes, own, look[arm].colour)
                axes.set_xlim(0, most * 1.28)
                axes.set_title(f"{arm}: {kind}s")
                axes.set_yticks(range(len(ROWS)), [WORDS[step] for step in ROWS] if kind == TYPES[0] else [])
        for axes in grid[-1]:
            axes.set_xlabel("per 100 attended sessions")
    note = "" if len(known) <= MOST else f" The first {MOST} of {len(known)} arms are shown."
    return Picture(NAME, TITLE, CAPTION + note, _alt(table, shown), figure)


def _alt(table: pd.DataFrame, arms: list[str]) -> str:
    words = []
    for arm in arms:
        for kind in TYPES:
            own = table[(table["arm"] == arm) & (table["type"] == kind)].set_index("step")
            steps = ", ".join(f"{WORDS[step]} {number(float(own['value'][step]), 1)}" for step in ("rupture", *STEPS))
            words.append(f"{arm}, {kind}s per 100 attended sessions: {steps}")
    return "Bar charts. " + ". ".join(words) + "."


def build(scene: Scene) -> Picture | LeftOut:
    """The picture of an experiment that kept its sessions and had ruptures."""
    if not scene.results.has_sessions:
        return LeftOut(NAME, TITLE, "the run kept no session table (outputs.sessions is false)")
    table = rupture_flow(scene.results)
    if not (table["value"] > 0).any():
        return LeftOut(NAME, TITLE, "no rupture happened")
    return draw(table, scene.results.arms, scene.baseline)
