"""The felt alliance around one repaired rupture: own, left alone, never happened; and what a study sees of ratings."""

from collections.abc import Sequence

import pandas as pd

from alliance_sim.figures.marks import MIDDLE, course, key, legend, name_grid, rule
from alliance_sim.figures.picture import Picture, alt
from alliance_sim.figures.style import BASELINE, COLOURS, Look, canvas, same_limits, theme, wrapped

NAME = "around_one_rupture"
TITLE = "Around one rupture: as it was, and as it would have been"
CAPTION = (
    "Change from the session before the rupture (−1), which happens at 0; a column a scenario. Top: felt alliance of "
    "clients whose rupture was repaired, and of the same clients had it been left alone, and had it not happened. A "
    "study has only the solid line, and compares it with zero. Bottom: the ratings that a study has, around ruptures "
    "that client and therapist report (band: middle 95 % of single studies), and the same minus twins to whom they did "
    "not happen. What scenarios without repair, or without harm, show too would happen anyway."
)
LINES = {
    "own": ("repaired", Look(COLOURS[2], "o")),
    "left alone": ("left alone", Look(COLOURS[1], "s", "--")),
    "never": ("no rupture", Look(BASELINE, "^", "-.")),
    "rated": ("rated, as a study sees it", Look(COLOURS[3], "D")),
    "rated, caused": ("rated, minus no rupture (twins)", Look(BASELINE, "v", ":")),
}
"""Words and look of each line; the first three are of the felt alliance, the others of ratings."""


@theme()
def draw(table: pd.DataFrame, worlds: Sequence[str]) -> Picture:
    """The picture.

    table: columns world, line (those of LINES), step, value, spread_low, spread_high.
    """
    felt, rated = list(LINES)[:3], list(LINES)[3:]
    figure, grid = canvas(2, len(worlds), 9.6, 5.6, sharex=True)
    for row, lines in zip(grid, (felt, rated), strict=True):
        for axes, world in zip(row, worlds, strict=True):
            rule(axes, y=0.0, width=0.9)
            rule(axes, x=0.0, dashes=":")
            for line in lines:
                own = table[(table["world"] == world) & (table["line"] == line)]
                course(axes, own, "step", LINES[line][1], ends=MIDDLE if line == "rated" else None, size=4)
            axes.tick_params(labelleft=axes is row[0])
        same_limits(row)
    grid[1][0].set_xticks(range(int(table["step"].min()), int(table["step"].max()) + 1, 2))
    units = [f"{name},\nchange from before" for name in ("felt alliance (0–1)", "client's rating (1–5)")]
    name_grid(grid, [wrapped(world, 22) for world in worlds], "sessions from the rupture", units)
    legend(figure, [key(words, look, markersize=5) for words, look in LINES.values()], 5)
    last = table[table["world"].isin(worlds) & (table["step"] == table["step"].max())]
    names = {line: words for line, (words, _) in LINES.items()}
    form = f"Lines aligned on a rupture: change {int(table['step'].max())} sessions after it."
    return Picture(NAME, TITLE, CAPTION, alt(form, last, who="{world}", panel="line", names=names, signed=True), figure)
