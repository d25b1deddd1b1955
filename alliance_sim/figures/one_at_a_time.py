"""A design that varies one setting at a time: how far each of them moves the outcome (a tornado plot)."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from alliance_sim.analysis.catalogue import BY_NAME
from alliance_sim.analysis.found import Found, found, records
from alliance_sim.analysis.numbers import setting
from alliance_sim.figures.picture import LeftOut, Picture, Scene
from alliance_sim.figures.style import FAINT, INK, Look, canvas, looks, theme, wrapped

NAME = "one_at_a_time"
TITLE = "How far each setting moves the outcome"
SHOWN = {
    "pre_post_d": "Change of improvement (SD)",
    "alliance_end": "Change of the felt alliance at the end (0–1)",
}
CAPTION = (
    "Each row is a setting that was changed alone, all others as configured; what moves the outcome most stands on "
    "top. Marks are its values (their names beside the outermost ones), each as a difference from the configured one, "
    "between the same simulated people with the same luck; bars are 95 % intervals of the mean over clinics. How "
    "settings work together is not to be seen in such a design."
)


def differences(scene: Scene) -> pd.DataFrame:
    """Differences of every sample from the configured setting, at the first setting of any crossed factors."""
    table = scene.estimates
    table = table[(table["kind"] == "factor") & (table["baseline"] == "as configured")]
    for factor in scene.results.factors:
        table = table[table[factor].astype(str) == str(scene.results.points[0].factors[factor])]
    return table[table["estimate"].isin(SHOWN)]


Row = tuple[str, Found]
"""Name of a value, and what it changes."""


def rows_of(table: pd.DataFrame, outcome: str) -> dict[str, dict[str, list[Row]]]:
    """Factor -> arm -> its values with what they change, the factor that moves the outcome most first."""
    made: dict[str, dict[str, list[Row]]] = {}
    for record in records(table[table["estimate"] == outcome]):
        factor = str(record["varied"])
        value = record[factor]
        name = setting(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
        one = found(record)
        if one.known:
            made.setdefault(factor, {}).setdefault(str(record["arm"]), []).append((name, one))
    reach = {factor: max(abs(o.value) for own in arms.values() for _, o in own) for factor, arms in made.items()}
    return {factor: made[factor] for factor in sorted(made, key=lambda factor: -reach[factor])}


def _panel(axes: Axes, rows: dict[str, dict[str, list[Row]]], order: list[str], look: dict[str, Look]) -> None:
    """One outcome: a row a factor, the arms below each other in it."""
    arms = list(look)
    for place, factor in enumerate(order):
        for k, arm in enumerate(arms):
            own = sorted(rows.get(factor, {}).get(arm, []), key=lambda row: row[1].value)
            at = place + 0.5 * ((k + 0.5) / len(arms) - 0.5)
            mine = look[arm]
            for _, one in own:
                axes.plot([one.low, one.high], [at, at], color=mine.colour, linewidth=3.5, alpha=0.45)
                axes.plot([0.0, one.value], [at, at], color=mine.colour, linewidth=1)
                axes.plot([one.value], [at], mine.marker, color=mine.colour, markersize=5.5)
            outermost = [(own[0], True), (own[-1], False)] if len(own) > 1 else [(row, row[1].value < 0) for row in own]
            for (name, one), left in outermost:
                axes.annotate(
                    name, (one.low if left else one.high, at), xytext=(-5 if left else 5, 0),
                    textcoords="offset points", ha="right" if left else "left", va="center", fontsize=8, color=INK,
                )  # fmt: skip
    axes.axvline(0.0, color=FAINT, linewidth=1)
    axes.set_ylim(len(order) - 0.5, -0.5)
    axes.margins(x=0.22)
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)


def draw(scene: Scene, table: pd.DataFrame) -> Picture:
    """A panel an outcome, a row a varied setting."""
    look = looks(scene.results.arms, scene.baseline)
    found_rows = {outcome: rows_of(table, outcome) for outcome in SHOWN}
    shown = [outcome for outcome, rows in found_rows.items() if rows]
    order = list(found_rows[shown[0]])
    with theme():
        height = 1.2 + max(0.42, 0.26 * len(look)) * len(order)
        figure, grid = canvas(1, len(shown), 2.0 + 3.4 * len(shown), height)
        for k, outcome in enumerate(shown):
            axes = grid[0][k]
            _panel(axes, found_rows[outcome], order, look)
            axes.set_xlabel(SHOWN[outcome])
            axes.set_yticks(range(len(order)), [wrapped(scene.factor(f), 30) for f in order] if k == 0 else [])
        if len(look) > 1:
            handles = [
                Line2D([], [], color=mine.colour, marker=mine.marker, linestyle="", label=arm)
                for arm, mine in look.items()
            ]
            figure.legend(handles=handles, loc="outside upper left", ncols=len(look), frameon=False)
    words = [
        f"{BY_NAME[outcome].label}, {scene.factor(factor)}, {arm}: "
        + ", ".join(f"{name} {one.words(signed=True)}" for name, one in own)
        for outcome in shown
        for factor, arms in found_rows[outcome].items()
        for arm, own in arms.items()
    ]
    return Picture(NAME, TITLE, CAPTION, "Dot plots of changes. " + ". ".join(words) + ".", figure)


def build(scene: Scene) -> Picture | LeftOut:
    """The picture of a design that varies one setting at a time."""
    if "varied" not in scene.results.sampled:
        return LeftOut(NAME, TITLE, "the design does not vary one setting at a time")
    table = differences(scene)
    if not any(rows_of(table, outcome) for outcome in SHOWN):
        return LeftOut(NAME, TITLE, "only the configured setting is finished")
    return draw(scene, table)
