"""Running an experiment: every design point that is not in the result folder yet, on all workers."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from alliance_sim.engine.block import Buffers
from alliance_sim.experiment import manifest, store
from alliance_sim.experiment.lock import only_run
from alliance_sim.experiment.plan import replicates_per_block
from alliance_sim.experiment.players import Player, player_for
from alliance_sim.experiment.tables import tables
from alliance_sim.scenario import Experiment
from alliance_sim.scenario.scenario import DesignPoint

Progress = Callable[[int], None]
"""Called with the number of clients just finished; from any thread."""


class StoppedError(Exception):
    """Raised in a worker when the run was asked to stop; what is finished stays."""


class Outcome(NamedTuple):
    """What a run did: design points in all, found finished, and played now; and what the user should know."""

    points: int
    found: int
    played: int
    notices: list[str]


def blocks(point: DesignPoint, replicates: int) -> Iterator[range]:
    """The replicates of a design point in blocks, each from 1; the same on every machine."""
    size = replicates_per_block(point.scenario)
    for first in range(1, replicates + 1, size):
        yield range(first, min(first + size, replicates + 1))


def play_point(
    experiment: Experiment, point: DesignPoint, replicates: range, *, sessions: bool = True
) -> tuple[pa.Table | None, pa.Table]:
    """Session table and client table of some replicates of one design point, in memory; nothing is kept."""
    player, _ = player_for(point.scenario.policy_function, experiment.path.resolve().parent)
    block = player(point.scenario, experiment.seed, replicates, sessions, Buffers())
    return tables(point, block, replicates)


def _keep_point(
    experiment: Experiment,
    point: DesignPoint,
    folder: Path,
    player: Player,
    buffers: Buffers,
    progress: Progress,
    stop: threading.Event,
) -> None:
    """Play one design point block by block and publish its part files."""
    keep = experiment.outputs.sessions
    with store.parts(folder, point, keep) as (session_part, client_part):
        for replicates in blocks(point, experiment.replicates):
            if stop.is_set():
                raise StoppedError
            block = player(point.scenario, experiment.seed, replicates, keep, buffers)
            session_rows, client_rows = tables(point, block, replicates)
            if session_part is not None and session_rows is not None:
                session_part.write(session_rows)
            client_part.write(client_rows)
            progress(client_rows.num_rows)


def run(
    experiment: Experiment,
    folder: Path,
    *,
    workers: int = 1,
    progress: Progress = lambda _: None,
    stop: threading.Event | None = None,
) -> Outcome:
    """Play every design point that the folder does not hold yet, and write the manifest.

    Each design point goes to one of `workers` threads (compiled loops and Parquet run outside of Python's
    lock). What is finished is never played again; tables do not depend on the number of workers. Stopping
    (`stop` set, or KeyboardInterrupt) leaves all finished points and a manifest that says so; it raises
    KeyboardInterrupt. Raises FolderInUseError while another run writes into the folder.
    """
    with only_run(folder):
        return _run(experiment, folder, workers, progress, stop or threading.Event())


def _run(experiment: Experiment, folder: Path, workers: int, progress: Progress, halt: threading.Event) -> Outcome:
    """Play what is missing in a folder that nobody else writes into."""
    store.remove_strangers(folder, experiment.points)
    keep = experiment.outputs.sessions
    todo = [point for point in experiment.points if not store.is_done(folder, point, keep)]
    notices: list[str] = []
    players: dict[str | None, Player] = {}
    for point in experiment.points:
        function = point.scenario.policy_function
        if function not in players:
            players[function], notice = player_for(function, experiment.path.resolve().parent)
            notices += [notice] if notice else []
    local = threading.local()

    def work(point: DesignPoint) -> None:
        if not hasattr(local, "buffers"):
            local.buffers = Buffers()
        player = players[point.scenario.policy_function]
        _keep_point(experiment, point, folder, player, local.buffers, progress, halt)

    manifest.keep_policies(experiment, folder)
    manifest.write(experiment, folder, finished=not todo, notices=notices)
    with ThreadPoolExecutor(max(1, workers)) as pool:
        futures = [pool.submit(work, point) for point in todo]
        try:
            _wait(futures)
        except BaseException:
            halt.set()
            for future in futures:
                future.cancel()
            wait(futures)
            manifest.write(experiment, folder, finished=False, notices=notices)
            raise
    manifest.write(experiment, folder, finished=True, notices=notices)
    return Outcome(len(experiment.points), len(experiment.points) - len(todo), len(todo), notices)


def _wait(futures: list[Future[None]]) -> None:
    """Wait for all, in short steps so that Ctrl-C is heard; raise the first error."""
    pending: set[Future[None]] = set(futures)
    while pending:
        done, pending = wait(pending, timeout=0.2, return_when=FIRST_EXCEPTION)
        for future in done:
            try:
                future.result()
            except StoppedError as stopped:
                raise KeyboardInterrupt from stopped
