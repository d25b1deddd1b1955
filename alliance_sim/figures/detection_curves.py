"""Sensitivity against false alarms for every criterion, with curves over its threshold."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.typing import FillStyleType as FillStyle

from alliance_sim.estimands.criteria import BY_NAME
from alliance_sim.estimates.found import records
from alliance_sim.figures.marks import key, point
from alliance_sim.figures.picture import Picture, alt
from alliance_sim.figures.style import BASELINE, COLOURS, FAINT, INK, MARKERS, Look, canvas, theme
from alliance_sim.stats.numbers import number

NAME, TITLE = "curves", "Ruptures found, against false alarms"
PANELS = {"sensitivity": ("sensitivity_all", "all ruptures"), "severe": ("sensitivity_severe", "severe ruptures")}
PALETTE = (*COLOURS[:5], INK, COLOURS[6])  # colours that are read on white as lines and as small marks
FILLS: tuple[FillStyle, ...] = ("full", "none", "left", "bottom")  # what marks of one curve differ in
SPLIT: dict[str, Any] = {"markeredgewidth": 1.4, "markerfacecoloralt": "white"}

ALIKE = 3.0  # curves that are nowhere farther apart than so many percent of ruptures are drawn once
MOST = 40.0  # false alarms that are shown, %
CAPTION = (
    "How many ruptures a criterion finds (a fall in the rupture's session or the next), against how many stretches of "
    "as many sessions without a rupture it flags too. Curves: ways of counting falls, at thresholds from low (right) "
    "to high (left); curves less than 3 percentage points apart are drawn once. Marks: criteria at their own threshold "
    "(legend). Grey line: flags at random. The axis of false alarms is stretched at its left end. Mean over clinics."
)


def representatives(curves: pd.DataFrame) -> dict[str, str]:
    """For each family the first one whose curve is nearly the same (often its own)."""
    grid = np.linspace(0.5, 40.0, 80)
    kept: dict[str, np.ndarray] = {}
    found = {}
    for family, own in curves.groupby("family", sort=False):
        points = own.sort_values("false_alarms")
        x, y = (np.append(0.0, points[name].to_numpy(float)) for name in ("false_alarms", "sensitivity"))
        seen = np.where(grid <= x[-1], np.interp(grid, x, y), np.nan)
        same = [name for name, other in kept.items() if _apart(seen, other) < ALIKE]
        found[str(family)] = same[0] if same else str(family)
        if not same:
            kept[str(family)] = seen
    return found


def _apart(one: np.ndarray, other: np.ndarray) -> float:
    """Largest distance of two curves where both are known; infinite where they are known nowhere together."""
    both = np.isfinite(one) & np.isfinite(other)
    return float(np.max(np.abs(one - other)[both])) if both.sum() > 4 else float("inf")


def looks(criteria: Sequence[str], stands: dict[str, str]) -> dict[str, tuple[Look, FillStyle]]:
    """Colour and marker of the curve on which each criterion stands, and a filling of its own."""
    drawn = list(dict.fromkeys(stands.values()))
    found: dict[str, tuple[Look, FillStyle]] = {}
    for name in criteria:
        k = drawn.index(stands[BY_NAME[name].family])
        before = sum(stands[BY_NAME[other].family] == drawn[k] for other in found)
        fill, look = FILLS[before % len(FILLS)], Look(PALETTE[k % len(PALETTE)], MARKERS[k % len(MARKERS)])
        found[name] = (look.hollow() if fill == "none" else look, fill)
    return found


@theme()
def build(curves: pd.DataFrame, accuracy: pd.DataFrame, thresholds: dict[str, float]) -> Picture:
    """Two panels; `curves` and `accuracy` as the tables of the same names, `thresholds` of criteria in points."""
    stands = representatives(curves)
    look = looks([str(name) for name in accuracy["criterion"]], stands)
    colours = {family: PALETTE[k % len(PALETTE)] for k, family in enumerate(dict.fromkeys(stands.values()))}
    figure, [grid] = canvas(1, 2, 10.5, 6.0)
    for axes, (column, (at, words)) in zip(grid, PANELS.items(), strict=True):
        for family, colour in colours.items():
            own = curves[curves["family"] == family].sort_values("size")
            x, y = (np.append(own[name].to_numpy(float), 0.0) for name in ("false_alarms", column))
            axes.plot(x, y, color=colour, linewidth=1.6)
        for row in records(accuracy):
            mark, fill = look[row["criterion"]]
            # a hollow mark is filled with white, so that no line runs through it
            style = SPLIT | {"fillstyle": "full" if fill == "none" else fill}
            point(axes, [row["false_alarms"]], [row[at]], mark, 8, zorder=6, clip_on=False, **style)
        # room on the left, where most criteria are
        axes.set_xscale("function", functions=(lambda x: np.sqrt(np.maximum(x, 0.0)), np.square))
        random = np.linspace(0.0, MOST, 200)
        axes.plot(random, random, color=BASELINE, alpha=0.35, linewidth=3)
        axes.set(title=words, xlim=(0.0, MOST), ylim=(0.0, 90.0), xticks=[0, 1, 2, 5, 10, 20, 30, 40])
        axes.set(xlabel="false alarms, % of stretches without a rupture", ylabel="found, % of ruptures")
        axes.text(39, 19, "flags at random", color=FAINT, fontsize=8, ha="right", va="top")
    keys = [
        key(f"{BY_NAME[name].label}: {number(thresholds[name], 2)}", own, 1.6, markersize=8, fillstyle=fill, **SPLIT)
        for name, (own, fill) in look.items()
    ]
    head = "criterion: threshold in points of the rating"
    figure.legend(handles=keys, loc="outside lower center", ncols=3, frameon=False, title=head)
    names = dict(PANELS.values()) | {"false_alarms": "false alarms"} | {name: BY_NAME[name].label for name in look}
    drawn = accuracy.melt("criterion", list(names)[:3], var_name="what")
    form = "Curves of ruptures found against false alarms, %."
    said = alt(form, drawn, who="{criterion}", panel="what", names=names)
    return Picture(NAME, TITLE, CAPTION, said, figure)
