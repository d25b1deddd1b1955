"""Dropout curves: the share still in treatment, week by week and by arm."""

import pandas as pd

from alliance_sim.estimates.curves import staying
from alliance_sim.figures.marks import MIDDLE, courses, label_ends
from alliance_sim.figures.picture import LeftOut, Picture, Scene, alt
from alliance_sim.figures.style import canvas, looks, theme, wrapped
from alliance_sim.stats.numbers import number

NAME, TITLE = "dropout", "Who stays"
CAPTION = (
    "Share of clients who have not dropped out, after each week (discrete-time survival, Kaplan and Meier). A step "
    "down is a week's dropout. A client who finishes early because well is no dropout, and is counted as long as in "
    "treatment; so the last value differs a little from the percentage in the tables. Lines are means over simulated "
    "clinics, bands the middle 95 % of single clinics."
)


@theme()
def draw(table: pd.DataFrame, arms: tuple[str, ...], baseline: str, each: str = "week") -> Picture:
    """One step curve per arm with its name at its end; `table` is that of `analysis.curves.staying`.

    each: what treatment is counted in, "week" or "session".
    """
    weeks = int(table["week"].max())
    figure, [[axes]] = canvas(1, 1, 8.0, 4.4)
    look = {arm: mine._replace(marker="") for arm, mine in looks(arms, baseline).items()}
    ends = courses(axes, table, "week", "arm", look, ends=MIDDLE, steps=True, width=2.0, alpha=0.12)
    ends = [(last, f"{wrapped(arm, 40)} {number(last, 0)} %", colour) for last, arm, colour in ends]
    axes.set(xlim=(0, 1.025 * weeks), ylim=(min(50.0, 10.0 * (float(table["spread_low"].min()) // 10.0)), 101))
    label_ends(axes, 1.035 * weeks, ends)
    axes.set(xlabel=f"{each} of treatment", ylabel="not dropped out, % of clients")
    drawn = table[table["arm"].isin(arms)].rename(columns={"week": each})
    said = alt("Step curves of clients who have not dropped out, %.", drawn, who="{arm}", over=each)
    return Picture(NAME, TITLE, CAPTION, said, figure)


def build(scene: Scene) -> Picture | LeftOut:
    """The picture of an experiment in which somebody had sessions."""
    if not scene.results.has_clients:
        return LeftOut(NAME, TITLE, "the run kept no client table (outputs.clients is false)")
    table = staying(scene.results)
    if table.empty:
        return LeftOut(NAME, TITLE, "no client had a session scheduled")
    return draw(table, scene.results.arms, scene.baseline)
