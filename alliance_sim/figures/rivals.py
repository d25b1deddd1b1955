"""Rival mechanisms: what each reproduces, which pairs can be told apart, and what each predicts of new studies."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from alliance_sim.analysis.found import records
from alliance_sim.analysis.numbers import number
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import BASELINE, COLOURS, FAINT, INK, canvas, shortened, theme, wrapped

LONGEST = 68
"""Letters of what was measured, in a label."""

FARTHEST = 4.0
"""Published errors at which colours end."""

DARK = 0.6
"""Share of the way to the end from which a colour is too dark for dark letters."""

UNKNOWN = "#cccccc"
"""Colour of a number that nobody has published."""

PALE = 74
"""Percentage from which a colour is too pale for white letters."""


def reproduced(table: pd.DataFrame, rivals: Sequence[str]) -> Picture:
    """Every published number under every rival: how far the simulated mean is off, and whether the finding is missed.

    table: a row a number and rival, columns rival, id, part, tier, words, z, agrees.
    """
    order = table.drop_duplicates(["id", "part"]).sort_values("tier", kind="stable")[["id", "part", "tier", "words"]]
    keys = list(zip(order["id"], order["part"], strict=True))
    held = int((order["tier"] != "fit").sum())
    grid = table.pivot_table(index=["id", "part"], columns="rival", values="z", aggfunc="first", dropna=False)
    grid = grid.reindex(index=pd.MultiIndex.from_tuples(keys), columns=list(rivals))
    missed = table.pivot_table(index=["id", "part"], columns="rival", values="agrees", aggfunc="first")
    missed = ~missed.reindex(index=grid.index, columns=grid.columns).astype(bool)
    with theme():
        figure = Figure(figsize=(11.0, 2.0 + 0.225 * len(keys)), layout="constrained")
        axes = figure.subplots()
        sns.heatmap(
            grid.clip(-FARTHEST, FARTHEST), ax=axes, cmap="PuOr_r", vmin=-FARTHEST, vmax=FARTHEST,
            linewidths=0.5, linecolor="white",
            cbar_kws={"label": "simulated minus published, in published standard errors", "shrink": 0.5, "aspect": 30},
        )  # fmt: skip
        for y, x in zip(*np.nonzero(missed.to_numpy()), strict=True):
            dark = abs(grid.iloc[y, x]) > DARK * FARTHEST
            axes.text(
                x + 0.5, y + 0.5, "×", ha="center", va="center", fontsize=11, color="white" if dark else INK,
                fontweight="bold",
            )  # fmt: skip
        labels = [f"{shortened(words, LONGEST)}  {key}" for words, key in zip(order["words"], order["id"], strict=True)]
        axes.set_yticks(np.arange(len(keys)) + 0.5, labels, fontsize=8, rotation=0)
        axes.xaxis.tick_top()
        axes.set_xticks(
            np.arange(len(rivals)) + 0.5, rivals, fontsize=8.5, rotation=45, ha="left", rotation_mode="anchor"
        )
        axes.axhline(len(keys) - held, color=INK, linewidth=1.6)
        for y, words in ((0.5 * (len(keys) - held), "fitted"), (len(keys) - 0.5 * held, "held out")):
            axes.text(len(rivals) + 0.12, y, words, rotation=270, va="center", ha="left", fontsize=9)
        axes.tick_params(length=0)
        axes.grid(visible=False)
        axes.set_facecolor(UNKNOWN)
        axes.set_xlabel("")
        axes.set_ylabel("")
    counts = {rival: int((~missed[rival]).sum()) for rival in rivals}
    return Picture(
        "findings",
        "What each rival reproduces",
        "Each rival fitted to the findings above the line with the same effort. Colour: how far its simulated mean is "
        f"from the published number, in published standard errors (pale: near; colours end at {FARTHEST:.0f}; grey: "
        "no number was published, or none with an error). ×: the finding is missed, by the rule of the evidence table.",
        "; ".join(f"{rival}: {count} of {len(keys)} numbers agree" for rival, count in counts.items()),
        figure,
    )


def told_apart(table: pd.DataFrame, rivals: Sequence[str]) -> Picture:
    """A row a pair: how often literatures are traced to the right one, today (below) and with new studies (above).

    table: columns one, other, today, today_told, new, new_told (shares, and whether they tell the pair apart).
    """
    count = len(rivals)
    grid = np.full((count, count), np.nan)
    told = np.ones((count, count), bool)
    places = {rival: k for k, rival in enumerate(rivals)}
    for row in records(table):
        a, b = sorted((places[row["one"]], places[row["other"]]))
        grid[b, a], grid[a, b] = 100 * row["today"], 100 * row["new"]
        told[b, a], told[a, b] = row["today_told"], row["new_told"]
    with theme():
        figure, [[axes]] = canvas(1, 1, 8.6, 6.6)
        sns.heatmap(
            grid, ax=axes, cmap="cividis", vmin=50, vmax=100, annot=True, fmt=".0f", annot_kws={"size": 8.5},
            linewidths=0.6, linecolor="white",
            cbar_kws={"label": "% traced to the right one of the two", "shrink": 0.6},
        )  # fmt: skip
        for text in axes.texts:
            text.set_color(INK if float(text.get_text()) >= PALE else "white")
        for k in range(count):
            axes.add_patch(Rectangle((k, k), 1, 1, color="#eeeeee", lw=0))
        for row, column in zip(*np.nonzero(~told), strict=True):
            axes.add_patch(Rectangle((column, row), 1, 1, fill=False, edgecolor=COLOURS[1], lw=2.2))
        names = [wrapped(rival, 14) for rival in rivals]
        axes.set_xticks(np.arange(count) + 0.5, names, rotation=90, fontsize=8.5)
        axes.set_yticks(np.arange(count) + 0.5, names, rotation=0, fontsize=8.5)
        axes.tick_params(length=0)
        axes.grid(visible=False)
        axes.set_title("below the diagonal: published findings; above: with the proposed studies", fontsize=9.5)
    return Picture(
        "told_apart",
        "Which pairs can be told apart",
        "Literatures simulated from each of two rivals, traced back to one of the two: 50 % is guessing. Below the "
        "diagonal, with every number that is published with an error; above it, with the proposed studies too. Framed: "
        "not told apart.",
        f"{int((~table['today_told']).sum())} of {len(table)} pairs are not told apart by published findings, "
        f"{int((~table['new_told']).sum())} not with the proposed studies either.",
        figure,
    )


def predictions(table: pd.DataFrame, rivals: Sequence[str]) -> Picture:
    """What each rival predicts of the proposed studies: middle 95 % of studies, a panel a study.

    table: a row a study and rival, columns id, words, rival, mean, low, high.
    """
    studies = list(dict.fromkeys(table["id"]))
    rows = -(-len(studies) // 2)
    with theme():
        figure, grid = canvas(rows, 2, 10.4, 0.9 + rows * (0.62 + 0.165 * len(rivals)), sharey=True)
        panels = [axes for line in grid for axes in line]
        for axes in panels[len(studies) :]:
            axes.remove()
        for axes, study in zip(panels, studies, strict=False):
            own = table[table["id"] == study].set_index("rival").reindex(list(rivals))
            for y, (rival, row) in enumerate(own.iterrows()):
                colour = BASELINE if rival == rivals[0] else COLOURS[0]
                axes.plot([row["low"], row["high"]], [y, y], color=colour, lw=1.8, solid_capstyle="butt")
                axes.plot(row["mean"], y, marker="D" if rival == rivals[0] else "o", color=colour, ms=4.5)
            axes.axvline(0, color=FAINT, lw=0.8)
            axes.set_yticks(range(len(rivals)), rivals, fontsize=8)
            axes.set_ylim(len(rivals) - 0.4, -0.6)
            axes.set_title(wrapped(str(own["words"].iloc[0]), 62), fontsize=8.6)
            axes.tick_params(axis="y", length=0)
    return Picture(
        "new_studies",
        "What each rival predicts of studies that nobody has done",
        "Mean and middle 95 % of studies of the stated size, over draws of each rival's posterior; grey diamond: "
        "the full model. One such study points to the right one of two rivals in 80 % of cases when their means are "
        "about 1.7 spreads apart: intervals overlap even then.",
        "; ".join(_range(table[table["id"] == study]) for study in studies),
        figure,
    )


def _range(own: pd.DataFrame) -> str:
    """A study, and the rivals that predict least and most of it."""
    ordered = records(own.sort_values("mean"))
    ends = [f"{number(row['mean'], 2)} ({row['rival']})" for row in (ordered[0], ordered[-1])]
    return f"{own['words'].iloc[0]}: means from {ends[0]} to {ends[1]}"
