"""What rating error and the number of sessions do to criteria: what they report, and how well they tell."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from alliance_sim.analysis.criteria import BY_NAME
from alliance_sim.analysis.numbers import number, setting
from alliance_sim.figures.gist import Shown, extremes, within
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import COLOURS, FAINT, INK, MARKERS, canvas, label_ends, theme

NAME = "settings"
TITLE = "Rating error and the number of sessions"
ROWS = {
    "flagged": ("“ruptures” without ruptures", "% of clients"),
    "repaired": ("“repaired” without ruptures", "% of clients"),
    "area": ("telling ruptures from none", "area under curve"),
}
PALETTE = (*COLOURS[:5], INK, COLOURS[6], FAINT)
"""Colours that are read on white as lines and as labels."""

ALIKE = 1.0
"""Criteria that are nowhere farther apart than so many percent (hundredths of area) are drawn once."""

CAPTION = (
    "Each column varies one setting, the others stay at their middle. Top and middle: clients in the world without "
    "ruptures of whom a criterion reports a rupture, or a repaired one. Bottom, in the world with ruptures: the chance "
    "that the largest fall of a stretch with a rupture exceeds that of a stretch without one, over all thresholds "
    "(0.5: no better than chance). One criterion of each kind, and one of those that cannot be told apart. Bars: 95 % "
    "intervals of the mean."
)


def shown(table: pd.DataFrame) -> list[str]:
    """The first criterion of each family, but for those that do as one before does everywhere."""
    kept: dict[str, np.ndarray] = {}
    for criterion in dict.fromkeys(table["criterion"]):
        own = table[table["criterion"] == criterion].sort_values(["quantity", "factor", "place"])
        values = np.where(own["quantity"] == "area", 100.0, 1.0) * own["mean"].to_numpy(float)
        same = any(np.nanmax(np.abs(values - other)) < ALIKE for other in kept.values())
        if not same and BY_NAME[criterion].family not in {BY_NAME[name].family for name in kept}:
            kept[criterion] = values
    return list(kept)[: len(PALETTE)]


def build(table: pd.DataFrame, names: Sequence[str]) -> Picture:
    """Columns factors, rows quantities; `table` is that of settings, `names` what the factors are called."""
    factors = list(dict.fromkeys(table["factor"]))
    criteria = shown(table)
    with theme():
        figure, grid = canvas(len(ROWS), len(factors), 1.0 + 4.6 * len(factors), 8.2, sharey="row")
        for row, (quantity, (title, unit)) in zip(grid, ROWS.items(), strict=True):
            own = table[(table["quantity"] == quantity) & table["criterion"].isin(criteria)]
            top = float(own["high"].max())
            for axes, factor, name in zip(row, factors, names, strict=True):
                last = factor == factors[-1]
                _panel(axes, own[own["factor"] == factor], criteria, top, last)
                axes.set_title(title)
                axes.set_xlabel(name)
            row[0].set_ylabel(unit)
            if quantity == "area":
                row[0].axhline(0.5, color=FAINT, linewidth=0.8, linestyle=":")
    return Picture(NAME, TITLE, CAPTION, _alt(table, criteria, dict(zip(factors, names, strict=True))), figure)


def _panel(axes: Axes, table: pd.DataFrame, criteria: list[str], top: float, labels: bool) -> None:
    ends = []
    places = table.drop_duplicates("place").sort_values("place")
    for k, criterion in enumerate(criteria):
        own = table[table["criterion"] == criterion].sort_values("place")
        x, y = own["place"].to_numpy(float), own["mean"].to_numpy(float)
        error = np.abs(np.vstack([y - own["low"].to_numpy(float), own["high"].to_numpy(float) - y]))
        axes.errorbar(
            x, y, np.nan_to_num(error), color=PALETTE[k], marker=MARKERS[k % len(MARKERS)], markersize=5, linewidth=1.7,
            elinewidth=1.0,
        )  # fmt: skip
        ends.append((float(y[-1]), BY_NAME[criterion].label.split(" (")[0], PALETTE[k]))
    axes.set_xticks(places["place"], [setting(value) for value in places["level"]])
    axes.set_xlim(-0.25, len(places) - 0.75)
    if labels:
        low = 0.5 if top <= 1 else 0.0
        label_ends(axes, len(places) - 0.9, ends, 0.075 * (top - low))


def _alt(table: pd.DataFrame, criteria: list[str], names: dict[str, str]) -> str:
    """The extremes of what is flagged at either end of each factor."""
    flagged = table[(table["quantity"] == "flagged") & table["criterion"].isin(criteria)]
    words = [
        "Percent of clients flagged without ruptures, from the criterion that flags fewest to that which flags most."
    ]
    for factor, own in flagged.groupby("factor", sort=False):
        for place in sorted({own["place"].min(), own["place"].max()}):
            end = own[own["place"] == place]
            marks = [
                Shown(float(row["mean"]), number(float(row["mean"]), 0), BY_NAME[row["criterion"]].label)
                for _, row in end.iterrows()
            ]
            words.append(f"{names[str(factor)]} {setting(end['level'].iloc[0])}: {extremes(marks)}.")
    return within(words)
