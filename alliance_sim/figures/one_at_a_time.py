"""A design that varies one setting at a time: how far each of them moves the outcome (a tornado plot)."""

import pandas as pd
from matplotlib.axes import Axes

from alliance_sim.estimands.catalogue import BY_NAME
from alliance_sim.estimates.found import records
from alliance_sim.figures.marks import interval, key, legend, name_rows, rule
from alliance_sim.figures.picture import LeftOut, Picture, Scene, alt
from alliance_sim.figures.style import INK, Look, canvas, looks, theme
from alliance_sim.stats.numbers import setting

NAME, TITLE = "one_at_a_time", "How far each setting moves the outcome"
SHOWN = {
    "pre_post_d": "Change of improvement (SD)",
    "alliance_end": "Change of the felt alliance at the end (0–1)",
}
CAPTION = (
    "Each row is a setting that was changed alone, all others as configured; what moves the outcome most stands on "
    "top. Marks are its values (their names beside the outermost ones), each minus the configured one, between the "
    "same simulated people with common random numbers; bars are 95 % intervals of the mean over clinics."
)


def rows_of(table: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """What is known of one outcome with columns factor and name (of its value), what moves it most first."""
    own = table[(table["estimate"] == outcome) & table["value"].notna()].copy()
    own["factor"] = own["varied"].astype(str)
    values = [row[row["varied"]] for row in records(own)]
    own["name"] = [str(value) if isinstance(value, bool) else setting(value) for value in values]
    reach = own["value"].abs().groupby(own["factor"]).max()
    return own.sort_values("factor", key=lambda column: -column.map(reach), kind="stable")


def _panel(axes: Axes, rows: pd.DataFrame, order: list[str], look: dict[str, Look]) -> None:
    """One outcome: a row a factor, the arms below each other in it."""
    for place, factor in enumerate(order):
        for k, (arm, mine) in enumerate(look.items()):
            own = rows[(rows["factor"] == factor) & (rows["arm"] == arm)].sort_values("value")
            at = place + 0.5 * ((k + 0.5) / len(look) - 0.5)
            axes.hlines([at] * len(own), 0.0, own["value"], color=mine.colour, linewidth=1)
            interval(axes, own, at, mine, width=3.5, alpha=0.45)
            outermost = (
                [(own.iloc[:1], True), (own.iloc[-1:], False)] if len(own) > 1 else [(own, (own["value"] < 0).any())]
            )
            for ends, left in outermost:
                for row in records(ends):
                    axes.annotate(
                        row["name"], (row["low"] if left else row["high"], at), (-5 if left else 5, 0), fontsize=8,
                        textcoords="offset points", ha="right" if left else "left", va="center", color=INK,
                    )  # fmt: skip
    rule(axes, x=0.0)
    axes.margins(x=0.22)


@theme()
def draw(scene: Scene, table: pd.DataFrame) -> Picture:
    """A panel an outcome, a row a varied setting."""
    look = looks(scene.results.arms, scene.baseline)
    found = {outcome: rows for outcome in SHOWN if len(rows := rows_of(table, outcome))}
    order = list(dict.fromkeys(next(iter(found.values()))["factor"]))
    height = 1.2 + max(0.42, 0.26 * len(look)) * len(order)
    figure, [grid] = canvas(1, len(found), 2.0 + 3.4 * len(found), height)
    for axes, (outcome, rows) in zip(grid, found.items(), strict=True):
        _panel(axes, rows, order, look)
        axes.set_xlabel(SHOWN[outcome])
        name_rows(axes, [scene.factor(factor) for factor in order], left=axes is grid[0])
    legend(figure, [key(arm, mine, 0.0) for arm, mine in look.items()])
    names = {outcome: BY_NAME[outcome].label for outcome in SHOWN} | {factor: scene.factor(factor) for factor in order}
    who = "{factor} {name}, {arm}"
    said = alt("Dots of changes.", pd.concat(found.values()), who=who, panel="estimate", names=names, signed=True)
    return Picture(NAME, TITLE, CAPTION, said, figure)


def build(scene: Scene) -> Picture | LeftOut:
    """The picture of a design that varies one setting at a time."""
    if "varied" not in scene.results.sampled:
        return LeftOut(NAME, TITLE, "the design does not vary one setting at a time")
    table = scene.estimates
    table = table[(table["kind"] == "factor") & (table["baseline"] == "as configured") & table["estimate"].isin(SHOWN)]
    for factor in scene.results.factors:  # at the first setting of any crossed factors
        table = table[table[factor].astype(str) == str(scene.results.points[0].factors[factor])]
    if table["value"].isna().all():
        return LeftOut(NAME, TITLE, "only the configured setting is finished")
    return draw(scene, table)
