"""The model against the literature: published and simulated numbers side by side, a row each."""

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import BASELINE, COLOURS, FAINT, shortened, theme

AGREES, MISSES = COLOURS[0], COLOURS[1]

NULL = "#222222"
NULL_NOTE = (
    " Dotted: what the criterion of P06 finds in ratings of the same clients in which nothing has happened (mean, and "
    "the middle 95 % of studies of the published size)."
)

LONGEST = 52
"""Letters of what was measured, in a label."""

PANELS = {
    "Correlations and standardised slopes": ("r", "G", "ICC", "beta", "no effect"),
    "Directions": ("direction",),
    "Standardised differences (SD)": ("d",),
    "Percentages": ("% variance", "% sessions", "% cases", "% clients", "% of weekly pairs", "%"),
    "Ratios and shares": (
        "ratio", "proportion of range", "share of range", "RMSSD / baseline SD", "residual SD / baseline SD",
    ),
    "Points of an item (1-5)": ("mean (SD)", "difference"),
    "Sessions": ("sessions",),
}  # fmt: skip
"""Panels and the statistics that share an axis in them."""


def build(table: pd.DataFrame) -> Picture:
    """A forest plot of the findings that are counted, from the table of `alliance_sim.evidence.agreement.table`."""
    table = table[table["agrees"].notna()]
    panels = {name: table[table["statistic"].isin(kinds)].iloc[::-1] for name, kinds in PANELS.items()}
    left = sorted(set(table["statistic"]) - {kind for kinds in PANELS.values() for kind in kinds})
    if left:
        raise ValueError(f"no panel for the statistic {left[0]}")
    panels = {name: rows for name, rows in panels.items() if len(rows)}
    with theme():
        figure = Figure(figsize=(9.2, 2.4 + 0.27 * len(table) + 0.5 * len(panels)), layout="constrained")
        axes = figure.subplots(
            len(panels), 1, height_ratios=[len(rows) + 1.2 for rows in panels.values()], squeeze=False
        )
        for axis, (name, rows) in zip(axes[:, 0], panels.items(), strict=True):
            _panel(axis, name, rows)
        criterion = bool(np.isfinite(table["null_mean"]).any())
        figure.legend(
            handles=_legend(criterion), loc="outside upper center", ncols=5 if criterion else 4, frameon=False
        )
    return Picture(
        "evidence",
        "The model against the literature",
        "Grey: published, with its 95 % interval where one was printed (an arrow: only a direction). Colour: simulated "
        "mean over draws of the posterior, with the interval of studies of the published size. Filled: the finding "
        "may set parameters; open: held out (seen: looked at while rules were chosen). An empty diamond: only the "
        "direction was verified, the number is a judgement. Findings in no count are not drawn."
        + (NULL_NOTE if criterion else ""),
        _counted(table) + " " + "; ".join(_said(row) for _, row in table.iterrows()),
        figure,
    )


def _counted(table: pd.DataFrame) -> str:
    """How many findings of each group agree."""
    whole = table.groupby("id").first()
    fitted = whole["tier"] == "fit"
    groups = {
        "fitted": fitted,
        "held out, not seen before": ~fitted & ~whole["seen"],
        "held out, seen": ~fitted & whole["seen"],
    }
    return " ".join(
        f"{name.capitalize()}: {int(whole.loc[own, 'finding_agrees'].sum())} of {int(own.sum())} findings agree."
        for name, own in groups.items()
        if own.any()
    )


def _said(row: pd.Series) -> str:
    words = f"{row['id']} published {row['printed']}, simulated {row['simulated']:.2f}"
    return words + (f", null {row['null_mean']:.2f}" if math.isfinite(row["null_mean"]) else "")


def _panel(axis: Axes, name: str, rows: pd.DataFrame) -> None:
    places = np.arange(len(rows), dtype=float)
    labels = []
    for y, (_, row) in zip(places, rows.iterrows(), strict=True):
        _published(axis, row, y + 0.16)
        colour = AGREES if row["agrees"] else MISSES
        axis.plot(
            [row["simulated_low"], row["simulated_high"]], [y - 0.16] * 2, color=colour, lw=1.8, solid_capstyle="butt"
        )
        if math.isfinite(row["null_mean"]):
            axis.plot([row["null_low"], row["null_high"]], [y - 0.36] * 2, color=NULL, lw=1.2, ls=":")
            axis.plot(row["null_mean"], y - 0.36, marker="|", ms=8, mew=1.8, color=NULL, ls="none")
        held_out = row["tier"] != "fit"
        axis.plot(
            row["simulated"],
            y - 0.16,
            marker="o" if row["agrees"] else "X",
            ms=6 if row["agrees"] else 7.5,
            color=colour,
            markerfacecolor="white" if held_out else colour,
            markeredgecolor=colour,
            ls="none",
        )
        several = (rows["id"] == row["id"]).sum() > 1
        seen = " (seen)" if held_out and row["seen"] else ""
        labels.append(
            f"{shortened(row['quantity'], LONGEST)}{': ' + row['name'] if several else ''}{seen}  {row['id']}"
        )
    axis.axvline(0, color=FAINT, lw=0.8)
    axis.set_yticks(places, labels, fontsize=8.5)
    axis.set_ylim(-0.7, len(rows) - 0.3)
    axis.set_title(name)
    axis.tick_params(axis="y", length=0)
    axis.spines[["top", "right", "left"]].set_visible(False)


def _published(axis: Axes, row: pd.Series, y: float) -> None:
    low, high, value = row["low"], row["high"], row["published"]
    if math.isfinite(value):
        if math.isfinite(low) and math.isfinite(high):
            axis.plot([low, high], [y, y], color=BASELINE, lw=3.5, alpha=0.45, solid_capstyle="butt")
        face = "white" if row["verified"].startswith("only the direction") else BASELINE
        axis.plot(value, y, marker="D", ms=5, color=BASELINE, markerfacecolor=face, ls="none")
        return
    way = 1.0 if low == 0 else -1.0
    axis.annotate(
        "",
        (way * 0.12, y),
        (0.0, y),
        arrowprops={"arrowstyle": "-|>", "color": BASELINE, "lw": 1.6, "shrinkA": 0, "shrinkB": 0},
    )


def _legend(criterion: bool) -> list[Line2D]:
    null = Line2D([], [], color=NULL, marker="|", ms=8, mew=1.8, lw=1.2, ls=":", label="null: nothing happened")
    return [
        Line2D([], [], color=BASELINE, marker="D", ms=5, lw=3.5, alpha=0.7, label="published"),
        Line2D([], [], color=AGREES, marker="o", ms=6, lw=1.8, label="simulated, agrees"),
        Line2D([], [], color=MISSES, marker="X", ms=7.5, lw=1.8, label="simulated, misses"),
        Line2D([], [], color=FAINT, marker="o", ms=6, markerfacecolor="white", ls="none", label="open: held out"),
        *([null] if criterion else []),
    ]
