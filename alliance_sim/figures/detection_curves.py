"""Sensitivity against false alarms for every criterion, with curves over its threshold."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from alliance_sim.analysis.criteria import BY_NAME
from alliance_sim.analysis.numbers import number
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import BASELINE, COLOURS, FAINT, INK, MARKERS, canvas, theme

NAME = "curves"
TITLE = "Ruptures found, against false alarms"
PANELS = {"sensitivity": ("sensitivity_all", "all ruptures"), "severe": ("sensitivity_severe", "severe ruptures")}
PALETTE = (*COLOURS, INK)

ALIKE = 3.0
"""Curves that are nowhere farther apart than so many percent of ruptures are drawn once."""

ROOM = (15.0, 4.0)
"""How far apart two marks are that both have a label, percent of false alarms or of ruptures."""

CAPTION = (
    "How many ruptures a criterion finds (a fall in the rupture's session or the next), against how many stretches of "
    "as many sessions without a rupture it flags too. A curve is one way of counting falls, at thresholds from low "
    "(right) to high (left); marks are the criteria at their own threshold, on the curve of their kind or of one that "
    "cannot be told from it. On the grey line a criterion does no better than flags at random. Mean over clinics."
)


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


def build(curves: pd.DataFrame, accuracy: pd.DataFrame) -> Picture:
    """Two panels; `curves` and `accuracy` as the tables of the same names."""
    stands = representatives(curves)
    drawn = list(dict.fromkeys(stands.values()))
    look = {family: (PALETTE[k % len(PALETTE)], MARKERS[k % len(MARKERS)]) for k, family in enumerate(drawn)}
    with theme():
        figure, grid = canvas(1, 2, 10.5, 5.4)
        for axes, (column, (at, words)) in zip(grid[0], PANELS.items(), strict=True):
            for family, (colour, _) in look.items():
                own = curves[curves["family"] == family].sort_values("size")
                x, y = (np.append(own[name].to_numpy(float), 0.0) for name in ("false_alarms", column))
                axes.plot(x, y, color=colour, linewidth=1.8)
            marks = {
                str(row["criterion"]): (float(row["false_alarms"]), float(row[at])) for _, row in accuracy.iterrows()
            }
            _marks(axes, marks, {name: look[stands[BY_NAME[name].family]] for name in marks}, axes is grid[0][0])
            axes.set_title(words)
        handles = [
            Line2D([], [], color=c, marker=m, linewidth=1.8, label=_named(family, stands))
            for family, (c, m) in look.items()
        ]
        figure.legend(handles=handles, loc="outside lower center", ncols=3, frameon=False)
    return Picture(NAME, TITLE, CAPTION, _alt(accuracy), figure)


def _named(family: str, stands: dict[str, str]) -> str:
    return " = ".join(name for name, other in stands.items() if other == family)


def _marks(axes: Axes, marks: dict[str, tuple[float, float]], look: dict[str, tuple[str, str]], labelled: bool) -> None:
    """The criteria at their own threshold; `labelled` where there is room for a label."""
    axes.plot([0, 100], [0, 100], color=BASELINE, alpha=0.35, linewidth=3)
    placed: list[tuple[float, float]] = []
    for name, (x, y) in sorted(marks.items(), key=lambda item: -item[1][1]):
        colour, marker = look[name]
        axes.plot(x, y, marker=marker, markersize=8, color=colour, markeredgecolor="white", linestyle="none", zorder=6)
        if labelled and x >= 0.4 and all(abs(x - a) > ROOM[0] or abs(y - b) > ROOM[1] for a, b in placed):
            placed.append((x, y))
            axes.annotate(
                BY_NAME[name].label.split(" (")[0], (x, y), (8, -9), textcoords="offset points", fontsize=7.5,
                color=colour, zorder=5, bbox={"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "pad": 0.6},
            )  # fmt: skip
    axes.set_xlim(-0.6, 40)
    axes.set_ylim(-1.5, 90)
    axes.set_xlabel("false alarms, % of stretches without a rupture")
    axes.set_ylabel("found, % of ruptures")
    axes.text(31, 26, "flags at random", color=FAINT, fontsize=8, rotation=24)


def _alt(accuracy: pd.DataFrame) -> str:
    words = [
        f"{BY_NAME[row['criterion']].label} {number(row['sensitivity_all'], 0)}, severe "
        f"{number(row['sensitivity_severe'], 0)}, false alarms {number(row['false_alarms'], 0)}"
        for _, row in accuracy.iterrows()
    ]
    return "Percent of ruptures found: " + "; ".join(words) + "."
