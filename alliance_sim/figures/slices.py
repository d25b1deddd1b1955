"""Slices through the optimum: the gain along each setting, all others as chosen."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from alliance_sim.analysis.found import records
from alliance_sim.analysis.numbers import number
from alliance_sim.figures.gist import Shown, extremes, within
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import FAINT, Look, canvas, legend_below, looks, theme
from alliance_sim.scenario.problem import counted

NAME, TITLE = "slices", "How the gain depends on each setting, the others as chosen"
CAPTION = (
    "One panel a setting. Each line is a group of clients: the gain of its chosen policy over {default} when this one "
    "setting is moved and all others stay, on clinics that chose nothing; bars are 95 % intervals. The large "
    "mark is the chosen value (its height is read off the line). A flat line says that the setting hardly matters "
    "there; a line that still climbs at the end of the range says that the best value may lie beyond it."
)


def draw(table: pd.DataFrame, default: str, unit: str, labels: dict[str, str]) -> Picture:
    """Panels of settings, of which `labels` are the names.

    `table` has columns profile, setting, at, chosen, value, low, high.
    """
    groups = list(dict.fromkeys(table["profile"]))
    settings = list(dict.fromkeys(table["setting"]))
    look = looks(groups, groups[0])
    across = len(settings) if len(settings) < 4 else 2
    deep = -(-len(settings) // across)
    with theme():
        figure, grid = canvas(deep, across, 0.4 + (4.6 if across < 3 else 3.5) * across, 0.7 + 2.9 * deep, sharey=True)
        places = [axes for row in grid for axes in row]
        for k, (axes, setting) in enumerate(zip(places, settings, strict=False)):
            for group in groups:
                own = table[(table["setting"] == setting) & (table["profile"] == group)]
                _line(axes, own, look[group])
            axes.axhline(0.0, color=FAINT, linewidth=1)
            axes.set_xlabel(labels[setting])
            if k % across == 0:
                axes.set_ylabel(f"gain ({unit})")
        for axes in places[len(settings) :]:
            axes.remove()
        legend_below(figure, groups, look)
    return Picture(NAME, TITLE, CAPTION.format(default=default), _alt(table, settings, groups, labels), figure)


def _line(axes: Axes, own: pd.DataFrame, look: Look) -> None:
    errors = [own["value"] - own["low"], own["high"] - own["value"]]
    axes.errorbar(own["at"], own["value"], errors, color=look.colour, marker=look.marker, markersize=4, linewidth=1.4)
    chosen = float(own["chosen"].iloc[0])
    level = float(np.interp(chosen, own["at"], own["value"]))
    axes.plot([chosen], [level], look.marker, color=look.colour, markersize=9, markeredgecolor="black", zorder=5)


def _alt(table: pd.DataFrame, settings: list[str], groups: list[str], labels: dict[str, str]) -> str:
    """For each setting the least and the greatest gain along it, and where."""
    words = [f"Lines of the gain along each setting, {counted(len(groups), 'group')} of clients."]
    for setting in settings:
        rows = records(table[table["setting"] == setting])
        marks = [
            Shown(row["value"], number(row["value"], 2, signed=True), f"{row['profile']}, at {row['at']:.2g}")
            for row in rows
        ]
        words.append(f"{labels[setting]}: {extremes(marks)}.")
    return within(words)
