"""The course of one clinic, session by session, compared with simulated clinics of the same size."""

import pandas as pd
from matplotlib.ticker import MaxNLocator

from alliance_sim.figures.marks import courses, interval, key, legend, panels
from alliance_sim.figures.picture import Picture, alt, joined
from alliance_sim.figures.style import INK, Look, same_limits, theme, turns

TITLE = "Session by session: one clinic beside simulated ones"
PANELS = {
    "wai_client": "Alliance rated by clients",
    "wai_goal": "… goal",
    "wai_task": "… task",
    "wai_bond": "… bond",
    "wai_therapist": "Alliance rated by therapists",
    "symptoms": "Symptoms",
    "staying": "Not dropped out",
}
OWN = Look(INK, "o")
DOTS = "Dots and bars: the clinic of the data, mean of those who have a number in that session with its 95 % interval."
BANDS = "Line and band: mean of simulated clinics and the middle 95 % of single ones, looked at in the same way."
THERE = (
    "Every session shows only clients who are still there, so a line may rise because the least satisfied have left."
)


@theme()
def draw(
    own: pd.DataFrame, simulated: pd.DataFrame, scale: str, name: str, group: str = "", higher_is_better: bool = False
) -> Picture:
    """Small multiples of courses.

    own: columns quantity, week, value, low, high of one group; simulated: the same with `world`. `scale` names the
    symptom measure; `higher_is_better` says which way it goes.
    """
    shown = {quantity: title for quantity, title in PANELS.items() if (own["quantity"] == quantity).any()}
    looks = {
        str(world): look._replace(marker="")
        for world, look in zip(dict.fromkeys(simulated["world"]), turns(), strict=False)
    }
    units = {"symptoms": f"{scale}, points{chr(10) + '(higher is better)' if higher_is_better else ''}",
             "staying": "% of clients"}  # fmt: skip
    figure, made = panels(len(shown), 3, (3.2, 2.7), (0.6, 0.5))
    for axes, (quantity, title) in zip(made, shown.items(), strict=True):
        courses(axes, simulated[simulated["quantity"] == quantity], "week", "world", looks, width=1.6, alpha=0.16)
        rows = own[(own["quantity"] == quantity) & own["value"].notna()]
        interval(axes, rows, rows["week"], OWN, upright=True, size=3.6, width=1.0)
        axes.set(title=title, xlabel="session", ylabel=units.get(quantity, "1–5"))
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    rated = [axes for axes, quantity in zip(made, shown, strict=True) if quantity.startswith("wai")]
    if rated:
        same_limits(rated)
    legend(figure, [key("the clinic", OWN, 0.0), *(key(world, look) for world, look in looks.items())], 3)
    names = {quantity: title.removeprefix("… ") for quantity, title in PANELS.items()}
    drawn = pd.concat([own[own["quantity"] == quantity] for quantity in shown]).rename(columns={"week": "session"})
    said = alt("The clinic, over sessions.", drawn, panel="quantity", over="session", names=names)
    title = f"{TITLE if looks else 'Session by session'}{f': {group}' if group else ''}"
    return Picture(name, title, joined(DOTS, BANDS if looks else "", THERE), said, figure)
