"""Trajectories by arm: goal, task, bond, felt and shown alliance, symptoms, and how many are still there."""

import pandas as pd

from alliance_sim.estimates.curves import staying, trajectories
from alliance_sim.figures.marks import MIDDLE, course, legend_below, panels, point
from alliance_sim.figures.picture import LeftOut, Picture, Scene, alt
from alliance_sim.figures.style import looks, same_limits, theme

NAME, TITLE = "trajectories", "The alliance and symptoms over the weeks"
PANELS = {
    "goal": "Goal: felt agreement on what for",
    "task": "Task: felt agreement on how",
    "bond": "Bond: felt trust and care",
    "alliance": "Alliance: felt (line), shown (dashes)",
    "symptoms": "Symptoms",
    "staying": "Not dropped out",
}
CAPTION = (
    "Lines are means over simulated clinics; the band holds the middle 95 % of single clinics. The four panels of the "
    "alliance show the same part of its scale, 0 (none) to 1 (full). Every week shows only clients who are still in "
    "treatment then, so a line may rise because the least satisfied have left: the last panel says how many have not "
    "dropped out. In the symptom panel the open marks at both ends count every client, those who left early too."
)
SAID = {"symptoms_all": "symptoms of all clients", "alliance": "felt alliance", "staying": "not dropped out (%)"}


@theme()
def draw(table: pd.DataFrame, arms: tuple[str, ...], baseline: str, scale: str) -> Picture:
    """Six panels over weeks.

    `table` is that of `analysis.curves.trajectories`, with the rows of `staying` added as quantity "staying".
    """
    look = looks(arms, baseline)
    units = {"symptoms": f"{scale}, points", "staying": "% of clients"}
    figure, made = panels(len(PANELS), 3, (3.2, 3.1), (0.4, 0.2))
    for axes, (quantity, title) in zip(made, PANELS.items(), strict=True):
        for turn, (arm, mine) in enumerate(look.items()):
            rows = table[table["arm"] == arm]
            own = rows[rows["quantity"] == quantity]
            # marks on every fourth week, in turn, so that lines that lie on each other can be told apart
            course(axes, own, "week", mine, ends=MIDDLE, size=4, alpha=0.12, every=(turn % 4, 4))
            if quantity == "alliance":
                dashed = mine._replace(marker="", dashes="--")
                course(axes, rows[rows["quantity"] == "expressed"], "week", dashed, ends=None, width=1.2)
            if quantity == "symptoms":
                ends = rows[rows["quantity"] == "symptoms_all"]
                point(axes, ends["week"], ends["value"], mine.hollow(), 6, clip_on=False)
        axes.set(xlabel="week of treatment", ylabel=units.get(quantity, "0 (none) – 1 (full)"), title=title)
    made[-1].set_ylim(top=101)
    same_limits(made[:4])
    legend_below(figure, arms, look)
    drawn = pd.concat([table[table["quantity"] == name] for name in SAID])
    said = alt("Lines over weeks.", drawn, who="{arm}", panel="quantity", over="week", names=SAID)
    return Picture(NAME, TITLE, CAPTION, said, figure)


def build(scene: Scene) -> Picture | LeftOut:
    """The picture of an experiment, where it kept its sessions."""
    if not scene.results.has_sessions:
        return LeftOut(NAME, TITLE, "the run kept no session table (outputs.sessions is false)")
    if not scene.results.has_clients:
        return LeftOut(NAME, TITLE, "the run kept no client table (outputs.clients is false)")
    stay = staying(scene.results).assign(quantity="staying")
    together = pd.concat([trajectories(scene.results), stay], ignore_index=True)
    return draw(together, scene.results.arms, scene.baseline, scene.scale)
