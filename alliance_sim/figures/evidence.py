"""The model against the literature: published and simulated numbers side by side, a row each."""

import math
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from alliance_sim.figures.marks import interval, key, legend, name_rows, rule
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import BASELINE, COLOURS, FAINT, INK, Look, canvas, shortened, theme
from alliance_sim.figures.words import picture

AGREES, MISSES = Look(COLOURS[0], "o"), Look(COLOURS[1], "X")
PUBLISHED, NULL = Look(BASELINE, "D"), Look(INK, "|", ":")

LONGEST = 52  # letters of what was measured, in a label
PANELS = {
    "Correlations and standardised slopes": "r, G, ICC, beta, no effect",
    "Directions": "direction",
    "Standardised differences (SD)": "d",
    "Percentages": "% variance, % sessions, % cases, % clients, % of weekly pairs, %",
    "Ratios and shares": ("ratio, proportion of range, share of range, RMSSD / baseline SD, residual SD / baseline SD"),
    "Points of an item (1-5)": "mean (SD), difference",
    "Sessions": "sessions",
}
"""Panels and the statistics that share an axis in them."""


@theme()
def build(table: pd.DataFrame) -> Picture:
    """A forest plot of the findings that are counted, from the table of `alliance_sim.evidence.tables.table`."""
    table = table[table["agrees"].notna()]
    homes = {kind: panel for panel, kinds in PANELS.items() for kind in kinds.split(", ")}
    if left := sorted(set(table["statistic"]) - set(homes)):
        raise ValueError(f"no panel for the statistic {left[0]}")
    panels = {name: rows for name in PANELS if len(rows := table[table["statistic"].map(homes) == name])}
    size = (9.2, 2.4 + 0.27 * len(table) + 0.5 * len(panels))
    figure, grid = canvas(len(panels), 1, *size, height_ratios=[len(rows) + 1.2 for rows in panels.values()])
    for (axes,), (name, rows) in zip(grid, panels.items(), strict=True):
        _panel(axes, name, rows)
    known, fitted = table["published"].notna(), table["tier"] == "fit"
    facts = {
        "some_directions": not known.all(),
        "held": not fitted.all(),
        "misses": not table["agrees"].all(),
        "unsure": (known & table["verified"].map(_unsure)).any(),
        "null": table["null_mean"].notna().any(),
    }
    handles = [key("published", PUBLISHED, 3.5, markersize=5, alpha=0.7), key("simulated, agrees", AGREES)]
    handles += [key("simulated, misses", MISSES, markersize=7.5)] if facts["misses"] else []
    handles += [key("open: held out", Look(FAINT, "o", face="white"), 0.0)] if facts["held"] else []
    handles += [key("null: nothing happened", NULL, 1.2, markeredgewidth=1.8)] if facts["null"] else []
    legend(figure, handles, above=True)
    first, *more = _counted(table)
    for _, row in table.iterrows():
        nothing = f", null {row['null_mean']:.2f}" if math.isfinite(row["null_mean"]) else ""
        more.append(f"{row['id']} published {row['printed']}, simulated {row['simulated']:.2f}{nothing}.")
    return picture("evidence", figure, table.iloc[:0], first, facts=facts, value="simulated", more=more)


def _unsure(verified: object) -> bool:
    """Whether a published number is a judgement."""
    return str(verified).startswith("only the direction")


def _counted(table: pd.DataFrame) -> list[str]:
    """How many findings of each group agree."""
    whole = table.groupby("id").first()
    fitted = whole["tier"] == "fit"
    groups = (
        ("Fitted", fitted),
        ("Held out, not seen before", ~fitted & ~whole["seen"]),
        ("Held out, seen", ~fitted & whole["seen"]),
    )
    agree = {name: whole.loc[own, "finding_agrees"] for name, own in groups if own.any()}
    return [f"{name}: {int(own.sum())} of {len(own)} findings agree." for name, own in agree.items()]


def _panel(axes: Axes, name: str, rows: pd.DataFrame) -> None:
    """Statistics that share an axis: a row a number, its published one above the simulated one."""
    labels = []
    for y, (_, row) in enumerate(rows.iterrows()):
        _published(axes, row, y - 0.16)
        look, held_out = AGREES if row["agrees"] else MISSES, row["tier"] != "fit"
        ends = ("simulated_low", "simulated_high")
        interval(axes, row, y + 0.16, look.hollow() if held_out else look, "simulated", ends, size=6.5, width=1.8)
        if math.isfinite(row["null_mean"]):
            axes.hlines(y + 0.36, row["null_low"], row["null_high"], color=NULL.colour, linewidth=1.2, linestyle=":")
            axes.plot(row["null_mean"], y + 0.36, NULL.marker, markersize=8, markeredgewidth=1.8, color=NULL.colour)
        part = f": {row['name']}" if (rows["id"] == row["id"]).sum() > 1 else ""
        seen = " (seen)" if held_out and row["seen"] else ""
        labels.append(f"{shortened(row['quantity'], LONGEST)}{part}{seen}  {row['id']}")
    rule(axes, x=0.0, width=0.8)
    name_rows(axes, labels, 0, fontsize=8.5)
    axes.set_title(name)
    axes.spines["left"].set_visible(False)


def _published(axes: Axes, row: "pd.Series[Any]", y: float) -> None:
    """A published number with its interval; an arrow for a direction alone."""
    if math.isfinite(row["published"]):
        look = PUBLISHED.hollow() if _unsure(row["verified"]) else PUBLISHED
        interval(axes, row, y, look, "published", size=5, width=3.5, alpha=0.45)
        return
    arrow = {"arrowstyle": "-|>", "color": BASELINE, "lw": 1.6, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", (0.12 if row["low"] == 0 else -0.12, y), (0.0, y), arrowprops=arrow)
