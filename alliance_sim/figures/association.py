"""Alliance and outcome: errors of estimators, steps from the effect to the correlation, and one better session."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from alliance_sim.estimates.long import records
from alliance_sim.figures.marks import bar, course, dots, facets, keys, legend, name_rows, rule, zone
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import BAND, BASELINE, COLOURS, FAINT, INK, Look, canvas, theme
from alliance_sim.figures.words import picture
from alliance_sim.stats.intervals import NORMAL_95
from alliance_sim.stats.numbers import listed, number

COLUMNS = 4  # panels side by side
SERIES = (Look(COLOURS[0], "o"), Look(COLOURS[1], "s"))
MARKS = ("Circles", "Squares")
"""Look of the first and second series, and what its marks are called."""


def with_ends(table: pd.DataFrame, value: str, error: str) -> pd.DataFrame:
    """A table with the ends of 95 % intervals."""
    half = NORMAL_95 * table[error].fillna(0.0)
    return table.assign(low=table[value] - half, high=table[value] + half)


@theme()
def errors(table: pd.DataFrame, name: str, title: str, unit: str, share: float) -> Picture:
    """The mean error of each estimator in every scenario, with the effect and without.

    table: columns `scenario`, `estimator` and `series` (words, in the order in which they are shown), `bias` and
    `mcse`, and `truth`, the effect, nan for a series without a band of errors of at most a `share` of it. `unit` names
    the axis.
    """
    estimators, series = (list(dict.fromkeys(table[column])) for column in ("estimator", "series"))
    looks, reach = dict(zip(series, SERIES, strict=False)), limit(table)
    rows, count = with_ends(table, "bias", "mcse"), table["scenario"].nunique()
    size = (11.0 / min(COLUMNS, count), 0.9 + 0.27 * len(estimators))
    figure, made = facets(rows, "scenario", COLUMNS, size, (0.0, 0.7), wrap=22, sharex=True)
    for k, (axes, _, own) in enumerate(made):
        inside = own["bias"].abs() <= 0.97 * reach
        dots(axes, own[inside], estimators, "estimator", looks, "series", 0.32, value="bias", size=4.5)
        dots(axes, own[~inside], estimators, "estimator", looks, "series", 0.32, mark=_past, reach=reach)
        # the band of small errors, and where the estimate would be zero: truths differ between estimators
        known = own[own["truth"].notna()]
        at, truth = known["estimator"].map(estimators.index), known["truth"]
        axes.barh(at, 2 * share * truth, 1.0, -share * truth, color=BAND, linewidth=0, zorder=-1)
        axes.vlines(-truth, at - 0.5, at + 0.5, color=FAINT, linestyle=":", linewidth=1.2, zorder=0.5)
        rule(axes, x=0.0, width=1.2)
        axes.set_xlim(-reach, reach)
        axes.xaxis.set_major_locator(MaxNLocator(5))
        name_rows(axes, estimators, 0)
        axes.tick_params(labelsize=8.5, labelleft=k % COLUMNS == 0, labelbottom=k >= count - COLUMNS)
    figure.supxlabel(unit, fontsize=9.5)
    legend(figure, keys(looks, 0.0), above=True)
    marks = dict(zip(series, MARKS, strict=False))
    banded = dict.fromkeys(table.loc[table["truth"].notna(), "series"])
    facts = {
        "title": title,
        "series": marks,
        "share": share,
        "banded": ", ".join(marks[label].lower() for label in banded),
        "missed": (table["truth"] < reach).any(),
        "past": (table["bias"].abs() > 0.97 * reach).any(),
    }
    said = {"value": "bias", "who": "{estimator}, {series}", "panel": "scenario", "signed": True}
    return picture(name, figure, table, "Dots of mean errors.", words="bias", facts=facts, **said)


def limit(table: pd.DataFrame) -> float:
    """How far the axis reaches on both sides: to nine marks in ten, and a quarter more."""
    return 1.25 * float(table["bias"].abs().quantile(0.9))


def _past(axes: Axes, own: pd.DataFrame, places: pd.Series, look: Look, reach: float) -> None:
    """What is past the axis stands at its edge as a number."""
    for bias, at in zip(own["bias"], places, strict=True):
        text, right = number(float(bias), 2, signed=True), bias > 0
        words, x, side = (f"{text} ▸", 0.98 * reach, "right") if right else (f"◂ {text}", -0.98 * reach, "left")
        axes.text(x, at, words, color=look.colour, ha=side, va="center", fontsize=7.5)


ADDS, TAKES = COLOURS[0], COLOURS[1]


@theme()
def steps(table: pd.DataFrame, unit: str) -> Picture:
    """From the causal effect to the correlation that is found, as waterfalls, one an estimator.

    table: columns `estimator`, `step` (words, in order; the first and last of an estimator are its ends), `value`,
    `least`, `most`.
    """
    names = list(dict.fromkeys(table["step"]))
    count, height = table["estimator"].nunique(), 1.4 + 0.42 * len(names)
    figure, made = facets(table, "estimator", count, (11.0 / count, height), (0.0, 0.0), wrap=48, sharex=True)
    for k, (axes, _, own) in enumerate(made):
        _waterfall(axes, own)
        name_rows(axes, names, left=k == 0)
        axes.set_xlabel(unit)
    ends = []
    for _, name, own in made:
        first, last = (number(own["value"].iloc[k], 2) for k in (0, -1))
        ends.append(f"{name}: {first} to {last}.")
    between = table[table.duplicated("estimator") & table.duplicated("estimator", keep="last")]
    form = " ".join(["Waterfalls.", *ends, "Steps between:"])
    return picture("steps", figure, between, form, who="{step}", panel="estimator", signed=True)


def _waterfall(axes: Axes, rows: pd.DataFrame) -> None:
    """Bars from top to bottom, each beginning where the one before ends."""
    at, last = 0.0, len(rows) - 1
    for place, row in enumerate(records(rows)):
        value, end = float(row["value"]), place in (0, last)
        start, colour = (0.0, BASELINE) if end else (at, ADDS if value >= 0 else TAKES)
        least, most = (start, start) if end else (start + row["least"], start + row["most"])
        words, hatch = number(value, 2, signed=not end), "" if end or value >= 0 else "////"
        bar(axes, place, start, value, colour, words, height=0.62, bold=end, hatch=hatch, reach=max(least, most))
        axes.hlines(place, least, most, color=INK, linewidth=1.1)
        at = start + value
        if place < last:
            axes.vlines(at, place + 0.31, place + 0.69, color=FAINT, linewidth=1)
    rule(axes, x=0.0)
    axes.margins(x=0.14)


TRUTH = Look(BASELINE, "o")
UNIT = "SD of distress less, per SD"


@theme()
def session(
    response: pd.DataFrame, estimates: pd.DataFrame, truth: float, error: float, weeks: tuple[list[int], list[int]]
) -> Picture:
    """One better session: what is left of it in the weeks after, what it does to distress, and estimates of models.

    response: `since` (weeks), `alliance`, `alliance_error`, `distress`, `distress_error`. estimates: `estimator`,
    `series` (words, in order), `mean`, `mcse`. truth and error: the effect at the end of the week, and its error.
    weeks: those whose sessions are in the curves, and those over which the truth was found.
    """
    figure, [[left, middle, right]] = canvas(1, 3, 11.0, 3.9, width_ratios=[1.0, 1.0, 1.25])
    for axes, what, title, unit in (
        (left, "alliance", "How long it lasts", "share of the difference in alliance"),
        (middle, "distress", "What it does to distress", UNIT),
    ):
        course(axes, with_ends(response, what, f"{what}_error"), "since", TRUTH, what, size=4, alpha=0.2)
        axes.set(title=title, xlabel="weeks since the session", ylabel=unit)
        axes.set_xticks(response["since"].iloc[:: max(1, len(response) // 8)])
        axes.set_ylim(bottom=0.0)
    left.set_ylim(0.0, 1.08)
    names = list(dict.fromkeys(estimates["estimator"]))
    rule(right, x=truth, colour=TRUTH.colour, width=1.2)
    rule(right, x=0.0, dashes=":", width=0.9)
    zone(right, truth - NORMAL_95 * error, truth + NORMAL_95 * error, TRUTH.colour, alpha=0.3)
    looks, rows = (
        dict(zip(dict.fromkeys(estimates["series"]), SERIES, strict=False)),
        with_ends(estimates, "mean", "mcse"),
    )
    dots(right, rows, names, "estimator", looks, "series", 0.3, value="mean", size=5)
    name_rows(right, names, 24)
    right.xaxis.set_major_locator(MaxNLocator(6))
    right.tick_params(axis="y", labelsize=8.5)
    right.legend(handles=keys(looks, 0.0), frameon=False, fontsize=8.5, loc="best")
    right.set(title="Estimates for the same week", xlabel=UNIT)
    some, every = (listed([str(week) for week in each]) for each in weeks)
    first, last = float(response["distress"].iloc[0]), int(response["since"].iloc[-1])
    facts = {"some": some, "every": every, "first": first, "last": last, "truth": truth}
    more, form = [f"Effect in the same week {number(truth, 3)}."], f"Two curves over weeks and a dot plot ({UNIT})."
    return picture(
        "session", figure, estimates, form, facts=facts, value="mean", who="{estimator}, {series}", more=more
    )
