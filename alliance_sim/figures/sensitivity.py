"""What an estimate depends on: screening and Sobol indices side by side, a row a setting, random draws shown apart."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from alliance_sim.estimates.found import records
from alliance_sim.figures.marks import interval, key, legend, name_rows, point, zone
from alliance_sim.figures.picture import Picture, alt, joined
from alliance_sim.figures.style import BASELINE, COLOURS, FAINT, Look, canvas, theme, wrapped

MOST = 14  # rows of the figure; the settings that matter less are left out with a note
KINDS = {
    "fitted": ("fitted to findings", Look(COLOURS[0], "o")),
    "tied": ("set by hand after a finding", Look(COLOURS[2], "^")),
    "assumed": ("assumption, no finding informs it", Look(COLOURS[1], "s")),
    "contested": ("contested mechanism", Look(COLOURS[3], "D")),
    "design": ("choice of the design", Look(BASELINE, "v")),
}
"""What a setting rests on, as columns `kind` have it: in words, and how it is drawn."""

CHANCE = "#d9d9d9"
VARIES, SHARE = Look(FAINT, "d", face="white"), Look("#555555", "o")

MOVES = (
    "how far the estimate moves when the setting goes from one end of its range to the other (mean over many points in "
    "the space of all settings, with 95 % interval); grey diamond: how much that movement differs from point to point "
    "(SD), that is, how far it depends on the other settings."
)
INDICES = (
    "Right: share of the estimate's variance that goes back to the setting, alone (hollow) and together with all that "
    "it does jointly with others (filled), with 95 % intervals."
)
FIXED = "Settings without a mark are held at their configured values."
BAND = (
    "Grey band: the share that comes from random draws in the simulated clinics; a share inside it cannot be "
    "distinguished from none."
)


def shown_rows(table: pd.DataFrame, most: int = MOST) -> pd.DataFrame:
    """The rows that are drawn: by total index where there is one, then by screening effect."""
    moving = table[table["mu_star"] > 0]
    return moving.sort_values(["total", "mu_star"], ascending=False, na_position="last", kind="stable").head(most)


@theme()
def draw(name: str, title: str, unit: str, table: pd.DataFrame, chance: float) -> Picture:
    """Screening and indices of one estimate.

    table: columns name (a few words), setting (its path), kind (`KINDS`), mu_star, mu_star_low, mu_star_high, sigma,
    first, first_low, first_high, total, total_low, total_high (nan where there are none), a row a setting;
    chance: share of the variance (0-1) that random draws make.
    """
    rows = shown_rows(table)
    known = rows["total"].notna()
    indices = bool(known.any())
    size = (10.6 if indices else 8.2, 1.7 + 0.46 * max(len(rows), 4))
    figure, [grid] = canvas(1, 1 + indices, *size, sharey=True)
    for y, row in enumerate(records(rows)):
        interval(grid[0], row, y, KINDS[row["kind"]][1], "mu_star", ("mu_star_low", "mu_star_high"), size=7, least=0.0)
    point(grid[0], rows["sigma"], np.arange(len(rows)), VARIES, 5.5)
    grid[0].set(xlim=(0.0, None), xlabel=f"movement over the whole range ({unit})", title="Screening (Morris)")
    if indices:
        _indices(grid[1], rows, chance)
    names = [labelled(row["name"], row["setting"]) for row in records(rows)]
    name_rows(grid[0], names, 0, fontsize=8.3)
    there = [KINDS[kind] for kind in KINDS if kind in set(rows["kind"])]
    keys: list[Line2D | Patch] = [*(key(words, look) for words, look in there), key("SD of the movement", VARIES, 0.0)]
    if indices:
        keys += [key("share with all interactions", SHARE, 0.0), key("share alone", SHARE.hollow(), 0.0)]
        keys += [Patch(color=CHANCE, label="random draws")] if chance > 0 else []
    legend(figure, keys, 4 if indices else 3)
    caption = joined(
        f"A row a setting, the one that matters most on top. {f'Left: {MOVES}' if indices else f'Shown: {MOVES}'}",
        INDICES if indices else "",
        FIXED if indices and not known.all() else "",
        BAND if indices and chance > 0 else "",
        _left(table, rows),
    )
    what, form = ("total", "total shares of the variance") if indices else ("mu_star", f"movement, {unit}")
    said = alt(f"Dots with intervals, a row a setting: {form}.", rows, what, who="{name}")
    return Picture(name, title, caption, said, figure)


def _left(table: pd.DataFrame, rows: pd.DataFrame) -> str:
    """What is not shown, in words."""
    left = table.drop(rows.index)
    if left.empty:
        return ""
    by = "total share" if rows["total"].notna().any() else "movement"
    note = f"Shown are the {len(rows)} of {len(table)} settings with the largest {by}"
    if by == "total share" and rows["total"].isna().any():
        note += ", below them those without an index that move the estimate most"
    more, still = int((left["mu_star"] > rows["mu_star"].min()).sum()), int((left["mu_star"] == 0).sum())
    if more:
        note += f"; {more} that are left out move the estimate further than the least of these"
    return note + (f"; {still} {'changes' if still == 1 else 'change'} nothing at all." if still else ".")


def _indices(axes: Axes, rows: pd.DataFrame, chance: float) -> None:
    """Shares of the variance, alone and with all interactions, a row a setting."""
    zone(axes, 0.0, max(chance, 0.0), CHANCE)
    for y, row in enumerate(records(rows)):
        look = KINDS[row["kind"]][1]
        interval(axes, row, y - 0.14, look, "total", ("total_low", "total_high"), size=6.5, least=0.0)
        interval(axes, row, y + 0.18, look.hollow(), "first", ("first_low", "first_high"), size=6.5, least=0.0)
        if np.isnan(row["total"]):
            axes.text(0.012, y, "held fixed", color=FAINT, fontsize=8, va="center", style="italic")
    axes.set(xlim=(-0.015 * axes.get_xlim()[1], None), xlabel="share of the variance (0 to 1)", title="Sobol indices")
    axes.grid(axis="y", visible=False)


def labelled(name: str, path: str, width: int = 46) -> str:
    """A setting's name, and below it its path."""
    path = path.removeprefix("parameters.")
    return wrapped(name, width) + ("" if path == name else f"\n{wrapped(f'({path})', width)}")
