"""Power of a trial at every size, its type I error rate, and assurance over uncertain parameters."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from alliance_sim.figures.marks import course, interval, label_ends, point, rule
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import BASELINE, COLOURS, FAINT, INK, MARKERS, Look, canvas, theme
from alliance_sim.figures.words import picture
from alliance_sim.stats.numbers import listed, number

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


def _power(axes: Axes, curve: pd.DataFrame, points: pd.DataFrame, look: Look, shift: float = 1.0) -> None:
    """A fitted curve with its band, and the simulated designs with their intervals."""
    percent = curve.assign(**{name: 100.0 * curve[name] for name in ("power", "low", "high")})
    course(axes, percent, "therapists", look._replace(marker=""), "power", width=2.0, alpha=0.16)
    interval(axes, points, points["therapists"] * shift, look, upright=True)


def _wanted(axes: Axes, curves: pd.DataFrame, lines: Lines) -> None:
    """The axis of power with the line of what is wanted."""
    rule(axes, y=100.0 * lines.wanted, dashes="--", width=1.2)
    axes.set(ylim=(0.0, 103.0), ylabel="Trials with a significant difference (%)")
    axes.text(curves["therapists"].min(), 100.0 * lines.wanted + 1.5, "wanted power", color=FAINT, fontsize=8.5)


@theme()
def draw_power(
    points: pd.DataFrame, naive: pd.DataFrame | None, curves: pd.DataFrame, smallest: pd.DataFrame, lines: Lines,
    label: str = "",
) -> Picture:  # fmt: skip
    """Power by therapists of an arm, a curve for each number of clients; and type I error rates.

    points: about ("power" or "type I error"), clients, therapists, value, low, high (%), by the planned analysis;
    naive: type I errors of another analysis, called `label`, if there is one; curves: clients, therapists, power, low,
    high, closed (0-1); smallest: clients, value (therapists; not finite: none).
    """
    loads = dict(zip(dict.fromkeys(curves["clients"]), map(Look, COLOURS, MARKERS), strict=False))
    figure, [[left, right]] = canvas(1, 2, 10.2, 4.9, width_ratios=[1.35, 1.0])
    wanted, found = 100.0 * lines.wanted, smallest[np.isfinite(smallest["value"])]
    for k, (clients, look) in enumerate(loads.items()):
        shift = 1.0 + 0.025 * (k - (len(loads) - 1) / 2)
        curve, own = curves[curves["clients"] == clients], points[points["clients"] == clients]
        _power(left, curve, own[own["about"] == "power"], look, shift)
        left.plot(curve["therapists"], 100.0 * curve["closed"], color=look.colour, linestyle=":", linewidth=1.8)
        null = own[own["about"] == "type I error"]
        interval(right, null, null["therapists"] * shift, look, upright=True)
        if naive is not None:
            null = naive[naive["clients"] == clients]
            interval(right, null, null["therapists"] * 1.1 * shift, look.hollow(), upright=True)
        for at in found.loc[found["clients"] == clients, "value"]:
            point(left, at, wanted, look._replace(marker="*"), 14, markeredgecolor="white", zorder=6)
            left.vlines(at, 0.0, wanted, color=look.colour, linewidth=1.0, linestyle="--")
            left.text(at * 1.03, 2.0, f"{at:g}", color=look.colour, fontsize=9, fontweight="bold", va="bottom")
    _wanted(left, curves, lines)
    left.set_title("Power")
    _loads(left, loads)
    rule(right, y=100.0 * lines.alpha, dashes="--", width=1.2)
    highs = pd.concat(
        [points.loc[points["about"] == "type I error", "high"], *([] if naive is None else [naive["high"]])]
    )
    top = float(np.nanmax([160.0 * lines.alpha, *highs]))
    right.set(ylim=(0.0, 1.16 * top), ylabel="False positives (% of trials)", title="Type I error rate")
    for y, words in ((0.985, f"hollow: {label}" if label else ""), (0.94, "filled: the planned analysis")):
        right.text(0.02, y, words, transform=right.transAxes, color=INK, fontsize=8.5, va="top")
    for axes in (left, right):
        _sizes(axes, points["therapists"].tolist())
    pairs = [f"{j:g} with {m:g} clients each" for m, j in zip(found["clients"], found["value"], strict=True)]
    reached = f"{number(wanted, 0)} % is reached by {listed(pairs)}" if pairs else f"none reaches {number(wanted, 0)} %"
    names = {"power": "Significant, %", "type I error": "False positives of the planned analysis, %"}
    said = {"who": "{therapists} therapists of {clients} clients", "panel": "about", "names": names}
    facts = {"reached": bool(pairs), "label": label}
    return picture(POWER, figure, points, f"Curves of power; {reached}.", facts=facts, **said)


def _loads(axes: Axes, loads: dict[int, Look]) -> None:
    """What colours are, inside the empty corner of the panel."""
    style: dict[str, Any] = {"transform": axes.transAxes, "fontsize": 9, "va": "center"}
    for k, (clients, look) in enumerate(loads.items()):
        place = 0.7 - 0.06 * k
        point(axes, [0.04], [place], look, 6, transform=axes.transAxes)
        axes.text(0.07, place, f"{clients} clients of each therapist", color=look.colour, fontweight="bold", **style)
    last = 0.7 - 0.06 * len(loads)
    axes.plot([0.025, 0.055], [last, last], color=INK, linestyle=":", linewidth=1.8, transform=axes.transAxes)
    axes.text(0.07, last, "closed form", color=INK, **style)


LOOKS = {
    "centre": ("power", "power at the centre", Look(BASELINE, "o")),
    "posterior": ("assurance", "assurance", Look(COLOURS[1], "s")),
}


@theme()
def draw_assurance(
    points: pd.DataFrame, curves: pd.DataFrame, effects: Floats, centre: float, lines: Lines, arm: str
) -> Picture:
    """Power at the centre and assurance over the posterior at one caseload, and the effects that are averaged.

    points: about ("power" or "assurance"), therapists, value, low, high (%); curves: parameters ("centre" or
    "posterior"), therapists, power, low, high (0-1); effects: effect of the arm in SD under each draw; centre: that at
    the centre of the parameters.
    """
    figure, [[left, right]] = canvas(1, 2, 10.2, 4.4, width_ratios=[1.35, 1.0])
    ends = []
    for parameters, (about, words, look) in LOOKS.items():
        curve = curves[curves["parameters"] == parameters]
        _power(left, curve, points[points["about"] == about], look)
        ends.append((100.0 * float(curve["power"].iloc[-1]), words, look.colour))
    _wanted(left, curves, lines)
    _sizes(left, points["therapists"].tolist())
    label_ends(left, float(curves["therapists"].max()) * 1.04, ends)
    left.set_title("Power, and power over uncertain parameters")
    right.hist(effects, bins=24, color=COLOURS[1], alpha=0.55, edgecolor="white")
    right.axvline(centre, color=BASELINE, linewidth=2)
    rule(right, x=0.0, dashes="--")
    right.set(xlabel=f"Effect of {arm} (SD of clients)", ylabel="Draws of the posterior")
    right.set(title="Effects that the findings allow")
    low, high, middle = (number(float(at), 2) for at in (*np.quantile(effects, [0.025, 0.975]), centre))
    more = [f"Effect under the draws: 95 % between {low} and {high} SD, {middle} at the centre."]
    names, drawn = {name: words for name, (_, words, _) in LOOKS.items()}, curves.assign(value=100.0 * curves["power"])
    said = {"who": "{parameters}", "over": "therapists", "names": names, "more": more}
    return picture(ASSURANCE, figure, drawn, "Two curves of significant trials, %, and a histogram.", **said)
