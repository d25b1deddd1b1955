"""A forest of one clinic's estimates and simulated clinics: where each lies in the middle 95 % of them."""

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from alliance_sim.estimands.standing import FEWEST_CLINICS, Placed, percentile_words, placed
from alliance_sim.figures import marks
from alliance_sim.figures.marks import keys, legend, name_rows, point, zone
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import FAINT, INK, MARKERS, Look, canvas, theme, turns, wrapped
from alliance_sim.figures.words import picture
from alliance_sim.stats.numbers import digits_of, interval, number

REACH = 3.6  # so many half widths of the band are drawn; what lies farther out is an arrow
COLUMNS = {"the clinic\n[95 % interval]": 0.48, "simulated,\nmiddle 95 %": 0.83, "per-\ncentile": 1.0}
"""Heads of the columns of numbers, and where these end, in widths of their panel."""


@theme()
def draw(table: pd.DataFrame, name: str, group: str = "") -> Picture:
    """The forest; `table` has a row an estimate and scenario of simulated clinics, the fields of `Placed`."""
    worlds, labels = (list(dict.fromkeys(table[column])) for column in ("world", "label"))
    several = len(worlds) > 1
    looks = dict(zip(worlds, turns() if several else [Look(INK, MARKERS[0])], strict=False))
    step, between = (0.62, 0.45) if several else (1.0, 0.0)
    each = step * len(worlds) + between
    height = each * len(labels)
    figure, [[axes, beside]] = canvas(1, 2, 10.0, 1.3 + 0.30 * height, width_ratios=(1.0, 0.62), sharey=True)
    beside.axis("off")
    zone(axes, -1, 1, "#dfe8ef")
    for row in placed(table):
        j = worlds.index(row.world)
        place = labels.index(row.label) * each + j * step
        _row(axes, row, place, looks[row.world])
        _numbers(beside, row, place, looks[row.world].colour, first=j == 0)
    units = dict(zip(table["label"], table["unit"], strict=True))
    named = [label if not units[label] or label.endswith(")") else f"{label} ({units[label]})" for label in labels]
    name_rows(axes, named, 40)
    middle = 0.5 * step * (len(worlds) - 1)
    axes.set_yticks([k * each + middle for k in range(len(labels))], [wrapped(label, 40) for label in named])
    axes.set(xlim=(-REACH, REACH), ylim=(height - 0.3, -0.8), xlabel="of the middle 95 % of simulated clinics")
    axes.set_xticks([-1, 1], ["lower end", "upper end"])
    axes.grid(visible=False)
    for text, x in COLUMNS.items():
        _text(beside, x, -0.9, text, FAINT, va="bottom")
    legend(figure, keys({f"compared with “{world}”": look for world, look in looks.items()}, 0.0), 2)
    facts = {
        "negative": (table["unit"].str.contains("variance") & (table["value"] < 0)).any(),
        "few": (table["clinics"] < FEWEST_CLINICS).any(),
        "fewest": FEWEST_CLINICS,
    }
    outside = [
        f"{row.label} {number(row.value, digits_of(row.unit))}, simulated ({row.world}) {_middle(row)}, percentile "
        f"{percentile_words(row.percentile, row.clinics)}."
        for row in placed(table[table["outside"]])
    ]
    more = ["Outside the band:" if outside else "None is outside its band.", *outside]
    form = f"Forest of {len(table)} estimates with bands of simulated clinics."
    drawn = table.assign(value=np.nan, group=group)
    return picture(name, figure, drawn, form, words="standing", facts=facts, more=more)


def _middle(row: Placed) -> str:
    """The middle 95 % of simulated clinics."""
    return interval(row.model_low, row.model_high, digits_of(row.unit))


def _row(axes: Axes, row: Placed, place: float, look: Look) -> None:
    """One estimate compared with one scenario of simulated clinics."""
    middle, half = 0.5 * (row.model_low + row.model_high), 0.5 * (row.model_high - row.model_low)
    far = {key: (getattr(row, key) - middle) / (half if half > 0 else 1.0) for key in ("model", "value", "low", "high")}
    at = {key: float(np.clip(value, -REACH, REACH)) for key, value in far.items()}
    axes.vlines(at["model"], place - 0.28, place + 0.28, color=FAINT, linewidth=1.4)
    for end, sign in (("low", "<"), ("high", ">")):
        if abs(far[end]) > REACH:
            point(axes, at[end], place, look._replace(marker=sign), 5)
    marks.interval(axes, at, place, look.hollow() if row.outside else look, size=6.5)


def _numbers(axes: Axes, row: Placed, place: float, colour: str, first: bool) -> None:
    """The numbers of a row, next to it; the clinic's own next to the first scenario alone."""
    digits = digits_of(row.unit)
    own = number(row.value, digits) + (f" {interval(row.low, row.high, digits)}" if math.isfinite(row.low) else "")
    words = (
        (own if first else "", INK, "normal"),
        (_middle(row), colour, "normal"),
        (percentile_words(row.percentile, row.clinics), colour, "bold" if row.outside else "normal"),
    )
    for x, (text, ink, weight) in zip(COLUMNS.values(), words, strict=True):
        _text(axes, x, place, text, ink, fontweight=weight)


def _text(axes: Axes, x: float, y: float, text: str, colour: str, va: str = "center", **style: str) -> None:
    axes.text(x, y, text, transform=axes.get_yaxis_transform(), va=va, ha="right", fontsize=8, color=colour, **style)  # type: ignore[arg-type]
