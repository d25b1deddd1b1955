"""The marks that figures are made of: intervals, courses, bars, cells, lines of reference, labels, legends, panels."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import Normalize, to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from numpy.typing import NDArray

from alliance_sim.figures.style import BAND, FAINT, INK, RULED, Look, apart, canvas, wrapped

Floats: TypeAlias = NDArray[np.float64]
Rows: TypeAlias = "pd.DataFrame | pd.Series[Any] | Mapping[str, Any]"
"""A table, or one row of it."""

Ends: TypeAlias = tuple[str, str]
End: TypeAlias = tuple[float, str, str]
"""Place, name and colour of a line that ends."""

INTERVAL: Ends = ("low", "high")
MIDDLE: Ends = ("spread_low", "spread_high")
"""Columns with the interval of a mean, and with the middle 95 % of single studies or clinics."""


def column(rows: Rows, name: str) -> Floats:
    """A column of a table, or the one number of a row, as an array."""
    return np.atleast_1d(np.asarray(rows[name], dtype=float))


def panels(
    count: int, across: int, each: tuple[float, float], extra: tuple[float, float] = (0.6, 0.6), **shared: object
) -> tuple[Figure, list[Axes]]:
    """A figure of `count` panels, `across` or fewer in a row; sizes (width, height) in inches."""
    wide = max(1, min(across, count))
    deep = -(-count // wide)
    figure, grid = canvas(deep, wide, extra[0] + each[0] * wide, extra[1] + each[1] * deep, **shared)
    made = [axes for row in grid for axes in row]
    for axes in made[count:]:
        axes.remove()
    return figure, made[:count]


def facets(
    table: pd.DataFrame, panel: str, across: int, each: tuple[float, float], extra: tuple[float, float] = (0.6, 0.6), *,
    names: Mapping[str, str] | Iterable[str] | None = None, wrap: int = 0, **shared: object,
) -> tuple[Figure, list[tuple[Axes, str, pd.DataFrame]]]:  # fmt: skip
    """A panel for each value of the column `panel`, with its rows and its name as title.

    names: values in the order in which they are shown (with their titles); all, as they come, without.
    """
    found = list(dict.fromkeys(table[panel])) if names is None else list(names)
    titles = names if isinstance(names, Mapping) else {name: str(name) for name in found}
    figure, made = panels(len(found), across, each, extra, **shared)
    for axes, name in zip(made, found, strict=True):
        axes.set_title(wrapped(titles[name], wrap) if wrap else titles[name])
    return figure, [(axes, name, table[table[panel] == name]) for axes, name in zip(made, found, strict=True)]


def name_axes(made: Sequence[Axes], across: int, x: str = "", y: str = "") -> None:
    """Names of axes at the outer panels alone: at the foot of each column, and on the left."""
    for k, axes in enumerate(made):
        if k + across >= len(made):
            axes.set_xlabel(x)
            axes.tick_params(labelbottom=True)
        if k % across == 0:
            axes.set_ylabel(y)


def name_grid(grid: Sequence[Sequence[Axes]], titles: Iterable[str], x: str, ys: Iterable[str]) -> None:
    """Titles of the columns above, and names of the axes below and on the left, where panels are in a whole grid."""
    for axes, title in zip(grid[0], titles, strict=False):
        axes.set_title(title)
    for axes in grid[-1]:
        axes.set_xlabel(x)
    for row, y in zip(grid, ys, strict=True):
        row[0].set_ylabel(y)


def name_rows(
    axes: Axes,
    names: Sequence[str],
    width: int = 30,
    parts: Iterable[float] = (),
    left: bool | None = None,
    **text: Any,
) -> None:
    """A vertical axis of rows, the first on top, named where `left` says so; a fine line above rows `parts`."""
    axes.set_yticks(range(len(names)), [wrapped(name, width) if width else name for name in names], **text)
    axes.set_ylim(len(names) - 0.45, -0.55)
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0, **({} if left is None else {"labelleft": left}))
    for place in parts:
        rule(axes, y=place - 0.5, colour=RULED, width=0.8)


def rule(
    axes: Axes, *, x: float | None = None, y: float | None = None, colour: str = FAINT, dashes: str = "-",
    width: float = 1.0,
) -> None:  # fmt: skip
    """A line of reference through a panel, behind its marks: upright at x, level at y."""
    for at, draw in ((x, axes.axvline), (y, axes.axhline)):
        if at is not None:
            draw(at, color=colour, linestyle=dashes, linewidth=width, zorder=1)


def zone(axes: Axes, low: float, high: float, colour: str = BAND, level: bool = False, alpha: float = 1.0) -> None:
    """A range of values shaded from edge to edge, behind all marks: upright, or level."""
    (axes.axhspan if level else axes.axvspan)(low, high, color=colour, alpha=alpha, linewidth=0, zorder=0)


def interval(
    axes: Axes, rows: Rows, place: Any, look: Look, value: str = "value", ends: Ends = INTERVAL, *,
    upright: bool = False, size: float = 5.5, width: float = 1.6, alpha: float = 1.0, least: float = -np.inf,
) -> None:  # fmt: skip
    """Points with whiskers, level at the rows `place` or upright at the places `place`; nothing where a number is nan.

    ends: columns of the whiskers' ends. least: numbers below it are drawn there (a share cannot be negative).
    """
    middle, low, high = (np.maximum(column(rows, name), least) for name in (value, *ends))
    at = np.broadcast_to(np.asarray(place, dtype=float), middle.shape)
    known = np.isfinite(low) & np.isfinite(high)
    if known.any():
        draw = axes.vlines if upright else axes.hlines
        draw(at[known], low[known], high[known], color=look.colour, linewidth=width, alpha=alpha, zorder=2)
    point(axes, *((at, middle) if upright else (middle, at)), look, size)


def point(axes: Axes, x: Any, y: Any, look: Look, size: float = 5.5, **more: Any) -> None:
    """Marks without whiskers."""
    style: dict[str, Any] = {"color": look.colour, "markerfacecolor": look.face or look.colour, "zorder": 3} | more
    axes.plot(x, y, marker=look.marker, markersize=size, linestyle="none", **style)


def dots(
    axes: Axes, table: pd.DataFrame, rows: Sequence[str], row: str, looks: Mapping[str, Look], by: str = "",
    gap: float = 0.0, mark: Callable[..., None] | None = None, **style: Any,
) -> None:  # fmt: skip
    """Points with whiskers in rows: the column `row` says in which, the column `by` with which look (without: `row`).

    gap: how far the looks are apart in a row, around its middle. mark: another mark than `interval`.
    """
    for k, (name, look) in enumerate(looks.items()):
        own = table[table[by or row] == name]
        places = own[row].map(list(rows).index).to_numpy(float) + gap * (k - 0.5 * (len(looks) - 1))
        (mark or interval)(axes, own, places, look, **style)


def estimate(axes: Axes, rows: Rows, place: Any, look: Look, size: float = 6.0) -> None:
    """A mean over clinics in its row: the mark, its interval (thick), and the middle 95 % of single clinics (thin)."""
    interval(axes, rows, place, look, ends=MIDDLE, width=1.0, size=size)
    interval(axes, rows, place, look, width=4.5, alpha=0.55, size=size)


def course(
    axes: Axes, rows: pd.DataFrame, x: str, look: Look, value: str = "value", ends: Ends | None = INTERVAL, *,
    bars: bool = False, shift: float = 0.0, size: float = 4.5, width: float = 1.8,
    alpha: float = 0.15, steps: bool = False, every: Any = None,
) -> float:  # fmt: skip
    """A line over the column x with a band around it (or with bars), from the rows in which it is known.

    ends: columns of the band's ends; None for a line alone. shift: how far it is moved to the right. steps: a value
    holds until the next one. every: which points have a mark. Gives the value at its end, nan where nothing is drawn.
    """
    own = rows[np.isfinite(rows[value].to_numpy(float))].sort_values(x)
    if own.empty:
        return float("nan")
    at, y = column(own, x) + shift, column(own, value)
    axes.plot(
        at, y, look.dashes, color=look.colour, marker=look.marker, markerfacecolor=look.face or look.colour,
        markersize=size, linewidth=width, markevery=every, drawstyle="steps-post" if steps else "default",
    )  # fmt: skip
    if ends:
        low, high = (column(own, name) for name in ends)
        known = np.isfinite(low) & np.isfinite(high)
        if bars and known.any():
            axes.vlines(at[known], low[known], high[known], color=look.colour, linewidth=1.3)
        elif not bars:
            step: Any = "post" if steps else None
            axes.fill_between(at, low, high, color=look.colour, alpha=alpha, linewidth=0, step=step)
    return float(y[-1])


def courses(axes: Axes, rows: pd.DataFrame, x: str, by: str, looks: Mapping[str, Look], **style: Any) -> list[End]:
    """A course for each value of the column `by` that has a look; gives what is to be written at their ends."""
    return [(course(axes, rows[rows[by] == name], x, look, **style), name, look.colour) for name, look in looks.items()]


def bar(
    axes: Axes, place: float, start: float, length: float, colour: str, words: str = "", *, hatch: str = "",
    alpha: float = 1.0, inside: bool = False, bold: bool = False, height: float = 0.7, reach: float = -np.inf,
) -> None:  # fmt: skip
    """A level bar in its row with words at its right end (no nearer than `reach`), or inside in the middle."""
    axes.barh(place, length, height, start, color=colour, hatch=hatch, alpha=alpha, edgecolor="white", linewidth=0.6)
    if inside:
        box = {"facecolor": colour, "edgecolor": "none", "pad": 1.0} if hatch else None
        at = start + 0.5 * length
        axes.text(at, place, words, ha="center", va="center", fontsize=8.5, color=ink_on(colour), bbox=box)
    elif words:
        axes.annotate(
            words, (max(start, start + length, reach), place), (3, 0), textcoords="offset points", va="center",
            fontsize=8.5, fontweight="bold" if bold else "normal", color=INK,
        )  # fmt: skip


def cells(
    axes: Axes, values: Floats, words: Sequence[Sequence[str]], shades: tuple[str, float, float],
    columns: Sequence[str], rows: Sequence[str], *, edge: str = "white", size: float = 8.5, upwards: bool = False,
) -> QuadMesh:  # fmt: skip
    """Coloured cells with their words, the first row on top (`upwards`: at the foot); unknown ones are grey.

    shades: a colour map, and the numbers at its two ends.
    """
    name, low, high = shades
    deep, wide = values.shape
    mesh = axes.pcolormesh(
        np.arange(wide + 1) - 0.5, np.arange(deep + 1) - 0.5, np.ma.masked_invalid(values), cmap=name, vmin=low,
        vmax=high, edgecolors=edge, linewidth=0.6,
    )  # fmt: skip
    colours = colormaps[name](Normalize(low, high)(np.nan_to_num(values)))
    for (i, j), value in np.ndenumerate(values):
        if words[i][j]:
            ink = ink_on(colours[i, j]) if np.isfinite(value) else INK
            axes.text(j, i, words[i][j], ha="center", va="center", fontsize=size, color=ink, zorder=5)
    axes.set_xticks(range(wide), columns)
    axes.set_yticks(range(deep), rows)
    if not upwards:
        axes.set_ylim(deep - 0.5, -0.5)
    axes.tick_params(length=0)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    axes.set_facecolor(RULED)
    return mesh


def frame(axes: Axes, i: float, j: float, **style: Any) -> None:
    """A frame around the cell in row i and column j."""
    axes.add_patch(Rectangle((j - 0.5, i - 0.5), 1.0, 1.0, **{"fill": False, "linewidth": 2.2, "zorder": 4} | style))


def ink_on(colour: Any) -> str:
    """The colour of letters that are read on a colour: dark, or white where that is dark itself."""
    red, green, blue = to_rgb(colour)
    return INK if 0.299 * red + 0.587 * green + 0.114 * blue > 0.55 else "white"


def label_ends(axes: Axes, x: float, ends: Sequence[End], share: float = 0.06) -> None:
    """Write (y, text, colour) labels right of x, apart by a `share` of the axis or more, so that none overlap.

    The limits of the axis must be those it keeps. Labels of lines of which nothing is drawn (nan) are left out.
    """
    low, high = axes.get_ylim()
    known = [end for end in ends if np.isfinite(end[0])]
    for (_, text, colour), place in zip(known, apart([y for y, _, _ in known], share * (high - low)), strict=True):
        axes.text(x, place, text, color=colour, va="center", fontsize=8.5, fontweight="bold", clip_on=False)


def aside(axes: Axes, y: float, points: float, text: str, **style: Any) -> None:
    """A text in a row that begins (or ends, with ha="right") so many points right of the panel."""
    axes.annotate(
        text, (1.0, y), (points, 0), xycoords=axes.get_yaxis_transform(), textcoords="offset points", va="center",
        annotation_clip=False, **{"fontsize": 8.0} | style,
    )  # fmt: skip


def key(label: str, look: Look, width: float = 1.8, **style: Any) -> Line2D:
    """A line of a legend: a mark, on a line where `width` is above 0 (a look without marker is a line alone)."""
    dashes: Any = look.dashes if width else "none"
    return Line2D(
        [], [], color=look.colour, marker=look.marker or None, markerfacecolor=look.face or look.colour,
        linestyle=dashes, linewidth=width, label=label, **style,
    )  # fmt: skip


def legend(figure: Figure, keys: Sequence[Line2D | Patch], columns: int = 5, above: bool = False) -> None:
    """A legend below all panels, or above them; none where there is only one thing to tell apart."""
    if len(keys) > 1:
        place: Any = f"outside {'upper' if above else 'lower'} center"
        figure.legend(handles=list(keys), loc=place, ncols=min(columns, len(keys)), frameon=False, fontsize=9)


def keys(looks: Mapping[str, Look], width: float = 2.2, **style: Any) -> list[Line2D]:
    """A line of a legend for each look, by its name."""
    return [key(name, look, width, **style) for name, look in looks.items()]
