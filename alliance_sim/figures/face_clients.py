"""Single clients, a small panel each: ratings week by week, with the ruptures that truly happened."""

import numpy as np
from numpy.typing import NDArray

from alliance_sim.figures.marks import key, legend, panels, point
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import COLOURS, INK, Look, theme

NAME, TITLE = "face_clients", "Single clients"
CAPTION = (
    "Client rating (1–5) by week under repair; gaps are missed sessions. Marks: ruptures that truly happened in the "
    "simulation, which no rating shows by itself; ▼ withdrawal, ▲ confrontation; open: repaired in the same session, "
    "filled: not. A cross marks the session after which a client dropped out; a line that ends earlier without a cross "
    "belongs to a treatment that was completed early."
)
COLUMNS = 6
RUPTURES = {
    (kind, mended): (f"{name}, {what}", Look(COLOURS[1], marker, face=face))
    for kind, name, marker in ((1, "withdrawal", "v"), (2, "confrontation", "^"))
    for mended, what, face in ((True, "repaired", "white"), (False, "not repaired", ""))
}
"""Words and look of ruptures by kind, and by whether they were repaired."""

LEFT = Look(INK, "x")


@theme()
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
    week = np.arange(1, weeks + 1)
    figure, made = panels(clients, COLUMNS, (10.0 / min(COLUMNS, clients), 1.35), (0.0, 1.2), sharex=True, sharey=True)
    for k, axes in enumerate(made):
        axes.plot(week, ratings[k], color=COLOURS[0], linewidth=1.2, marker=".", markersize=3)
        for (kind, mended), (_, look) in RUPTURES.items():
            here = (ruptures[k] == kind) & (repaired[k] == mended)
            point(axes, week[here], ratings[k][here], look, 6)
        if dropout[k]:
            point(axes, dropout[k], 1.1, LEFT, 6, markeredgewidth=1.6)
        axes.tick_params(labelsize=7.5, labelbottom=k + COLUMNS >= clients)
        axes.set_title(f"client {k + 1}", fontsize=8, fontweight="normal", pad=2)
    made[0].set(xlim=(0.2, weeks + 0.8), ylim=(0.8, 5.25), xticks=[1, weeks // 2, weeks], yticks=[1, 3, 5])
    figure.supxlabel("week of treatment", fontsize=9.5)
    figure.supylabel("client rating (1–5)", fontsize=9.5)
    keys = [key(words, look, 0.0) for words, look in RUPTURES.values()]
    legend(figure, [*keys, key("dropped out", LEFT, 0.0, markeredgewidth=1.6)], above=True)
    happened = ruptures > 0
    said = (
        f"{clients} small line charts of client ratings; {int(happened.sum())} ruptures marked, of which "
        f"{int((happened & repaired).sum())} were repaired in the same session; {int((dropout > 0).sum())} clients "
        "dropped out."
    )
    return Picture(NAME, TITLE, CAPTION, said, figure)
