"""Dropout curves: the share still in treatment, week by week and by arm."""

import pandas as pd

from alliance_sim.analysis.curves import staying
from alliance_sim.analysis.numbers import number
from alliance_sim.figures.alt import alt
from alliance_sim.figures.marks import MIDDLE, course, label_ends
from alliance_sim.figures.picture import LeftOut, Picture, Scene
from alliance_sim.figures.style import canvas, looks, theme, wrapped

NAME, TITLE = "dropout", "Who stays"
CAPTION = (
    "Share of clients who have not dropped out, after each week (discrete-time survival, Kaplan and Meier). A step "
    "down is a week's dropout. A client who finishes early because well is counted as long as in treatment and is no "
    "dropout, which is why the last value differs a little from the plain percentage in the tables. Lines are means "
    "over simulated clinics, bands the middle 95 % of single clinics."
)


@theme()
def draw(table: pd.DataFrame, arms: tuple[str, ...], baseline: str, each: str = "week") -> Picture:
    """One step curve per arm with its name at its end; `table` is that of `analysis.curves.staying`.

    each: what treatment is counted in, "week" or "session".
    """
    weeks, ends = int(table["week"].max()), []
    figure, [[axes]] = canvas(1, 1, 8.0, 4.4)
    for arm, look in looks(arms, baseline).items():
        own, plain = table[table["arm"] == arm], look._replace(marker="")
        last = course(axes, own, "week", plain, ends=MIDDLE, steps=True, width=2.0, alpha=0.12)
        ends.append((last, f"{wrapped(arm, 40)} {number(last, 0)} %", look.colour))
    axes.set_xlim(0, 1.025 * weeks)
    axes.set_ylim(min(50.0, 10.0 * (float(table["spread_low"].min()) // 10.0)), 101)
    label_ends(axes, 1.035 * weeks, ends)
    axes.set_xlabel(f"{each} of treatment")
    axes.set_ylabel("not dropped out, % of clients")
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
