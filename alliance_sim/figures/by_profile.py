"""Effects of policies among clients of each profile, and how much they differ from everybody else's."""

from collections.abc import Callable
from typing import Any, TypeAlias

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from alliance_sim.analysis.numbers import digits_of, number, of_difference
from alliance_sim.analysis.profiles import BY_NAME
from alliance_sim.figures.gist import Shown, extremes, within
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import FAINT, Look, canvas, legend_below, looks, theme, wrapped
from alliance_sim.scenario.problem import counted

NAME, TITLE = "by_profile", "The effect of each policy, by profile"
CAPTION = (
    "Each row is a group of clients, each mark a policy: its effect there, minus that of {baseline}, between the same "
    "people with the same luck. Thick bar: 95 % interval of the mean over simulated clinics (often shorter than the "
    "mark); thin line: middle 95 % of single clinics, which holds what is not known about the parameters, other people "
    "and other luck. The arrow says which way is better for the client."
)
OTHER_NAME, OTHER_TITLE = (
    "profile_against_rest",
    "What a policy does for a profile beyond what it does for everybody else",
)
OTHER_CAPTION = (
    "Effect of a policy (against {baseline}) among clients of a profile, minus its effect among all other clients. "
    "Bars are 95 % intervals that hold for all {count} contrasts at once; filled marks are contrasts whose interval "
    "leaves zero out. The arrow says on which side the policy does the profile more good, or less harm, than others."
)


Mark: TypeAlias = Callable[[Axes, float, dict[str, Any], Look], None]
"""Draws one row of a table at a place."""


def _rows(table: pd.DataFrame, policy: str, name: str) -> dict[str, dict[str, Any]]:
    own = table[(table["policy"] == policy) & (table["estimate"] == name)]
    return {str(row["profile"]): {str(k): v for k, v in row.items()} for row in own.to_dict("records")}


def draw(table: pd.DataFrame, groups: list[str], baseline: str) -> Picture:
    """Small multiples of outcomes, a row a group.

    `table` has columns policy, profile, estimate, value, low, high, spread_low, spread_high, unit.
    """
    figure = _panels(table, groups, baseline, _mark, "better")
    return Picture(NAME, TITLE, CAPTION.format(baseline=baseline), _alt(table, groups), figure)


def draw_interactions(table: pd.DataFrame, baseline: str) -> Picture:
    """Small multiples of outcomes; `table` has columns policy, profile, estimate, value, low, high, unit, contrasts."""
    groups = list(dict.fromkeys(table["profile"]))
    figure = _panels(table, groups, baseline, _contrast, "better than others")
    caption = OTHER_CAPTION.format(baseline=baseline, count=int(table["contrasts"].iloc[0]))
    return Picture(OTHER_NAME, OTHER_TITLE, caption, _alt(table, groups), figure)


def _panels(table: pd.DataFrame, groups: list[str], baseline: str, mark: Mark, words: str) -> Figure:
    """A panel an outcome, a row a group, a mark a policy; `words` say what is at the better end of the axis."""
    policies = list(dict.fromkeys(table["policy"]))
    names = list(dict.fromkeys(table["estimate"]))
    look = looks([baseline, *policies], baseline)
    with theme():
        figure, grid = canvas(1, len(names), 1.7 + 2.9 * len(names), 1.5 + 0.62 * len(groups))
        for k, (axes, name) in enumerate(zip(grid[0], names, strict=True)):
            for p, policy in enumerate(policies):
                rows = _rows(table, policy, name)
                shift = 0.66 * ((p + 0.5) / len(policies) - 0.5)
                for place, group in enumerate(groups):
                    mark(axes, place + shift, rows[group], look[policy])
            _axis(axes, groups, name, words)
            axes.set_yticks(range(len(groups)), [wrapped(group, 20) for group in groups] if k == 0 else [])
        legend_below(figure, policies, look)
    return figure


def _axis(axes: Axes, groups: list[str], name: str, words: str) -> None:
    """The line of no effect, lines between groups, the unit, and which way is better."""
    each = BY_NAME[name]
    axes.axvline(0.0, color=FAINT, linewidth=1)
    for place in range(len(groups) - 1):
        axes.axhline(place + 0.5, color="#e6e6e6", linewidth=0.8)
    axes.set_ylim(len(groups) - 0.45, -0.55)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    way = {1: f"   {words} →", -1: f"   ← {words}", 0: ""}[each.better]
    axes.set_xlabel(of_difference(each.unit) + way)
    axes.set_title(wrapped(each.label, 30))


def _mark(axes: Axes, place: float, row: dict[str, Any], look: Look) -> None:
    axes.plot([row["spread_low"], row["spread_high"]], [place, place], color=look.colour, linewidth=0.9, alpha=0.8)
    axes.plot([row["low"], row["high"]], [place, place], color=look.colour, linewidth=4, alpha=0.55)
    axes.plot([row["value"]], [place], look.marker, color=look.colour, markersize=4.5)


def _contrast(axes: Axes, place: float, row: dict[str, Any], look: Look) -> None:
    sure = row["low"] > 0 or row["high"] < 0
    axes.plot([row["low"], row["high"]], [place, place], color=look.colour, linewidth=1.6)
    face = look.colour if sure else "white"
    axes.plot([row["value"]], [place], look.marker, color=look.colour, markerfacecolor=face, markersize=5.5)


def _alt(table: pd.DataFrame, groups: list[str]) -> str:
    """For each outcome the least and the greatest effect, and of whom."""
    policies = list(dict.fromkeys(table["policy"]))
    of = "one policy" if len(policies) == 1 else f"{len(policies)} policies"
    words = [f"Dot plots with intervals of {of} in {counted(len(groups), 'group')} of clients."]
    for name in dict.fromkeys(table["estimate"]):
        marks = []
        for policy in policies:
            for group, row in _rows(table, policy, name).items():
                digits = digits_of(str(row["unit"]), 0.5 * (row["high"] - row["low"]))
                marks.append(Shown(row["value"], number(row["value"], digits, signed=True), f"{policy}, {group}"))
        words.append(f"{BY_NAME[name].label}: {extremes(marks)}.")
    return within(words)
