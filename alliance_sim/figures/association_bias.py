"""Estimators against the truth: how far each is off in every world, in a world with the effect and in one without."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from alliance_sim.analysis.numbers import NORMAL_95, number
from alliance_sim.figures.gist import Shown, extremes, within
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import COLOURS, FAINT, canvas, theme, wrapped

COLUMNS = 4
"""Panels side by side."""

BAND = "#dcdcdc"

LOOKS = ((COLOURS[0], "o", -0.16), (COLOURS[1], "s", 0.16))
"""Colour, marker and place in its row of the first and second series."""

ZERO = " At the dotted line the estimate is zero: the whole effect is missed (circles)."

CAPTION = (
    "Each panel is a world: what distorts is named above it. Each row is an estimator, and its mark is the mean error "
    "of many studies: estimate minus causal effect, the vertical line being no error. Bars are 95 % Monte-Carlo "
    "intervals of the mean error, often smaller than the mark: more simulated studies make them shorter. Circles: a "
    "world in which the alliance has its effect; squares: one in which it has none on change. The grey band holds "
    "errors of at most {share:.0f} % of the effect (circles).{zero} What lies past the axis is written at its edge."
)


def draw(table: pd.DataFrame, name: str, title: str, unit: str, share: float) -> Picture:
    """Dot plots of bias.

    table: columns `world`, `estimator` and `series` (words, in the order in which they are shown), `bias` and `mcse`,
    and `truth`, the effect, nan for a series without a band of errors of at most a `share` of it. `unit` names the
    axis.
    """
    worlds = list(dict.fromkeys(table["world"]))
    estimators = list(dict.fromkeys(table["estimator"]))
    series = list(dict.fromkeys(table["series"]))
    deep = -(-len(worlds) // COLUMNS)
    reach = limit(table)
    zero = ZERO if (table["truth"] < reach).any() else ""
    with theme():
        height = deep * (0.9 + 0.27 * len(estimators)) + 0.7
        figure, grid = canvas(deep, min(COLUMNS, len(worlds)), 11.0, height, sharex=True)
        places = [axes for row in grid for axes in row]
        for k, (axes, world) in enumerate(zip(places, worlds, strict=False)):
            _panel(axes, table[table["world"] == world], estimators, series, reach)
            _effects(axes, table[table["world"] == world], estimators, share)
            axes.set_title(wrapped(world, 22))
            axes.set_yticks(range(len(estimators)), estimators if k % COLUMNS == 0 else [])
            axes.tick_params(axis="x", labelbottom=k >= len(worlds) - COLUMNS)
        for axes in places[len(worlds) :]:
            axes.remove()
        handles = [
            Line2D([], [], color=colour, marker=marker, linestyle="none", label=label)
            for label, (colour, marker, _) in zip(series, LOOKS, strict=False)
        ]
        figure.supxlabel(unit, fontsize=9.5)
        figure.legend(handles=handles, loc="outside upper center", ncols=2, frameon=False)
    return Picture(name, title, CAPTION.format(share=100 * share, zero=zero), _alt(table), figure)


def limit(table: pd.DataFrame) -> float:
    """How far the axis reaches on both sides: to nine marks in ten, and a quarter more."""
    return 1.25 * float(table["bias"].abs().quantile(0.9))


def _panel(axes: Axes, rows: pd.DataFrame, estimators: list[str], series: list[str], reach: float) -> None:
    """One world: a row an estimator, the first on top; what is past the axis stands at its edge as a number."""
    for label, (colour, marker, shift) in zip(series, LOOKS, strict=False):
        own = rows[rows["series"] == label]
        for name, bias, mcse in zip(own["estimator"], own["bias"], own["mcse"], strict=True):
            at = estimators.index(name) + shift
            if abs(bias) > 0.97 * reach:
                text = number(float(bias), 2, signed=True)
                right = bias > 0
                axes.text(
                    0.98 * reach if right else -0.98 * reach, at, f"{text} ▸" if right else f"◂ {text}",
                    color=colour, ha="right" if right else "left", va="center", fontsize=7.5,
                )  # fmt: skip
                continue
            axes.errorbar(
                bias, at, xerr=NORMAL_95 * mcse, color=colour, marker=marker, markersize=4.5, linestyle="none",
                elinewidth=1.6,
            )  # fmt: skip
    axes.axvline(0.0, color=FAINT, linewidth=1.2, zorder=0)
    axes.set_xlim(-reach, reach)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.set_ylim(len(estimators) - 0.5, -0.5)
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0, labelsize=8.5)


def _effects(axes: Axes, rows: pd.DataFrame, estimators: list[str], share: float) -> None:
    """The band of small errors, and where the estimate would be zero, row by row: truths differ between estimators."""
    known = rows[rows["truth"].notna()]
    for name, truth in zip(known["estimator"], known["truth"], strict=True):
        at = estimators.index(name)
        axes.barh(at, 2 * share * truth, left=-share * truth, height=1.0, color=BAND, linewidth=0, zorder=-1)
        axes.plot([-truth, -truth], [at - 0.5, at + 0.5], color=FAINT, linestyle=":", linewidth=1.2, zorder=0.5)


def _alt(table: pd.DataFrame) -> str:
    """The least and the greatest mean error of each world, as far as there is room."""
    sentences = [f"Dot plots of mean errors of {table['estimator'].nunique()} estimators."]
    for world, rows in table.groupby("world", sort=False):
        marks = [
            Shown(float(bias), number(float(bias), 2, signed=True), f"{estimator}, {series}")
            for bias, estimator, series in zip(rows["bias"], rows["estimator"], rows["series"], strict=True)
        ]
        sentences.append(f"{world}: {extremes(marks)}.")
    return within(sentences)
