"""Courses over the weeks: alliance, symptoms and staying of every arm, and those of one clinic of real clients."""

import pandas as pd
from matplotlib.ticker import MaxNLocator

from alliance_sim.estimates.curves import staying, trajectories
from alliance_sim.figures.marks import MIDDLE, course, courses, facets, interval, keys, label_ends, legend, point
from alliance_sim.figures.picture import Picture, Scene
from alliance_sim.figures.style import INK, Look, canvas, looks, same_limits, theme, turns, wrapped
from alliance_sim.figures.words import picture
from alliance_sim.stats.numbers import number

PANELS = {
    "goal": "Goal: felt agreement on what for",
    "task": "Task: felt agreement on how",
    "bond": "Bond: felt trust and care",
    "alliance": "Alliance: felt (line), shown (dashes)",
    "symptoms": "Symptoms",
    "staying": "Not dropped out",
}
SAID = {"symptoms_all": "symptoms of all clients", "alliance": "felt alliance", "staying": "not dropped out (%)"}


@theme()
def over_weeks(scene: Scene) -> Picture:
    """Six panels over weeks: goal, task, bond, felt and shown alliance, symptoms, and how many are still there."""
    stay = staying(scene.results).assign(quantity="staying")
    table = pd.concat([trajectories(scene.results), stay], ignore_index=True)
    look = looks(scene.results.arms, scene.baseline)
    units = {"symptoms": f"{scene.scale}, points", "staying": "% of clients"}
    figure, made = facets(table, "quantity", 3, (3.2, 3.1), (0.4, 0.2), names=PANELS)
    for axes, quantity, own in made:
        for turn, (arm, mine) in enumerate(look.items()):
            # marks on every fourth week, in turn, so that lines that lie on each other can be distinguished
            course(axes, own[own["arm"] == arm], "week", mine, ends=MIDDLE, size=4, alpha=0.12, every=(turn % 4, 4))
            rows = table[table["arm"] == arm]
            if quantity == "alliance":
                dashed = mine._replace(marker="", dashes="--")
                course(axes, rows[rows["quantity"] == "expressed"], "week", dashed, ends=None, width=1.2)
            if quantity == "symptoms":
                ends = rows[rows["quantity"] == "symptoms_all"]
                point(axes, ends["week"], ends["value"], mine.hollow(), 6, clip_on=False)
        axes.set(xlabel="week of treatment", ylabel=units.get(quantity, "0 (none) – 1 (full)"))
    made[-1][0].set_ylim(top=101)
    same_limits([axes for axes, *_ in made[:4]])
    legend(figure, keys(look))
    drawn = pd.concat([table[table["quantity"] == name] for name in SAID])
    return picture(
        "trajectories", figure, drawn, "Lines over weeks.", who="{arm}", panel="quantity", over="week", names=SAID
    )


def dropout(scene: Scene) -> Picture | str:
    """How many have not dropped out, of an experiment in which somebody had sessions."""
    table = staying(scene.results)
    if table.empty:
        return "no client had a session scheduled"
    return draw_dropout(table, scene.results.arms, scene.baseline)


@theme()
def draw_dropout(table: pd.DataFrame, arms: tuple[str, ...], baseline: str, each: str = "week") -> Picture:
    """One step curve per arm with its name at its end; `table` is that of `curves.staying`.

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
    return picture(
        "dropout", figure, drawn, "Step curves of clients who have not dropped out, %.", who="{arm}", over=each
    )


OWN_PANELS = {
    "wai_client": "Alliance rated by clients",
    "wai_goal": "… goal",
    "wai_task": "… task",
    "wai_bond": "… bond",
    "wai_therapist": "Alliance rated by therapists",
    "symptoms": "Symptoms",
    "staying": "Not dropped out",
}
OWN = Look(INK, "o")


@theme()
def of_clinic(
    own: pd.DataFrame, simulated: pd.DataFrame, scale: str, name: str, group: str = "", higher_is_better: bool = False
) -> Picture:
    """The course of one clinic, session by session, compared with simulated clinics of the same size.

    own: columns quantity, week, value, low, high of one group; simulated: the same with `scenario`. `scale` names the
    symptom measure; `higher_is_better` says which way it goes.
    """
    shown = {quantity: title for quantity, title in OWN_PANELS.items() if (own["quantity"] == quantity).any()}
    looks = {
        str(scenario): look._replace(marker="")
        for scenario, look in zip(dict.fromkeys(simulated["scenario"]), turns(), strict=False)
    }
    direction = "\n(higher is better)" if higher_is_better else ""
    units = {"symptoms": f"{scale}, points{direction}", "staying": "% of clients"}
    figure, made = facets(own, "quantity", 3, (3.2, 2.7), (0.6, 0.5), names=shown)
    for axes, quantity, rows in made:
        here = simulated[simulated["quantity"] == quantity]
        courses(axes, here, "week", "scenario", looks, width=1.6, alpha=0.16)
        known = rows[rows["value"].notna()]
        interval(axes, known, known["week"], OWN, upright=True, size=3.6, width=1.0)
        axes.set(xlabel="session", ylabel=units.get(quantity, "1–5"))
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    if rated := [axes for axes, quantity, _ in made if quantity.startswith("wai")]:
        same_limits(rated)
    legend(figure, [*keys({"the clinic": OWN}, 0.0), *keys(looks, 1.8)], 3)
    names = {quantity: title.removeprefix("… ") for quantity, title in OWN_PANELS.items()}
    drawn = pd.concat([own[own["quantity"] == quantity] for quantity in shown]).rename(columns={"week": "session"})
    drawn = drawn.assign(group=group)
    said, facts = {"panel": "quantity", "over": "session", "names": names}, {"simulated": bool(looks)}
    return picture(name, figure, drawn, "The clinic, over sessions.", words="own_course", facts=facts, **said)
