"""Effects of policies among clients of each profile, and how much they differ from everybody else's."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from alliance_sim.estimands.profiles import BY_NAME
from alliance_sim.figures.marks import dots, estimate, facets, interval, keys, legend, name_rows, rule
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import Look, looks, theme
from alliance_sim.figures.words import picture
from alliance_sim.stats.numbers import of_difference

LABELS = {name: each.label for name, each in BY_NAME.items()}
SAID: dict[str, Any] = {"who": "{policy}, {profile}", "panel": "estimate", "names": LABELS, "signed": True}


def draw(table: pd.DataFrame, groups: list[str], baseline: str) -> Picture:
    """Effects: small multiples of outcomes, a row a group.

    `table` has columns policy, profile, estimate, value, low, high, spread_low, spread_high, unit.
    """
    drawn = table[table["profile"].isin(groups)].assign(baseline=baseline)
    figure = _panels(drawn, groups, baseline, "better", mark=estimate, size=5.0)
    return picture("by_profile", figure, drawn, "Dots with intervals.", **SAID)


def draw_interactions(table: pd.DataFrame, baseline: str) -> Picture:
    """Each group against all others; columns as in `draw`, and `contrasts`, how many these are."""
    groups = list(dict.fromkeys(table["profile"]))
    figure = _panels(table, groups, baseline, "better than others", mark=_contrasts)
    return picture("profile_against_rest", figure, table.assign(baseline=baseline), "Dots with intervals.", **SAID)


@theme()
def _panels(table: pd.DataFrame, groups: list[str], baseline: str, words: str, **style: Any) -> Figure:
    """A panel an outcome, a row a group, a mark a policy; `words` say what is at the better end of the axis."""
    policies, names = (list(dict.fromkeys(table[column])) for column in ("policy", "estimate"))
    look = looks([baseline, *policies], baseline)
    look.pop(baseline)
    titles, size = {name: LABELS[name] for name in names}, (2.9, 1.5 + 0.62 * len(groups))
    figure, made = facets(table, "estimate", len(names), size, (1.7, 0.0), names=titles, wrap=30)
    for k, (axes, name, here) in enumerate(made):
        dots(axes, here, groups, "profile", look, "policy", 0.66 / len(policies), **style)
        rule(axes, x=0.0)
        name_rows(axes, groups, 20, range(1, len(groups)), left=k == 0)
        way = {1: f"   {words} →", -1: f"   ← {words}", 0: ""}[BY_NAME[name].better]
        axes.set_xlabel(of_difference(BY_NAME[name].unit) + way)
    legend(figure, keys(look))
    return figure


def _contrasts(axes: Axes, own: pd.DataFrame, places: Any, look: Look) -> None:
    """Filled where the interval leaves zero out."""
    sure = ((own["low"] > 0) | (own["high"] < 0)).to_numpy()
    interval(axes, own[sure], places[sure], look, size=5.0)
    interval(axes, own[~sure], places[~sure], look.hollow(), size=5.0)
