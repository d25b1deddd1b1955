"""One treatment's story: goal, task and bond of a client, with ruptures and repairs, above the twin's."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from alliance_sim.estimates.long import records
from alliance_sim.figures.marks import course, label_ends, point, rule
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import BASELINE, COMPONENTS, FAINT, INK, Look, canvas, theme
from alliance_sim.figures.words import picture

RUPTURES = {"withdrawal": "v", "confrontation": "^"}


@theme()
def draw(own: pd.DataFrame, twin: pd.DataFrame | None, arm: str, baseline: str, scale: str) -> Picture:
    """Panels of a client's session rows, of the twin's (None when there is none), and symptoms of both."""
    tables = {arm: own} | ({baseline: twin} if twin is not None and len(twin) else {})
    weeks = max(int(table["session"].max()) for table in tables.values())
    rows, ends = len(tables) + 1, []
    figure, grid = canvas(rows, 1, 8.6, 2.55 * rows, height_ratios=[1.25] * len(tables) + [1.0])
    below, looks = grid[-1][0], (Look(INK, "o"), Look(BASELINE, "o", "--"))
    for (axes,), (name, table), look in zip(grid, tables.items(), looks, strict=False):
        _components(axes, table, weeks)
        axes.set(title=name if name == arm else f"the same client: {name}", ylabel="felt, 0 – 1")
        seen = table[table["attended"].astype(bool)]
        ends.append((course(below, seen, "session", look, "symptoms", None, size=3.5, width=1.7), name, look.colour))
    below.set(xlim=(0.5, weeks + 0.5), ylabel=f"{scale}, points", xlabel="week of treatment", title="symptoms")
    label_ends(below, weeks + 0.7, ends, 0.14)
    drawn = pd.concat([table.assign(arm=name, twin=name != arm) for name, table in tables.items()])
    drawn = drawn.astype({"attended": bool, "repaired": bool}).assign(happened=drawn["rupture"].isin(RUPTURES))
    more = []
    for name in tables:
        torn = records(drawn[drawn["happened"] & (drawn["arm"] == name)])
        words = [f"week {row['session']} {row['rupture']}{' (repaired)' * row['repaired']}" for row in torn]
        more.append(f"Ruptures, {name}: {', '.join(words) or 'none'}.")
    said = {"value": "alliance", "who": "{arm}", "over": "session", "more": more}
    return picture("story", figure, drawn, "Lines over weeks for one client: felt alliance.", **said)


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
    left = str(table["left"].iloc[-1])
    if left != "no":
        shift, side = (-0.15, "right") if end > 0.7 * weeks else (0.15, "left")
        rule(axes, x=end, dashes=":")
        words = "drops out" if left == "dropout" else "finishes, well"
        axes.text(end + shift, 0.97, words, color=FAINT, fontsize=8.5, va="top", ha=side)
    axes.set(xlim=(0.5, weeks + 0.5), ylim=(0, 1))
    label_ends(axes, end + 0.03 * weeks, ends, 0.085)


def _ruptures(axes: Axes, table: pd.DataFrame) -> None:
    """Marks of ruptures and repairs, each on the line of what the rupture is about."""
    about = "bond"
    for row in records(table):
        today = str(row["rupture"]) in RUPTURES
        if not today and not row["repaired"]:
            continue
        about = str(row["source"]) if today and str(row["source"]) in COMPONENTS else about
        marker, size = (RUPTURES[str(row["rupture"])], 9) if today else ("*", 13)
        look = Look(COMPONENTS[about], marker, face="" if row["repaired"] else "white")
        point(axes, [row["session"]], [float(row[about])], look, size, markeredgewidth=1.6, zorder=5, clip_on=False)
