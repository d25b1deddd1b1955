"""Effects of policies among clients of each profile, and how much they differ from everybody else's."""

from collections.abc import Callable

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from alliance_sim.estimands.profiles import BY_NAME
from alliance_sim.figures.marks import estimate, interval, legend_below, name_rows, rule
from alliance_sim.figures.picture import Picture, alt
from alliance_sim.figures.style import Look, canvas, looks, theme, wrapped
from alliance_sim.stats.numbers import of_difference

NAME, TITLE = "by_profile", "The effect of each policy, by profile"
CAPTION = (
    "Each row is a group of clients, each mark a policy: its effect there, minus that of {baseline}, between matched "
    "twins (the same people with common random numbers). Thick bar: 95 % interval of the mean over simulated clinics "
    "(often shorter than the mark); thin line: middle 95 % of single clinics (other parameters, people and random "
    "draws). The arrow says which way is better for the client."
)
OTHER_NAME = "profile_against_rest"
OTHER_TITLE = "What a policy does for a profile beyond what it does for everybody else"
OTHER_CAPTION = (
    "Effect of a policy (against {baseline}) among clients of a profile, minus its effect among all other clients. "
    "Bars are 95 % intervals that hold for all {count} contrasts at once; filled marks are contrasts whose interval "
    "leaves zero out. The arrow says on which side the policy does the profile more good, or less harm, than others."
)


def draw(table: pd.DataFrame, groups: list[str], baseline: str) -> Picture:
    """Small multiples of outcomes, a row a group.

    `table` has columns policy, profile, estimate, value, low, high, spread_low, spread_high, unit.
    """
    figure = _panels(table, groups, baseline, estimate, "better")
    return Picture(NAME, TITLE, CAPTION.format(baseline=baseline), _alt(table), figure)


def draw_interactions(table: pd.DataFrame, baseline: str) -> Picture:
    """Small multiples of outcomes; `table` has columns policy, profile, estimate, value, low, high, unit, contrasts."""
    groups = list(dict.fromkeys(table["profile"]))
    figure = _panels(table, groups, baseline, _contrast, "better than others")
    caption = OTHER_CAPTION.format(baseline=baseline, count=int(table["contrasts"].iloc[0]))
    return Picture(OTHER_NAME, OTHER_TITLE, caption, _alt(table), figure)


def _alt(table: pd.DataFrame) -> str:
    names = {name: each.label for name, each in BY_NAME.items()}
    return alt("Dots with intervals.", table, who="{policy}, {profile}", panel="estimate", names=names, signed=True)


Mark = Callable[[Axes, pd.DataFrame, float, Look, float], None]


@theme()
def _panels(table: pd.DataFrame, groups: list[str], baseline: str, mark: Mark, words: str) -> Figure:
    """A panel an outcome, a row a group, a mark a policy; `words` say what is at the better end of the axis."""
    policies, names = (list(dict.fromkeys(table[column])) for column in ("policy", "estimate"))
    look = looks([baseline, *policies], baseline)
    figure, [grid] = canvas(1, len(names), 1.7 + 2.9 * len(names), 1.5 + 0.62 * len(groups))
    for axes, name in zip(grid, names, strict=True):
        for p, policy in enumerate(policies):
            shift = 0.66 * ((p + 0.5) / len(policies) - 0.5)
            for place, group in enumerate(groups):
                own = table[(table["policy"] == policy) & (table["estimate"] == name) & (table["profile"] == group)]
                mark(axes, own, place + shift, look[policy], 5.0)
        each = BY_NAME[name]
        rule(axes, x=0.0)
        name_rows(axes, groups, 20, range(1, len(groups)), left=axes is grid[0])
        way = {1: f"   {words} →", -1: f"   ← {words}", 0: ""}[each.better]
        axes.set(xlabel=of_difference(each.unit) + way, title=wrapped(each.label, 30))
    legend_below(figure, policies, look)
    return figure


def _contrast(axes: Axes, own: pd.DataFrame, place: float, look: Look, size: float) -> None:
    sure = ((own["low"] > 0) | (own["high"] < 0)).all()
    interval(axes, own, place, look if sure else look.hollow(), size=size)
