"""Outcome by arm, with the interval of the mean and the spread of single clinics."""

import pandas as pd
from matplotlib.axes import Axes

from alliance_sim.analysis.catalogue import BY_NAME
from alliance_sim.analysis.found import Found, found, records
from alliance_sim.figures.picture import LeftOut, Picture, Scene
from alliance_sim.figures.style import FAINT, Look, canvas, looks, theme, wrapped

NAME = "outcome"
TITLE = "Outcome by arm"
SHOWN = ("pre_post_d", "recovery_pct", "dropout_pct", "alliance_end", "wai_client", "alliance_outcome_r")
CAPTION = (
    "Each row is one arm. The mark is the mean over simulated clinics, the thick bar the 95 % interval of that mean "
    "(how sure this simulation is of its own number; more clinics make it shorter), the thin line the middle 95 % of "
    "single clinics (what one study of this size would find). The dotted line is the baseline's mean."
)
LABELS = {
    "pre_post_d": "Improvement, intake to end (d)",
    "recovery_pct": "Recovered (%)",
    "dropout_pct": "Dropped out (%)",
    "alliance_end": "Felt alliance, last session (0–1)",
    "wai_client": "Alliance rated by clients (1–5)",
    "alliance_outcome_r": "Alliance–outcome correlation (r)",
}


def levels(scene: Scene) -> pd.DataFrame:
    """The estimates of arms as such: averaged over the settings of factors where there are any."""
    table = scene.estimates[scene.estimates["kind"] == "level"]
    if scene.results.varied:
        table = table[table[list(scene.results.varied)].isna().all(axis=1)]
    return table


def mark(axes: Axes, place: float, row: Found, look: Look) -> None:
    """One estimate in a row of a dot plot: mean, interval of the mean, spread of single clinics."""
    axes.plot([row.spread_low, row.spread_high], [place, place], color=look.colour, linewidth=1)
    axes.plot([row.low, row.high], [place, place], color=look.colour, linewidth=4.5, alpha=0.55, solid_capstyle="butt")
    axes.plot([row.value], [place], look.marker, color=look.colour, markersize=6)


def _panel(axes: Axes, rows: dict[str, Found], arms: tuple[str, ...], baseline: str, look: dict[str, Look]) -> None:
    """One outcome: a row per arm, the first arm on top."""
    for place, arm in enumerate(arms):
        row = rows.get(arm)
        if row is None or not row.known:
            axes.text(0.5, place, "does not apply", transform=axes.get_yaxis_transform(), va="center", ha="center",
                      color=FAINT, fontsize=8.5, fontstyle="italic")  # fmt: skip
            continue
        mark(axes, place, row, look[arm])
        if arm == baseline:
            axes.axvline(row.value, color=FAINT, linestyle=":", linewidth=1, zorder=0)
    axes.set_ylim(len(arms) - 0.5, -0.5)
    axes.grid(visible=False, axis="y")
    axes.margins(x=0.06)


def draw(table: pd.DataFrame, arms: tuple[str, ...], baseline: str) -> Picture:
    """Small multiples of outcomes; `table` has the level rows of the estimates, one per arm and estimate."""
    look = looks(arms, baseline)
    rows = {name: {row["arm"]: found(row) for row in records(table[table["estimate"] == name])} for name in SHOWN}
    shown = [name for name in SHOWN if any(row.known for row in rows[name].values())]
    deep = -(-len(shown) // 3)
    with theme():
        figure, grid = canvas(deep, 3, 10.0, deep * (0.95 + 0.33 * len(arms)) + 0.2)
        places = [axes for row in grid for axes in row]
        for k, (axes, name) in enumerate(zip(places, shown, strict=False)):
            _panel(axes, rows[name], arms, baseline, look)
            axes.set_title(LABELS[name])
            axes.set_yticks(range(len(arms)), [wrapped(arm, 20) for arm in arms] if k % 3 == 0 else [])
            axes.tick_params(axis="y", length=0)
        for axes in places[len(shown) :]:
            axes.remove()
    words = [
        f"{BY_NAME[name].label}: " + ", ".join(f"{arm} {row.words()}" for arm, row in rows[name].items() if row.known)
        for name in shown
    ]
    return Picture(NAME, TITLE, CAPTION, "Dot plots with intervals. " + ". ".join(words) + ".", figure)


def build(scene: Scene) -> Picture | LeftOut:
    """The picture of an experiment."""
    return draw(levels(scene), scene.results.arms, scene.baseline)
