"""Single clients, a small panel each: ratings week by week, with the ruptures that truly happened."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import COLOURS, INK, canvas, theme

NAME, TITLE = "face_clients", "Single clients"
CAPTION = (
    "Client rating (1–5) by week under repair; gaps are missed sessions. Marks: ruptures that truly happened in the "
    "simulation, which no rating shows by itself; ▼ withdrawal, ▲ confrontation; open: repaired in the same session, "
    "filled: not. A cross marks the session after which a client dropped out; a line that ends earlier without a cross "
    "belongs to a treatment that was completed early."
)
COLUMNS = 6
MARKS = {1: "v", 2: "^"}
"""Marker of a withdrawal and of a confrontation."""

LINE, OPEN = COLOURS[0], "white"


def draw(
    ratings: NDArray[np.float64],
    ruptures: NDArray[np.int64],
    repaired: NDArray[np.bool_],
    dropout: NDArray[np.int64],
) -> Picture:
    """A panel for each client.

    ratings (clients, weeks) 1-5, nan without one; ruptures (clients, weeks) 1 withdrawal, 2 confrontation, 0 none;
    repaired (clients, weeks) in the same session; dropout (clients,) its week, 0 for none.
    """
    clients, weeks = ratings.shape
    with theme():
        rows = -(-clients // COLUMNS)
        figure, grid = canvas(rows, COLUMNS, 10.0, 1.35 * rows + 1.2, sharex=True, sharey=True)
        panels = [axes for row in grid for axes in row]
        for k, axes in enumerate(panels[:clients]):
            _panel(axes, ratings[k], ruptures[k], repaired[k], int(dropout[k]))
            axes.set_title(f"client {k + 1}", fontsize=8, fontweight="normal", pad=2)
        for axes in panels[clients:]:
            axes.set_visible(False)
        panels[0].set_xlim(0.2, weeks + 0.8)
        panels[0].set_ylim(0.8, 5.25)
        panels[0].set_xticks([1, weeks // 2, weeks])
        panels[0].set_yticks([1, 3, 5])
        figure.supxlabel("week of treatment", fontsize=9.5)
        figure.supylabel("client rating (1–5)", fontsize=9.5)
        figure.legend(handles=_legend(), loc="outside upper center", ncols=5, frameon=False, fontsize=8.5)
    happened = int((ruptures > 0).sum())
    alt = (
        f"{clients} small line charts of client ratings; {happened} ruptures marked, of which "
        f"{int(((ruptures > 0) & repaired).sum())} were repaired in the same session; {int((dropout > 0).sum())} "
        "clients dropped out."
    )
    return Picture(NAME, TITLE, CAPTION, alt, figure)


def _panel(
    axes: Axes, rating: NDArray[np.float64], rupture: NDArray[np.int64], repaired: NDArray[np.bool_], dropout: int
) -> None:
    week = np.arange(1, len(rating) + 1)
    axes.plot(week, rating, color=LINE, linewidth=1.2, marker=".", markersize=3)
    for kind, marker in MARKS.items():
        for mended, fill in ((True, OPEN), (False, COLOURS[1])):
            here = (rupture == kind) & (repaired == mended)
            axes.plot(
                week[here], rating[here], marker, color=COLOURS[1], markerfacecolor=fill, markersize=6, linestyle="none"
            )
    if dropout:
        axes.plot(dropout, 1.1, "x", color=INK, markersize=6, markeredgewidth=1.6)
    axes.tick_params(labelsize=7.5)


def _legend() -> list[Line2D]:
    made = [
        Line2D([], [], marker=marker, color=COLOURS[1], markerfacecolor=fill, linestyle="none", label=f"{name}, {what}")
        for marker, name in (("v", "withdrawal"), ("^", "confrontation"))
        for fill, what in ((OPEN, "repaired"), (COLOURS[1], "not repaired"))
    ]
    left = Line2D([], [], marker="x", color=INK, linestyle="none", markeredgewidth=1.6, label="dropped out")
    return [*made, left]
