"""The course of a search, and beside it what is left of the winner's gain on new clinics."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from alliance_sim.analysis.found import records
from alliance_sim.analysis.numbers import estimated, number
from alliance_sim.figures.gist import Shown, extremes, within
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import COLOURS, FAINT, INK, canvas, theme

NAME, TITLE = "optimisation", "What the search found, and what is left of it on new clinics"
CAPTION = (
    "One panel a group of clients. Each grey point is a policy that was tried: its gain over {default} in the clinics "
    "of the search (triangles at the lower edge: still lower; crosses: not allowed). The line is the best so far. "
    "Right of the dotted line are new clinics, which chose nothing: the open mark is the winner of the search, the "
    "filled one the policy that won the race among the finalists, with 95 % intervals. A fall from the end of the line "
    "to the open mark is the winner's curse (and, where parameters are drawn, that the search met some of the draws "
    "only). The dashed line is the best shipped policy on the same new clinics."
)

LEGEND = {1: 2, 2: 3, 3: 5}
"""Entries of the legend beside each other, by the panels beside each other: as many as there is room for."""

NARROWEST = 5.2
"""Inches that two entries of the legend need."""


def draw(trials: pd.DataFrame, confirmed: pd.DataFrame, default: str, unit: str) -> Picture:
    """Panels of groups.

    trials: columns profile, number, gain, feasible; confirmed: a row a group with value, low, high, over_value,
    search_chosen_on, search_new, search_new_low, search_new_high.
    """
    groups = list(confirmed["profile"])
    across = 1 if len(groups) == 1 else 2 if len(groups) < 5 else 3
    deep = -(-len(groups) // across)
    beside = LEGEND[across]
    with theme():
        width = max(0.6 + 3.3 * across, NARROWEST)
        figure, grid = canvas(deep, across, width, 0.6 + 2.7 * deep + 0.2 * -(-len(_legend()) // beside))
        places = [axes for row in grid for axes in row]
        for axes, row in zip(places, records(confirmed), strict=False):
            _panel(axes, trials[trials["profile"] == row["profile"]], row)
            axes.set_title(str(row["profile"]))
            axes.set_xlabel("policies tried")
            axes.set_ylabel(f"gain ({unit})")
        for axes in places[len(groups) :]:
            axes.remove()
        figure.legend(handles=_legend(), loc="outside lower center", ncols=beside, frameon=False, fontsize=8.5)
    return Picture(NAME, TITLE, CAPTION.format(default=default), _alt(trials, confirmed, default, unit), figure)


def _alt(trials: pd.DataFrame, confirmed: pd.DataFrame, default: str, unit: str) -> str:
    """Between which gains the chosen policies lie, and where the search seemed most, and least, too good."""
    rows = records(confirmed)
    chosen = [
        Shown(row["value"], estimated(row["value"], row["low"], row["high"], unit), str(row["profile"])) for row in rows
    ]
    luck = [row["search_chosen_on"] - row["search_new"] for row in rows]
    lost = [
        Shown(value, number(value, 3, signed=True), str(row["profile"])) for value, row in zip(luck, rows, strict=True)
    ]
    return within(
        [
            f"{_searches(len(rows))}, {len(trials)} policies tried.",
            f"Gain over {default} of the chosen policies on new clinics: {extremes(chosen)}.",
            f"Gain of the search's winners where they were chosen, minus that on new clinics: {extremes(lost)}.",
        ]
    )


def _searches(count: int) -> str:
    return "Course of a search" if count == 1 else f"Courses of {count} searches"


def _panel(axes: Axes, tried: pd.DataFrame, row: dict[str, Any]) -> None:
    allowed = tried[tried["feasible"] & tried["gain"].notna()]
    shipped = row["value"] - row["over_value"]
    low = min(float(tried["gain"].quantile(0.15)), shipped)
    top = max(float(tried["gain"].max()), row["high"], row["search_new_high"])
    low, top = low - 0.16 * (top - low), top + 0.12 * (top - low)
    under = tried[tried["gain"] < low]
    barred = tried[~tried["feasible"] & (tried["gain"] >= low)]
    seen = allowed[allowed["gain"] >= low]
    axes.plot(seen["number"], seen["gain"], "o", color="#a8a8a8", markersize=3)
    axes.plot(under["number"], [low + 0.025 * (top - low)] * len(under), "v", color="#a8a8a8", markersize=3)
    axes.plot(barred["number"], barred["gain"], "x", color=COLOURS[1], markersize=4)
    axes.step(allowed["number"], allowed["gain"].cummax(), where="post", color=INK, linewidth=1.4)
    last = int(tried["number"].max())
    axes.axvline(last * 1.04, color=FAINT, linestyle=":", linewidth=1)
    _new(axes, last * 1.10, (row["search_new"], row["search_new_low"], row["search_new_high"]), filled=False)
    _new(axes, last * 1.18, (row["value"], row["low"], row["high"]), filled=True)
    axes.axhline(shipped, color=COLOURS[2], linestyle="--", linewidth=1.2)
    axes.set_xlim(0, last * 1.24)
    axes.set_ylim(low, top)


def _legend() -> list[Line2D]:
    """What the marks and lines of all panels mean."""
    blue, winner = COLOURS[0], "winner of the search, new clinics"
    return [
        Line2D([], [], color="#a8a8a8", marker="o", linestyle="", markersize=4, label="policy tried"),
        Line2D([], [], color=INK, linewidth=1.4, label="best so far"),
        Line2D([], [], color=blue, linewidth=2, marker="o", markerfacecolor="white", label=winner),
        Line2D([], [], color=blue, linewidth=2, marker="s", label="chosen, new clinics"),
        Line2D([], [], color=COLOURS[2], linestyle="--", linewidth=1.2, label="best shipped policy"),
    ]


def _new(axes: Axes, x: float, triple: tuple[float, float, float], filled: bool) -> None:
    value, low, high = triple
    axes.plot([x, x], [low, high], color=COLOURS[0], linewidth=2)
    axes.plot([x], [value], "s" if filled else "o", color=COLOURS[0], markerfacecolor=COLOURS[0] if filled else "white")
