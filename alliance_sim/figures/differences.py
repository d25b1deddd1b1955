"""Arms against the baseline, at every setting of the factors: where does the difference hold?"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from alliance_sim.analysis.catalogue import BY_NAME
from alliance_sim.analysis.numbers import digits_of, interval, number, setting, with_unit
from alliance_sim.figures.picture import LeftOut, Picture, Scene
from alliance_sim.figures.style import FAINT, Look, canvas, looks, theme, wrapped

NAME = "differences"
TITLE = "Differences from the baseline"
SHOWN = ("pre_post_d", "alliance_end", "dropout_pct")
LABELS = {
    "pre_post_d": "Improvement (SD)",
    "alliance_end": "Felt alliance (0–1)",
    "dropout_pct": "Dropped out (% points)",
}
MOST_ROWS = 28
CAPTION = (
    "Each mark is the difference between an arm and the baseline, taken between twins (the same simulated people with "
    "the same luck), averaged over simulated clinics. Thick bar: 95 % interval of that mean; thin line: middle 95 % of "
    "single clinics, each against its own twins. The vertical line is no difference. Where there are too many settings to "
    "show, the differences are averaged over them."
)


def _rows(scene: Scene) -> pd.DataFrame:
    """Contrasts at the settings of the factors with a label each; averaged over them where these are too many."""
    table = scene.estimates[(scene.estimates["kind"] == "contrast") & scene.estimates["estimate"].isin(SHOWN)]
    factors = list(scene.results.factors)
    if not factors:
        return table.assign(label="")
    at_points = table[factors].notna().all(axis=1)
    if at_points.sum() > MOST_ROWS * len(SHOWN):
        return table[table[factors].isna().all(axis=1)].assign(label="")
    table = table[at_points]
    words = [
        ", ".join(f"{name.replace('_', ' ')} {setting(value)}" for name, value in zip(factors, row, strict=True))
        for row in table[factors].itertuples(index=False)
    ]
    return table.assign(label=words)


def _panel(axes: Axes, table: pd.DataFrame, keys: list[tuple[str, str]], look: dict[str, Look]) -> None:
    """One outcome: a row per arm and setting."""
    for place, (arm, label) in enumerate(keys):
        row = table[(table["arm"] == arm) & (table["label"] == label)]
        if row.empty or not np.isfinite(row["value"].iat[0]):
            continue
        colour = look[arm].colour
        axes.plot([row["spread_low"].iat[0], row["spread_high"].iat[0]], [place, place], color=colour, linewidth=1)
        axes.plot(
            [row["low"].iat[0], row["high"].iat[0]],
            [place, place],
            color=colour,
            linewidth=4.5,
            alpha=0.55,
            solid_capstyle="butt",
        )
        axes.plot([row["value"].iat[0]], [place], look[arm].marker, color=colour, markersize=6)
    axes.axvline(0.0, color=FAINT, linewidth=1)
    axes.set_ylim(len(keys) - 0.5, -0.5)
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)


def draw(table: pd.DataFrame, arms: tuple[str, ...], baseline: str) -> Picture:
    """Rows of arms and settings; `table` has contrast rows with a column `label` (the setting, in words)."""
    look = looks(arms, baseline)
    keys = list(dict.fromkeys(zip(table["arm"], table["label"], strict=True)))
    shown = keys[:MOST_ROWS]
    widest = max(len(label) for _, label in shown)
    outcomes = [name for name in SHOWN if np.isfinite(table.loc[table["estimate"] == name, "value"]).any()]
    with theme():
        figure, grid = canvas(
            1, len(outcomes), 1.6 + 2.8 * len(outcomes), 1.1 + (0.34 if widest < 30 else 0.44) * len(shown)
        )
        for k, (axes, name) in enumerate(zip(grid[0], outcomes, strict=True)):
            _panel(axes, table[table["estimate"] == name], shown, look)
            axes.set_title(LABELS[name])
            names = [wrapped(_row_name(arm, label, len(arms)), 40) for arm, label in shown]
            axes.set_yticks(range(len(shown)), names if k == 0 else [])
    note = "" if len(keys) <= MOST_ROWS else f" The first {MOST_ROWS} of {len(keys)} rows are shown; the table has all."
    title = f"{TITLE}, {baseline}"
    return Picture(NAME, title, CAPTION + note, _alt(table, shown, outcomes, baseline), figure)


def _row_name(arm: str, label: str, arms: int) -> str:
    """What a row is called: the setting alone where only one arm is compared."""
    if not label:
        return arm
    return label if arms == 2 else f"{arm}: {label}"


def _alt(table: pd.DataFrame, keys: list[tuple[str, str]], outcomes: list[str], baseline: str) -> str:
    words = []
    for name in outcomes:
        own = table[table["estimate"] == name].set_index(["arm", "label"])
        cells = []
        for arm, label in keys:
            row = own.loc[(arm, label)]
            if np.isfinite(row["value"]):
                digits = digits_of(BY_NAME[name].unit, 0.5 * (row["high"] - row["low"]))
                text = with_unit(number(row["value"], digits, signed=True), BY_NAME[name].unit)
                cells.append(f"{arm} {label}".strip() + f" {text} {interval(row['low'], row['high'], digits)}")
        words.append(f"{BY_NAME[name].label}: {', '.join(cells)}")
    return f"Dot plots of differences from {baseline}. " + ". ".join(words) + "."


def build(scene: Scene) -> Picture | LeftOut:
    """The picture of an experiment with at least two arms."""
    table = _rows(scene)
    if table.empty:
        return LeftOut(NAME, TITLE, "there is only one arm")
    return draw(table, scene.results.arms, scene.baseline)
