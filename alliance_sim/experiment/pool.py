"""Who does the tasks: this process, processes beside it, or a Dask cluster. What comes out is the same."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager

from alliance_sim.experiment.work import Done, Job, StoppedError, Task, play_tasks
from alliance_sim.experiment.workers import MOST_DEATHS, WorkersDiedError, processes

PATIENCE = 600.0
"""Seconds without any finished task, of about a second each, after which a task counts as one that never ends."""

Group = tuple[Task, ...]
"""Tasks that are sent together, about a second of work."""


class NeverEndsError(Exception):
    """No task has ended for a long time."""


class SchedulerError(Exception):
    """There is no Dask, no scheduler at the address, or no worker."""


def over_processes(
    job: Job,
    groups: Iterable[Group],
    workers: int,
    done: Callable[[Done], None],
    halt: threading.Event,
    patience: float,
) -> None:
    """Do tasks on local processes; a process that dies is replaced, and what it was doing is done again.

    Raises WorkersDiedError, NeverEndsError, StoppedError when `halt` is set, and whatever a task raises.
    """
    left = _Left(groups)
    deaths = 0
    while left.more():
        before = left.finished
        try:
            with processes(workers, workers) as pool:
                _work_off(pool, job, left, workers + 1, done, halt, patience)
        except BrokenProcessPool:
            deaths = deaths + 1 if left.finished == before else 1
            if deaths >= MOST_DEATHS:
                words = "; ".join(_words(group) for group in left.lost())
                raise WorkersDiedError(
                    f"Workers ended {deaths} times before anything was finished (killed by the system when memory is "
                    f"short, or by a fault in a policy), while at work on {words}."
                ) from None


@contextmanager
def dask_executor(address: str) -> Iterator[tuple[Executor, int]]:
    """The workers of a running Dask scheduler as an executor, and how many threads they have.

    Raises SchedulerError when Dask is not installed, when nobody answers, or when the scheduler has no workers.
    """
    try:
        from distributed import Client
    except ImportError:
        words = "--scheduler needs the optional package distributed: pip install 'alliance-sim[cluster]'"
        raise SchedulerError(words) from None
    try:
        client = Client(address, timeout=10, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise SchedulerError(f"No Dask scheduler answers at {address} ({error}).") from None
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise SchedulerError(f"The Dask scheduler at {address} has no workers.")
        with client.get_executor(pure=False, retries=MOST_DEATHS) as executor:
            yield executor, threads


def over_dask(
    job: Job,
    groups: Iterable[Group],
    address: str,
    done: Callable[[Done], None],
    halt: threading.Event,
    patience: float,
) -> None:
    """Do tasks on a Dask cluster, which gives the tasks of a worker that dies to another one.

    Raises SchedulerError, NeverEndsError, WorkersDiedError, StoppedError when `halt` is set, and what a task raises.
    """
    left = _Left(groups)
    with dask_executor(address) as (executor, threads):
        from distributed.scheduler import KilledWorker

        try:
            _work_off(executor, job, left, 2 * threads + 1, done, halt, patience)
        except KilledWorker as error:
            raise WorkersDiedError(f"Workers of the cluster died again and again: {error}") from None
        except CancelledError:
            raise SchedulerError(f"The Dask scheduler at {address} has gone.") from None


class _Left:
    """Tasks that wait, those that are being done, and how many were finished."""

    def __init__(self, groups: Iterable[Group]) -> None:
        self._coming = iter(groups)
        self._again: deque[Group] = deque()
        self.running: dict[Future[Done], Group] = {}
        self.finished = 0

    def more(self) -> bool:
        """Whether there is anything to do; brings back what was being done."""
        self._again.extend(self.running.values())
        self.running.clear()
        following = self.next()
        if following is not None:
            self._again.appendleft(following)
        return following is not None

    def next(self) -> Group | None:
        """The next tasks to hand out."""
        return self._again.popleft() if self._again else next(self._coming, None)

    def lost(self) -> list[Group]:
        """What was being done when workers died."""
        return list(self.running.values())


def _work_off(
    pool: Executor,
    job: Job,
    left: _Left,
    window: int,
    done: Callable[[Done], None],
    halt: threading.Event,
    patience: float,
) -> None:
    """Hand out tasks, never more than `window` at once, until none is left.

    Only so many are in memory, however long the sweep.
    """
    last = time.monotonic()
    while True:
        while len(left.running) < window and (group := left.next()) is not None:
            left.running[_sent(pool, job, group, left)] = group
        if not left.running:
            return
        finished, _ = wait(left.running, timeout=0.2, return_when=FIRST_COMPLETED)
        for future in finished:
            result = future.result()
            del left.running[future]
            left.finished += 1
            done(result)
        if halt.is_set():
            raise StoppedError
        now = time.monotonic()
        last = now if finished else last
        if now - last > patience:
            words = "; ".join(_words(group) for group in left.lost())
            raise NeverEndsError(f"Nothing was finished for {patience:.0f} seconds, while at work on {words}.")


def _sent(pool: Executor, job: Job, group: Group, left: _Left) -> Future[Done]:
    """A task handed out; a pool that breaks meanwhile does not lose it."""
    try:
        return pool.submit(play_tasks, job, group)
    except BrokenProcessPool:
        left.running[Future()] = group
        raise


def _words(group: Group) -> str:
    """What some tasks are about, for a message."""
    points = [point for task in group for point in task.unit.points]
    policies = sorted({point.scenario.policy_function for point in points if point.scenario.policy_function})
    words = f"design points {points[0].number} to {points[-1].number}"
    return words + (f" (policy {', '.join(policies)})" if policies else "")
