"""Processes that work in parallel, here or on a Dask cluster, and a queue of tasks for them.

Processes of this machine end when the program that started them ends.
"""

import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Generic, TypeAlias, TypeVar

from alliance_sim.sources import installed

MOST_DEATHS = 3
"""So many times in succession workers may die before anything is finished; then it is no accident."""

KILLED = (
    "(killed by the system when memory is short). What is finished is kept, where a folder keeps it; the same command "
    "resumes."
)
"""Why workers die, and what to do."""

Workers: TypeAlias = int | str
"""Who works: so many processes of this machine, or the workers of the Dask scheduler at an address."""

Result = TypeVar("Result")
Lost: TypeAlias = Callable[[Sequence[int]], str]
"""What some tasks are about, for a message."""


class WorkersDiedError(Exception):
    """Workers died again and again without finishing anything."""


class NeverEndsError(Exception):
    """No task has ended for a long time."""


class StoppedError(Exception):
    """Raised when the work was asked to stop; what is finished stays."""


class SchedulerError(Exception):
    """There is no Dask, no scheduler at the address, or no worker."""


class OtherVersionError(Exception):
    """A worker has another version of the program than the one that sent it work."""


def each(
    work: Callable[..., Result],
    given: Sequence[tuple[Any, ...]],
    workers: Workers,
    done: Callable[[int, Result], None],
    *,
    halt: threading.Event | None = None,
    patience: float | None = None,
    lost: Lost | None = None,
) -> None:
    """Call `done(k, work(*given[k]))` for every k, as each is finished; the work is done by `workers`.

    `work` is a function of a module. Only a few tasks are handed out at once, however many there are; what a worker
    that dies was doing is done again. Raises WorkersDiedError when they die again and again, StoppedError when `halt`
    is set, NeverEndsError when no task ends for `patience` seconds, SchedulerError, OtherVersionError, and what work
    raises.
    """
    queue = _Queue(work, given, done, halt, patience, lost)
    if isinstance(workers, str):
        queue.on_cluster(workers)
    else:
        queue.in_processes(min(workers, len(given)))


class _Queue(Generic[Result]):
    """Tasks that wait and tasks that are being done."""

    def __init__(
        self,
        work: Callable[..., Result],
        given: Sequence[tuple[Any, ...]],
        done: Callable[[int, Result], None],
        halt: threading.Event | None,
        patience: float | None,
        lost: Lost | None,
    ) -> None:
        self._work, self._given, self._done = work, given, done
        self._halt, self._patience, self._lost = halt, patience, lost
        self._waiting = deque(range(len(given)))
        self._running: dict[Future[Result], int] = {}

    def in_processes(self, workers: int) -> None:
        """Do all tasks on local processes; a process that dies is replaced, and what it was doing is done again."""
        deaths = 0
        while self._waiting:
            before = len(self._waiting)
            try:
                with processes(workers) as pool:
                    self._work_off(pool, workers + 1)
            except BrokenProcessPool:
                lost = sorted(self._running.values())
                self._waiting.extendleft(reversed(lost))
                self._running.clear()
                deaths = deaths + 1 if len(self._waiting) == before else 1
                if deaths >= MOST_DEATHS:
                    raise WorkersDiedError(
                        f"Workers ended {deaths} times before anything was finished {self._why(lost)}"
                    ) from None

    def on_cluster(self, address: str) -> None:
        """Do all tasks on a Dask cluster, which gives the tasks of a worker that dies to another one."""
        with cluster(address) as (executor, threads):
            from distributed.scheduler import KilledWorker

            try:
                self._work_off(executor, 2 * threads + 1)
            except KilledWorker as error:
                raise WorkersDiedError(f"Workers of the cluster died again and again: {error}") from None
            except CancelledError:
                raise SchedulerError(f"The Dask scheduler at {address} has gone.") from None

    def _why(self, lost: Sequence[int]) -> str:
        if self._lost is None:
            return KILLED
        cause = "(killed by the system when memory is short, or by a fault in a policy), while at work on"
        return f"{cause} {self._lost(lost)}."

    def _fill(self, pool: Executor, window: int) -> None:
        """Hand out tasks until so many are being done; a pool that breaks meanwhile loses none."""
        while self._waiting and len(self._running) < window:
            future = pool.submit(_at_work, installed(), self._work, self._given[self._waiting[0]])
            self._running[future] = self._waiting.popleft()

    def _work_off(self, pool: Executor, window: int) -> None:
        """Do all tasks, never more than `window` at once: only so many are in memory, however long the queue."""
        last = time.monotonic()
        while True:
            self._fill(pool, window)
            if not self._running:
                return
            finished, _ = wait(self._running, timeout=0.2, return_when=FIRST_COMPLETED)
            for future in sorted(finished, key=lambda future: future.exception() is not None):
                result = future.result()
                self._done(self._running.pop(future), result)
            if self._halt is not None and self._halt.is_set():
                raise StoppedError
            now = time.monotonic()
            last = now if finished else last
            if self._patience is not None and now - last > self._patience:
                lost = self._lost([*self._running.values()]) if self._lost is not None else "them"
                raise NeverEndsError(f"Nothing was finished for {self._patience:.0f} seconds, while at work on {lost}.")


def _at_work(program: str, work: Callable[..., Result], given: tuple[Any, ...]) -> Result:
    """Do a task, in a process or on a machine of its own, which must have the program that sent it."""
    if program != installed():
        raise OtherVersionError(
            f"A worker has program {installed()}, and the program that sent the work is {program}: "
            "install the same version of alliance_sim everywhere."
        )
    return work(*given)


# ---- a Dask cluster ------------------------------------------------------------------------------------------------

_connected: dict[str, tuple[Executor, int]] = {}
"""Clusters that are in use, by the address of the scheduler."""


@contextmanager
def cluster(address: str) -> Iterator[tuple[Executor, int]]:
    """The workers of a running Dask scheduler as an executor, and how many threads they have.

    Inside such a block, others with the same address use its connection. Raises SchedulerError when Dask is not
    installed, when nobody answers, or when the scheduler has no workers.
    """
    if address in _connected:
        yield _connected[address]
        return
    try:
        from distributed import Client
        from distributed.comm.addressing import get_address_host_port
    except ImportError:
        install = "--scheduler needs the optional package distributed: pip install 'alliance-sim[cluster]'"
        raise SchedulerError(install) from None
    try:
        get_address_host_port(address)  # before a client is made, whose end after a wrong address takes 20 s
        client = Client(address, timeout=10, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise SchedulerError(f"No Dask scheduler answers at {address} ({error}).") from None
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise SchedulerError(f"The Dask scheduler at {address} has no workers.")
        executor = client.get_executor(pure=False, retries=MOST_DEATHS)
        _connected[address] = executor, threads
        try:
            yield executor, threads
        finally:
            del _connected[address]
            executor.shutdown(wait=False)  # drops what was handed out and is not wanted any more


@contextmanager
def using(workers: Workers) -> Iterator[Workers]:
    """Workers that are used again and again within the block: a cluster is connected to once."""
    if isinstance(workers, str):
        with cluster(workers):
            yield workers
    else:
        yield workers


# ---- processes of this machine -------------------------------------------------------------------------------------


@contextmanager
def processes(workers: int) -> Iterator[ProcessPoolExecutor]:
    """So many processes.

    When the block ends normally, what was asked for is awaited. When it ends with an exception (Ctrl-C included), what
    waits is dropped and the processes end at once, whatever they are doing.
    """
    context = get_context("spawn")
    ears, mouth = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(ears,))
    try:
        with _main_unseen():
            yield pool
            pool.shutdown()
    except BaseException:
        mouth.close()  # which every process hears
        pool.shutdown(cancel_futures=True)
        raise
    finally:
        mouth.close()
        ears.close()


@contextmanager
def _main_unseen() -> Iterator[None]:
    """Let processes that are started meanwhile not run the main program again, as those that are spawned do.

    All work is a function of a module, so that they need nothing of it; and a script that starts a run would start it
    again in each of them, without end. What describes the main program is hidden from them alone.
    """
    main = sys.modules["__main__"]
    own = vars(main)
    hidden: dict[str, Any] = {name: own.pop(name) for name in ("__file__", "__spec__") if name in own}
    main.__spec__ = None
    try:
        yield
    finally:
        own.update(hidden)


def _begin(ears: Connection) -> None:
    """Leave Ctrl-C to the program that started this process, and end when it closes its end of the pipe, or dies."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_on_silence, args=(ears,), daemon=True).start()


def _end_on_silence(ears: Connection) -> None:
    ears.poll(None)
    os._exit(1)
