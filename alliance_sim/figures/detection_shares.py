"""What criteria report in worlds with and without ruptures, beside the null band and published prevalences."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from alliance_sim.analysis.criteria import BY_NAME, PUBLISHED, Published
from alliance_sim.analysis.numbers import number
from alliance_sim.figures.gist import Shown, extremes, within
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import BASELINE, COLOURS, INK, MARKERS, canvas, theme, wrapped

NAME = "shares"
TITLE = "What a criterion reports, with ruptures and without any"
PANELS = {
    "flagged": "clients with a “rupture”",
    "repaired": "… with a “repaired” one",
    "stronger": "… “stronger than before”",
}
BAND = "#c9c9c9"
NULL_MEAN = "#7d7d7d"
SIGNS = {"more": "+", "less": "−"}
SIDE = ("axes fraction", "data")
"""Where signs stand: at the right edge of a panel, in the row of the criterion."""
FAIR: dict[str, Any] = {
    "color": COLOURS[1], "marker": MARKERS[1], "markersize": 6, "markerfacecolor": "white", "linestyle": "none",
}  # fmt: skip
"""The mark of the second world by the yardstick of the first: hollow."""

CAPTION = (
    "Percent of clients, mean over simulated clinics (bars: middle 95 % of single clinics). Grey: the null of the "
    "ratings in the world with ruptures: what the same criterion finds if nothing happens but drift and error of the "
    "size that these ratings show; the band is for a single clinic, the line in it is the mean, beside which a mean is "
    "to be held. + or − at the right: surely more or less than the null, and than the null misses without ruptures. "
    "Hollow: without ruptures, with the same thresholds in points and as many ratings as "
    "with them. Dashed: clients to whom it truly happened there (any rupture; the last rupture repaired). Black "
    "diamonds, below: published prevalences, for reference, each in a row of its own, with the criterion here that is "
    "most like the study's."
)


def build(
    table: pd.DataFrame,
    arms: Sequence[str],
    truth: dict[str, float],
    fair: dict[tuple[str, str], float],
    verdicts: Mapping[tuple[str, str], str],
) -> Picture:
    """A panel a share; `table` is that of prevalences, the first of `arms` the world whose null band is shown.

    `fair` (criterion, share): what is reported in the second of `arms` by the yardstick of the first; nothing where
    there is none. `verdicts` (criterion, share): whether the first is "more" or "less" than its null.
    """
    criteria = list(dict.fromkeys(table["criterion"]))
    studies = [study for study in PUBLISHED if not study.criterion or study.criterion in criteria]
    with theme():
        rows = len(criteria) + len(studies)
        figure, grid = canvas(1, len(PANELS), 11.0, 1.9 + 0.46 * rows, sharey=True)
        for axes, (share, words) in zip(grid[0], PANELS.items(), strict=True):
            _panel(axes, table[table["share"] == share], criteria, arms, share)
            for row, criterion in enumerate(criteria):
                if (criterion, share) in fair:
                    axes.plot(fair[criterion, share], row + _shift(1, len(arms)), **FAIR)
                sign = SIGNS.get(verdicts.get((criterion, share), ""), "")
                axes.annotate(sign, (1.0, row), (4, 0), SIDE, textcoords="offset points", va="center", color=INK)
            _published(axes, studies, len(criteria), share)
            if share in truth:
                axes.axvline(truth[share], color=INK, linestyle="--", linewidth=1.0)
            axes.set_title(words)
            axes.set_xlabel("% of clients")
        places = [*(BY_NAME[name].label for name in criteria), *map(_study, studies)]
        grid[0][0].set_yticks(range(rows), [wrapped(place, 28) for place in places])
        grid[0][0].set_ylim(rows - 0.4, -0.6)
        figure.legend(
            handles=_legend(arms, bool(truth), bool(fair)), loc="outside lower center", ncols=3, frameon=False
        )
    return Picture(NAME, TITLE, CAPTION, _alt(table, arms), figure)


def _study(study: Published) -> str:
    rule = f"like {BY_NAME[study.criterion].label.split(' (')[0]}" if study.criterion else "rule not known"
    return f"{study.study}, {rule}"


def _shift(k: int, count: int) -> float:
    """How far the k-th of some arms lies below the middle of its row."""
    return 0.5 / count * (k - 0.5 * (count - 1))


def _panel(axes: Axes, table: pd.DataFrame, criteria: list[str], arms: Sequence[str], share: str) -> None:
    for y, criterion in enumerate(criteria):
        own = table[table["criterion"] == criterion].set_index("arm")
        first = own.loc[arms[0]]
        axes.fill_betweenx([y - 0.38, y + 0.38], first["null_low"], first["null_high"], color=BAND, linewidth=0)
        axes.plot([first["null_mean"]] * 2, [y - 0.38, y + 0.38], color=NULL_MEAN, linewidth=1.6)
        for k, arm in enumerate(arms):
            row, place = own.loc[arm], y + _shift(k, len(arms))
            axes.plot([row["spread_low"], row["spread_high"]], [place] * 2, color=COLOURS[k], linewidth=1.1, alpha=0.7)
            axes.plot(row["mean"], place, marker=MARKERS[k], markersize=6, color=COLOURS[k], linestyle="none")
    right = 100.0 if share == "flagged" else axes.get_xlim()[1]
    axes.set_xlim(-0.02 * right, right)
    axes.tick_params(axis="y", length=0)


def _published(axes: Axes, studies: Sequence[Published], first: int, share: str) -> None:
    """Published prevalences, a row a study, from row `first` on."""
    axes.axhline(first - 0.5, color=BASELINE, linewidth=0.6, linestyle=":")
    for row, study in enumerate(studies, start=first):
        value = {"flagged": study.flagged, "repaired": study.repaired}.get(share, float("nan"))
        if np.isfinite(value):
            axes.plot(value, row, marker="D", markersize=6, color=INK, linestyle="none", zorder=5)


def _legend(arms: Sequence[str], truth: bool, fair: bool) -> list[Line2D | Patch]:
    made: list[Line2D | Patch] = [
        Line2D([], [], color=COLOURS[k], marker=MARKERS[k], linewidth=1.1, label=arm) for k, arm in enumerate(arms)
    ]
    if fair:
        made.append(Line2D([], [], label=f"{arms[1]}, by the yardstick of “{arms[0]}”", **FAIR))
    made.append(Patch(color=BAND, label=f"null of “{arms[0]}”, band of one clinic"))
    made.append(Line2D([], [], color=NULL_MEAN, linewidth=1.6, label="… its mean"))
    if truth:
        made.append(Line2D([], [], color=INK, linestyle="--", linewidth=1.0, label=f"truly so in “{arms[0]}”"))
    made.append(Line2D([], [], color=INK, marker="D", linestyle="none", label="published"))
    return made


def _alt(table: pd.DataFrame, arms: Sequence[str]) -> str:
    """For each share and the first two arms the criterion that reports least, and that which reports most."""
    words = ["Percent of clients, a row a criterion."]
    for share, name in (("flagged", "a “rupture”"), ("repaired", "a “repaired” one")):
        for arm in arms[:2]:
            own = table[(table["share"] == share) & (table["arm"] == arm)]
            marks = [
                Shown(float(row["mean"]), number(float(row["mean"]), 0), BY_NAME[row["criterion"]].label)
                for _, row in own.iterrows()
            ]
            words.append(f"{name}, {arm}: {extremes(marks)}.")
    return within(words)
