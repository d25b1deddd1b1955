"""Outcome by arm, with the interval of the mean and the middle 95 % of single clinics."""

from typing import Any

import pandas as pd

from alliance_sim.estimands.catalogue import BY_NAME
from alliance_sim.figures.marks import estimate, name_rows, panels, rule
from alliance_sim.figures.picture import LeftOut, Picture, Scene, alt, joined
from alliance_sim.figures.style import FAINT, looks, theme

NAME, TITLE = "outcome", "Outcome by arm"
SHOWN = ("pre_post_d", "recovery_pct", "dropout_pct", "alliance_end", "wai_client", "alliance_outcome_r")
CAPTION = (
    "Each row is one arm. The mark is the mean over simulated clinics, the thick bar the 95 % interval of that mean "
    "(how sure this simulation is of its own number; more clinics make it shorter), the thin line the middle 95 % of "
    "single clinics (what one study of this size would find)."
)
LABELS = {
    "pre_post_d": "Improvement, intake to end (d)",
    "recovery_pct": "Recovered (%)",
    "dropout_pct": "Dropped out (%)",
    "alliance_end": "Felt alliance, last session (0–1)",
    "wai_client": "Alliance rated by clients (1–5)",
    "alliance_outcome_r": "Alliance–outcome correlation (r)",
}


@theme()
def draw(table: pd.DataFrame, arms: tuple[str, ...], baseline: str) -> Picture:
    """Small multiples of outcomes; `table` has the level rows of the estimates, one per arm and estimate."""
    drawn = table[table["estimate"].isin(SHOWN) & table["arm"].isin(arms) & table["value"].notna()]
    shown = [name for name in SHOWN if (drawn["estimate"] == name).any()]
    figure, made = panels(len(shown), 3, (3.3, 0.95 + 0.33 * len(arms)), (0.1, 0.2))
    for k, (axes, name) in enumerate(zip(made, shown, strict=True)):
        for place, (arm, look) in enumerate(looks(arms, baseline).items()):
            row = drawn[(drawn["estimate"] == name) & (drawn["arm"] == arm)].tail(1)
            estimate(axes, row, place, look)
            if row.empty:
                style: dict[str, Any] = {"color": FAINT, "fontsize": 8.5, "fontstyle": "italic", "ha": "center"}
                axes.text(0.5, place, "does not apply", transform=axes.get_yaxis_transform(), va="center", **style)
            elif arm == baseline and len(arms) > 1:
                rule(axes, x=float(row["value"].iloc[0]), dashes=":")
        name_rows(axes, arms, 20, left=k % 3 == 0)
        axes.set_title(LABELS[name])
        axes.margins(x=0.06)
    names = {name: BY_NAME[name].label for name in SHOWN}
    said = alt("Dots with intervals.", drawn, who="{arm}", panel="estimate", names=names)
    dotted = "The dotted line is the mean of {}, the baseline." if len(arms) > 1 and baseline in arms else ""
    return Picture(NAME, TITLE, joined(CAPTION, dotted.format(baseline)), said, figure)


def build(scene: Scene) -> Picture | LeftOut:
    """The picture of an experiment."""
    table = scene.estimates[scene.estimates["kind"] == "level"]
    if scene.results.varied:  # averaged over the settings of factors
        table = table[table[list(scene.results.varied)].isna().all(axis=1)]
    return draw(table, scene.results.arms, scene.baseline)
