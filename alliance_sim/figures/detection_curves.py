"""Sensitivity against false alarms for every criterion, with curves over its threshold."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.typing import FillStyleType as FillStyle

from alliance_sim.analysis.criteria import BY_NAME
from alliance_sim.analysis.found import records
from alliance_sim.analysis.numbers import number
from alliance_sim.figures import style
from alliance_sim.figures.alt import alt
from alliance_sim.figures.marks import key, point
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import BASELINE, COLOURS, FAINT, INK, MARKERS, canvas, theme

NAME, TITLE = "curves", "Ruptures found, against false alarms"
PANELS = {"sensitivity": ("sensitivity_all", "all ruptures"), "severe": ("sensitivity_severe", "severe ruptures")}
PALETTE = (*COLOURS[:5], INK, COLOURS[6])
"""Colours that are read on white as lines and as small marks."""

FILLS: tuple[FillStyle, ...] = ("full", "none", "left", "bottom")
"""How marks of one curve are told apart."""

ALIKE = 3.0
"""Curves that are nowhere farther apart than so many percent of ruptures are drawn once."""

MOST = 40.0
"""False alarms that are shown, %."""

CAPTION = (
    "How many ruptures a criterion finds (a fall in the rupture's session or the next), against how many stretches of "
    "as many sessions without a rupture it flags too. A curve is one way of counting falls, at thresholds from low "
    "(right) to high (left); marks are the criteria at their own threshold (legend: in points of the rating), on the "
    "curve of their kind, or on that of another kind which differs by less than 3 percentage points. On the grey line "
    "a criterion does no better than flags at random. The axis of false alarms is stretched at its left end. Mean over "
    "clinics."
)


class Look(NamedTuple):
    """How a criterion is drawn."""

    colour: str
    marker: str
    fill: FillStyle


def representatives(curves: pd.DataFrame) -> dict[str, str]:
    """For each family the first one whose curve is the same but for a little (often its own)."""
    grid = np.linspace(0.5, 40.0, 80)
    kept: dict[str, np.ndarray] = {}
    found = {}
    for family, own in curves.groupby("family", sort=False):
        points = own.sort_values("false_alarms")
        x = np.concatenate([[0.0], points["false_alarms"].to_numpy(float)])
        y = np.concatenate([[0.0], points["sensitivity"].to_numpy(float)])
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


def looks(criteria: Sequence[str], stands: dict[str, str]) -> dict[str, Look]:
    """Colour and marker of the curve on which each criterion stands, and a filling of its own."""
    drawn = list(dict.fromkeys(stands.values()))
    found: dict[str, Look] = {}
    for name in criteria:
        k = drawn.index(stands[BY_NAME[name].family])
        before = sum(stands[BY_NAME[other].family] == drawn[k] for other in found)
        found[name] = Look(PALETTE[k % len(PALETTE)], MARKERS[k % len(MARKERS)], FILLS[before % len(FILLS)])
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
            mark = _mark(look[row["criterion"]])
            # a hollow mark is filled with white, so that no line runs through it
            fill = {"fillstyle": "full"} if look[row["criterion"]].fill == "none" else {}
            point(
                axes,
                [row["false_alarms"]],
                [row[at]],
                mark,
                8,
                zorder=6,
                clip_on=False,
                **_style(look[row["criterion"]]) | fill,
            )
        _axes(axes)
        axes.set_title(words)
    keys = [
        key(f"{BY_NAME[name].label}: {number(thresholds[name], 2)}", _mark(own), 1.6, markersize=8, **_style(own))
        for name, own in look.items()
    ]
    head = "criterion: threshold in points of the rating"
    figure.legend(handles=keys, loc="outside lower center", ncols=3, frameon=False, title=head)
    names = dict(PANELS.values()) | {"false_alarms": "false alarms"} | {name: BY_NAME[name].label for name in look}
    drawn = accuracy.melt("criterion", list(names)[:3], var_name="what")
    form = "Curves of ruptures found against false alarms, %."
    said = alt(form, drawn, who="{criterion}", panel="what", names=names)
    return Picture(NAME, TITLE, CAPTION, said, figure)


def _mark(look: Look) -> style.Look:
    return style.Look(look.colour, look.marker, face="white" if look.fill == "none" else "")


def _style(look: Look) -> dict[str, Any]:
    return {"fillstyle": look.fill, "markeredgewidth": 1.4, "markerfacecoloralt": "white"}


def _axes(axes: Axes) -> None:
    """Axes with room on the left, where most criteria are, and the line of flags at random."""
    axes.set_xscale("function", functions=(_root, _square))
    random = np.linspace(0.0, MOST, 200)
    axes.plot(random, random, color=BASELINE, alpha=0.35, linewidth=3)
    axes.set(xlim=(0.0, MOST), ylim=(0.0, 90.0), xticks=[0, 1, 2, 5, 10, 20, 30, 40])
    axes.set(xlabel="false alarms, % of stretches without a rupture", ylabel="found, % of ruptures")
    axes.text(39, 19, "flags at random", color=FAINT, fontsize=8, ha="right", va="top")


def _root(x: np.ndarray) -> np.ndarray:
    return np.asarray(np.sqrt(np.maximum(x, 0.0)))


def _square(x: np.ndarray) -> np.ndarray:
    return np.asarray(x * x)
