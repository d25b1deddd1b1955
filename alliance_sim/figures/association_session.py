"""One better session: what is left of it in the weeks after, what it does to distress, and what models of it say."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from alliance_sim.analysis.numbers import NORMAL_95, listed, number
from alliance_sim.figures.gist import Shown, extremes, within
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import BASELINE, COLOURS, FAINT, canvas, theme, wrapped

NAME = "session"
TITLE = "What one better session does"
TRUTH = BASELINE
SERIES = ((COLOURS[0], "o"), (COLOURS[1], "s"))

CAPTION = (
    "Left: one session is felt to be better than it was, and the same clients are followed as if nothing else were "
    "different; shown is the share of the difference in felt alliance that is left. Middle: how much less distress "
    "they have, for a session one SD better (SD within clients) in SDs of distress; the first point is the "
    "end of the same week. {curves} Right: what session-to-session models say of the same week, mean over studies with "
    "Monte-Carlo intervals; the vertical line is the truth, {truth}. Bands are 95 % Monte-Carlo intervals."
)


def draw(
    response: pd.DataFrame, estimates: pd.DataFrame, truth: float, error: float, weeks: tuple[list[int], list[int]]
) -> Picture:
    """Two curves and a dot plot.

    response: `since` (weeks), `alliance`, `alliance_error`, `distress`, `distress_error`. estimates: `estimator`,
    `series` (words, in order), `mean`, `mcse`. truth and error: the effect at the end of the week, and its error.
    weeks: those whose sessions are in the curves, and those over which the truth was found.
    """
    with theme():
        figure, grid = canvas(1, 3, 11.0, 3.9, width_ratios=[1.0, 1.0, 1.25])
        left, middle, right = grid[0]
        _curve(left, response, "alliance")
        left.set_title("How long it lasts")
        left.set_ylabel("share of the difference in alliance")
        left.set_ylim(0.0, 1.08)
        _curve(middle, response, "distress")
        middle.set_title("What it does to distress")
        middle.set_ylabel("SD of distress less, per SD")
        middle.set_ylim(bottom=0.0)
        _models(right, estimates, truth, error)
        right.set_title("What models say of the same week")
        right.set_xlabel("SD of distress less, per SD")
    return Picture(NAME, TITLE, _caption(response, truth, weeks), _alt(response, estimates, truth), figure)


def _caption(response: pd.DataFrame, truth: float, weeks: tuple[list[int], list[int]]) -> str:
    """The caption, with the weeks that the curves and the truth rest on."""
    some, every = (listed([str(week) for week in each]) for each in weeks)
    if weeks[0] == weeks[1]:
        return CAPTION.format(curves=f"All sessions are of weeks {every}.", truth=number(truth, 3))
    first, last = float(response["distress"].iloc[0]), int(response["since"].iloc[-1])
    curves = (
        f"Curves: sessions of weeks {some}, which can be followed for {last} weeks ({number(first, 3)} at the end of "
        "the same week)."
    )
    return CAPTION.format(curves=curves, truth=f"over sessions of weeks {every} ({number(truth, 3)})")


def _curve(axes: Axes, response: pd.DataFrame, what: str) -> None:
    """A response over the weeks, with its band."""
    x, y = response["since"].to_numpy(), response[what].to_numpy()
    half = NORMAL_95 * np.nan_to_num(response[f"{what}_error"].to_numpy())
    axes.fill_between(x, y - half, y + half, color=TRUTH, alpha=0.2, linewidth=0)
    axes.plot(x, y, color=TRUTH, marker="o", markersize=4)
    axes.set_xlabel("weeks since the session")
    axes.set_xticks(x[:: max(1, len(x) // 8)])


def _models(axes: Axes, estimates: pd.DataFrame, truth: float, error: float) -> None:
    """Means of the models' estimates, the truth as a band."""
    names = list(dict.fromkeys(estimates["estimator"]))
    axes.axvspan(truth - NORMAL_95 * error, truth + NORMAL_95 * error, color=TRUTH, alpha=0.3, linewidth=0)
    axes.axvline(truth, color=TRUTH, linewidth=1.2)
    axes.axvline(0.0, color=FAINT, linewidth=0.9, linestyle=":")
    for k, (series, (colour, marker)) in enumerate(zip(dict.fromkeys(estimates["series"]), SERIES, strict=False)):
        own = estimates[estimates["series"] == series]
        at = [names.index(name) + 0.3 * (k - 0.5) for name in own["estimator"]]
        axes.errorbar(
            own["mean"], at, xerr=NORMAL_95 * own["mcse"], color=colour, marker=marker, markersize=5, linestyle="none",
            elinewidth=1.6, label=series,
        )  # fmt: skip
    axes.set_yticks(range(len(names)), [wrapped(name, 24) for name in names])
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.grid(visible=False, axis="y")
    axes.xaxis.set_major_locator(MaxNLocator(6))
    axes.tick_params(axis="y", length=0, labelsize=8.5)
    axes.legend(frameon=False, fontsize=8.5, loc="best")


def _alt(response: pd.DataFrame, estimates: pd.DataFrame, truth: float) -> str:
    """First and last week, the truth, and the models that say least and most."""
    first, last = response.iloc[0], response.iloc[-1]
    marks = [
        Shown(float(mean), number(float(mean), 3), f"{estimator}, {series}")
        for mean, estimator, series in zip(estimates["mean"], estimates["estimator"], estimates["series"], strict=True)
    ]
    curves = (
        f"Two curves over weeks and a dot plot. Fall of distress per SD: {first['distress']:.3f} in the same week, "
        f"{last['distress']:.3f} after {int(last['since'])} weeks."
    )
    return within([curves, f"Effect in the same week {truth:.3f}; models: {extremes(marks)}."])
