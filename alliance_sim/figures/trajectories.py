"""Trajectories by arm: goal, task, bond, felt and shown alliance, symptoms, and how many are still there."""

import pandas as pd
from matplotlib.axes import Axes

from alliance_sim.analysis.curves import staying, trajectories
from alliance_sim.analysis.numbers import number
from alliance_sim.figures.picture import LeftOut, Picture, Scene
from alliance_sim.figures.style import Look, canvas, legend_below, looks, same_limits, theme

NAME = "trajectories"
TITLE = "The alliance and symptoms over the weeks"
PANELS = (
    ("goal", "Goal: felt agreement on what for"),
    ("task", "Task: felt agreement on how"),
    ("bond", "Bond: felt trust and care"),
    ("alliance", "Alliance: felt (line), shown (dashes)"),
    ("symptoms", "Symptoms"),
    ("staying", "Not dropped out"),
)
CAPTION = (
    "Lines are means over simulated clinics; the band holds the middle 95 % of single clinics. Goal, task, bond and "
    "alliance could run from 0 (none) to 1 (full); their four panels show the same part of that scale. Every week "
    "shows only clients who are still in treatment then, so a line may rise because the least satisfied have left: "
    "the last panel says how many have not dropped out. In the symptom panel the open marks at both ends count every "
    "client, those who left early too."
)


def _curve(axes: Axes, table: pd.DataFrame, arm: str, quantity: str, look: Look, turn: int) -> None:
    """One arm's line, with its band (middle 95 % of clinics); what is shown to others is dashed, without band.

    Marks sit on every fourth week, from `turn` on, so that lines that lie on each other can be told apart.
    """
    own = table[(table["arm"] == arm) & (table["quantity"] == quantity)].sort_values("week")
    if own.empty:
        return
    if quantity == "expressed":
        axes.plot(own["week"], own["value"], "--", color=look.colour, linewidth=1.2)
        return
    axes.plot(
        own["week"], own["value"], look.marker, linestyle="-", color=look.colour, linewidth=1.9, markersize=4,
        markevery=(turn, 4),
    )  # fmt: skip
    low, high = own["spread_low"].to_numpy(float), own["spread_high"].to_numpy(float)
    axes.fill_between(own["week"].to_numpy(float), low, high, color=look.colour, alpha=0.12, linewidth=0)


def _ends(axes: Axes, table: pd.DataFrame, arm: str, look: Look) -> None:
    """Symptoms of everybody at intake and at the planned end, as open marks."""
    own = table[(table["arm"] == arm) & (table["quantity"] == "symptoms_all")]
    axes.plot(
        own["week"], own["value"], look.marker, color=look.colour, markerfacecolor="white", markersize=6, clip_on=False
    )


def draw(table: pd.DataFrame, arms: tuple[str, ...], baseline: str, scale: str) -> Picture:
    """Six panels over weeks.

    `table` is that of `analysis.curves.trajectories`, with the rows of `staying` added as quantity "staying".
    """
    look = looks(arms, baseline)
    with theme():
        figure, grid = canvas(2, 3, 10.0, 6.4)
        for axes, (quantity, title) in zip([a for row in grid for a in row], PANELS, strict=True):
            for turn, arm in enumerate(arms):
                _curve(axes, table, arm, quantity, look[arm], turn % 4)
                if quantity == "alliance":
                    _curve(axes, table, arm, "expressed", look[arm], turn % 4)
                if quantity == "symptoms":
                    _ends(axes, table, arm, look[arm])
            axes.set_title(title)
            axes.set_xlabel("week of treatment")
            units = {"symptoms": f"{scale}, points", "staying": "% of clients"}
            axes.set_ylabel(units.get(quantity, "0 (none) – 1 (full)"))
        grid[1][2].set_ylim(top=101)
        same_limits([*grid[0], grid[1][0]])
        legend_below(figure, arms, look)
    return Picture(NAME, TITLE, CAPTION, _alt(table, arms, scale), figure)


def _alt(table: pd.DataFrame, arms: tuple[str, ...], scale: str) -> str:
    """First and last values in words."""
    words = []
    for arm in arms:
        own = table[table["arm"] == arm]
        felt = own[own["quantity"] == "alliance"].sort_values("week")["value"].to_list()
        score = own[own["quantity"] == "symptoms_all"].sort_values("week")["value"].to_list()
        stay = own[own["quantity"] == "staying"].sort_values("week")["value"].to_list()
        parts = [f"symptoms of all clients from {number(score[0], 1)} to {number(score[-1], 1)} points ({scale})"]
        if felt:
            parts.insert(
                0, f"felt alliance from {number(felt[0], 2)} in week 1 to {number(felt[-1], 2)} in the last week"
            )
        if stay:
            parts.append(f"{number(stay[-1], 0)} % have not dropped out by the end")
        words.append(f"{arm}: {'; '.join(parts)}")
    return "Line charts over weeks. " + ". ".join(words) + "."


def build(scene: Scene) -> Picture | LeftOut:
    """The picture of an experiment, where it kept its sessions."""
    if not scene.results.has_sessions:
        return LeftOut(NAME, TITLE, "the run kept no session table (outputs.sessions is false)")
    if not scene.results.has_clients:
        return LeftOut(NAME, TITLE, "the run kept no client table (outputs.clients is false)")
    table = trajectories(scene.results)
    stay = staying(scene.results).assign(quantity="staying")
    together = pd.concat([table, stay], ignore_index=True)
    return draw(together, scene.results.arms, scene.baseline, scene.scale)
