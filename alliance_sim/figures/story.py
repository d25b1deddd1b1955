"""One treatment's story: goal, task and bond of a client, with ruptures and repairs, above the twin's."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from alliance_sim.analysis.found import records
from alliance_sim.analysis.numbers import number
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import BASELINE, COMPONENTS, FAINT, INK, canvas, label_ends, theme

NAME = "story"
TITLE = "One treatment, and the same client in another world"
CAPTION = (
    "Goal, task and bond as one simulated client feels them (0 none, 1 full), session by session. Triangles: "
    "ruptures (pointing down: withdrawal, up: confrontation) on the line of what they are about, filled where they "
    "were repaired in the same session, open where not; a star: repaired later. Crosses at the bottom: missed "
    "sessions. A line that ends early is a client who left. Below: symptoms as measured."
)
MARKS = {"withdrawal": "v", "confrontation": "^"}


def _components(axes: Axes, table: pd.DataFrame, weeks: int) -> None:
    """Three lines with ruptures, repairs, missed sessions and the end."""
    week = table["session"].to_numpy(float)
    ends = []
    for name, colour in COMPONENTS.items():
        axes.plot(week, table[name], color=colour, linewidth=2)
        ends.append((float(table[name].to_numpy(float)[-1]), name, colour))
    _ruptures(axes, table)
    missed = table.loc[~table["attended"].astype(bool), "session"]
    axes.plot(missed, np.full(len(missed), 0.04), "x", color=FAINT, markersize=6, markeredgewidth=1.5)
    left = str(records(table)[-1]["left"])
    if left != "no":
        late = week[-1] > 0.7 * weeks
        axes.axvline(week[-1], color=FAINT, linestyle=":", linewidth=1)
        words = "drops out" if left == "dropout" else "finishes, well"
        axes.text(week[-1] - 0.15 if late else week[-1] + 0.15, 0.97, words, color=FAINT, fontsize=8.5, va="top",
                  ha="right" if late else "left")  # fmt: skip
    axes.set_ylim(0, 1)
    axes.set_xlim(0.5, weeks + 0.5)
    place = week[-1] + 0.03 * weeks
    label_ends(axes, float(place), ends, 0.085)


def _ruptures(axes: Axes, table: pd.DataFrame) -> None:
    """Marks of ruptures and repairs, each on the line of what the rupture is about."""
    about = "bond"
    for row in records(table):
        today = str(row["rupture"]) in MARKS
        if not today and not row["repaired"]:
            continue
        about = str(row["source"]) if today and str(row["source"]) in COMPONENTS else about
        colour = COMPONENTS[about]
        axes.plot(
            [row["session"]], [float(row[about])], MARKS[str(row["rupture"])] if today else "*", color=colour,
            markerfacecolor=colour if row["repaired"] else "white", markersize=9 if today else 13, markeredgewidth=1.6,
            zorder=5, clip_on=False,
        )  # fmt: skip


def _symptoms(axes: Axes, table: pd.DataFrame, name: str, colour: str, style: str) -> list[tuple[float, str, str]]:
    """Measured symptoms, where the client came; the end for a label (none for a client who never came)."""
    seen = table[table["attended"].astype(bool)]
    if seen.empty:
        return []
    axes.plot(seen["session"], seen["symptoms"], style, color=colour, marker="o", markersize=3.5, linewidth=1.7)
    return [(float(seen["symptoms"].to_numpy(float)[-1]), name, colour)]


def draw(own: pd.DataFrame, twin: pd.DataFrame | None, arm: str, baseline: str, scale: str) -> Picture:
    """Panels of a client's session rows, of the twin's (None when there is none), and symptoms of both."""
    tables = [(arm, own)] + ([(baseline, twin)] if twin is not None and len(twin) else [])
    weeks = max(int(table["session"].max()) for _, table in tables)
    rows = len(tables) + 1
    with theme():
        figure, grid = canvas(rows, 1, 8.6, 2.55 * rows, height_ratios=[1.25] * len(tables) + [1.0])
        for (axes,), (name, table) in zip(grid, tables, strict=False):
            _components(axes, table, weeks)
            axes.set_title(name if name == arm else f"the same client: {name}")
            axes.set_ylabel("felt, 0 – 1")
        axes = grid[-1][0]
        ends = _symptoms(axes, own, arm, INK, "-")
        if len(tables) > 1:
            ends += _symptoms(axes, tables[1][1], baseline, BASELINE, "--")
        low, high = axes.get_ylim()
        axes.set_xlim(0.5, weeks + 0.5)
        label_ends(axes, weeks + 0.7, ends, 0.14 * (high - low))
        axes.set_title("symptoms")
        axes.set_ylabel(f"{scale}, points")
        axes.set_xlabel("week of treatment")
    return Picture(NAME, TITLE, CAPTION, _alt(tables), figure)


def _alt(tables: list[tuple[str, pd.DataFrame]]) -> str:
    words = []
    for name, table in tables:
        rows = records(table)
        first, last = rows[0], rows[-1]
        weeks = [
            f"week {row['session']} {row['rupture']}{' (repaired)' if row['repaired'] else ''}"
            for row in rows
            if row["rupture"] != "none"
        ]
        words.append(
            f"{name}: felt alliance from {number(first['alliance'], 2)} in week {first['session']} to "
            f"{number(last['alliance'], 2)} in week {last['session']}; ruptures: {', '.join(weeks) or 'none'}"
        )
    return "Lines over weeks for one client. " + ". ".join(words) + "."
