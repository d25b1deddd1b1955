"""Rival mechanisms: what each reproduces, which pairs can be distinguished, and what each predicts of new studies."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from alliance_sim.estimates.found import records
from alliance_sim.figures.marks import cells, frame, interval, name_rows, panels, rule
from alliance_sim.figures.picture import Picture, alt, joined
from alliance_sim.figures.style import BASELINE, COLOURS, INK, Look, canvas, shortened, theme, wrapped
from alliance_sim.stats.numbers import number

LONGEST = 68  # letters of what was measured, in a label
FARTHEST = 4.0  # published errors at which colours end
FULL, RIVAL = Look(BASELINE, "D"), Look(COLOURS[0], "o")


@theme()
def reproduced(table: pd.DataFrame, rivals: Sequence[str]) -> Picture:
    """Every published number under every rival: how far the simulated mean is off, and whether the finding is missed.

    table: a row a number and rival, columns rival, id, part, tier, words, z, agrees.
    """
    order = table.drop_duplicates(["id", "part"]).sort_values("tier", kind="stable")[["id", "part", "tier", "words"]]
    keys = pd.MultiIndex.from_frame(order[["id", "part"]])
    held = int((order["tier"] != "fit").sum())
    off, agrees = (
        table.pivot_table(index=["id", "part"], columns="rival", values=name, aggfunc="first", dropna=False)
        .reindex(index=keys, columns=list(rivals))
        for name in ("z", "agrees")
    )  # fmt: skip
    values, missed = off.to_numpy(float), ~agrees.to_numpy(bool)
    figure, [[axes]] = canvas(1, 1, 11.0, 2.0 + 0.225 * len(keys))
    labels = [f"{shortened(words, LONGEST)}  {key}" for words, key in zip(order["words"], order["id"], strict=True)]
    words = [["×" if each else "" for each in line] for line in missed]
    shades = ("PuOr_r", -FARTHEST, FARTHEST)
    mesh = cells(axes, values.clip(-FARTHEST, FARTHEST), words, shades, list(rivals), labels, size=11)
    bar = figure.colorbar(mesh, ax=axes, shrink=0.5, aspect=30)
    bar.set_label("simulated minus published, in published standard errors")
    axes.tick_params(axis="y", labelsize=8)
    axes.xaxis.tick_top()
    axes.set_xticks(range(len(rivals)), rivals, fontsize=8.5, rotation=45, ha="left", rotation_mode="anchor")
    rule(axes, y=len(keys) - held - 0.5, colour=INK, width=1.6)
    for y, tier in ((0.5 * (len(keys) - held), "fitted"), (len(keys) - 0.5 * held, "held out")):
        if 0 < y < len(keys):
            axes.text(len(rivals) - 0.38, y - 0.5, tier, rotation=270, va="center", ha="left", fontsize=9)
    caption = joined(
        "Each rival fitted to the findings above the line with the same effort. Colour: how far its simulated mean is "
        f"from the published number, in published standard errors (pale: near; colours end at {FARTHEST:.0f}"
        f"{'; grey: no number was published, or none with an error' if np.isnan(values).any() else ''}).",
        "×: the finding is missed, by the rule of the evidence table." if missed.any() else "",
    )
    counts = pd.DataFrame({"rival": list(rivals), "count": (~missed).sum(axis=0)})
    said = alt(f"Matrix of findings and rivals. Of {len(keys)} numbers agree:", counts, "count", panel="rival")
    return Picture("findings", "What each rival reproduces", caption, said, figure)


@theme()
def told_apart(table: pd.DataFrame, rivals: Sequence[str]) -> Picture:
    """A row a pair: how often literatures are traced to the right one, today (below) and with new studies (above).

    table: columns one, other, today, today_told, new, new_told (shares, and whether they tell the pair apart).
    """
    count, places = len(rivals), {rival: k for k, rival in enumerate(rivals)}
    shares, told = np.full((count, count), np.nan), np.ones((count, count), bool)
    for row in records(table):
        a, b = sorted((places[row["one"]], places[row["other"]]))
        shares[b, a], shares[a, b] = 100 * row["today"], 100 * row["new"]
        told[b, a], told[a, b] = row["today_told"], row["new_told"]
    figure, [[axes]] = canvas(1, 1, 8.6, 6.6)
    words = [[number(value, 0) if np.isfinite(value) else "" for value in line] for line in shares]
    names = [wrapped(rival, 14) for rival in rivals]
    mesh = cells(axes, shares, words, ("cividis", 50.0, 100.0), names, names)
    figure.colorbar(mesh, ax=axes, shrink=0.6).set_label("% traced to the right one of the two")
    for i, j in np.argwhere(~told):
        frame(axes, i, j, edgecolor=COLOURS[1])
    axes.tick_params(labelsize=8.5)
    axes.tick_params(axis="x", rotation=90)
    axes.set_title("below the diagonal: published findings; above: with the proposed studies", fontsize=9.5)
    caption = joined(
        "Literatures simulated from each of two rivals, traced back to one of the two: 50 % is guessing. Below the "
        "diagonal, with every number that is published with an error; above it, with the proposed studies too.",
        "Framed: not distinguished." if (~told).any() else "",
    )
    both = table.melt(["one", "other"], ["today", "new"], var_name="with", value_name="share")
    untold = [f"{int((~table[name]).sum())} of {len(table)}" for name in ("today_told", "new_told")]
    form = f"Matrix. Not distinguished: {untold[0]} by published findings, {untold[1]} with the proposed studies too."
    means = {"today": "Traced to the right one today, %", "new": "with the proposed studies, %"}
    said = alt(form, both.assign(value=100.0 * both["share"]), who="{one} and {other}", panel="with", names=means)
    return Picture("told_apart", "Which pairs can be distinguished", caption, said, figure)


@theme()
def predictions(table: pd.DataFrame, rivals: Sequence[str]) -> Picture:
    """What each rival predicts of the proposed studies: middle 95 % of studies, a panel a study.

    table: a row a study and rival, columns id, words, rival, mean, low, high.
    """
    studies = list(dict.fromkeys(table["id"]))
    figure, made = panels(len(studies), 2, (5.2, 0.62 + 0.165 * len(rivals)), (0.0, 0.9), sharey=True)
    for k, (axes, study) in enumerate(zip(made, studies, strict=True)):
        own = table[table["id"] == study].set_index("rival").reindex(list(rivals))
        interval(axes, own.iloc[1:], np.arange(1, len(rivals)), RIVAL, "mean", size=4.5, width=1.8)
        interval(axes, own.iloc[:1], 0, FULL, "mean", size=4.5, width=1.8)
        rule(axes, x=0.0, width=0.8)
        name_rows(axes, rivals, 0, fontsize=8, left=k % 2 == 0)
        axes.set_title(wrapped(str(own["words"].iloc[0]), 62), fontsize=8.6)
    caption = (
        "Mean and middle 95 % of studies of the stated size, over draws of each rival's posterior; grey diamond: "
        f"{rivals[0]}. One such study points to the right one of two rivals in 80 % of cases when their means are "
        "about 1.7 SD of such studies apart: intervals overlap even then."
    )
    said = alt("Dots with intervals.", table, "mean", who="{rival}", panel="words")
    return Picture("new_studies", "What each rival predicts of studies that nobody has done", caption, said, figure)
