"""Dropout curves: the share still in treatment, week by week and by arm."""

import pandas as pd

from alliance_sim.analysis.curves import staying
from alliance_sim.analysis.numbers import number
from alliance_sim.figures.picture import LeftOut, Picture, Scene
from alliance_sim.figures.style import canvas, label_ends, looks, theme, wrapped

NAME = "dropout"
TITLE = "Who stays"
CAPTION = (
    "Share of clients who have not dropped out, after each week (discrete-time survival, Kaplan and Meier). A step "
    "down is a week's dropout. A client who finishes early because well is counted as long as in treatment and is no "
    "dropout, which is why the last value differs a little from the plain percentage in the tables. Lines are means "
    "over simulated clinics, bands the middle 95 % of single clinics."
)


def draw(table: pd.DataFrame, arms: tuple[str, ...], baseline: str, each: str = "week") -> Picture:
    """One step curve per arm with its name at its end; `table` is that of `analysis.curves.staying`.

    each: what treatment is counted in, "week" or "session".
    """
    look = looks(arms, baseline)
    shown = [arm for arm in arms if (table["arm"] == arm).any()]
    weeks = int(table["week"].max())
    ends = []
    with theme():
        figure, grid = canvas(1, 1, 8.0, 4.4)
        axes = grid[0][0]
        for arm in shown:
            own = table[table["arm"] == arm].sort_values("week")
            week = own["week"].to_numpy(float)
            axes.step(week, own["value"], where="post", color=look[arm].colour, linewidth=2)
            low, high = own["spread_low"].to_numpy(float), own["spread_high"].to_numpy(float)
            axes.fill_between(week, low, high, step="post", color=look[arm].colour, alpha=0.12, linewidth=0)
            last = float(own["value"].to_numpy(float)[-1])
            ends.append((last, f"{wrapped(arm, 40)} {number(last, 0)} %", look[arm].colour))
        axes.set_xlim(0, 1.025 * weeks)
        axes.set_ylim(min(50.0, 10.0 * (float(table["spread_low"].min()) // 10.0)), 101)
        span = axes.get_ylim()[1] - axes.get_ylim()[0]
        label_ends(axes, 1.035 * weeks, ends, 0.055 * span)
        axes.set_xlabel(f"{each} of treatment")
        axes.set_ylabel("not dropped out, % of clients")
    return Picture(NAME, TITLE, CAPTION, _alt(table, shown, weeks, each), figure)


def _alt(table: pd.DataFrame, arms: list[str], weeks: int, each: str) -> str:
    words = []
    for arm in arms:
        own = table[table["arm"] == arm].set_index("week")["value"]
        middle = weeks // 2
        words.append(
            f"{arm}: {number(own[middle], 0)} % after {each} {middle}, {number(own[weeks], 0)} % after {each} {weeks}"
        )
    return "Step curves of clients who have not dropped out. " + ". ".join(words) + "."


def build(scene: Scene) -> Picture | LeftOut:
    """The picture of an experiment in which somebody had sessions."""
    if not scene.results.has_clients:
        return LeftOut(NAME, TITLE, "the run kept no client table (outputs.clients is false)")
    table = staying(scene.results)
    if table.empty:
        return LeftOut(NAME, TITLE, "no client had a session scheduled")
    return draw(table, scene.results.arms, scene.baseline)
