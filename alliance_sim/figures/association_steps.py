"""From the causal effect to the correlation that is found: what each distortion adds or takes away."""

import pandas as pd
from matplotlib.axes import Axes

from alliance_sim.estimates.found import records
from alliance_sim.figures.marks import bar, name_rows, rule
from alliance_sim.figures.picture import Picture, alt, joined
from alliance_sim.figures.style import BASELINE, COLOURS, FAINT, INK, canvas, theme, wrapped
from alliance_sim.stats.numbers import number

NAME, TITLE = "steps", "From the effect of the alliance to the correlation"
ENDS = ("effect", "found")
ADDS, TAKES = COLOURS[0], COLOURS[1]

CAPTION = (
    "The first bar is the causal effect, from twins; the last one what studies find on average. Between them is what "
    "each distortion adds (blue) or takes away (orange, hatched). What a distortion adds depends on which others are "
    "there already; shown is the average over all orders in which they could be added, and the thin line spans the "
    "least and the most that it adds, on average over studies, in any order."
)


@theme()
def draw(table: pd.DataFrame, unit: str) -> Picture:
    """Waterfalls, one an estimator.

    table: columns `estimator`, `step` (words, in order; the first and last of an estimator are its ends), `value`,
    `least`, `most`.
    """
    estimators, steps = (list(dict.fromkeys(table[column])) for column in ("estimator", "step"))
    figure, [grid] = canvas(1, len(estimators), 11.0, 1.4 + 0.42 * len(steps), sharex=True)
    for axes, estimator in zip(grid, estimators, strict=True):
        _panel(axes, table[table["estimator"] == estimator])
        name_rows(axes, steps, left=axes is grid[0])
        axes.set(title=wrapped(estimator, 48), xlabel=unit)
    between = table[table.duplicated("estimator") & table.duplicated("estimator", keep="last")]
    first, last = table.drop_duplicates("estimator"), table.drop_duplicates("estimator", keep="last")
    ends = [
        f"{name}: {number(a, 2)} to {number(b, 2)}."
        for name, a, b in zip(estimators, first["value"], last["value"], strict=True)
    ]
    said = alt(joined("Waterfalls.", *ends, "Steps between:"), between, who="{step}", panel="estimator", signed=True)
    return Picture(NAME, TITLE, CAPTION, said, figure)


def _panel(axes: Axes, rows: pd.DataFrame) -> None:
    """One waterfall from top to bottom."""
    at, last = 0.0, len(rows) - 1
    for place, row in enumerate(records(rows)):
        value, end = float(row["value"]), place in (0, last)
        start, colour = (0.0, BASELINE) if end else (at, ADDS if value >= 0 else TAKES)
        least, most = (start, start) if end else (start + row["least"], start + row["most"])
        bar(axes, place, start, value, colour, number(value, 2, signed=not end), height=0.62, bold=end,
            hatch="" if end or value >= 0 else "////", reach=max(least, most))  # fmt: skip
        axes.hlines(place, least, most, color=INK, linewidth=1.1)
        at = start + value
        if place < last:
            axes.vlines(at, place + 0.31, place + 0.69, color=FAINT, linewidth=1)
    rule(axes, x=0.0)
    axes.margins(x=0.14)
