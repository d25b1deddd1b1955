"""A forest of one clinic's estimates beside simulated clinics: where each lies in the middle 95 % of them."""

import math

import pandas as pd
from matplotlib.axes import Axes

from alliance_sim.analysis.numbers import digits_of, interval, number
from alliance_sim.analysis.standing import FEWEST_CLINICS, Placed, percentile_words, placed
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import COLOURS, FAINT, INK, MARKERS, canvas, theme, wrapped

TITLE = "One clinic among simulated clinics of the same size"
REACH = 3.6
"""So many half widths of the band are drawn; what lies farther out is an arrow."""
BAND = "#dfe8ef"
CAPTION = (
    "Every row is one estimate. The shaded band holds the middle 95 % of simulated clinics of the same size, length "
    "and instrument, looked at in the same way; the short bar in it is their mean. The mark is the clinic of the "
    "data, with its 95 % interval; it is open, and its percentile bold, where the clinic lies outside the band. Rows "
    "have units of their own: each is drawn so that the band has the same width. Percentile: share of simulated "
    "clinics with a lower number. Shares of variance below 0: therapists differ by no more than chance makes them."
)
FEW = (
    f" Where fewer than {FEWEST_CLINICS} simulated clinics define an estimate, the band reaches about from their "
    "lowest to their highest, and no mark is open."
)


def draw(table: pd.DataFrame, name: str, group: str = "") -> Picture:
    """The forest; `table` has a row an estimate and world, the fields of `Placed`."""
    worlds = list(dict.fromkeys(table["world"]))
    labels = list(dict.fromkeys(table["label"]))
    units = dict(zip(table["label"], table["unit"], strict=True))
    step = 1.0 if len(worlds) == 1 else 0.62
    places = {}
    for k, label in enumerate(labels):
        for j, world in enumerate(worlds):
            places[label, world] = k * (step * len(worlds) + (0.0 if len(worlds) == 1 else 0.45)) + j * step
    height = max(places.values()) + 1.0
    with theme():
        figure, grid = canvas(1, 2, 10.0, 1.3 + 0.30 * height, width_ratios=(1.0, 0.62), sharey=True)
        axes, beside = grid[0]
        beside.axis("off")
        axes.axvspan(-1, 1, color=BAND, linewidth=0, zorder=0)
        for row in placed(table):
            j = worlds.index(row.world)
            colour = INK if len(worlds) == 1 else COLOURS[j % len(COLOURS)]
            _row(axes, row, places[row.label, row.world], colour, MARKERS[j])
            _numbers(beside, row, places[row.label, row.world], colour, first=j == 0)
        named = [
            (places[label, worlds[0]] + 0.5 * step * (len(worlds) - 1), _labelled(label, units[label]))
            for label in labels
        ]
        _frame(axes, named, height)
        for x, text in zip(COLUMNS, HEADS, strict=True):
            beside.text(x, -0.9, text, transform=beside.get_yaxis_transform(), va="bottom", ha="right", fontsize=8,
                        color=FAINT)  # fmt: skip
        if len(worlds) > 1:
            _legend(axes, worlds)
    title = f"{TITLE}{f': {group}' if group else ''}"
    caption = CAPTION + (FEW if (table["clinics"] < FEWEST_CLINICS).any() else "")
    return Picture(name, title, caption, _alt(table), figure)


def _row(axes: Axes, row: Placed, place: float, colour: str, marker: str) -> None:
    """One estimate beside one world."""
    middle, half = 0.5 * (row.model_low + row.model_high), 0.5 * (row.model_high - row.model_low)
    scale = half if half > 0 else 1.0

    def at(number: float) -> float:
        return min(max((number - middle) / scale, -REACH), REACH)

    axes.plot([at(row.model)] * 2, [place - 0.28, place + 0.28], color=FAINT, linewidth=1.4)
    if math.isfinite(row.low):
        axes.plot([at(row.low), at(row.high)], [place, place], color=colour, linewidth=1.6)
        for end, sign in ((row.low, "<"), (row.high, ">")):
            if abs((end - middle) / scale) > REACH:
                axes.plot([at(end)], [place], sign, color=colour, markersize=5)
    face = "white" if row.outside else colour
    axes.plot([at(row.value)], [place], marker, color=colour, markersize=6.5, markerfacecolor=face)


def _numbers(axes: Axes, row: Placed, place: float, colour: str, first: bool) -> None:
    """The numbers of a row, beside it; the clinic's own beside the first world alone."""
    digits = digits_of(row.unit)
    own = number(row.value, digits) + (f" {interval(row.low, row.high, digits)}" if math.isfinite(row.low) else "")
    weights = ("normal", "normal", "bold" if row.outside else "normal")
    words = (
        own if first else "",
        interval(row.model_low, row.model_high, digits),
        percentile_words(row.percentile, row.clinics),
    )
    for x, text, weight, ink in zip(COLUMNS, words, weights, (INK, colour, colour), strict=True):
        axes.text(
            x, place, text, transform=axes.get_yaxis_transform(), va="center", ha="right", fontsize=8, color=ink,
            fontweight=weight,
        )  # fmt: skip


def _labelled(label: str, unit: str) -> str:
    """An estimate with its unit, where its name does not hold it."""
    return label if not unit or label.endswith(")") else f"{label} ({unit})"


COLUMNS = (0.48, 0.83, 1.0)
"""Where the numbers of a row end, in widths of their panel."""

HEADS = ("the clinic\n[95 % interval]", "simulated,\nmiddle 95 %", "per-\ncentile")


def _frame(axes: Axes, labels: list[tuple[float, str]], height: float) -> None:
    """Labels, heads of the columns of numbers, limits."""
    axes.set_yticks([place for place, _ in labels], [wrapped(label, 40) for _, label in labels])
    axes.set_ylim(height - 0.3, -0.8)
    axes.set_xlim(-REACH, REACH)
    axes.set_xticks([-1, 1], ["lower end", "upper end"])
    axes.set_xlabel("of the middle 95 % of simulated clinics")
    axes.grid(visible=False, axis="both")
    axes.tick_params(axis="y", length=0)


def _legend(axes: Axes, worlds: list[str]) -> None:
    """Which mark belongs to which world."""
    for j, world in enumerate(worlds):
        axes.plot([], [], MARKERS[j], color=COLOURS[j % len(COLOURS)], label=f"beside “{world}”")
    figure = axes.figure
    assert figure is not None
    figure.legend(loc="outside lower center", ncols=2, frameon=False)


def _alt(table: pd.DataFrame) -> str:
    """How many estimates lie inside, and those outside in words."""
    words = []
    for row in placed(table[table["outside"]]):
        digits = digits_of(row.unit)
        band = interval(row.model_low, row.model_high, digits)
        at = f"simulated ({row.world}) {band}, percentile {percentile_words(row.percentile, row.clinics)}"
        words.append(f"{row.label} {number(row.value, digits)}, {at}")
    lead = f"Forest of {len(table)} estimates beside bands of simulated clinics, numbers beside it"
    return f"{lead}. Outside the band: {'; '.join(words) or 'none'}."
