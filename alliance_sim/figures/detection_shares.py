"""What criteria report in scenarios with and without ruptures, next to the null band and published prevalences."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from alliance_sim.estimands.criteria import BY_NAME, PUBLISHED
from alliance_sim.figures.marks import MIDDLE, aside, dots, key, keys, legend, name_rows, point, rule
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import BASELINE, COLOURS, INK, MARKERS, Look, canvas, theme
from alliance_sim.figures.words import picture

PANELS = {
    "flagged": "clients with a “rupture”",
    "repaired": "… with a “repaired” one",
    "stronger": "… “stronger than before”",
}
NULL_BAND, NULL_MEAN = "#c9c9c9", Look("#7d7d7d")
SIGNS = {"more": "+", "less": "−"}
FAIR = Look(COLOURS[1], MARKERS[1], face="white")  # the second scenario by the yardstick of the first: hollow
STUDY, TRUE = Look(INK, "D"), Look(INK, dashes="--")


@theme()
def build(
    table: pd.DataFrame, arms: Sequence[str], truth: dict[str, float], fair: dict[tuple[str, str], float],
    verdicts: Mapping[tuple[str, str], str],
) -> Picture:  # fmt: skip
    """A panel a share; `table` is that of prevalences, the first of `arms` the scenario whose null band is shown.

    `fair` (criterion, share): what is reported in the second of `arms` by the yardstick of the first; nothing where
    there is none. `verdicts` (criterion, share): whether the first is "more" or "less" than its null.
    """
    criteria = list(dict.fromkeys(table["criterion"]))
    studies = [study for study in PUBLISHED if not study.criterion or study.criterion in criteria]
    labels = {name: BY_NAME[name].label for name in criteria}
    like = {name: f"like {label.split(' (')[0]}" for name, label in labels.items()} | {"": "rule not known"}
    rows = [*labels.values(), *(f"{each.study}, {like[each.criterion]}" for each in studies)]
    looks, gap = {arm: Look(COLOURS[k], MARKERS[k]) for k, arm in enumerate(arms)}, 0.5 / len(arms)
    style: dict[str, Any] = {"value": "mean", "ends": MIDDLE, "size": 6, "width": 1.1, "alpha": 0.7}
    figure, [grid] = canvas(1, len(PANELS), 11.0, 1.9 + 0.46 * len(rows), sharey=True)
    for axes, (share, words) in zip(grid, PANELS.items(), strict=True):
        own = table[table["share"] == share]
        _null(axes, own[own["arm"] == arms[0]].set_index("criterion").loc[criteria])
        dots(axes, own, criteria, "criterion", looks, "arm", gap, **style)
        for y, criterion in enumerate(criteria):
            point(axes, [fair.get((criterion, share), np.nan)], [y + gap * (1 - 0.5 * (len(arms) - 1))], FAIR, 6)
            aside(axes, y, 4, SIGNS.get(verdicts.get((criterion, share), ""), ""), fontsize=10, color=INK)
        rule(axes, y=len(criteria) - 0.5, colour=BASELINE, dashes=":", width=0.6)
        for y, study in enumerate(studies, start=len(criteria)):
            value = {"flagged": study.flagged, "repaired": study.repaired}.get(share, np.nan)
            point(axes, value, y, STUDY, 6, zorder=5)
        if share in truth:
            rule(axes, x=truth[share], colour=INK, dashes="--")
        right = 100.0 if share == "flagged" else axes.get_xlim()[1]
        name_rows(axes, rows, 28)
        axes.set(xlim=(-0.02 * right, 1.02 * right), xlabel="% of clients", title=words)
    handles: list[Line2D | Patch] = [*keys(looks, 1.1)]
    handles += [key(f"{arms[1]}, by the yardstick of “{arms[0]}”", FAIR, 0.0)] if fair else []
    handles += [Patch(color=NULL_BAND, label=f"null of “{arms[0]}”, band of one clinic"), key("… its mean", NULL_MEAN)]
    handles += [key(f"truly so in “{arms[0]}”", TRUE, 1.0)] if truth else []
    legend(figure, handles + ([key("published", STUDY, 0.0)] if studies else []), 3)
    signs = any(verdicts.get((criterion, share)) in SIGNS for criterion in criteria for share in PANELS)
    there = {"signs": signs, "fair": bool(fair), "truth": bool(truth), "studies": bool(studies)}
    facts, drawn = {"first": arms[0], "second": arms[-1], **there}, table[table["share"].isin(PANELS)]
    names = {share: words.removeprefix("… ") for share, words in PANELS.items()} | labels
    said = {"value": "mean", "who": "{criterion}, {arm}", "panel": "share", "names": names}
    drawn = drawn[drawn["arm"].isin(arms)]
    return picture("shares", figure, drawn, "Dots in rows, % of clients.", facts=facts, **said)


def _null(axes: Axes, own: pd.DataFrame) -> None:
    """The null bands of one arm, and the means in them."""
    for y, (low, high, mean) in enumerate(own[["null_low", "null_high", "null_mean"]].to_numpy(float)):
        axes.fill_betweenx([y - 0.38, y + 0.38], low, high, color=NULL_BAND, linewidth=0)
        axes.plot([mean] * 2, [y - 0.38, y + 0.38], color=NULL_MEAN.colour, linewidth=1.6)
