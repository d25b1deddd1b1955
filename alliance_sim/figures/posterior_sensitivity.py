"""What an estimate goes with over draws of a posterior, and whether its sign turns within them."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from alliance_sim.analysis.found import records
from alliance_sim.analysis.numbers import number
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.sensitivity import labelled
from alliance_sim.figures.style import BASELINE, COLOURS, FAINT, canvas, shortened, theme, wrapped

MOST = 8
"""Parameters shown for each estimate."""

PANELS = 4
"""Parameters whose fifths are shown for each estimate."""

CHANCE = "#d9d9d9"

ALT = 250
"""Letters of a description for who cannot see the figure; the numbers are in the tables."""


def draw_shares(name: str, title: str, tables: Sequence[tuple[str, pd.DataFrame, float]]) -> Picture:
    """Shares of the variance that go with each parameter: a panel an estimate.

    tables: (estimate in words, columns name, parameter, first, first_low, first_high, a row a parameter;
    what 95 % of shuffled parameters stay below).
    """
    with theme():
        figure, axes = canvas(len(tables), 1, 8.8, 0.6 + sum(0.95 + 0.42 * min(len(t), MOST) for _, t, _ in tables))
        for row, (words, table, chance) in zip(axes, tables, strict=True):
            top = table.sort_values("first", ascending=False, kind="stable").head(MOST)
            _shares(row[0], words, top, chance)
        axes[-1][0].set_xlabel("share of the variance over draws (0 to 1)")
    caption = (
        f"The {MOST} parameters that each estimate goes with most, over draws of the posterior (95 % intervals). Grey: "
        "what 95 % of parameters that say nothing (shuffled draws) stay below. Parameters go with each other in a "
        "posterior, so that shares overlap and do not add up to one."
    )
    words_of = [
        f"{words} {row['parameter']} {number(row['first'], 2)}"
        for words, table, _ in tables
        for row in records(table.sort_values("first", ascending=False, kind="stable").head(1))
    ]
    alt = shortened(f"Dots with intervals, a panel an estimate. Largest shares: {'; '.join(words_of)}.", ALT)
    return Picture(name, title, caption, alt, figure)


def _shares(axes: Axes, words: str, top: pd.DataFrame, chance: float) -> None:
    axes.axvspan(0.0, max(chance, 0.0), color=CHANCE, linewidth=0, zorder=0)
    for y, row in enumerate(records(top)):
        colour = COLOURS[0] if row["first"] > chance else FAINT
        axes.plot([max(row["first_low"], 0.0), max(row["first_high"], 0.0)], [y, y], color=colour, linewidth=1.8)
        axes.plot(max(row["first"], 0.0), y, marker="o", color=colour, markersize=6.5, linestyle="none")
    names = [labelled(row["name"], row["parameter"]) for row in records(top)]
    axes.set_yticks(range(len(top)), names, fontsize=8.3)
    axes.set_ylim(len(top) - 0.4, -0.6)
    axes.set_xlim(0.0, 1.0)
    axes.grid(axis="y", visible=False)
    axes.set_title(words)


def draw_fifths(name: str, title: str, tables: Sequence[tuple[str, str, pd.DataFrame]]) -> Picture:
    """Mean of each estimate in fifths of the draws by the parameters that it goes with most: a row an estimate.

    tables: (estimate in words, its unit, columns parameter, name, scale (its unit), middle, mean, low, high: a row a
    parameter and fifth, parameters in order of importance).
    """
    with theme():
        columns = min(PANELS, max(table["parameter"].nunique() for _, _, table in tables))
        figure, axes = canvas(len(tables), columns, 2.55 * columns + 0.6, 2.75 * len(tables) + 0.2, sharey="row")
        for line, (words, unit, table) in zip(axes, tables, strict=True):
            shown = list(dict.fromkeys(table["parameter"]))[:columns]
            for panel, parameter in zip(line, shown, strict=False):
                _fifths(panel, table[table["parameter"] == parameter])
            for panel in line[len(shown) :]:
                panel.remove()
            line[0].set_ylabel(f"{wrapped(words, 26)}\n({unit})", fontsize=8.5)
    caption = (
        "Draws of the posterior in fifths by one parameter, from its lowest to its highest values: mean of the "
        "estimate in each (dots at the median of the parameter), with intervals that hold for all parameters at once "
        "(95 %, Bonferroni). A fifth whose whole interval lies beyond zero, on the other side than the rest, would "
        "mean that the sign of the conclusion rests on this parameter."
    )
    alt = shortened(f"Small panels of five dots with intervals each. {_ends(tables)}", ALT)
    return Picture(name, title, caption, alt, figure)


def _fifths(axes: Axes, own: pd.DataFrame) -> None:
    x = own["middle"].to_numpy(float)
    mean, low, high = (own[column].to_numpy(float) for column in ("mean", "low", "high"))
    axes.errorbar(
        x, mean, yerr=np.array([mean - low, high - mean]), color=COLOURS[0], marker="o", markersize=5, linewidth=1.6,
        elinewidth=1.3,
    )  # fmt: skip
    axes.axhline(0.0, color=BASELINE, linewidth=1.1)
    first = own.iloc[0]
    axes.set_xlabel(labelled(str(first["name"]), f"{first['parameter']}, {first['scale']}", 30), fontsize=8)
    axes.locator_params(axis="x", nbins=4)


def _ends(tables: Sequence[tuple[str, str, pd.DataFrame]]) -> str:
    """From the lowest to the highest fifth of the first parameter of each estimate."""
    words = []
    for label, _, table in tables:
        own = table[table["parameter"] == table["parameter"].iloc[0]]
        ends = own["mean"].to_numpy(float)
        words.append(f"{label} by {own['parameter'].iloc[0]}: {number(ends[0], 3)} to {number(ends[-1], 3)}")
    return "; ".join(words) + "."
