"""The felt alliance around one repaired rupture: own, left alone, never happened; and what a study sees of ratings."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from alliance_sim.analysis.numbers import number
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import BASELINE, COLOURS, FAINT, canvas, same_limits, theme, wrapped

NAME = "around_one_rupture"
TITLE = "Around one rupture: as it was, and as it would have been"
CAPTION = (
    "Change from the session before the rupture (−1), which happens at 0; a column a world. Top: felt alliance of "
    "clients whose rupture was repaired, and the same clients had it been left alone, and had it not happened. A study "
    "has only the solid line, and compares it with zero. Bottom: the ratings that a study has, around ruptures that "
    "client and therapist report (band: middle 95 % of single studies), and the same against twins to whom they did "
    "not happen. What is seen where repair does nothing, or where ruptures do no harm, would happen anyway."
)
STUDY, CAUSED = "rated, as a study sees it", "rated, against no rupture (twins)"

LINES = (
    ("own", "repaired", "-", COLOURS[2], "o"),
    ("left alone", "left alone", "--", COLOURS[1], "s"),
    ("never", "no rupture", "-.", BASELINE, "^"),
)
"""Line, words, dashes, colour, marker."""


def draw(table: pd.DataFrame, worlds: Sequence[str]) -> Picture:
    """The picture.

    table: columns world, line (own, left alone, never; rated; rated, caused), step, value, spread_low, spread_high.
    """
    with theme():
        figure, grid = canvas(2, len(worlds), 9.6, 5.6, sharex=True)
        for column, world in enumerate(worlds):
            own = table[table["world"] == world]
            _felt(grid[0][column], own)
            _rated(grid[1][column], own)
            grid[0][column].set_title(wrapped(world, 22))
            grid[1][column].set_xlabel("sessions from the rupture")
        for line in grid:
            same_limits(line)
            for axes in line[1:]:
                axes.set_yticklabels([])
        grid[0][0].set_ylabel("felt alliance (0–1),\nchange from before")
        grid[1][0].set_ylabel("client's rating (1–5),\nchange from before")
        named = [axes.get_legend_handles_labels() for axes in (grid[0][0], grid[1][0])]
        handles, labels = (one + other for one, other in zip(*named, strict=True))
        figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), frameon=False)
    return Picture(NAME, TITLE, CAPTION, _alt(table, worlds), figure)


def _frame(axes: Axes) -> None:
    axes.axhline(0.0, color=FAINT, linewidth=0.9)
    axes.axvline(0.0, color=FAINT, linestyle=":", linewidth=1.0)


def _felt(axes: Axes, table: pd.DataFrame) -> None:
    _frame(axes)
    for line, words, dashes, colour, marker in LINES:
        own = table[table["line"] == line].sort_values("step")
        axes.plot(
            own["step"], own["value"], dashes, color=colour, marker=marker, markersize=4, linewidth=1.8, label=words
        )


def _rated(axes: Axes, table: pd.DataFrame) -> None:
    _frame(axes)
    own = table[table["line"] == "rated"].sort_values("step")
    step = own["step"].to_numpy(float)
    low, high = own["spread_low"].to_numpy(float), own["spread_high"].to_numpy(float)
    axes.fill_between(step, low, high, color=COLOURS[3], alpha=0.15, linewidth=0)
    axes.plot(step, own["value"], color=COLOURS[3], marker="D", markersize=4, linewidth=1.8, label=STUDY)
    caused = table[table["line"] == "rated, caused"].sort_values("step")
    axes.plot(
        caused["step"], caused["value"], ":", color=BASELINE, marker="v", markersize=4, linewidth=1.8, label=CAUSED
    )
    axes.set_xticks(range(int(step.min()), int(step.max()) + 1, 2))


def _alt(table: pd.DataFrame, worlds: Sequence[str]) -> str:
    parts = []
    for world in worlds:
        own = table[(table["world"] == world) & (table["step"] == table["step"].max())].set_index("line")["value"]
        cells = [
            number(float(own.get(line, np.nan)), 2, signed=True) for line in (*(line for line, *_ in LINES), "rated")
        ]
        parts.append(f"{world} {', '.join(cells)}")
    lines = ", ".join((*(words for _, words, *_ in LINES), "rating"))
    step = int(table["step"].max())
    return f"Line charts aligned on a rupture. Change {step} sessions after it ({lines}): {'; '.join(parts)}."
