"""Power of a trial at every size, false positives where nothing is to be found, and assurance over uncertain worlds."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from alliance_sim.analysis.numbers import listed, number
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import BASELINE, COLOURS, FAINT, INK, MARKERS, apart, canvas, theme

Floats = NDArray[np.float64]

POWER = "power"
ASSURANCE = "assurance"


class Lines(NamedTuple):
    """The lines across a figure: wanted power, and the level of significance (0-1)."""

    wanted: float
    alpha: float


def _sizes(axes: Axes, therapists: Sequence[float]) -> None:
    """An x axis of therapists, logarithmic, with a tick at every simulated size that has room."""
    axes.set_xscale("log")
    ticks: list[float] = []
    for size in sorted(set(therapists)):
        if not ticks or size >= 1.45 * ticks[-1]:
            ticks.append(size)
    axes.set_xticks(ticks, [f"{size:g}" for size in ticks])
    axes.set_xticks([], minor=True)
    axes.set_xlabel("Therapists in each arm (log scale)")


def _marks(axes: Axes, points: pd.DataFrame, colour: str, marker: str, shift: float, hollow: bool = False) -> None:
    """Simulated designs with their intervals, in per cent."""
    share = 100.0 * points["share"].to_numpy(np.float64)
    reach = [share - 100.0 * points["low"].to_numpy(np.float64), 100.0 * points["high"].to_numpy(np.float64) - share]
    axes.errorbar(
        points["therapists"].to_numpy(np.float64) * shift, share, yerr=reach, fmt=marker, color=colour, markersize=5.5,
        elinewidth=1.3, markerfacecolor="white" if hollow else colour, zorder=4,
    )  # fmt: skip


def _curve(axes: Axes, curve: pd.DataFrame, colour: str, band: bool = True) -> None:
    x = curve["therapists"].to_numpy(np.float64)
    axes.plot(x, 100.0 * curve["power"], color=colour, linewidth=2.0, zorder=3)
    if band:
        axes.fill_between(x, 100.0 * curve["low"], 100.0 * curve["high"], color=colour, alpha=0.16, linewidth=0)


def _wanted(axes: Axes, lines: Lines) -> None:
    axes.axhline(100.0 * lines.wanted, color=FAINT, linewidth=1.2, linestyle="--", zorder=1)
    axes.set_ylim(0.0, 103.0)


def _spread(count: int) -> list[float]:
    """Factors that move the marks of several curves a little apart."""
    return [1.0 + 0.025 * (k - (count - 1) / 2) for k in range(count)]


def draw_power(points: pd.DataFrame, curves: pd.DataFrame, smallest: pd.DataFrame, lines: Lines, naive: str) -> Picture:
    """Power by therapists of an arm, a curve for each number of clients; beside it false positives.

    points: clients, therapists, world ("arms" or "alike"), analysis ("planned" or "naive"), share, low, high (0-1);
    curves: clients, therapists, power, low, high, closed; smallest: clients, therapists (nan: none). `naive` names the
    analysis that is shown beside the planned one; empty for none.
    """
    loads = list(dict.fromkeys(curves["clients"]))
    with theme():
        figure, grid = canvas(1, 2, 10.2, 4.9, width_ratios=[1.35, 1.0])
        left, right = grid[0]
        for clients, shift, colour, marker in zip(loads, _spread(len(loads)), COLOURS, MARKERS, strict=False):
            curve = curves[curves["clients"] == clients]
            own = points[(points["clients"] == clients) & (points["analysis"] == "planned")]
            _curve(left, curve, colour)
            left.plot(curve["therapists"], 100.0 * curve["closed"], color=colour, linestyle=":", linewidth=1.8)
            _marks(left, own[own["world"] == "arms"], colour, marker, shift)
            _marks(right, own[own["world"] == "alike"], colour, marker, shift)
            other = points[(points["clients"] == clients) & (points["analysis"] == "naive")]
            if len(other):
                _marks(right, other, colour, marker, 1.1 * shift, hollow=True)
            _found(left, smallest[smallest["clients"] == clients], colour, lines)
        _wanted(left, lines)
        left.text(curves["therapists"].min(), 100.0 * lines.wanted + 1.5, "wanted power", color=FAINT, fontsize=8.5)
        left.set_ylabel("Trials with a significant difference (%)")
        left.set_title("Power")
        _legend(left, loads)
        _below(right, points, lines, naive)
        for axes in (left, right):
            _sizes(axes, points["therapists"].tolist())
    return Picture(POWER, "Power, and false positives where there is nothing to find", CAPTION_POWER + _naive(naive),
                   _alt_power(points, smallest, lines), figure)  # fmt: skip


CAPTION_POWER = (
    "Left: marks are simulated designs with 95 % Monte-Carlo intervals, solid lines the curve fitted through all of "
    "them with its 95 % band, dotted lines the closed form; a star, and the number below it, is the fewest therapists "
    "of an arm with the wanted power. Right: the same analysis of trials in which all arms are alike, so that every "
    "significant difference is false; the dashed line is what the test promises. Marks are moved a little apart."
)


def _naive(naive: str) -> str:
    return f" Hollow marks: {naive}." if naive else ""


def _found(axes: Axes, smallest: pd.DataFrame, colour: str, lines: Lines) -> None:
    """The smallest design of one curve on the line of the wanted power."""
    for at in smallest["therapists"].dropna():
        axes.plot([at], [100.0 * lines.wanted], marker="*", markersize=14, color=colour, markeredgecolor="white",
                  zorder=6)  # fmt: skip
        axes.plot([at, at], [0.0, 100.0 * lines.wanted], color=colour, linewidth=1.0, linestyle="--", zorder=2)
        axes.text(at * 1.03, 2.0, f"{at:g}", color=colour, fontsize=9, fontweight="bold", ha="left", va="bottom")


def _legend(axes: Axes, loads: Sequence[int]) -> None:
    """What colours are, inside the empty corner of the panel."""
    for k, (clients, colour, marker) in enumerate(zip(loads, COLOURS, MARKERS, strict=False)):
        place = 0.7 - 0.06 * k
        axes.plot([0.04], [place], marker=marker, color=colour, markersize=6, transform=axes.transAxes)
        words = f"{clients} clients of each therapist"
        axes.text(
            0.07, place, words, transform=axes.transAxes, color=colour, fontsize=9, fontweight="bold", va="center"
        )

    last = 0.7 - 0.06 * len(loads)
    axes.plot([0.025, 0.055], [last, last], color=INK, linestyle=":", linewidth=1.8, transform=axes.transAxes)
    axes.text(0.07, last, "closed form", transform=axes.transAxes, color=INK, fontsize=9, va="center")


def _below(axes: Axes, points: pd.DataFrame, lines: Lines, naive: str) -> None:
    """The panel of false positives: the promise, room for the marks, and words at both kinds of marks."""
    alike = points[points["world"] == "alike"]
    axes.axhline(100.0 * lines.alpha, color=FAINT, linewidth=1.2, linestyle="--", zorder=1)
    top = 100.0 * max(float(alike["high"].max()), 1.6 * lines.alpha)
    axes.set_ylim(0.0, 1.16 * top)
    axes.set_ylabel("False positives (% of trials)")
    axes.set_title("Where there is nothing to find")
    if naive:
        axes.text(0.02, 0.985, f"hollow: {naive}", transform=axes.transAxes, color=INK, fontsize=8.5, va="top")
    axes.text(0.02, 0.94, "filled: the planned analysis", transform=axes.transAxes, color=INK, fontsize=8.5, va="top")


def _alt_power(points: pd.DataFrame, smallest: pd.DataFrame, lines: Lines) -> str:
    """What is seen, in a sentence or two; the numbers are in the tables."""
    planned = points[points["analysis"] == "planned"]
    found = smallest.dropna(subset="therapists")
    pairs = [f"{j:g} with {m} clients each" for m, j in zip(found["clients"], found["therapists"], strict=True)]
    wanted = f"{number(100 * lines.wanted, 0)} %"
    reached = f"{wanted} is reached by {listed(pairs)}" if pairs else f"none reaches {wanted}"
    null = 100.0 * planned[planned["world"] == "alike"]["share"]
    return (
        f"Curves of power by therapists in each arm; {reached}. Beside them false positives of the planned analysis, "
        f"between {number(null.min(), 1)} and {number(null.max(), 1)} %."
    )


def draw_assurance(
    points: pd.DataFrame, curves: pd.DataFrame, effects: Floats, centre: float, lines: Lines, arm: str
) -> Picture:
    """Power at the centre and assurance over the posterior at one caseload; beside it the effects that are averaged.

    points, curves: as for `draw_power`, with `parameters` ("centre" or "posterior") in place of world and analysis;
    effects: effect of the arm in SD under each draw; centre: that at the centre of the parameters.
    """
    look = {"centre": (BASELINE, "o", "power at the centre"), "posterior": (COLOURS[1], "s", "assurance")}
    with theme():
        figure, grid = canvas(1, 2, 10.2, 4.4, width_ratios=[1.35, 1.0])
        left, right = grid[0]
        ends = []
        for parameters, (colour, marker, words) in look.items():
            curve = curves[curves["parameters"] == parameters]
            _curve(left, curve, colour)
            _marks(left, points[points["parameters"] == parameters], colour, marker, 1.0)
            ends.append((100.0 * float(curve["power"].iloc[-1]), words, colour))
        _wanted(left, lines)
        _sizes(left, points["therapists"].tolist())
        x = float(curves["therapists"].max()) * 1.04
        for (_, words, colour), place in zip(ends, apart([end[0] for end in ends], 6.0), strict=True):
            left.text(x, place, words, color=colour, fontsize=9, fontweight="bold", va="center", clip_on=False)
        left.text(curves["therapists"].min(), 100.0 * lines.wanted + 1.5, "wanted power", color=FAINT, fontsize=8.5)
        left.set_ylabel("Trials with a significant difference (%)")
        left.set_title("Power, and power over uncertain parameters")
        right.hist(effects, bins=24, color=COLOURS[1], alpha=0.55, edgecolor="white")
        right.axvline(centre, color=BASELINE, linewidth=2)
        right.axvline(0.0, color=FAINT, linewidth=1, linestyle="--")
        right.set_xlabel(f"Effect of {arm} (SD of clients)")
        right.set_ylabel("Draws of the posterior")
        right.set_title("Effects that the findings allow")
    low, high = np.quantile(effects, [0.05, 0.95])
    alt = (
        f"Two rising curves, at the largest size power {number(ends[0][0], 0)} % and assurance {number(ends[1][0], 0)} "
        f"%; and a histogram of the effect under the draws: nine in ten between {number(float(low), 2)} and "
        f"{number(float(high), 2)} SD, {number(centre, 2)} at the centre."
    )
    return Picture(ASSURANCE, "What uncertain parameters do to power", CAPTION_ASSURANCE, alt, figure)


CAPTION_ASSURANCE = (
    "Left: simulated designs with 95 % Monte-Carlo intervals and fitted curves. Power at the centre takes the "
    "parameters as known; assurance is a mean over draws of the posterior, which play trials in turn, and so is the "
    "probability of a significant trial as far as the findings let us know; its intervals and band are those of a mean "
    "over draws. Right: the true effect under each of these draws; solid line: at the centre; dashed line: no effect."
)
