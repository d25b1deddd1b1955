"""Estimators against the effect: the mean error of each in every scenario, with the effect and without."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from alliance_sim.figures.marks import interval, key, legend, name_rows, panels, rule
from alliance_sim.figures.picture import Picture, alt, joined
from alliance_sim.figures.style import BAND, COLOURS, FAINT, Look, theme, wrapped
from alliance_sim.stats.intervals import NORMAL_95
from alliance_sim.stats.numbers import number

COLUMNS = 4  # panels side by side
LOOKS = ((Look(COLOURS[0], "o"), "Circles", -0.16), (Look(COLOURS[1], "s"), "Squares", 0.16))
"""Look of the first and second series, what its marks are called, and their place in a row."""

CAPTION = (
    "Each panel is a scenario: what distorts is named above it. Each row is an estimator, and its mark is the mean "
    "error of many studies: estimate minus causal effect, the vertical line being no error. Bars are 95 % Monte-Carlo "
    "intervals of the mean error, often smaller than the mark: more simulated studies make them shorter."
)
SMALL = "The grey band holds errors of at most {share:.0f} % of the effect ({marks})."
ZERO = "At the dotted line the estimate is zero: the whole effect is missed ({marks})."


@theme()
def draw(table: pd.DataFrame, name: str, title: str, unit: str, share: float) -> Picture:
    """Dot plots of bias.

    table: columns `world`, `estimator` and `series` (words, in the order in which they are shown), `bias` and `mcse`,
    and `truth`, the effect, nan for a series without a band of errors of at most a `share` of it. `unit` names the
    axis.
    """
    worlds, estimators, series = (list(dict.fromkeys(table[c])) for c in ("world", "estimator", "series"))
    looks, reach = dict(zip(series, LOOKS, strict=False)), limit(table)
    rows = table.assign(low=table["bias"] - NORMAL_95 * table["mcse"], high=table["bias"] + NORMAL_95 * table["mcse"])
    wide = min(COLUMNS, len(worlds))
    figure, made = panels(len(worlds), COLUMNS, (11.0 / wide, 0.9 + 0.27 * len(estimators)), (0.0, 0.7), sharex=True)
    for k, (axes, world) in enumerate(zip(made, worlds, strict=True)):
        own = rows[rows["world"] == world]
        for label, (look, _, shift) in looks.items():
            _marks(axes, own[own["series"] == label], estimators, look, shift, reach)
        # the band of small errors, and where the estimate would be zero: truths differ between estimators
        known = own[own["truth"].notna()]
        at, truth = known["estimator"].map(estimators.index), known["truth"]
        axes.barh(at, 2 * share * truth, 1.0, -share * truth, color=BAND, linewidth=0, zorder=-1)
        axes.vlines(-truth, at - 0.5, at + 0.5, color=FAINT, linestyle=":", linewidth=1.2, zorder=0.5)
        rule(axes, x=0.0, width=1.2)
        axes.set_xlim(-reach, reach)
        axes.xaxis.set_major_locator(MaxNLocator(5))
        name_rows(axes, estimators, 0)
        axes.tick_params(labelsize=8.5, labelleft=k % COLUMNS == 0, labelbottom=k >= len(worlds) - COLUMNS)
        axes.set_title(wrapped(world, 22))
    figure.supxlabel(unit, fontsize=9.5)
    legend(figure, [key(label, look, 0.0) for label, (look, _, _) in looks.items()], above=True)
    marks = {label: marks for label, (_, marks, _) in looks.items()}
    of = ", ".join(marks[label].lower() for label in dict.fromkeys(table.loc[table["truth"].notna(), "series"]))
    caption = joined(
        CAPTION,
        *(f"{mark}: {label}." for label, mark in marks.items()),
        SMALL.format(share=100 * share, marks=of) if of else "",
        ZERO.format(marks=of) if (table["truth"] < reach).any() else "",
        "What lies past the axis is written at its edge." if (table["bias"].abs() > 0.97 * reach).any() else "",
    )
    said = alt("Dots of mean errors.", table, "bias", who="{estimator}, {series}", panel="world", signed=True)
    return Picture(name, title, caption, said, figure)


def limit(table: pd.DataFrame) -> float:
    """How far the axis reaches on both sides: to nine marks in ten, and a quarter more."""
    return 1.25 * float(table["bias"].abs().quantile(0.9))


def _marks(axes: Axes, own: pd.DataFrame, estimators: list[str], look: Look, shift: float, reach: float) -> None:
    """One series: a mark in the row of its estimator; what is past the axis stands at its edge as a number."""
    places = own["estimator"].map(estimators.index) + shift
    past = own["bias"].abs() > 0.97 * reach
    interval(axes, own[~past], places[~past], look, "bias", size=4.5)
    for bias, at in zip(own.loc[past, "bias"], places[past], strict=True):
        text, side = number(float(bias), 2, signed=True), "right" if bias > 0 else "left"
        text, x = (f"{text} ▸", 0.98 * reach) if bias > 0 else (f"◂ {text}", -0.98 * reach)
        axes.text(x, at, text, color=look.colour, ha=side, va="center", fontsize=7.5)
