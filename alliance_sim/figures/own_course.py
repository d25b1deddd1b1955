"""The course of one clinic, session by session, beside simulated clinics of the same size."""

from typing import Literal

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from alliance_sim.analysis.numbers import number
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import COLOURS, INK, canvas, same_limits, theme

TITLE = "Session by session: one clinic beside simulated ones"
PANELS = (
    ("wai_client", "Alliance rated by clients"),
    ("wai_goal", "… goal"),
    ("wai_task", "… task"),
    ("wai_bond", "… bond"),
    ("wai_therapist", "Alliance rated by therapists"),
    ("symptoms", "Symptoms"),
    ("staying", "Not dropped out"),
)
DASHED: tuple[Literal["-", "--", "-.", ":"], ...] = ("-", "--", "-.", ":")
RATED = ("wai_client", "wai_goal", "wai_task", "wai_bond", "wai_therapist")
CAPTION = (
    "Dots and bars: the clinic of the data, mean of those who have a number in that session with its 95 % interval. "
    "Line and band: mean of simulated clinics and the middle 95 % of single ones, looked at in the same way. Every "
    "session shows only clients who are still there, so a line may rise because the least satisfied have left."
)


def draw(
    own: pd.DataFrame, simulated: pd.DataFrame, scale: str, name: str, group: str = "", higher_is_better: bool = False
) -> Picture:
    """Small multiples of courses.

    own: columns quantity, week, value, low, high of one group; simulated: the same with `world`. `scale` names the
    symptom measure; `higher_is_better` says which way it goes.
    """
    shown = [(quantity, title) for quantity, title in PANELS if (own["quantity"] == quantity).any()]
    worlds = list(dict.fromkeys(simulated["world"])) if len(simulated) else []
    deep = -(-len(shown) // 3)
    wide = min(3, len(shown))
    with theme():
        figure, grid = canvas(deep, wide, 0.6 + 3.2 * wide, 0.5 + 2.7 * deep)
        places = [axes for row in grid for axes in row]
        rated = []
        for axes, (quantity, title) in zip(places, shown, strict=False):
            for j, world in enumerate(worlds):
                _band(axes, simulated[(simulated["quantity"] == quantity) & (simulated["world"] == world)], j)
            _own(axes, own[own["quantity"] == quantity])
            axes.set_title(title)
            axes.set_xlabel("session")
            axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
            better = "\n(higher is better)" if higher_is_better else ""
            axes.set_ylabel({"symptoms": f"{scale}, points{better}", "staying": "% of clients"}.get(quantity, "1–5"))
            rated += [axes] if quantity in RATED else []
        for axes in places[len(shown) :]:
            axes.remove()
        if rated:
            same_limits(rated)
        handles = [Line2D([], [], color=INK, marker="o", linestyle="", label="the clinic")]
        handles += [Line2D([], [], color=COLOURS[j], linestyle=DASHED[j], label=f"{w}") for j, w in enumerate(worlds)]
        figure.legend(handles=handles, loc="outside lower center", ncols=min(3, len(handles)), frameon=False)
    title = f"{TITLE}{f': {group}' if group else ''}"
    return Picture(name, title, CAPTION, _alt(own, shown, scale), figure)


def _band(axes: Axes, table: pd.DataFrame, turn: int) -> None:
    """One world's mean and middle 95 %."""
    rows = table.sort_values("week")
    week = rows["week"].to_numpy(float)
    axes.fill_between(
        week, rows["low"].to_numpy(float), rows["high"].to_numpy(float), color=COLOURS[turn], alpha=0.16, linewidth=0
    )
    axes.plot(week, rows["value"], DASHED[turn], color=COLOURS[turn], linewidth=1.6)


def _own(axes: Axes, table: pd.DataFrame) -> None:
    """The clinic's own numbers with their intervals."""
    rows = table[table["value"].notna()].sort_values("week")
    axes.vlines(rows["week"], rows["low"], rows["high"], color=INK, linewidth=1.0)
    axes.plot(rows["week"], rows["value"], "o", color=INK, markersize=3.6)


def _alt(own: pd.DataFrame, shown: list[tuple[str, str]], scale: str) -> str:
    """First and last numbers in words."""
    words = []
    for quantity, title in shown:
        rows = own[(own["quantity"] == quantity) & own["value"].notna()].sort_values("week")
        if rows.empty:
            continue
        first, last = (float(rows["value"].iloc[k]) for k in (0, -1))
        unit = {"symptoms": f" points ({scale})", "staying": " %"}.get(quantity, "")
        name = title.removeprefix("… ")
        words.append(
            f"{name} from {number(first, 1)} in session {int(rows['week'].iloc[0])} to {number(last, 1)} in session "
            f"{int(rows['week'].iloc[-1])}{unit}"
        )
    return "Dots with intervals over sessions beside bands of simulated clinics. " + "; ".join(words) + "."
