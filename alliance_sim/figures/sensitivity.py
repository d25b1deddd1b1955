"""What an estimate depends on: screening and Sobol indices side by side, a row a setting, luck shown apart."""

import math

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from alliance_sim.analysis.found import records
from alliance_sim.analysis.numbers import number
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import BASELINE, COLOURS, FAINT, Look, theme, wrapped

MOST = 14
"""Rows of the figure; the settings that matter less are left out with a note."""

KINDS = {
    "fitted": ("fitted to findings", Look(COLOURS[0], "o")),
    "tied": ("set by hand after a finding", Look(COLOURS[2], "^")),
    "assumed": ("assumption, no finding informs it", Look(COLOURS[1], "s")),
    "contested": ("contested mechanism", Look(COLOURS[3], "D")),
    "design": ("choice of the design", Look(BASELINE, "v")),
}
"""What a setting rests on, as columns `kind` have it: in words, and how it is drawn."""

LUCK = "#d9d9d9"

CAPTION = (
    "A row a setting, the one that matters most on top. Left: how far the estimate moves when the setting goes from "
    "one end of its range to the other (mean over many places in the space of all settings, with 95 % interval); grey "
    "diamond: how much that movement differs from place to place (SD), that is, how far it depends on the other "
    "settings."
)
CAPTION_OF_INDICES = (
    " Right: share of the estimate's variance that goes back to the setting, alone (hollow) and together with all that "
    "it does jointly with others (filled), with 95 % intervals; settings without a mark are held at their configured "
    "values. Grey band: the share that is luck of the simulated clinics; a share inside it cannot be told from none."
)


def shown_rows(table: pd.DataFrame, most: int = MOST) -> pd.DataFrame:
    """The rows that are drawn: by total index where there is one, then by screening effect."""
    moving = table[table["mu_star"] > 0]
    return moving.sort_values(["total", "mu_star"], ascending=False, na_position="last", kind="stable").head(most)


def draw(name: str, title: str, unit: str, table: pd.DataFrame, luck: float) -> Picture:
    """Screening and indices of one estimate.

    table: columns name (a few words), setting (its path), kind (`KINDS`), mu_star, mu_star_low, mu_star_high, sigma,
    first, first_low, first_high, total, total_low, total_high (nan where there are none), a row a setting;
    luck: share of the variance (0-1).
    """
    rows = shown_rows(table)
    indices = bool(rows["total"].notna().any())
    with theme():
        size = (10.6 if indices else 8.2, 1.7 + 0.46 * max(len(rows), 4))
        figure = Figure(figsize=size, layout="constrained")
        axes = list(figure.subplots(1, 2 if indices else 1, sharey=True, squeeze=False).flat)
        _screening(axes[0], rows, unit)
        if indices:
            _indices(axes[1], rows, luck)
        _names(axes[0], rows)
        _legend(figure, rows, indices)
    return Picture(
        name, title, CAPTION + (CAPTION_OF_INDICES if indices else "") + _left(table, rows), _alt(rows), figure
    )


def _left(table: pd.DataFrame, rows: pd.DataFrame) -> str:
    """What is not shown, in words."""
    left = table.drop(rows.index)
    if left.empty:
        return ""
    by = "total share" if rows["total"].notna().any() else "movement"
    note = f" Shown are the {len(rows)} of {len(table)} settings with the largest {by}"
    if by == "total share" and rows["total"].isna().any():
        note += ", below them those without an index that move the estimate most"
    more, still = int((left["mu_star"] > rows["mu_star"].min()).sum()), int((left["mu_star"] == 0).sum())
    if more:
        note += f"; {more} that are left out move the estimate further than the least of these"
    return note + (f"; {still} {'changes' if still == 1 else 'change'} nothing at all." if still else ".")


def _screening(axes: Axes, rows: pd.DataFrame, unit: str) -> None:
    for y, row in enumerate(records(rows)):
        look = KINDS[row["kind"]][1]
        axes.plot([max(row["mu_star_low"], 0.0), row["mu_star_high"]], [y, y], color=look.colour, linewidth=1.8)
        axes.plot(row["mu_star"], y, marker=look.marker, color=look.colour, markersize=7, linestyle="none")
        axes.plot(row["sigma"], y, marker="d", color=FAINT, markerfacecolor="white", markersize=5.5, linestyle="none")
    axes.set_xlim(left=0.0)
    axes.set_xlabel(f"movement over the whole range ({unit})")
    axes.set_title("Screening (Morris)")


def _indices(axes: Axes, rows: pd.DataFrame, luck: float) -> None:
    if luck > 0:
        axes.axvspan(0.0, luck, color=LUCK, linewidth=0, zorder=0)
    for y, row in enumerate(records(rows)):
        look = KINDS[row["kind"]][1]
        if math.isnan(row["total"]):
            axes.text(0.012, y, "held fixed", color=FAINT, fontsize=8, va="center", style="italic")
            continue
        for which, place, face in (("total", y - 0.14, look.colour), ("first", y + 0.18, "white")):
            ends = [max(row[f"{which}_low"], 0.0), max(row[f"{which}_high"], 0.0)]
            axes.plot(ends, [place, place], color=look.colour, linewidth=1.6)
            axes.plot(
                max(row[which], 0.0), place, marker=look.marker, color=look.colour, markerfacecolor=face,
                markersize=6.5, linestyle="none",
            )  # fmt: skip
    axes.set_xlim(left=-0.015 * axes.get_xlim()[1])
    axes.set_xlabel("share of the variance (0 to 1)")
    axes.set_title("Sobol indices")
    axes.grid(axis="y", visible=False)


def _names(axes: Axes, rows: pd.DataFrame) -> None:
    names = [labelled(row["name"], row["setting"]) for row in records(rows)]
    axes.set_yticks(range(len(rows)), names, fontsize=8.3)
    axes.set_ylim(len(rows) - 0.45, -0.6)
    axes.grid(axis="y", visible=False)


def labelled(name: str, path: str, width: int = 46) -> str:
    """A setting's name, and below it its path."""
    path = path.removeprefix("parameters.")
    return wrapped(name, width) + ("" if path == name else f"\n{wrapped(f'({path})', width)}")


def _legend(figure: Figure, rows: pd.DataFrame, indices: bool) -> None:
    there = [KINDS[kind] for kind in KINDS if kind in set(rows["kind"])]
    handles: list[Line2D | Patch] = [
        Line2D([], [], color=look.colour, marker=look.marker, linewidth=1.8, label=words) for words, look in there
    ]
    handles.append(_mark("d", FAINT, "white", "spread of the movement"))
    if indices:
        handles.append(_mark("o", "#555555", "#555555", "share with all interactions"))
        handles.append(_mark("o", "#555555", "white", "share alone"))
        handles.append(Patch(color=LUCK, label="luck"))
    figure.legend(handles=handles, loc="outside lower center", ncols=4, frameon=False, fontsize=8.5)


def _mark(marker: str, colour: str, face: str, words: str) -> Line2D:
    return Line2D([], [], color=colour, marker=marker, markerfacecolor=face, linestyle="none", label=words)


def _alt(rows: pd.DataFrame) -> str:
    """What the figure shows in a few words; the numbers are in the tables."""
    top = records(rows)[:3]
    if math.isnan(top[0]["total"]):
        words = [f"{row['name']} {number(row['mu_star'], 3)}" for row in top]
        return f"Dots with intervals, a row a setting. The largest movements: {'; '.join(words)}."
    words = [f"{row['name']} {number(row['total'], 2)}" for row in top]
    return f"Two panels of dots with intervals, a row a setting. The largest total shares: {'; '.join(words)}."
