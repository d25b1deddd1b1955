"""Who does the tasks of a run: processes of this machine, or a Dask cluster. What comes out is the same."""

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Executor
from contextlib import contextmanager

from alliance_sim.experiment.work import Done, RunJob, Task, play_tasks
from alliance_sim.experiment.workers import MOST_DEATHS, Queue, WorkersDiedError

PATIENCE = 600.0
"""Seconds without any finished task, of about a second each, after which a task counts as one that never ends."""

Group = tuple[Task, ...]
"""Tasks that are sent together, about a second of work."""


class SchedulerError(Exception):
    """There is no Dask, no scheduler at the address, or no worker."""


def over_processes(
    job: RunJob,
    groups: Iterable[Group],
    workers: int,
    done: Callable[[Done], None],
    halt: threading.Event,
    patience: float,
) -> None:
    """Do tasks on local processes; a process that dies is replaced, and what it was doing is done again.

    Raises WorkersDiedError, NeverEndsError, StoppedError when `halt` is set, and whatever a task raises.
    """
    _queue(job, groups).in_processes(
        workers,
        lambda lost: (
            "(killed by the system when memory is short, or by a fault in a policy), while at work on "
            f"{_described(lost)}."
        ),
        window=workers + 1,
        done=lambda _, result: done(result),
        halt=halt,
        patience=patience,
        describe=_described,
    )


def over_dask(
    job: RunJob,
    groups: Iterable[Group],
    address: str,
    done: Callable[[Done], None],
    halt: threading.Event,
    patience: float,
) -> None:
    """Do tasks on a Dask cluster, which gives the tasks of a worker that dies to another one.

    Raises SchedulerError, NeverEndsError, WorkersDiedError, StoppedError when `halt` is set, and what a task raises.
    """
    with _dask(address) as (executor, threads):
        from distributed.scheduler import KilledWorker

        try:
            _queue(job, groups).work_off(
                executor,
                2 * threads + 1,
                lambda _, result: done(result),
                halt=halt,
                patience=patience,
                describe=_described,
            )
        except KilledWorker as error:
            raise WorkersDiedError(f"Workers of the cluster died again and again: {error}") from None
        except CancelledError:
            raise SchedulerError(f"The Dask scheduler at {address} has gone.") from None


@contextmanager
def _dask(address: str) -> Iterator[tuple[Executor, int]]:
    """The workers of a running Dask scheduler as an executor, and how many threads they have.

    Raises SchedulerError when Dask is not installed, when nobody answers, or when the scheduler has no workers.
    """
    try:
        from distributed import Client
    except ImportError:
        install = "--scheduler needs the optional package distributed: pip install 'alliance-sim[cluster]'"
        raise SchedulerError(install) from None
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


def _queue(job: RunJob, groups: Iterable[Group]) -> Queue[Group, Done]:
    return Queue(groups, lambda pool, group: pool.submit(play_tasks, job, group))


def _described(groups: Iterable[Group]) -> str:
    """What some groups of tasks are about, for a message."""
    return "; ".join(map(_group, groups))


def _group(group: Group) -> str:
    points = [point for task in group for point in task.unit.points]
    policies = sorted({point.scenario.policy_function for point in points if point.scenario.policy_function})
    numbers = f"design points {points[0].number} to {points[-1].number}"
    return numbers + (f" (policy {', '.join(policies)})" if policies else "")
