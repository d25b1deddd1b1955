"""All figures, in the order of the report. A new one is a file beside this one and a row here."""

from collections.abc import Callable

from alliance_sim.figures import trajectories
from alliance_sim.figures.picture import LeftOut, Picture, Scene

GALLERY: tuple[Callable[[Scene], Picture | LeftOut], ...] = (trajectories.build,)


def draw_all(scene: Scene) -> tuple[list[Picture], list[LeftOut]]:
    """Every figure that this experiment has data for, and those left out with the reason."""
    made = [build(scene) for build in GALLERY]
    return [m for m in made if isinstance(m, Picture)], [m for m in made if isinstance(m, LeftOut)]
