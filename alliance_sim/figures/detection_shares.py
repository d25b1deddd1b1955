"""What criteria report with ruptures and without any, with the null band and published prevalences."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from alliance_sim.estimands.criteria import BY_NAME, PUBLISHED
from alliance_sim.figures.marks import MIDDLE, aside, interval, key, legend, name_rows, point, rule
from alliance_sim.figures.picture import Picture, alt, joined
from alliance_sim.figures.style import BASELINE, COLOURS, INK, MARKERS, Look, canvas, theme

NAME, TITLE = "shares", "What a criterion reports, with ruptures and without any"
PANELS = {
    "flagged": "clients with a “rupture”",
    "repaired": "… with a “repaired” one",
    "stronger": "… “stronger than before”",
}
NULL_BAND, NULL_MEAN = "#c9c9c9", Look("#7d7d7d")
SIGNS = {"more": "+", "less": "−"}
FAIR = Look(COLOURS[1], MARKERS[1], face="white")  # the second arm with the thresholds of the first: hollow
STUDY, TRUE = Look(INK, "D"), Look(INK, dashes="--")
MEANS = (
    "Percent of clients, mean over simulated clinics (bars: middle 95 % of single clinics). Grey: the null "
    "distribution of the ratings in “{first}”: what the same criterion finds if nothing happens but drift and error of "
    "the size that these ratings show; the band is for a single clinic, the line in it is for the mean."
)
SURE = (
    "+ or − at the right: more or less than the null, by an interval that includes neither zero nor what the null "
    "misses without ruptures."
)
HOLLOW = "Hollow: “{second}”, with the same thresholds in points and as many ratings as “{first}”."
DASHED = "Dashed: clients to whom it truly happened in “{first}” (any rupture; the last rupture repaired)."
DIAMONDS = (
    "Black diamonds, below: published prevalences, for reference, each in a row of its own, with the criterion here "
    "that is most like the study's."
)


@theme()
def build(
    table: pd.DataFrame,
    arms: Sequence[str],
    truth: dict[str, float],
    fair: dict[tuple[str, str], float],
    verdicts: Mapping[tuple[str, str], str],
) -> Picture:
    """A panel a share; `table` is that of prevalences, the first of `arms` the one whose null band is shown.

    `fair` (criterion, share): what is reported in the second of `arms` with the thresholds of the first, and as many
    ratings; nothing where that is not known. `verdicts` (criterion, share): whether the first is "more" or "less" than
    its null.
    """
    criteria = list(dict.fromkeys(table["criterion"]))
    studies = [study for study in PUBLISHED if not study.criterion or study.criterion in criteria]
    looks = {arm: Look(COLOURS[k], MARKERS[k]) for k, arm in enumerate(arms)}
    like = {name: f"like {BY_NAME[name].label.split(' (')[0]}" for name in criteria} | {"": "rule not known"}
    rows = [BY_NAME[name].label for name in criteria] + [f"{each.study}, {like[each.criterion]}" for each in studies]
    figure, [grid] = canvas(1, len(PANELS), 11.0, 1.9 + 0.46 * len(rows), sharey=True)
    for axes, (share, words) in zip(grid, PANELS.items(), strict=True):
        own = table[table["share"] == share]
        for y, criterion in enumerate(criteria):
            _row(axes, own[own["criterion"] == criterion], y, looks)
            if (criterion, share) in fair:
                point(axes, [fair[criterion, share]], [y + _shift(1, len(arms))], FAIR, 6)
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
    keys: list[Line2D | Patch] = [key(arm, look, 1.1) for arm, look in looks.items()]
    keys += [key(f"{arms[1]}, thresholds of “{arms[0]}”", FAIR, 0.0)] if fair else []
    keys += [Patch(color=NULL_BAND, label=f"null of “{arms[0]}”, band of one clinic"), key("… its mean", NULL_MEAN)]
    keys += [key(f"truly so in “{arms[0]}”", TRUE, 1.0)] if truth else []
    legend(figure, keys + ([key("published", STUDY, 0.0)] if studies else []), 3)
    names = {"first": arms[0], "second": arms[1] if fair else ""}
    signs = any(verdicts.get((criterion, share)) in SIGNS for criterion in criteria for share in PANELS)
    there = ((MEANS, True), (SURE, signs), (HOLLOW, bool(fair)), (DASHED, bool(truth)), (DIAMONDS, bool(studies)))
    caption = joined(*(text.format(**names) for text, shown in there if shown))
    drawn = table[table["share"].isin(PANELS) & table["arm"].isin(arms)]
    said_as = {share: words.removeprefix("… ") for share, words in PANELS.items()}
    said_as |= {name: BY_NAME[name].label for name in criteria}
    said = alt("Dots in rows, % of clients.", drawn, "mean", who="{criterion}, {arm}", panel="share", names=said_as)
    return Picture(NAME, TITLE, caption, said, figure)


def _shift(k: int, count: int) -> float:
    """How far the k-th of some arms lies below the middle of its row."""
    return 0.5 / count * (k - 0.5 * (count - 1))


def _row(axes: Axes, own: pd.DataFrame, y: float, looks: Mapping[str, Look]) -> None:
    """One criterion: the null band of the first arm, and a mark an arm."""
    first = own[own["arm"] == next(iter(looks))].iloc[0]
    axes.fill_betweenx([y - 0.38, y + 0.38], first["null_low"], first["null_high"], color=NULL_BAND, linewidth=0)
    axes.plot([first["null_mean"]] * 2, [y - 0.38, y + 0.38], color=NULL_MEAN.colour, linewidth=1.6)
    for k, (arm, look) in enumerate(looks.items()):
        place = y + _shift(k, len(looks))
        interval(axes, own[own["arm"] == arm], place, look, "mean", MIDDLE, size=6, width=1.1, alpha=0.7)
