"""Rival mechanisms: what each reproduces, which pairs can be distinguished, and what each predicts of new studies."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from alliance_sim.estimates.long import records
from alliance_sim.figures.marks import cells, dots, facets, frame, name_rows, rule
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import BASELINE, COLOURS, INK, Look, canvas, shortened, theme, wrapped
from alliance_sim.figures.words import picture
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
    rows = pd.MultiIndex.from_frame(order[["id", "part"]])
    off, agrees = (
        table.pivot_table(name, ["id", "part"], "rival", "first", dropna=False).reindex(
            index=rows, columns=list(rivals)
        )
        for name in ("z", "agrees")
    )
    values, missed, held = off.to_numpy(float), ~agrees.to_numpy(bool), int((order["tier"] != "fit").sum())
    figure, [[axes]] = canvas(1, 1, 11.0, 2.0 + 0.225 * len(rows))
    labels = [f"{shortened(words, LONGEST)}  {name}" for words, name in zip(order["words"], order["id"], strict=True)]
    words, shades = np.where(missed, "×", "").tolist(), ("PuOr_r", -FARTHEST, FARTHEST)
    mesh = cells(axes, values.clip(-FARTHEST, FARTHEST), words, shades, list(rivals), labels, size=11)
    bar = figure.colorbar(mesh, ax=axes, shrink=0.5, aspect=30)
    bar.set_label("simulated minus published, in published standard errors")
    axes.tick_params(axis="y", labelsize=8)
    axes.xaxis.tick_top()
    axes.set_xticks(range(len(rivals)), rivals, fontsize=8.5, rotation=45, ha="left", rotation_mode="anchor")
    rule(axes, y=len(rows) - held - 0.5, colour=INK, width=1.6)
    for y, tier in ((0.5 * (len(rows) - held), "fitted"), (len(rows) - 0.5 * held, "held out")):
        if 0 < y < len(rows):
            axes.text(len(rivals) - 0.38, y - 0.5, tier, rotation=270, va="center", ha="left", fontsize=9)
    facts = {"farthest": number(FARTHEST, 0), "unknown": np.isnan(values).any(), "missed": missed.any()}
    counts = pd.DataFrame({"rival": list(rivals), "count": (~missed).sum(axis=0)})
    form = f"Matrix of findings and rivals. Of {len(rows)} numbers agree:"
    return picture("findings", figure, counts, form, facts=facts, value="count", panel="rival")


@theme()
def distinguished(table: pd.DataFrame, rivals: Sequence[str]) -> Picture:
    """A cell a pair: how often literatures are traced to the right one, today (below) and with new studies (above).

    table: columns one, other, today, today_clear, new, new_clear (shares, and whether the pair is distinguished).
    """
    places = list(rivals).index
    shares, clear = np.full((len(rivals), len(rivals)), np.nan), np.ones((len(rivals), len(rivals)), bool)
    for row in records(table):
        a, b = sorted((places(row["one"]), places(row["other"])))
        shares[b, a], shares[a, b] = 100 * row["today"], 100 * row["new"]
        clear[b, a], clear[a, b] = row["today_clear"], row["new_clear"]
    figure, [[axes]] = canvas(1, 1, 8.6, 6.6)
    words = [[number(value, 0) if np.isfinite(value) else "" for value in line] for line in shares]
    names = [wrapped(rival, 14) for rival in rivals]
    mesh = cells(axes, shares, words, ("cividis", 50.0, 100.0), names, names)
    figure.colorbar(mesh, ax=axes, shrink=0.6).set_label("% traced to the right one of the two")
    for i, j in np.argwhere(~clear):
        frame(axes, i, j, edgecolor=COLOURS[1])
    axes.tick_params(labelsize=8.5)
    axes.tick_params(axis="x", rotation=90)
    axes.set_title("below the diagonal: published findings; above: with the proposed studies", fontsize=9.5)
    both = table.melt(
        ["one", "other", "today_clear", "new_clear"], ["today", "new"], var_name="with", value_name="share"
    )
    found = np.where(both["with"] == "today", both["today_clear"], both["new_clear"])
    both = both.assign(value=100.0 * both["share"], distinguished=found.astype(bool))
    open_ = [f"{int((~table[name].astype(bool)).sum())} of {len(table)}" for name in ("today_clear", "new_clear")]
    form = f"Matrix. Not distinguished: {open_[0]} by published findings, {open_[1]} with the proposed studies too."
    means = {"today": "Traced to the right one today, %", "new": "with the proposed studies, %"}
    return picture("told_apart", figure, both, form, who="{one} and {other}", panel="with", names=means)


@theme()
def predictions(table: pd.DataFrame, rivals: Sequence[str]) -> Picture:
    """What each rival predicts of the proposed studies: middle 95 % of studies, a panel a study.

    table: a row a study and rival, columns words (of the study), rival, mean, low, high.
    """
    size, looks = (5.2, 0.62 + 0.165 * len(rivals)), dict.fromkeys(rivals, RIVAL) | {rivals[0]: FULL}
    figure, made = facets(table, "words", 2, size, (0.0, 0.9), wrap=62, sharey=True)
    for k, (axes, _, own) in enumerate(made):
        dots(axes, own, rivals, "rival", looks, value="mean", size=4.5, width=1.8)
        rule(axes, x=0.0, width=0.8)
        name_rows(axes, rivals, 0, fontsize=8, left=k % 2 == 0)
        axes.set_title(axes.get_title(loc="left"), fontsize=8.6)
    said = {"value": "mean", "who": "{rival}", "panel": "words"}
    return picture("new_studies", figure, table.assign(first=rivals[0]), "Dots with intervals.", **said)
