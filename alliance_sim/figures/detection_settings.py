"""What rating error and the number of sessions do to criteria: what they report, and how well they rank sessions."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from alliance_sim.estimands.criteria import BY_NAME
from alliance_sim.figures.marks import courses, label_ends, rule
from alliance_sim.figures.picture import Picture, alt
from alliance_sim.figures.style import COLOURS, FAINT, INK, canvas, theme, turns
from alliance_sim.stats.numbers import setting

NAME, TITLE = "settings", "Rating error and the number of sessions"
ROWS = {
    "flagged": ("“ruptures” without ruptures", "% of clients"),
    "repaired": ("“repaired” without ruptures", "% of clients"),
    "area": ("distinguishing ruptures from none", "area under curve"),
}
LOOKS = [look._replace(dashes="-") for look in turns((*COLOURS[:5], INK, COLOURS[6], FAINT))]
"""Colours that are read on white as lines and as labels."""

ALIKE = 1.0  # criteria that are nowhere farther apart than so many percent (hundredths of area) are drawn once
CAPTION = (
    "Each column varies one setting, the others stay at their middle. Top and middle: clients in the scenario without "
    "ruptures of whom a criterion reports a rupture, or a repaired one. Bottom, in the scenario with ruptures: the "
    "chance that the largest fall of a stretch with a rupture exceeds that of a stretch without one, over all "
    "thresholds (0.5: no better than chance). One criterion of each kind, and one of those that differ by less than a "
    "percentage point everywhere. Bars: 95 % intervals of the mean."
)


def shown(table: pd.DataFrame) -> list[str]:
    """The first criterion of each family, but for those that are nowhere far from one before."""
    kept: dict[str, np.ndarray] = {}
    for criterion in dict.fromkeys(table["criterion"]):
        own = table[table["criterion"] == criterion].sort_values(["quantity", "factor", "place"])
        values = np.where(own["quantity"] == "area", 100.0, 1.0) * own["mean"].to_numpy(float)
        same = any(np.nanmax(np.abs(values - other)) < ALIKE for other in kept.values())
        if not same and BY_NAME[criterion].family not in {BY_NAME[name].family for name in kept}:
            kept[criterion] = values
    return list(kept)[: len(LOOKS)]


@theme()
def build(table: pd.DataFrame, names: Sequence[str]) -> Picture:
    """Columns factors, rows quantities; `table` is that of settings, `names` what the factors are called."""
    factors = list(dict.fromkeys(table["factor"]))
    looks = dict(zip(shown(table), LOOKS, strict=False))
    drawn = table[table["criterion"].isin(looks)]
    figure, grid = canvas(len(ROWS), len(factors), 1.0 + 4.6 * len(factors), 8.2, sharey="row")
    for row, (quantity, (title, unit)) in zip(grid, ROWS.items(), strict=True):
        for axes, factor, name in zip(row, factors, names, strict=True):
            own = drawn[(drawn["quantity"] == quantity) & (drawn["factor"] == factor)]
            places = own.drop_duplicates("place").sort_values("place")
            ends = courses(axes, own, "place", "criterion", looks, value="mean", bars=True, size=5, width=1.7)
            ends = [(last, BY_NAME[name].label.split(" (")[0], colour) for last, name, colour in ends]
            axes.set_xticks(places["place"], [setting(value) for value in places["level"]])
            axes.set(xlim=(-0.25, len(places) - 0.75), title=title, xlabel=name)
            if quantity == "area":
                rule(axes, y=0.5, dashes=":", width=0.8)
        row[0].set_ylabel(unit)
        label_ends(row[-1], len(places) - 0.9, ends, 0.075)  # those of the last column
    words = {quantity: f"{title}, {unit}" for quantity, (title, unit) in ROWS.items()}
    words |= {name: BY_NAME[name].label for name in looks} | dict(zip(factors, names, strict=True))
    who = "{criterion}, {factor} {level}"
    said = alt("Lines over settings.", drawn, "mean", who=who, panel="quantity", names=words)
    return Picture(NAME, TITLE, CAPTION, said, figure)
