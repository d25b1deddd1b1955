"""Which worlds are played: every set of distortions, each at one strength; and arms for one world alone."""

from collections.abc import Iterator
from typing import NamedTuple

from alliance_sim.experiment.parts import settings
from alliance_sim.scenario import Experiment
from alliance_sim.scenario.scenario import DesignPoint

Level = float | str | bool


class World(NamedTuple):
    """The distortions that are at work, all of one strength (empty for none), in one arm."""

    strength: str
    on: tuple[str, ...]
    arm: str
    point: DesignPoint


def levels_of(experiment: Experiment) -> dict[str, list[Level]]:
    """The levels of every factor, in order; the first of each means that it is off."""
    found: dict[str, list[Level]] = {}
    for point in experiment.points:
        for factor, level in point.factors.items():
            levels = found.setdefault(factor, [])
            if level not in levels:
                levels.append(level)
    return found


def worlds(experiment: Experiment, crossed: tuple[str, ...], strength: str) -> list[World]:
    """Every set of distortions at every strength in the crossed arms, and all of them at `strength` in the others.

    Worlds in which distortions of different strengths would meet are left out, so that k distortions at s strengths
    make 1 + s (2^k - 1) worlds an arm.
    """
    return list(_worlds(experiment, crossed, strength))


def _worlds(experiment: Experiment, crossed: tuple[str, ...], strength: str) -> Iterator[World]:
    levels = levels_of(experiment)
    for points in settings(experiment):
        labels = points[0].factors
        on = tuple(factor for factor, level in labels.items() if level != levels[factor][0])
        strengths = {str(labels[factor]) for factor in on}
        if len(strengths) > 1:
            continue
        own = next(iter(strengths), "")
        for point in points:
            if point.arm in crossed or (own == strength and len(on) == len(levels)):
                yield World(own, on, point.arm, point)


def is_main(world: World, factors: int) -> bool:
    """Whether none, one or all of the distortions are at work."""
    return len(world.on) in (0, 1, factors)
