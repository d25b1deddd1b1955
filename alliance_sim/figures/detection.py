"""Rupture detection: what criteria report, their curves over thresholds, and what error and sessions do to them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.typing import FillStyleType as FillStyle

from alliance_sim.estimands.criteria import BY_NAME, PUBLISHED
from alliance_sim.estimates.long import records
from alliance_sim.figures.marks import (
    MIDDLE,
    aside,
    courses,
    dots,
    key,
    keys,
    label_ends,
    legend,
    name_rows,
    point,
    rule,
)  # fmt: skip
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import BASELINE, COLOURS, FAINT, INK, MARKERS, Look, canvas, theme, turns
from alliance_sim.figures.words import picture
from alliance_sim.stats.numbers import number, setting

SHARES = {
    "flagged": "clients with a “rupture”",
    "repaired": "… with a “repaired” one",
    "stronger": "… “stronger than before”",
}
NULL_BAND, NULL_MEAN = "#c9c9c9", Look("#7d7d7d")
SIGNS = {"more": "+", "less": "−"}
FAIR = Look(COLOURS[1], MARKERS[1], face="white")  # the second arm with the thresholds of the first: hollow
STUDY, TRUE = Look(INK, "D"), Look(INK, dashes="--")


@theme()
def shares(
    table: pd.DataFrame, arms: Sequence[str], truth: dict[str, float], fair: dict[tuple[str, str], float],
    verdicts: Mapping[tuple[str, str], str],
) -> Picture:  # fmt: skip
    """A panel a share; `table` is that of prevalences, the first of `arms` the one whose null band is shown.

    `fair` (criterion, share): what is reported in the second of `arms` with the thresholds of the first, and as many
    ratings; nothing where that is not known. `verdicts` (criterion, share): whether the first is "more" or "less" than
    its null.
    """
    criteria = list(dict.fromkeys(table["criterion"]))
    studies = [study for study in PUBLISHED if not study.criterion or study.criterion in criteria]
    labels = {name: BY_NAME[name].label for name in criteria}
    like = {name: f"like {label.split(' (')[0]}" for name, label in labels.items()} | {"": "rule not known"}
    rows = [*labels.values(), *(f"{each.study}, {like[each.criterion]}" for each in studies)]
    looks, gap = {arm: Look(COLOURS[k], MARKERS[k]) for k, arm in enumerate(arms)}, 0.5 / len(arms)
    style: dict[str, Any] = {"value": "mean", "ends": MIDDLE, "size": 6, "width": 1.1, "alpha": 0.7}
    figure, [grid] = canvas(1, len(SHARES), 11.0, 1.9 + 0.46 * len(rows), sharey=True)
    for axes, (share, words) in zip(grid, SHARES.items(), strict=True):
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
    handles += [key(f"{arms[1]}, thresholds of “{arms[0]}”", FAIR, 0.0)] if fair else []
    handles += [Patch(color=NULL_BAND, label=f"null of “{arms[0]}”, band of one clinic"), key("… its mean", NULL_MEAN)]
    handles += [key(f"truly so in “{arms[0]}”", TRUE, 1.0)] if truth else []
    legend(figure, handles + ([key("published", STUDY, 0.0)] if studies else []), 3)
    signs = any(verdicts.get((criterion, share)) in SIGNS for criterion in criteria for share in SHARES)
    facts = {"signs": signs, "fair": bool(fair), "truth": bool(truth), "studies": bool(studies)}
    names = {share: words.removeprefix("… ") for share, words in SHARES.items()} | labels
    said = {"value": "mean", "who": "{criterion}, {arm}", "panel": "share", "names": names}
    drawn = table[table["share"].isin(SHARES) & table["arm"].isin(arms)]
    drawn = drawn.assign(first=arms[0], second=arms[1] if fair else None)
    return picture("shares", figure, drawn, "Dots in rows, % of clients.", facts=facts, **said)


def _null(axes: Axes, own: pd.DataFrame) -> None:
    """The null bands of one arm, and the means in them."""
    for y, (low, high, mean) in enumerate(own[["null_low", "null_high", "null_mean"]].to_numpy(float)):
        axes.fill_betweenx([y - 0.38, y + 0.38], low, high, color=NULL_BAND, linewidth=0)
        axes.plot([mean] * 2, [y - 0.38, y + 0.38], color=NULL_MEAN.colour, linewidth=1.6)


FOUND = {"sensitivity": ("sensitivity_all", "all ruptures"), "severe": ("sensitivity_severe", "severe ruptures")}
PALETTE = (*COLOURS[:5], INK, COLOURS[6])  # colours that are read on white as lines and as small marks
FILLS: tuple[FillStyle, ...] = ("full", "none", "left", "bottom")  # what marks of one curve differ in
SPLIT: dict[str, Any] = {"markeredgewidth": 1.4, "markerfacecoloralt": "white"}

NEAR_CURVE = 3.0  # curves that are nowhere farther apart than so many percent of ruptures are drawn once
MOST = 40.0  # false alarms that are shown, %


def representatives(curves: pd.DataFrame) -> dict[str, str]:
    """For each family the first one whose curve is nearly the same (often its own)."""
    grid = np.linspace(0.5, 40.0, 80)
    kept: dict[str, np.ndarray] = {}
    found = {}
    for family, own in curves.groupby("family", sort=False):
        points = own.sort_values("false_alarms")
        x, y = (np.append(0.0, points[name].to_numpy(float)) for name in ("false_alarms", "sensitivity"))
        seen = np.where(grid <= x[-1], np.interp(grid, x, y), np.nan)
        same = [name for name, other in kept.items() if _apart(seen, other) < NEAR_CURVE]
        found[str(family)] = same[0] if same else str(family)
        if not same:
            kept[str(family)] = seen
    return found


def _apart(one: np.ndarray, other: np.ndarray) -> float:
    """Largest distance of two curves where both are known; infinite where they are known nowhere together."""
    both = np.isfinite(one) & np.isfinite(other)
    return float(np.max(np.abs(one - other)[both])) if both.sum() > 4 else float("inf")


def curve_looks(criteria: Sequence[str], stands: dict[str, str]) -> dict[str, tuple[Look, FillStyle]]:
    """Colour and marker of the curve on which each criterion stands, and a filling of its own."""
    drawn = list(dict.fromkeys(stands.values()))
    found: dict[str, tuple[Look, FillStyle]] = {}
    for name in criteria:
        k = drawn.index(stands[BY_NAME[name].family])
        before = sum(stands[BY_NAME[other].family] == drawn[k] for other in found)
        fill, look = FILLS[before % len(FILLS)], Look(PALETTE[k % len(PALETTE)], MARKERS[k % len(MARKERS)])
        found[name] = (look.hollow() if fill == "none" else look, fill)
    return found


@theme()
def curves(table: pd.DataFrame, accuracy: pd.DataFrame, thresholds: dict[str, float]) -> Picture:
    """Sensitivity against false alarms for every criterion, with curves over its threshold.

    `table` and `accuracy` as the tables curves and accuracy, `thresholds` of criteria in points.
    """
    stands = representatives(table)
    look = curve_looks([str(name) for name in accuracy["criterion"]], stands)
    figure, [grid] = canvas(1, 2, 10.5, 6.0)
    for axes, (column, (at, words)) in zip(grid, FOUND.items(), strict=True):
        for k, family in enumerate(dict.fromkeys(stands.values())):
            own = table[table["family"] == family].sort_values("size")
            x, y = (np.append(own[name].to_numpy(float), 0.0) for name in ("false_alarms", column))
            axes.plot(x, y, color=PALETTE[k % len(PALETTE)], linewidth=1.6)
        for row in records(accuracy):
            mark, fill = look[row["criterion"]]
            # a hollow mark is filled with white, so that no line runs through it
            style = SPLIT | {"fillstyle": "full" if fill == "none" else fill}
            point(axes, [row["false_alarms"]], [row[at]], mark, 8, zorder=6, clip_on=False, **style)
        # room on the left, where most criteria are
        axes.set_xscale("function", functions=(lambda x: np.sqrt(np.maximum(x, 0.0)), np.square))
        random = np.linspace(0.0, MOST, 200)
        axes.plot(random, random, color=BASELINE, alpha=0.35, linewidth=3)
        axes.set(title=words, xlim=(0.0, MOST), ylim=(0.0, 90.0), xticks=[0, 1, 2, 5, 10, 20, 30, 40])
        axes.set(xlabel="false alarms, % of stretches without a rupture", ylabel="found, % of ruptures")
        axes.text(39, 19, "flags at random", color=FAINT, fontsize=8, ha="right", va="top")
    labels = {name: BY_NAME[name].label for name in look}
    handles = [
        key(f"{labels[name]}: {number(thresholds[name], 2)}", own, 1.6, markersize=8, fillstyle=fill, **SPLIT)
        for name, (own, fill) in look.items()
    ]
    head = "criterion: threshold in points of the rating"
    figure.legend(handles=handles, loc="outside lower center", ncols=3, frameon=False, title=head)
    panels = dict(FOUND.values()) | {"false_alarms": "false alarms"}
    said = {"who": "{criterion}", "panel": "what", "names": panels | labels}
    drawn = accuracy.melt("criterion", list(panels), var_name="what")
    return picture("curves", figure, drawn, "Curves of ruptures found against false alarms, %.", **said)


ROWS = {
    "flagged": ("“ruptures” without ruptures", "% of clients"),
    "repaired": ("“repaired” without ruptures", "% of clients"),
    "area": ("distinguishing ruptures from none", "area under curve"),
}
LOOKS = [look._replace(dashes="-") for look in turns((*COLOURS[:5], INK, COLOURS[6], FAINT))]
"""Colours that are read on white as lines and as labels."""

NEAR_SETTING = 1.0  # criteria that are nowhere farther apart than so many percent (hundredths of area) are drawn once


def distinct(table: pd.DataFrame) -> list[str]:
    """The first criterion of each family, but for those that are nowhere far from one before."""
    kept: dict[str, np.ndarray] = {}
    for criterion in dict.fromkeys(table["criterion"]):
        own = table[table["criterion"] == criterion].sort_values(["quantity", "factor", "place"])
        values = np.where(own["quantity"] == "area", 100.0, 1.0) * own["mean"].to_numpy(float)
        same = any(np.nanmax(np.abs(values - other)) < NEAR_SETTING for other in kept.values())
        if not same and BY_NAME[criterion].family not in {BY_NAME[name].family for name in kept}:
            kept[criterion] = values
    return list(kept)[: len(LOOKS)]


@theme()
def settings(table: pd.DataFrame, names: Sequence[str]) -> Picture:
    """What rating error and the number of sessions do: columns factors (called `names`), rows quantities."""
    factors = dict(zip(dict.fromkeys(table["factor"]), names, strict=True))
    looks = dict(zip(distinct(table), LOOKS, strict=False))
    labels, drawn = {name: BY_NAME[name].label for name in looks}, table[table["criterion"].isin(looks)]
    figure, grid = canvas(len(ROWS), len(factors), 1.0 + 4.6 * len(factors), 8.2, sharey="row")
    for row, (quantity, (title, unit)) in zip(grid, ROWS.items(), strict=True):
        for axes, (factor, name) in zip(row, factors.items(), strict=True):
            own = drawn[(drawn["quantity"] == quantity) & (drawn["factor"] == factor)]
            places = own.drop_duplicates("place").sort_values("place")
            ends = courses(axes, own, "place", "criterion", looks, value="mean", bars=True, size=5, width=1.7)
            axes.set_xticks(places["place"], [setting(value) for value in places["level"]])
            axes.set(xlim=(-0.25, len(places) - 0.75), title=title, xlabel=name)
            if quantity == "area":
                rule(axes, y=0.5, dashes=":", width=0.8)
        row[0].set_ylabel(unit)
        ends = [(last, labels[criterion].split(" (")[0], colour) for last, criterion, colour in ends]
        label_ends(row[-1], len(places) - 0.9, ends, 0.075)  # those of the last column
    words = {quantity: f"{title}, {unit}" for quantity, (title, unit) in ROWS.items()} | labels | factors
    said = {"value": "mean", "who": "{criterion}, {factor} {level}", "panel": "quantity", "names": words}
    return picture("settings", figure, drawn, "Lines over settings.", **said)
