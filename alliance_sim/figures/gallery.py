"""All figures of an experiment, in the order of the report. A new one is a function, a row here, and its words."""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from alliance_sim.figures import courses, designs, outcomes, ruptures
from alliance_sim.figures.picture import LeftOut, Picture, Scene
from alliance_sim.figures.words import title_of

Made: TypeAlias = "Picture | list[Picture] | str"
"""One figure or several; or why this experiment has none."""


class GalleryFigure(NamedTuple):
    """A figure of the gallery."""

    name: str
    draw: Callable[[Scene], Made]
    sessions: bool = False  # needs the session table
    clients: bool = False  # needs the client table


GALLERY = (
    GalleryFigure("outcome", outcomes.levels),
    GalleryFigure("differences", outcomes.contrasts),
    GalleryFigure("surface", designs.surfaces),
    GalleryFigure("sampled", designs.sampled),
    GalleryFigure("one_at_a_time", designs.one_at_a_time),
    GalleryFigure("trajectories", courses.over_weeks, sessions=True, clients=True),
    GalleryFigure("dropout", courses.dropout, clients=True),
    GalleryFigure("repair_flow", ruptures.flow, sessions=True),
    GalleryFigure("around_rupture", ruptures.around, sessions=True),
    GalleryFigure("twins", ruptures.twins, sessions=True),
)


def draw_all(scene: Scene) -> tuple[list[Picture], list[LeftOut]]:
    """Every figure that this experiment has data for, and those left out with the reason."""
    pictures: list[Picture] = []
    left_out: list[LeftOut] = []
    for row in GALLERY:
        made = _drawn(row, scene)
        if isinstance(made, str):
            left_out.append(LeftOut(row.name, title_of(row.name), made))
        else:
            pictures += made if isinstance(made, list) else [made]
    return pictures, left_out


def _drawn(row: GalleryFigure, scene: Scene) -> Made:
    if row.sessions and not scene.results.has_sessions:
        return "the run kept no session table (outputs.sessions is false)"
    if row.clients and not scene.results.has_clients:
        return "the run kept no client table (outputs.clients is false)"
    return row.draw(scene)
