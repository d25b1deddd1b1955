"""A forest of one clinic's estimates beside simulated clinics: where each lies in the middle 95 % of them."""

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from alliance_sim.estimands.standing import FEWEST_CLINICS, Placed, percentile_words, placed
from alliance_sim.figures import marks
from alliance_sim.figures.marks import key, legend, name_rows, point, zone
from alliance_sim.figures.picture import Picture, joined, within
from alliance_sim.figures.style import COLOURS, FAINT, INK, MARKERS, Look, canvas, theme, wrapped
from alliance_sim.stats.numbers import digits_of, interval, number

TITLE = "One clinic among simulated clinics of the same size"
REACH = 3.6  # so many half widths of the band are drawn; what lies farther out is an arrow
COLUMNS = {"the clinic\n[95 % interval]": 0.48, "simulated,\nmiddle 95 %": 0.83, "per-\ncentile": 1.0}
"""Heads of the columns of numbers, and where these end, in widths of their panel."""
CAPTION = (
    "Every row is one estimate. The shaded band holds the middle 95 % of simulated clinics of the same size, length "
    "and instrument, looked at in the same way; the short bar in it is their mean. The mark is the clinic of the data, "
    "with its 95 % interval."
)
OPEN = "It is open, and its percentile bold, where the clinic lies outside the band."
UNITS = (
    "Rows have units of their own: each is drawn so that the band has the same width. Percentile: share of simulated "
    "clinics with a lower number."
)
NEGATIVE = "Shares of variance below 0: therapists differ by no more than chance makes them."
FEW = (
    f"Where fewer than {FEWEST_CLINICS} simulated clinics define an estimate, the band reaches about from their "
    "lowest to their highest, and no mark is open."
)


@theme()
def draw(table: pd.DataFrame, name: str, group: str = "") -> Picture:
    """The forest; `table` has a row an estimate and world, the fields of `Placed`."""
    worlds, labels = (list(dict.fromkeys(table[column])) for column in ("world", "label"))
    looks = {world: Look(COLOURS[j % len(COLOURS)], MARKERS[j % len(MARKERS)]) for j, world in enumerate(worlds)}
    if len(worlds) == 1:
        looks = {worlds[0]: Look(INK, MARKERS[0])}
    step, between = (1.0, 0.0) if len(worlds) == 1 else (0.62, 0.45)
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
    legend(figure, [key(f"compared with “{world}”", look, 0.0) for world, look in looks.items()], 2)
    caption = joined(
        CAPTION,
        OPEN if table["outside"].any() else "",
        UNITS,
        NEGATIVE if (table["unit"].str.contains("variance") & (table["value"] < 0)).any() else "",
        FEW if (table["clinics"] < FEWEST_CLINICS).any() else "",
    )
    return Picture(name, f"{TITLE}{f': {group}' if group else ''}", caption, _alt(table), figure)


def _row(axes: Axes, row: Placed, place: float, look: Look) -> None:
    """One estimate compared with one world of simulated clinics."""
    middle, half = 0.5 * (row.model_low + row.model_high), 0.5 * (row.model_high - row.model_low)
    far = {key: (getattr(row, key) - middle) / (half if half > 0 else 1.0) for key in ("model", "value", "low", "high")}
    at = {key: float(np.clip(value, -REACH, REACH)) for key, value in far.items()}
    axes.vlines(at["model"], place - 0.28, place + 0.28, color=FAINT, linewidth=1.4)
    for end, sign in (("low", "<"), ("high", ">")):
        if abs(far[end]) > REACH:
            point(axes, at[end], place, look._replace(marker=sign), 5)
    marks.interval(axes, at, place, look.hollow() if row.outside else look, size=6.5)


def _numbers(axes: Axes, row: Placed, place: float, colour: str, first: bool) -> None:
    """The numbers of a row, beside it; the clinic's own beside the first world alone."""
    digits = digits_of(row.unit)
    own = number(row.value, digits) + (f" {interval(row.low, row.high, digits)}" if math.isfinite(row.low) else "")
    words = (
        (own if first else "", INK, "normal"),
        (interval(row.model_low, row.model_high, digits), colour, "normal"),
        (percentile_words(row.percentile, row.clinics), colour, "bold" if row.outside else "normal"),
    )
    for x, (text, ink, weight) in zip(COLUMNS.values(), words, strict=True):
        _text(axes, x, place, text, ink, fontweight=weight)


def _text(axes: Axes, x: float, y: float, text: str, colour: str, va: str = "center", **style: str) -> None:
    axes.text(x, y, text, transform=axes.get_yaxis_transform(), va=va, ha="right", fontsize=8, color=colour, **style)  # type: ignore[arg-type]


def _alt(table: pd.DataFrame) -> str:
    """Which estimates lie outside, in words."""
    words = []
    for row in placed(table[table["outside"]]):
        digits = digits_of(row.unit)
        band = interval(row.model_low, row.model_high, digits)
        at = f"simulated ({row.world}) {band}, percentile {percentile_words(row.percentile, row.clinics)}"
        words.append(f"{row.label} {number(row.value, digits)}, {at}.")
    lead = f"Forest of {len(table)} estimates with bands of simulated clinics."
    return within([lead, "Outside the band:" if words else "None is outside its band.", *words])
