"""A service over caseloads and weeks: what it brings, what spill-over leaves of a gain, its list, its therapists."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.ticker import MultipleLocator

from alliance_sim.figures.marks import (
    End,
    course,
    courses,
    facets,
    key,
    keys,
    label_ends,
    legend,
    name_axes,
    name_grid,
    point,
    rule,
    zone,
)  # fmt: skip
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import BASELINE, DASHES, FAINT, INK, Look, canvas, looks, same_limits, theme, wrapped
from alliance_sim.figures.words import picture

PLACES = "places of each therapist"


def offset(curves: pd.DataFrame) -> float:
    """How many places arms are moved apart, so that bars do not cover each other. curves: column caseload."""
    return 0.008 * float(curves["caseload"].max() - curves["caseload"].min())


MOST_SCENARIOS = 2


@theme()
def caseload(
    levels: pd.DataFrame, gains: pd.DataFrame, outcomes: Sequence[tuple[str, str]], scenarios: Sequence[str],
    arms: Sequence[str], form: str,
) -> Picture:  # fmt: skip
    """A row an outcome; first the baseline's level in every scenario, then a column a scenario for what arms add.

    levels, gains: columns scenario, caseload, arm, estimate, value, low, high, under one form of strain; gains are
    differences from the baseline, the first of `arms`. outcomes: names, and words for the axis.
    """
    look, (baseline, *others) = looks(arms, arms[0]), arms
    shown = list(scenarios[:MOST_SCENARIOS])
    columns = 1 + (len(shown) if others else 0)
    figure, grid = canvas(len(outcomes), columns, 1.4 + 3.1 * columns, 3.0 * len(outcomes) + 0.6)
    base = levels[(levels["arm"] == baseline) & levels["scenario"].isin(shown)]
    for row, (name, _) in zip(grid, outcomes, strict=True):
        _levels(row[0], base[base["estimate"] == name], shown)
        for axes, scenario in zip(row[1:], shown, strict=False):
            here = gains[(gains["estimate"] == name) & (gains["scenario"] == scenario)]
            for k, arm in enumerate(others):
                course(axes, here[here["arm"] == arm], "caseload", look[arm], bars=True, shift=k * offset(here))
            rule(axes, y=0.0, colour=INK)
        same_limits(row[1:] or row)
        for axes in row:
            axes.set_xticks(sorted(set(levels["caseload"])))
    titles = [wrapped(title, 30) for title in (baseline, *(f"added to it: {scenario}" for scenario in shown))]
    name_grid(grid, titles, PLACES, [wrapped(words, 30) for _, words in outcomes])
    legend(figure, keys({arm: look[arm] for arm in others}))
    facts = {"others": bool(others), "shown": len(shown), "there": len(scenarios)}
    drawn = base.rename(columns={"caseload": "places"}).assign(form=form)
    more = ["Other panels: what other arms add."] if others else []
    said = {"who": "{scenario}", "panel": "estimate", "over": "places", "names": dict(outcomes), "more": more}
    return picture("caseload", figure, drawn, f"Lines over places of a therapist, {baseline}.", facts=facts, **said)


def _levels(axes: Axes, here: pd.DataFrame, scenarios: Sequence[str]) -> None:
    """The baseline over caseloads: a line a scenario, with the 95 % interval of its mean as a band."""
    ends = []
    for k, scenario in enumerate(scenarios):
        look = Look(BASELINE, "o", DASHES[k % len(DASHES)])
        last = course(axes, here[here["scenario"] == scenario], "caseload", look, alpha=0.16)
        ends.append((last, wrapped(scenario, 9), BASELINE))
    low, high = axes.get_ylim()
    axes.set_ylim(min(low, 0.0), high + 0.14 * (high - low))
    if len(scenarios) > 1:
        left, right = axes.get_xlim()
        axes.set_xlim(left, right + 0.22 * (right - left))
        label_ends(axes, float(here["caseload"].max()) + 0.04 * (right - left), ends, 0.15)


MOST_FORMS, ACROSS = 6, 3


@theme()
def gain(
    curves: pd.DataFrame, crossings: pd.DataFrame, forms: Sequence[str], arms: Sequence[str], words: tuple[str, str]
) -> Picture:
    """What spill-over leaves of a gain, over caseloads: a panel for each form of strain.

    curves: columns form, caseload, arm, value, low, high (gain against what it is compared with); crossings: form, arm,
    at. arms: the baseline first. words: unit of the gain, and what it is compared with.
    """
    shown, look, step = forms[:MOST_FORMS], looks(arms, arms[0]), offset(curves)
    drawn, eaten = curves[curves["form"].isin(shown)], crossings[np.isfinite(crossings["at"].astype(float))]
    figure, made = facets(drawn, "form", ACROSS, (3.0, 2.9), (1.2, 0.6), names=shown, wrap=34, sharex=True)
    for axes, form, here in made:
        for k, arm in enumerate(dict.fromkeys(here["arm"])):
            course(axes, here[here["arm"] == arm], "caseload", look[arm], bars=True, shift=k * step)
            for at in eaten.loc[(eaten["form"] == form) & (eaten["arm"] == arm), "at"]:
                point(axes, [at], [0.0], look[arm]._replace(marker="v"), 9, markeredgecolor=INK, zorder=5)
        rule(axes, y=0.0, colour=INK)
        axes.set_xticks(sorted(set(here["caseload"])))
    panels = [axes for axes, *_ in made]
    same_limits(panels)
    who, (unit, than) = f" of {arms[1]}" if len(arms) == 2 else "", words
    name_axes(panels, min(ACROSS, len(shown)), PLACES, wrapped(f"gain{who} left, {unit}", 30))
    legend(figure, keys({arm: look[arm] for arm in arms[1:]}))
    facts = {"crossed": eaten["form"].isin(shown).any(), "shown": len(shown), "there": len(forms)}
    form = f"Lines over places of a therapist: gain left, {unit}."
    said = {"who": "{arm}, {caseload} places", "panel": "form"}
    return picture("gain", figure, drawn.assign(than=than), form, facts=facts, **said)


MOST_LISTS, MOST_LINES = 3, 7
LIGHTEST = 0.7  # where on the scale of colours the largest caseload is: lighter ones are faint on white
GAP = 0.06  # distance of labels, as a share of the axis


@theme()
def waiting_list(curves: pd.DataFrame, scenarios: Sequence[str], arm: str, year: int) -> Picture:
    """The waiting list over the weeks of a service: a panel a scenario, a line a caseload.

    curves: columns scenario, caseload, week (from the beginning of the counted year), value (clients who wait, for each
    therapist), low, high. arm: whose they are. year: counted weeks.
    """
    shown = scenarios[:MOST_LISTS]
    caseloads = sorted(set(curves["caseload"]))
    few = caseloads if len(caseloads) <= MOST_LINES else caseloads[:: -(-len(caseloads) // MOST_LINES)]
    shades = colormaps["viridis"](np.linspace(0.0, LIGHTEST, len(few)))
    looks = {str(caseload): Look(to_hex(shade)) for caseload, shade in zip(few, shades, strict=True)}
    figure, made = facets(curves, "scenario", len(shown), (4.1, 3.7), (1.3, 0.0), names=shown)
    for axes, _, here in made:
        ends = courses(axes, here.assign(caseload=here["caseload"].astype(str)), "week", "caseload", looks)
        zone(axes, 0, year, FAINT, alpha=0.08)
        axes.set_ylim(bottom=0)
        label_ends(axes, float(here["week"].max()) + 3.0, _placed(ends, axes.get_ylim()[1]), GAP)
        axes.xaxis.set_major_locator(MultipleLocator(26))
        axes.set_xlabel("week of the counted year")
    made[0][0].set_ylabel("clients who wait, for each therapist")
    inside = curves[curves["scenario"].isin(shown) & curves["caseload"].isin(few) & curves["week"].between(0, year)]
    means = inside.groupby(["scenario", "caseload"], sort=False)["value"].mean().reset_index().assign(arm=arm)
    form, facts = (
        "Lines over weeks: clients who wait for each therapist;",
        {"shown": len(shown), "there": len(scenarios)},
    )
    said = {"who": "{caseload} places", "panel": "scenario"}
    return picture("list", figure, means, f"{form} on average in the year:", facts=facts, **said)


def _placed(ends: list[End], top: float) -> list[End]:
    """Labels of line ends: one for lines that end close together; the lowest half a gap above the axis or higher."""
    groups: list[End] = []
    for y, text, colour in sorted(ends, key=lambda end: -end[0]):
        if groups and groups[-1][0] - y < 0.01 * top:
            groups[-1] = (groups[-1][0], f"{groups[-1][1]}, {text}", groups[-1][2])
        else:
            groups.append((y, text, colour))
    made: list[End] = []
    gap = GAP * top
    for y, text, colour in reversed(groups):
        least = made[-1][0] + gap if made and y - made[-1][0] < gap else 0.5 * gap
        made.append((max(y, least), f"{text} places", colour))
    return made[::-1]


ROWS = {"strain": "strain that a client meets", "learned": "repair skill learned, SD"}
DASHED = (":", "-", "--")
MOST_COLUMNS = 3


@theme()
def weeks(
    curves: pd.DataFrame, forms: Sequence[str], arms: Sequence[str], caseloads: Sequence[int], year: int, unit: str
) -> Picture:
    """Strain and skill of therapists: a row a quantity, a column a form of strain; a colour an arm, dashes a caseload.

    curves: columns form, caseload, arm, curve, week (from the beginning of the counted year), value, low, high. arms:
    the baseline first. year: counted weeks. unit: how much strain of 1 is, in words.
    """
    shown = forms[:MOST_COLUMNS]
    look = {arm: mine._replace(marker="") for arm, mine in looks(arms, arms[0]).items()}
    dashes = {caseload: DASHED[k % len(DASHED)] for k, caseload in enumerate(caseloads)}
    drawn = curves[curves["arm"].isin(arms) & curves["caseload"].isin(caseloads) & curves["form"].isin(shown)]
    figure, grid = canvas(len(ROWS), len(shown), 1.3 + 3.2 * len(shown), 5.9)
    for row, name in zip(grid, ROWS, strict=True):
        for axes, form in zip(row, shown, strict=True):
            here = drawn[(drawn["form"] == form) & (drawn["curve"] == name)]
            for places, dash in dashes.items():
                dashed = {arm: mine._replace(dashes=dash) for arm, mine in look.items()}
                courses(axes, here[here["caseload"] == places], "week", "arm", dashed, alpha=0.13)
            zone(axes, 0, year, FAINT, alpha=0.08)
            axes.set_ylim(bottom=0)
            axes.xaxis.set_major_locator(MultipleLocator(26))
    name_grid(grid, [wrapped(form, 34) for form in shown], "week of the counted year", ROWS.values())
    lines = [key(f"{places} places", Look(FAINT, dashes=dash)) for places, dash in dashes.items()]
    legend(figure, [*keys(look), *lines])
    within = drawn[(drawn["week"] < year) & drawn["curve"].isin(ROWS)].sort_values("week", kind="stable")
    last = within.groupby(["curve", "form", "arm", "caseload"], sort=False).tail(1)
    facts = {"unit": unit, "shown": len(shown), "there": len(forms)}
    said = {"who": "{form}, {arm}, {caseload} places", "panel": "curve", "names": ROWS}
    return picture("weeks", figure, last, "Lines over weeks. At the end of the year:", facts=facts, **said)
