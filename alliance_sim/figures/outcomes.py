"""Outcome by arm, and arms against the baseline: means, their intervals, and the middle 95 % of clinics."""

from typing import Any

import pandas as pd

from alliance_sim.estimands.catalogue import BY_NAME
from alliance_sim.figures.marks import dots, estimate, facets, name_rows, rule
from alliance_sim.figures.picture import Picture, Scene
from alliance_sim.figures.style import FAINT, canvas, looks, theme
from alliance_sim.figures.words import picture
from alliance_sim.stats.numbers import setting

LEVELS = {
    "pre_post_d": "Improvement, intake to end (d)",
    "recovery_pct": "Recovered (%)",
    "dropout_pct": "Dropped out (%)",
    "alliance_end": "Felt alliance, last session (0–1)",
    "wai_client": "Alliance rated by clients (1–5)",
    "alliance_outcome_r": "Alliance–outcome correlation (r)",
}
CONTRASTS = {
    "pre_post_d": "Improvement (SD)",
    "alliance_end": "Felt alliance (0–1)",
    "dropout_pct": "Dropped out (% points)",
}
NAMES = {name: BY_NAME[name].label for name in LEVELS}
MOST_ROWS = 28


def levels(scene: Scene) -> Picture:
    """The outcome of each arm, averaged over the settings of factors."""
    table = scene.estimates[scene.estimates["kind"] == "level"]
    if scene.results.varied:
        table = table[table[list(scene.results.varied)].isna().all(axis=1)]
    return draw_levels(table, scene.results.arms, scene.baseline)


@theme()
def draw_levels(table: pd.DataFrame, arms: tuple[str, ...], baseline: str) -> Picture:
    """A panel an outcome, a row an arm; `table` has the level rows of the estimates, one per arm and estimate."""
    drawn = table[table["estimate"].isin(LEVELS) & table["arm"].isin(arms) & table["value"].notna()]
    shown = {name: title for name, title in LEVELS.items() if (drawn["estimate"] == name).any()}
    figure, made = facets(drawn, "estimate", 3, (3.3, 0.95 + 0.33 * len(arms)), (0.1, 0.2), names=shown)
    for k, (axes, _, rows) in enumerate(made):
        own = rows.drop_duplicates("arm", keep="last")
        dots(axes, own, arms, "arm", looks(arms, baseline), mark=estimate)
        for place in (place for place, arm in enumerate(arms) if arm not in set(own["arm"])):
            style: dict[str, Any] = {"color": FAINT, "fontsize": 8.5, "fontstyle": "italic", "ha": "center"}
            axes.text(0.5, place, "does not apply", transform=axes.get_yaxis_transform(), va="center", **style)
        if len(arms) > 1 and (own["arm"] == baseline).any():
            rule(axes, x=float(own.loc[own["arm"] == baseline, "value"].iloc[0]), dashes=":")
        name_rows(axes, arms, 20, left=k % 3 == 0)
        axes.margins(x=0.06)
    facts = {"baseline": len(arms) > 1 and baseline}
    return picture(
        "outcome", figure, drawn, "Dots with intervals.", facts=facts, who="{arm}", panel="estimate", names=NAMES
    )


@theme()
def contrasts(scene: Scene) -> Picture | str:
    """Each arm against the baseline, at every setting of the factors; averaged over them where these are too many."""
    table = scene.estimates[(scene.estimates["kind"] == "contrast") & scene.estimates["estimate"].isin(CONTRASTS)]
    if table.empty:
        return "there is only one arm"
    table, averaged = _at_settings(scene, table)
    arms = scene.results.arms
    names = zip(table["arm"], table["label"], strict=True)  # the setting alone where only one arm is compared
    rows = [label if label and len(arms) == 2 else f"{arm}: {label}".rstrip(": ") for arm, label in names]
    known = list(dict.fromkeys(rows))
    look, shown = looks(arms, scene.baseline), known[:MOST_ROWS]
    drawn = table.assign(row=rows, baseline=scene.baseline)
    drawn = drawn[drawn["row"].isin(shown)]
    each = 0.34 if drawn["label"].str.len().max() < 30 else 0.44
    drawn = drawn[drawn["value"].notna()].drop_duplicates(["estimate", "row"], keep="last")
    outcomes = [name for name in CONTRASTS if (drawn["estimate"] == name).any()]
    figure, [grid] = canvas(1, len(outcomes), 1.6 + 2.8 * len(outcomes), 1.1 + each * len(shown))
    for axes, name in zip(grid, outcomes, strict=True):
        dots(axes, drawn[drawn["estimate"] == name], shown, "row", look, "arm", mark=estimate)
        rule(axes, x=0.0)
        name_rows(axes, shown, 40, left=axes is grid[0])
        axes.set_title(CONTRASTS[name])
    facts = {"averaged": averaged, "shown": len(shown), "there": len(known)}
    form, said = f"Dots with intervals: differences from {scene.baseline}.", {"who": "{arm}, {label}", "signed": True}
    return picture("differences", figure, drawn, form, facts=facts, panel="estimate", names=NAMES, **said)


def _at_settings(scene: Scene, table: pd.DataFrame) -> tuple[pd.DataFrame, bool]:
    """Contrasts with a column label, the setting of the factors in words; and whether they are averaged over them.

    They are where there are too many settings, or where settings are sampled (a row a sample would say nothing).
    """
    factors = list(scene.results.varied if scene.results.sampled else scene.results.factors)
    if not factors:
        return table.assign(label=""), False
    at_points = table[factors].notna().all(axis=1)
    if scene.results.sampled or at_points.sum() > MOST_ROWS * len(CONTRASTS):
        return table[table[factors].isna().all(axis=1)].assign(label=""), True
    table = table[at_points]
    words = [
        ", ".join(f"{name.replace('_', ' ')} {setting(value)}" for name, value in zip(factors, row, strict=True))
        for row in table[factors].itertuples(index=False)
    ]
    return table.assign(label=words), False
