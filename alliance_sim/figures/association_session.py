"""One better session: what is left of it in the weeks after, what it does to distress, and estimates of models."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from alliance_sim.figures.marks import course, interval, name_rows, rule, zone
from alliance_sim.figures.picture import Picture, alt
from alliance_sim.figures.style import BASELINE, COLOURS, Look, canvas, theme
from alliance_sim.stats.intervals import NORMAL_95
from alliance_sim.stats.numbers import listed, number

NAME, TITLE = "session", "What one better session does"
TRUTH = Look(BASELINE, "o")
SERIES = (Look(COLOURS[0], "o"), Look(COLOURS[1], "s"))
UNIT = "SD of distress less, per SD"

CAPTION = (
    "Left: one session is felt to be better than it was, all else equal; share of the difference in felt alliance that "
    "is left. Middle: how much less distress these clients have, for a session one SD better (SD within clients); the "
    "first point is the end of the same week. {curves} Right: mean estimates of session-to-session models for the same "
    "week, with Monte-Carlo intervals; the vertical line is the effect (twins), {truth}. Bands are 95 % Monte-Carlo "
    "intervals."
)


@theme()
def draw(
    response: pd.DataFrame, estimates: pd.DataFrame, truth: float, error: float, weeks: tuple[list[int], list[int]]
) -> Picture:
    """Two curves and a dot plot.

    response: `since` (weeks), `alliance`, `alliance_error`, `distress`, `distress_error`. estimates: `estimator`,
    `series` (words, in order), `mean`, `mcse`. truth and error: the effect at the end of the week, and its error.
    weeks: those whose sessions are in the curves, and those over which the truth was found.
    """
    figure, [[left, middle, right]] = canvas(1, 3, 11.0, 3.9, width_ratios=[1.0, 1.0, 1.25])
    for axes, what, title, unit in (
        (left, "alliance", "How long it lasts", "share of the difference in alliance"),
        (middle, "distress", "What it does to distress", UNIT),
    ):
        course(axes, _with_ends(response, what, f"{what}_error"), "since", TRUTH, what, size=4, alpha=0.2)
        axes.set(title=title, xlabel="weeks since the session", ylabel=unit)
        axes.set_xticks(response["since"].iloc[:: max(1, len(response) // 8)])
        axes.set_ylim(bottom=0.0)
    left.set_ylim(0.0, 1.08)
    _models(right, _with_ends(estimates, "mean", "mcse"), truth, error)
    right.set(title="Estimates for the same week", xlabel=UNIT)
    more = [f"Effect in the same week {number(truth, 3)}."]
    form = f"Two curves over weeks and a dot plot ({UNIT})."
    said = alt(form, estimates, "mean", who="{estimator}, {series}", more=more)
    return Picture(NAME, TITLE, _caption(response, truth, weeks), said, figure)


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


def _with_ends(table: pd.DataFrame, value: str, error: str) -> pd.DataFrame:
    """A table with the ends of 95 % intervals."""
    half = NORMAL_95 * table[error].fillna(0.0)
    return table.assign(low=table[value] - half, high=table[value] + half)


def _models(axes: Axes, estimates: pd.DataFrame, truth: float, error: float) -> None:
    """Means of the models' estimates, the truth as a band."""
    names = list(dict.fromkeys(estimates["estimator"]))
    rule(axes, x=truth, colour=TRUTH.colour, width=1.2)
    rule(axes, x=0.0, dashes=":", width=0.9)
    zone(axes, truth - NORMAL_95 * error, truth + NORMAL_95 * error, TRUTH.colour, alpha=0.3)
    for k, (series, look) in enumerate(zip(dict.fromkeys(estimates["series"]), SERIES, strict=False)):
        own = estimates[estimates["series"] == series]
        interval(axes, own, own["estimator"].map(names.index) + 0.3 * (k - 0.5), look, "mean", size=5)
        axes.plot([], [], look.marker, color=look.colour, label=series)
    name_rows(axes, names, 24)
    axes.xaxis.set_major_locator(MaxNLocator(6))
    axes.tick_params(axis="y", labelsize=8.5)
    axes.legend(frameon=False, fontsize=8.5, loc="best")
