"""What a design is kept as: units of work, and for each design point in them a part of every table.

A unit is the arms of one setting over some consecutive replicates, about a second of work. It depends on the scenario
and on what is kept, never on the machine, so that a run that was interrupted ends with the same files.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from alliance_sim.experiment.size import replicates_per_unit
from alliance_sim.sources import behind

if TYPE_CHECKING:
    from alliance_sim.scenario.experiment import Experiment
    from alliance_sim.scenario.scenario import DesignPoint, Outputs

TABLES = ("sessions", "clients", "replicates")
"""The tables that a run may keep, each a folder NAME.parquet of part files."""

SUPERSEDED = "superseded"
"""Where parts go that the design does not have, so that whoever reads the folder of a table reads the design alone."""

_PART = re.compile(r"part-[0-9a-f]+-[0-9]{7,}-[0-9]{7,}-[0-9a-f]{16}\.parquet")
_BEFORE = re.compile(r"part-[0-9a-f]{16}-[0-9]{7}\.parquet")
"""Names of parts in folders of a version without checksums."""

FORMAT = 2
"""Version of the layout of part files; a change of it makes the parts of earlier runs useless."""

MAKER = "alliance_sim.experiment.work"
"""The module that makes parts: what it rests on decides them."""


class Unit(NamedTuple):
    """The arms of one setting over consecutive replicates: what is simulated together and kept together."""

    points: "tuple[DesignPoint, ...]"  # one an arm, in order of arms
    replicates: range  # with a wanted precision: from the first to the last that may be needed


class Part(NamedTuple):
    """The rows of one design point over the replicates of a unit; one file in every table that is kept."""

    point: "DesignPoint"
    name: str  # of its files, without checksum and ending
    key: str  # hash of all that decides its rows and columns
    before: str = ""  # its name in folders of a version without checksums


def settings(experiment: "Experiment") -> "Iterator[tuple[DesignPoint, ...]]":
    """The design points of each setting: one an arm, in order of arms."""
    size = len(experiment.arms)
    for first in range(0, len(experiment.points), size):
        yield experiment.points[first : first + size]


def ranges(experiment: "Experiment", point: "DesignPoint") -> list[range]:
    """The replicates of a design point in the units that they belong to, each from 1.

    More replicates leave all but the last range as they are. With a wanted precision there is one range.
    """
    most = experiment.replicates
    if experiment.precision is not None:
        return [range(1, most + 1)]
    size = replicates_per_unit(experiment, point.scenario)
    return [range(first, min(first + size, most + 1)) for first in range(1, most + 1, size)]


def units(experiment: "Experiment") -> Iterator[Unit]:
    """Every unit of a design, in order of settings and replicates."""
    for points in settings(experiment):
        for replicates in ranges(experiment, points[0]):
            yield Unit(points, replicates)


def tables_of(outputs: "Outputs") -> tuple[str, ...]:
    """The tables that are kept."""
    kept = {"sessions": outputs.sessions, "clients": outputs.clients, "replicates": True}
    return tuple(name for name, wanted in kept.items() if wanted)


def labels(point: "DesignPoint") -> dict[str, float | str | bool]:
    """The first columns of a point's rows: arm, factors, sampled values."""
    return {"arm": point.arm, **point.factors, **point.sampled}


def part_name(experiment: "Experiment", point: "DesignPoint", arms: "tuple[DesignPoint, ...]") -> str:
    """Hexadecimal digits that begin the names of a point's part files: of all that decides them but replicates.

    The first sixteen are those of its settings, labels, seed and law, so that rows come in the same order whatever else
    is kept. `arms` are the design points of its setting.
    """
    content = _content(experiment, point, arms)
    return f"{content[2]}{_hash(content, 8)}"


def parts(experiment: "Experiment", unit: Unit) -> Iterator[Part]:
    """The parts of a unit, in order of arms."""
    first, stop = unit.replicates.start, unit.replicates.stop
    for point in unit.points:
        form, version, own, *more = _content(experiment, point, unit.points)
        key = _hash([form, version, own, first, stop, *more], 16)
        name = f"part-{part_name(experiment, point, unit.points)}-{first:07d}-{stop - 1:07d}"
        yield Part(point, name, key, f"part-{own}-{first:07d}.parquet")


def _content(experiment: "Experiment", point: "DesignPoint", arms: "tuple[DesignPoint, ...]") -> list[Any]:
    """All that decides the parts of a design point but the replicates.

    An arm knows the baseline, since its replicates are compared with those of the baseline; with a wanted precision it
    knows every arm, since replicates are added until all are precise enough.
    """
    baseline = next(each for each in arms if each.arm == experiment.baseline)
    more: list[Any] = []
    if experiment.precision is not None:
        more = [list(experiment.precision), [each.address for each in arms], baseline.address]
    own = _hash([point.address, _exact(labels(point))], 8)
    compared = [baseline.address] if point is not baseline else []
    return [FORMAT, behind(MAKER), own, more, *compared, experiment.outputs.sessions]


def _exact(values: dict[str, float | str | bool]) -> list[list[str]]:
    """Labels as text in which 1, 1.0 and true differ."""
    return [[name, type(value).__name__, repr(value)] for name, value in values.items()]


def _hash(content: list[Any], size: int) -> str:
    text = json.dumps(content, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=size).hexdigest()


def is_part(name: str) -> bool:
    """Whether a name is that of a part file."""
    return _PART.fullmatch(name) is not None or _BEFORE.fullmatch(name) is not None
