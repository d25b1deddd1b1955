"""What a worker does: simulate the arms of a setting block by block, measure, and keep parts of the tables."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import reduce
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from alliance_sim.custom import PolicyError
from alliance_sim.engine.block import Buffers
from alliance_sim.estimands.measuring import (
    TWIN_NAMES,
    measure,
    measure_null,
    measure_twins,
    undefined_twins,
)
from alliance_sim.estimands.null_twin import NEEDED, null_twin
from alliance_sim.experiment import store
from alliance_sim.experiment.parts import Part, Unit, tables_of
from alliance_sim.experiment.players import Player, player_for
from alliance_sim.experiment.precision import precise
from alliance_sim.experiment.size import replicates_per_block
from alliance_sim.experiment.tables import replicate_table, session_table, tables
from alliance_sim.experiment.workers import StoppedError
from alliance_sim.scenario import Experiment
from alliance_sim.scenario.scenario import DesignPoint, Outputs, Precision

Progress = Callable[[int], None]
"""Called with the number of clients just finished; from any thread."""


class RunJob(NamedTuple):
    """What all tasks of a run share. A worker must see both folders under these names."""

    seed: int
    baseline: str
    outputs: Outputs
    tables: tuple[str, ...]  # that are kept
    precision: Precision | None
    folder: Path  # of the results, absolute
    home: Path  # of the config, absolute: where policies of the user's own lie


def job_of(experiment: Experiment, folder: Path) -> RunJob:
    """The job of running an experiment into a folder."""
    return RunJob(
        experiment.seed,
        experiment.baseline,
        experiment.outputs,
        tables_of(experiment.outputs),
        experiment.precision,
        folder.resolve(),
        experiment.path.resolve().parent,
    )


class Task(NamedTuple):
    """A unit with the parts that are missing of it."""

    unit: Unit
    missing: tuple[Part, ...]


class Spent(NamedTuple):
    """Seconds of a worker: on simulating, on measuring (tables in memory included), on writing."""

    play: float = 0.0
    measure: float = 0.0
    store: float = 0.0

    def plus(self, other: "Spent") -> "Spent":
        """Both together."""
        return Spent(*map(sum, zip(self, other, strict=True)))


class Done(NamedTuple):
    """What came of some tasks."""

    clients: int  # over all arms, the baseline included where it had to be simulated again
    client_sessions: int
    notices: tuple[str, ...]
    spent: Spent


class _Block(NamedTuple):
    """A block of one arm, in memory: rows, and what was measured in each replicate."""

    sessions: pa.Table | None
    clients: pa.Table
    measured: dict[str, NDArray[np.float64]]
    client_sessions: int


_of_thread = threading.local()
"""What a thread keeps between tasks: its players, since a policy of the user's own is compiled for one, and buffers."""


def _player(function: str | None, home: Path) -> tuple[Player, str]:
    """The player of a policy function, made once in a thread."""
    players: dict[tuple[str | None, Path], tuple[Player, str]] = _of_thread.__dict__.setdefault("players", {})
    if (function, home) not in players:
        players[function, home] = player_for(function, home)
    return players[function, home]


def _buffers() -> Buffers:
    if "buffers" not in _of_thread.__dict__:
        _of_thread.buffers = Buffers()
    buffers: Buffers = _of_thread.buffers
    return buffers


class _Clock:
    """Adds up where the time goes."""

    def __init__(self) -> None:
        self.spent = Spent()
        self._last = time.perf_counter()

    def lap(self, kind: str) -> None:
        """Count the time since the last lap as one kind of work."""
        now = time.perf_counter()
        self.spent = self.spent.plus(Spent(**{kind: now - self._last}))
        self._last = now


def _simulate(job: RunJob, point: DesignPoint, replicates: range, player: Player, clock: _Clock) -> _Block:
    """Simulate and measure some replicates of one arm, and of its null twin where session rows are kept.

    Raises PolicyError where a policy of the user's own fails.
    """
    clock.lap("measure")
    try:
        block = player(point.scenario, job.seed, replicates, job.outputs.sessions, _buffers())
        clock.lap("play")
        sessions, clients = tables(point, block, replicates)
        clock.lap("measure")
        twin = null_twin(point.scenario) if sessions is not None else None
        null = player(twin, job.seed, replicates, True, _buffers()) if twin is not None else None
    except Exception as error:
        name = point.scenario.policy_function
        if name is None:
            raise
        where = f"replicates {replicates.start} to {replicates.stop - 1} of design point {point.number}"
        raise PolicyError(f"Policy {name} stops with {type(error).__name__} ({error}) in {where}.") from None
    clock.lap("play")
    measured = measure(clients, sessions)
    if sessions is not None:
        rows = session_table(point, null, NEEDED) if null is not None else None
        measured |= measure_null(measured["replicate"], rows)
    return _Block(sessions, clients, measured, block.client_sessions)


def _compared(
    job: RunJob, unit: Unit, arms: Sequence[DesignPoint], replicates: range, players: Sequence[Player], clock: _Clock
) -> Iterator[tuple[DesignPoint, _Block]]:
    """A block of each arm, the baseline first; measures of the others include comparisons with their twins in it."""
    baseline: _Block | None = None
    for point, player in zip(arms, players, strict=True):
        block = _simulate(job, point, replicates, player, clock)
        if baseline is None:
            baseline = block
            alone = len(unit.points) == 1
            twins = {} if alone else undefined_twins(block.sessions is not None, len(block.measured["replicate"]))
        else:
            twins = measure_twins((block.clients, block.sessions), (baseline.clients, baseline.sessions))
        yield point, block._replace(measured={**block.measured, **twins})  # parts of all arms have the same columns


def stages(job: RunJob, unit: Unit) -> Iterator[range]:
    """The replicates of a unit in blocks; with a wanted precision, no block reaches over a look at it."""
    size = replicates_per_block(unit.points[0].scenario)
    look = job.precision.first if job.precision is not None else len(unit.replicates)
    for first in range(unit.replicates.start, unit.replicates.stop, look):
        last = min(first + look, unit.replicates.stop)
        yield from (range(block, min(block + size, last)) for block in range(first, last, size))


def play_task(job: RunJob, task: Task, progress: Progress, halted: Callable[[], bool]) -> Done:
    """Simulate the arms of a setting, compare them with the baseline's twins, and publish the parts that are missing.

    The baseline is simulated even where its own part is kept, for the others are compared with it. Raises StoppedError
    when `halted`; nothing of an unfinished unit stays.
    """
    clock = _Clock()
    missing = {part.point.number: part for part in task.missing}
    arms = sorted(
        (p for p in task.unit.points if job.precision is not None or p.number in missing or p.arm == job.baseline),
        key=lambda point: point.arm != job.baseline,
    )
    made = [_player(point.scenario.policy_function, job.home) for point in arms]
    seen: dict[str, list[NDArray[np.float64]]] = {}
    clients = rows = 0
    with ExitStack() as stack:
        writers = {
            number: stack.enter_context(store.writing(job.folder, job.tables, part)) for number, part in missing.items()
        }
        for replicates in stages(job, task.unit):
            for point, block in _compared(job, task.unit, arms, replicates, [player for player, _ in made], clock):
                if halted():
                    raise StoppedError
                if job.precision is not None and not _compares(job, point):
                    seen.setdefault(point.arm, []).append(block.measured[job.precision.estimate])
                rows += block.client_sessions
                clients += block.clients.num_rows
                clock.lap("measure")
                if point.number in writers:
                    _write(writers[point.number], point, block)
                    clock.lap("store")
                progress(block.clients.num_rows)
            if _enough(job, replicates, seen, arms):
                break
        clock.lap("measure")
    clock.lap("store")
    return Done(clients, rows, tuple(notice for _, notice in made if notice), clock.spent)


def _compares(job: RunJob, point: DesignPoint) -> bool:
    """Whether the wanted precision is that of a comparison of twins, which the baseline's clients do not have."""
    return point.arm == job.baseline and job.precision is not None and job.precision.estimate in TWIN_NAMES


def _write(writers: dict[str, store.Writer], point: DesignPoint, block: _Block) -> None:
    """Add a block to the parts of a point."""
    rows = {
        "sessions": block.sessions,
        "clients": block.clients,
        "replicates": replicate_table(point, block.measured),
    }
    for table, writer in writers.items():
        found = rows[table]
        if found is not None:
            writer.write(found)


def _enough(
    job: RunJob, replicates: range, seen: dict[str, list[NDArray[np.float64]]], points: Sequence[DesignPoint]
) -> bool:
    """Whether it is time to look, and the wanted precision is there."""
    wanted = job.precision
    if wanted is None or (replicates.stop - 1) % wanted.first:
        return False
    draws = {point.arm: point.scenario.draws for point in points}
    return precise(wanted, {arm: np.concatenate(values) for arm, values in seen.items()}, job.baseline, draws)


def play_tasks(job: RunJob, tasks: tuple[Task, ...]) -> Done:
    """Do tasks one after the other, in a process or on a machine of their own.

    Raises FileNotFoundError where the folder of the results is not there.
    """
    if not job.folder.is_dir():
        raise FileNotFoundError(f"a worker does not see the result folder {job.folder}: it must be on a shared disk")
    done = [play_task(job, task, lambda _: None, lambda: False) for task in tasks]
    notices = dict.fromkeys(notice for each in done for notice in each.notices)
    return Done(
        sum(each.clients for each in done),
        sum(each.client_sessions for each in done),
        tuple(notices),
        reduce(Spent.plus, (each.spent for each in done), Spent()),
    )
