"""Arms against the baseline, at every setting of the factors: where the difference holds."""

import pandas as pd

from alliance_sim.estimands.catalogue import BY_NAME
from alliance_sim.figures.marks import estimate, name_rows, rule
from alliance_sim.figures.picture import LeftOut, Picture, Scene, alt, first_of, joined
from alliance_sim.figures.style import canvas, looks, theme
from alliance_sim.stats.numbers import setting

NAME, TITLE = "differences", "Differences from the baseline"
LABELS = {
    "pre_post_d": "Improvement (SD)",
    "alliance_end": "Felt alliance (0–1)",
    "dropout_pct": "Dropped out (% points)",
}
MOST_ROWS = 28
CAPTION = (
    "Each mark is an arm minus {baseline}, between matched twins (the same simulated people with common random "
    "numbers), averaged over simulated clinics. Thick bar: 95 % interval of that mean; thin line: middle 95 % of "
    "single clinics, each against its own twins. The vertical line is no difference."
)


def _rows(scene: Scene) -> tuple[pd.DataFrame, bool]:
    """Contrasts at the settings of the factors with a label each; whether they are averaged over them instead.

    They are where there are too many settings, or where settings are sampled (a row a sample would say nothing).
    """
    table = scene.estimates[(scene.estimates["kind"] == "contrast") & scene.estimates["estimate"].isin(LABELS)]
    factors = list(scene.results.varied if scene.results.sampled else scene.results.factors)
    if not factors:
        return table.assign(label=""), False
    at_points = table[factors].notna().all(axis=1)
    if scene.results.sampled or at_points.sum() > MOST_ROWS * len(LABELS):
        return table[table[factors].isna().all(axis=1)].assign(label=""), True
    table = table[at_points]
    words = [
        ", ".join(f"{name.replace('_', ' ')} {setting(value)}" for name, value in zip(factors, row, strict=True))
        for row in table[factors].itertuples(index=False)
    ]
    return table.assign(label=words), False


@theme()
def draw(table: pd.DataFrame, arms: tuple[str, ...], baseline: str, averaged: bool = False) -> Picture:
    """Rows of arms and settings; `table` has contrast rows with a column `label` (the setting, in words)."""
    look = looks(arms, baseline)
    keys = list(dict.fromkeys(zip(table["arm"], table["label"], strict=True)))
    shown = keys[:MOST_ROWS]
    drawn = table[table["value"].notna()].drop_duplicates(["estimate", "arm", "label"], keep="last")
    drawn = drawn[[key in shown for key in zip(drawn["arm"], drawn["label"], strict=True)]]
    outcomes = [name for name in LABELS if (drawn["estimate"] == name).any()]
    each = 0.34 if max(len(label) for _, label in shown) < 30 else 0.44
    # the setting alone where only one arm is compared
    names = [label if label and len(arms) == 2 else f"{arm}: {label}".rstrip(": ") for arm, label in shown]
    figure, [grid] = canvas(1, len(outcomes), 1.6 + 2.8 * len(outcomes), 1.1 + each * len(shown))
    for axes, name in zip(grid, outcomes, strict=True):
        own = drawn[drawn["estimate"] == name]
        for place, (arm, label) in enumerate(shown):
            estimate(axes, own[(own["arm"] == arm) & (own["label"] == label)], place, look[arm], 6)
        rule(axes, x=0.0)
        name_rows(axes, names, 40, left=axes is grid[0])
        axes.set_title(LABELS[name])
    caption = joined(
        CAPTION.format(baseline=baseline),
        "The differences are averaged over the settings, of which there are too many to show." if averaged else "",
        first_of(len(shown), len(keys), "rows"),
    )
    labels = {name: BY_NAME[name].label for name in LABELS}
    form = f"Dots with intervals: differences from {baseline}."
    said = alt(form, drawn, who="{arm}, {label}", panel="estimate", names=labels, signed=True)
    return Picture(NAME, f"{TITLE}, {baseline}", caption, said, figure)


def build(scene: Scene) -> Picture | LeftOut:
    """The picture of an experiment with at least two arms."""
    table, averaged = _rows(scene)
    if table.empty:
        return LeftOut(NAME, TITLE, "there is only one arm")
    return draw(table, scene.results.arms, scene.baseline, averaged)
