"""All figures, in the order of the report. A new one is a file beside this one and a row here."""

from collections.abc import Callable

from alliance_sim.figures import (
    around_rupture,
    differences,
    dropout,
    flow,
    one_at_a_time,
    outcome,
    sampled,
    surface,
    trajectories,
    twins,
)
from alliance_sim.figures.picture import LeftOut, Picture, Scene

Made = Picture | LeftOut | list[Picture | LeftOut]

GALLERY: tuple[Callable[[Scene], Made], ...] = (
    outcome.build,
    differences.build,
    surface.build,
    sampled.build,
    one_at_a_time.build,
    trajectories.build,
    dropout.build,
    flow.build,
    around_rupture.build,
    twins.build,
)


def draw_all(scene: Scene) -> tuple[list[Picture], list[LeftOut]]:
    """Every figure that this experiment has data for, and those left out with the reason."""
    made: list[Picture | LeftOut] = []
    for build in GALLERY:
        found = build(scene)
        made += found if isinstance(found, list) else [found]
    return [m for m in made if isinstance(m, Picture)], [m for m in made if isinstance(m, LeftOut)]
