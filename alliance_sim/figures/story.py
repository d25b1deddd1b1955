"""One treatment's story: goal, task and bond of a client, with ruptures and repairs, above the twin's."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from alliance_sim.estimates.found import records
from alliance_sim.figures.marks import course, label_ends, point, rule
from alliance_sim.figures.picture import Picture, alt, joined
from alliance_sim.figures.style import BASELINE, COMPONENTS, FAINT, INK, Look, canvas, theme

NAME, TITLE = "story", "One treatment, session by session"
TITLE_OF_TWO = "One treatment, and the same client in another arm"
MARKS = {"withdrawal": "v", "confrontation": "^"}
LINES = (
    "Goal, task and bond as one simulated client feels them (0 none, 1 full), session by session. A line that ends "
    "early is a client who left."
)
RUPTURES = (
    "Triangles: ruptures (pointing down: withdrawal, up: confrontation) on the line of what they are about, filled "
    "where they were repaired in the same session, open where not."
)
BELOW = "Below: symptoms as measured, at the sessions to which the client came."


def _components(axes: Axes, table: pd.DataFrame, weeks: int) -> None:
    """Three lines with ruptures, repairs, missed sessions and the end."""
    end = float(table["session"].max())
    ends = [
        (course(axes, table, "session", Look(colour), name, None, width=2), name, colour)
        for name, colour in COMPONENTS.items()
    ]
    _ruptures(axes, table)
    missed = table.loc[~table["attended"].astype(bool), "session"]
    point(axes, missed, np.full(len(missed), 0.04), Look(FAINT, "x"), 6, markeredgewidth=1.5)
    left = str(records(table)[-1]["left"])
    if left != "no":
        late = end > 0.7 * weeks
        rule(axes, x=end, dashes=":")
        axes.text(
            end + (-0.15 if late else 0.15), 0.97, "drops out" if left == "dropout" else "finishes, well", color=FAINT,
            fontsize=8.5, va="top", ha="right" if late else "left",
        )  # fmt: skip
    axes.set(xlim=(0.5, weeks + 0.5), ylim=(0, 1))
    label_ends(axes, end + 0.03 * weeks, ends, 0.085)


def _ruptures(axes: Axes, table: pd.DataFrame) -> None:
    """Marks of ruptures and repairs, each on the line of what the rupture is about."""
    about = "bond"
    for row in records(table):
        today = str(row["rupture"]) in MARKS
        if not today and not row["repaired"]:
            continue
        about = str(row["source"]) if today and str(row["source"]) in COMPONENTS else about
        marker, size = (MARKS[str(row["rupture"])], 9) if today else ("*", 13)
        look = Look(COMPONENTS[about], marker, face="" if row["repaired"] else "white")
        point(axes, [row["session"]], [float(row[about])], look, size, markeredgewidth=1.6, zorder=5, clip_on=False)


@theme()
def draw(own: pd.DataFrame, twin: pd.DataFrame | None, arm: str, baseline: str, scale: str) -> Picture:
    """Panels of a client's session rows, of the twin's (None when there is none), and symptoms of both."""
    tables = {arm: own} | ({baseline: twin} if twin is not None and len(twin) else {})
    weeks = max(int(table["session"].max()) for table in tables.values())
    rows = len(tables) + 1
    figure, grid = canvas(rows, 1, 8.6, 2.55 * rows, height_ratios=[1.25] * len(tables) + [1.0])
    ends, below = [], grid[-1][0]
    looks = (Look(INK, "o"), Look(BASELINE, "o", "--"))
    for (axes,), (name, table), look in zip(grid, tables.items(), looks, strict=False):
        _components(axes, table, weeks)
        axes.set(title=name if name == arm else f"the same client: {name}", ylabel="felt, 0 – 1")
        seen = table[table["attended"].astype(bool)]
        ends.append((course(below, seen, "session", look, "symptoms", None, size=3.5, width=1.7), name, look.colour))
    below.set(xlim=(0.5, weeks + 0.5), ylabel=f"{scale}, points", xlabel="week of treatment", title="symptoms")
    label_ends(below, weeks + 0.7, ends, 0.14)
    drawn = pd.concat([table.assign(arm=name) for name, table in tables.items()])
    happened = drawn["rupture"].isin(MARKS)
    caption = joined(
        LINES,
        RUPTURES if happened.any() else "",
        "A star: repaired later." if (~happened & drawn["repaired"].astype(bool)).any() else "",
        "Crosses at the bottom: missed sessions." if (~drawn["attended"].astype(bool)).any() else "",
        BELOW,
    )
    more = []
    for name, rows_of in tables.items():
        own_rows = records(rows_of[rows_of["rupture"].isin(MARKS)])
        told = [f"week {row['session']} {row['rupture']}{' (repaired)' * bool(row['repaired'])}" for row in own_rows]
        more.append(f"Ruptures, {name}: {', '.join(told) or 'none'}.")
    form = "Lines over weeks for one client: felt alliance."
    said = alt(form, drawn, "alliance", who="{arm}", over="session", more=more)
    return Picture(NAME, TITLE_OF_TWO if len(tables) > 1 else TITLE, caption, said, figure)
