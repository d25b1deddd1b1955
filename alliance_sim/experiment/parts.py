"""What a design is kept as: units of play, and for each design point in them a part of every table.

A unit is the arms of one setting over some consecutive replicates, about a second of work. It depends on the scenario
and on what is kept, never on the machine, so that a run that was interrupted ends with the same files.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from alliance_sim.analysis.measuring import ANALYSIS_VERSION
from alliance_sim.experiment.size import replicates_per_unit
from alliance_sim.scenario import Experiment
from alliance_sim.scenario.scenario import DesignPoint, Outputs

FORMAT = 2
"""Version of the layout of part files; a change of it makes the parts of earlier runs useless."""


class Unit(NamedTuple):
    """The arms of one setting over consecutive replicates: what is played together and kept together."""

    points: tuple[DesignPoint, ...]  # one an arm, in order of arms
    replicates: range  # with a wanted precision: from the first to the last that may be played


class Part(NamedTuple):
    """The rows of one design point over the replicates of a unit; one file in every table that is kept."""

    point: DesignPoint
    name: str  # of its files, without ending
    key: str  # hash of all that decides its rows and columns


def settings(experiment: Experiment) -> Iterator[tuple[DesignPoint, ...]]:
    """The design points of each setting: one an arm, in order of arms."""
    size = len(experiment.arms)
    for first in range(0, len(experiment.points), size):
        yield experiment.points[first : first + size]


def ranges(experiment: Experiment, point: DesignPoint) -> list[range]:
    """The replicates of a design point in the units that they are played in, each from 1.

    More replicates leave all but the last range as they are. With a wanted precision there is one range.
    """
    most = experiment.replicates
    if experiment.precision is not None:
        return [range(1, most + 1)]
    size = replicates_per_unit(experiment, point.scenario)
    return [range(first, min(first + size, most + 1)) for first in range(1, most + 1, size)]


def units(experiment: Experiment) -> Iterator[Unit]:
    """Every unit of a design, in order of settings and replicates."""
    for points in settings(experiment):
        for replicates in ranges(experiment, points[0]):
            yield Unit(points, replicates)


def tables_of(outputs: Outputs) -> tuple[str, ...]:
    """The tables that are kept."""
    kept = {"sessions": outputs.sessions, "clients": outputs.clients, "replicates": True}
    return tuple(name for name, wanted in kept.items() if wanted)


def labels(point: DesignPoint) -> dict[str, float | str | bool]:
    """The first columns of a point's rows: arm, factors, sampled values."""
    return {"arm": point.arm, **point.factors, **point.sampled}


def part_name(point: DesignPoint) -> str:
    """Sixteen hexadecimal digits that begin the names of a point's part files: of its world, seed, law and labels."""
    return _hash([point.address, _exact(labels(point))], 8)


def parts(experiment: Experiment, unit: Unit) -> Iterator[Part]:
    """The parts of a unit, in order of arms.

    The key of an arm's part knows the baseline, since the arm's replicates are compared with those of the baseline;
    with a wanted precision it knows every arm, since they are played until all are precise enough.
    """
    baseline = next(point for point in unit.points if point.arm == experiment.baseline)
    more: list[Any] = []
    if experiment.precision is not None:
        more = [list(experiment.precision), [point.address for point in unit.points], baseline.address]
    for point in unit.points:
        name = part_name(point)
        content = [FORMAT, ANALYSIS_VERSION, name, unit.replicates.start, unit.replicates.stop, more]
        content += [baseline.address] if point is not baseline else []
        content += [experiment.outputs.sessions]
        yield Part(point, f"part-{name}-{unit.replicates.start:07d}", _hash(content, 16))


def _exact(values: dict[str, float | str | bool]) -> list[list[str]]:
    """Labels as text that tells 1 from 1.0 from true."""
    return [[name, type(value).__name__, repr(value)] for name, value in values.items()]


def _hash(content: list[Any], size: int) -> str:
    text = json.dumps(content, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=size).hexdigest()
