"""Arms against the baseline, at every setting of the factors: where the difference holds."""

import pandas as pd
from matplotlib.axes import Axes

from alliance_sim.analysis.catalogue import BY_NAME
from alliance_sim.analysis.found import Found, found, records
from alliance_sim.analysis.numbers import setting
from alliance_sim.figures.gist import Shown, extremes, within
from alliance_sim.figures.outcome import mark
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
    "Each mark is the difference between an arm and the baseline, taken between twins (the same simulated people "
    "with the same luck), averaged over simulated clinics. Thick bar: 95 % interval of that mean; thin line: middle "
    "95 % of single clinics, each against its own twins. The vertical line is no difference. Where there are too "
    "many settings to show, the differences are averaged over them."
)


def _rows(scene: Scene) -> pd.DataFrame:
    """Contrasts at the settings of the factors with a label each; averaged over them where these are too many."""
    table = scene.estimates[(scene.estimates["kind"] == "contrast") & scene.estimates["estimate"].isin(SHOWN)]
    if scene.results.sampled:  # a row a sample would say nothing; other figures show them
        return table[table[list(scene.results.varied)].isna().all(axis=1)].assign(label="")
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


def draw(table: pd.DataFrame, arms: tuple[str, ...], baseline: str) -> Picture:
    """Rows of arms and settings; `table` has contrast rows with a column `label` (the setting, in words)."""
    look = looks(arms, baseline)
    keys = list(dict.fromkeys(zip(table["arm"], table["label"], strict=True)))
    shown = keys[:MOST_ROWS]
    rows = {(row["estimate"], row["arm"], row["label"]): found(row) for row in records(table)}
    outcomes = [name for name in SHOWN if any((row := rows.get((name, *key))) and row.known for key in shown)]
    widest = max(len(label) for _, label in shown)
    with theme():
        height = 1.1 + (0.34 if widest < 30 else 0.44) * len(shown)
        figure, grid = canvas(1, len(outcomes), 1.6 + 2.8 * len(outcomes), height)
        for k, (axes, name) in enumerate(zip(grid[0], outcomes, strict=True)):
            _panel(axes, [rows.get((name, *key)) for key in shown], [look[arm] for arm, _ in shown])
            axes.set_title(LABELS[name])
            names = [wrapped(_row_name(arm, label, len(arms)), 40) for arm, label in shown]
            axes.set_yticks(range(len(shown)), names if k == 0 else [])
    note = "" if len(keys) <= MOST_ROWS else f" The first {MOST_ROWS} of {len(keys)} rows are shown; the table has all."
    title = f"{TITLE}, {baseline}"
    return Picture(NAME, title, CAPTION + note, _alt(rows, shown, outcomes, baseline), figure)


def _panel(axes: Axes, rows: list[Found | None], look: list[Look]) -> None:
    """One outcome: a row per arm and setting."""
    for place, (row, own) in enumerate(zip(rows, look, strict=True)):
        if row is not None and row.known:
            mark(axes, place, row, own)
    axes.axvline(0.0, color=FAINT, linewidth=1)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)


def _row_name(arm: str, label: str, arms: int) -> str:
    """What a row is called: the setting alone where only one arm is compared."""
    if not label:
        return arm
    return label if arms == 2 else f"{arm}: {label}"


def _alt(
    rows: dict[tuple[str, str, str], Found], keys: list[tuple[str, str]], outcomes: list[str], baseline: str
) -> str:
    """For each outcome the least and the greatest difference, and of which arm and setting."""
    words = [f"Dot plots of differences from {baseline}."]
    for name in outcomes:
        known = [(key, row) for key in keys if (row := rows.get((name, *key))) and row.known]
        marks = [
            Shown(row.value, row.words(signed=True), " ".join(f"{arm} {label}".split())) for (arm, label), row in known
        ]
        words.append(f"{BY_NAME[name].label}: {extremes(marks)}.")
    return within(words)


def build(scene: Scene) -> Picture | LeftOut:
    """The picture of an experiment with at least two arms."""
    table = _rows(scene)
    if table.empty:
        return LeftOut(NAME, TITLE, "there is only one arm")
    return draw(table, scene.results.arms, scene.baseline)
