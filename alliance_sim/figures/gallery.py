"""All figures, in the order of the report. A new one is a file beside this one and a row here."""

from types import ModuleType

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

GALLERY: tuple[ModuleType, ...] = (
    outcome, differences, surface, sampled, one_at_a_time, trajectories, dropout, flow, around_rupture, twins,
)  # fmt: skip


def draw_all(scene: Scene) -> tuple[list[Picture], list[LeftOut]]:
    """Every figure that this experiment has data for, and those left out with the reason."""
    made: list[Picture | LeftOut] = []
    for each in GALLERY:
        found = each.build(scene)
        made += found if isinstance(found, list) else [found]
    return [m for m in made if isinstance(m, Picture)], [m for m in made if isinstance(m, LeftOut)]
