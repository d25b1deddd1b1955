"""Outcome by arm, with the interval of the mean and the spread of single clinics."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from alliance_sim.analysis.catalogue import BY_NAME
from alliance_sim.analysis.numbers import digits_of, interval, number, with_unit
from alliance_sim.figures.picture import LeftOut, Picture, Scene
from alliance_sim.figures.style import FAINT, Look, canvas, looks, theme, wrapped

NAME = "outcome"
TITLE = "Outcome by arm"
SHOWN = ("pre_post_d", "recovery_pct", "dropout_pct", "alliance_end", "wai_client", "alliance_outcome_r")
CAPTION = (
    "Each row is one arm. The mark is the mean over simulated clinics, the thick bar the 95 % interval of that mean "
    "(how sure this simulation is of its own number; more clinics make it shorter), the thin line the middle 95 % of "
    "single clinics (what one study of this size would find). The dotted line is the baseline's mean."
)
LABELS = {
    "pre_post_d": "Improvement, intake to end (d)",
    "recovery_pct": "Recovered (%)",
    "dropout_pct": "Dropped out (%)",
    "alliance_end": "Felt alliance, last session (0–1)",
    "wai_client": "Alliance rated by clients (1–5)",
    "alliance_outcome_r": "Alliance–outcome correlation (r)",
}


def levels(scene: Scene) -> pd.DataFrame:
    """The estimates of arms as such: averaged over the settings of factors where there are any."""
    table = scene.estimates[scene.estimates["kind"] == "level"]
    if scene.results.factors:
        table = table[table[list(scene.results.factors)].isna().all(axis=1)]
    return table


def _panel(axes: Axes, table: pd.DataFrame, arms: tuple[str, ...], baseline: str, look: dict[str, Look]) -> None:
    """One outcome: a row per arm, the first arm on top."""
    for place, arm in enumerate(arms):
        row = table[table["arm"] == arm]
        if row.empty or not np.isfinite(row["value"].iat[0]):
            axes.text(0.5, place, "does not apply", transform=axes.get_yaxis_transform(), va="center", ha="center",
                      color=FAINT, fontsize=8.5, fontstyle="italic")  # fmt: skip
            continue
        value = float(row["value"].iat[0])
        axes.plot(
            [row["spread_low"].iat[0], row["spread_high"].iat[0]], [place, place], color=look[arm].colour, linewidth=1
        )
        axes.plot(
            [row["low"].iat[0], row["high"].iat[0]],
            [place, place],
            color=look[arm].colour,
            linewidth=4.5,
            alpha=0.55,
            solid_capstyle="butt",
        )
        axes.plot([value], [place], look[arm].marker, color=look[arm].colour, markersize=6)
        if arm == baseline:
            axes.axvline(value, color=FAINT, linestyle=":", linewidth=1, zorder=0)
    axes.set_ylim(len(arms) - 0.5, -0.5)
    axes.grid(visible=False, axis="y")
    axes.margins(x=0.06)


def draw(table: pd.DataFrame, arms: tuple[str, ...], baseline: str) -> Picture:
    """Small multiples of outcomes; `table` has the level rows of the estimates, one per arm and estimate."""
    look = looks(arms, baseline)
    shown = [name for name in SHOWN if np.isfinite(table.loc[table["estimate"] == name, "value"]).any()]
    rows = -(-len(shown) // 3)
    with theme():
        figure, grid = canvas(rows, 3, 10.0, rows * (0.95 + 0.33 * len(arms)) + 0.2)
        places = [axes for row in grid for axes in row]
        for k, (axes, name) in enumerate(zip(places, shown, strict=False)):
            _panel(axes, table[table["estimate"] == name], arms, baseline, look)
            axes.set_title(LABELS[name])
            axes.set_yticks(range(len(arms)), [wrapped(arm, 20) for arm in arms] if k % 3 == 0 else [])
            axes.tick_params(axis="y", length=0)
        for axes in places[len(shown) :]:
            axes.remove()
    return Picture(NAME, TITLE, CAPTION, _alt(table, arms, shown), figure)


def _alt(table: pd.DataFrame, arms: tuple[str, ...], shown: list[str]) -> str:
    """Every number of the figure, in words."""
    words = []
    for name in shown:
        unit = BY_NAME[name].unit
        cells = []
        for arm in arms:
            row = table[(table["estimate"] == name) & (table["arm"] == arm)].iloc[0]
            if np.isfinite(row["value"]):
                digits = digits_of(unit)
                text = with_unit(number(row["value"], digits), unit)
                cells.append(f"{arm} {text} {interval(row['low'], row['high'], digits)}")
        words.append(f"{BY_NAME[name].label}: {', '.join(cells)}")
    return "Dot plots with intervals. " + ". ".join(words) + "."


def build(scene: Scene) -> Picture | LeftOut:
    """The picture of an experiment."""
    return draw(levels(scene), scene.results.arms, scene.baseline)
