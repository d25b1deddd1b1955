"""From the causal effect to the correlation that is found: what each distortion adds or takes away."""

import pandas as pd
from matplotlib.axes import Axes

from alliance_sim.analysis.found import records
from alliance_sim.analysis.numbers import number
from alliance_sim.figures.gist import within
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import BASELINE, COLOURS, FAINT, INK, canvas, theme, wrapped

NAME = "steps"
TITLE = "From the effect of the alliance to the correlation"
ENDS = ("effect", "found")
ADDS, TAKES = COLOURS[0], COLOURS[1]

CAPTION = (
    "The first bar is the causal effect, from twins; the last one what studies find on average. Between them is what "
    "each distortion adds (blue) or takes away (orange, hatched). What a distortion adds depends on which others are "
    "there already; shown is the average over all orders in which they could be added, and the thin line spans the "
    "least and the most that it adds, on average over studies, in any order."
)


def draw(table: pd.DataFrame, unit: str) -> Picture:
    """Waterfalls, one an estimator.

    table: columns `estimator`, `step` (words, in order; the first and last of an estimator are its ends), `value`,
    `least`, `most`.
    """
    estimators = list(dict.fromkeys(table["estimator"]))
    steps = list(dict.fromkeys(table["step"]))
    with theme():
        figure, grid = canvas(1, len(estimators), 11.0, 1.4 + 0.42 * len(steps), sharex=True)
        for k, (axes, estimator) in enumerate(zip(grid[0], estimators, strict=True)):
            _panel(axes, table[table["estimator"] == estimator])
            axes.set_title(wrapped(estimator, 48))
            axes.set_yticks(range(len(steps)), [wrapped(step, 30) for step in steps] if k == 0 else [])
            axes.set_xlabel(unit)
    return Picture(NAME, TITLE, CAPTION, _alt(table), figure)


def _panel(axes: Axes, rows: pd.DataFrame) -> None:
    """One waterfall from top to bottom."""
    at, last = 0.0, len(rows) - 1
    for place, row in enumerate(rows.itertuples()):
        value = float(row.value)  # type: ignore[arg-type]
        end = place in (0, last)
        start = 0.0 if end else at
        colour = BASELINE if end else (ADDS if value >= 0 else TAKES)
        hatch = "" if end or value >= 0 else "////"
        axes.barh(place, value, left=start, height=0.62, color=colour, hatch=hatch, edgecolor="white", linewidth=0.5)
        if not end:
            span = [start + float(row.least), start + float(row.most)]  # type: ignore[arg-type]
            axes.plot(span, [place] * 2, color=INK, linewidth=1.1)
        right = max(start, start + value, *([] if end else span))
        text = number(value, 2, signed=not end)
        axes.text(right + 0.008, place, text, va="center", fontsize=8.5, fontweight="bold" if end else "normal")
        at = start + value
        if place < last:
            axes.plot([at, at], [place + 0.31, place + 0.69], color=FAINT, linewidth=1)
    axes.axvline(0.0, color=FAINT, linewidth=1)
    axes.set_ylim(last + 0.6, -0.6)
    axes.margins(x=0.12)
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)


def _alt(table: pd.DataFrame) -> str:
    """First and last bar of each estimator, and the largest step between them."""
    sentences = []
    for estimator, rows in table.groupby("estimator", sort=False):
        first, *steps, last = records(rows)
        largest = max(steps, key=lambda step: abs(step["value"]))
        sentences.append(
            f"{estimator}: {first['step']} {number(first['value'], 2)}, {last['step']} {number(last['value'], 2)}; "
            f"largest step {largest['step']}, {number(largest['value'], 2, signed=True)}."
        )
    return within(["Waterfalls.", *sentences])
