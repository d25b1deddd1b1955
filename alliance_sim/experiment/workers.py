"""Processes that work in parallel, and a queue of tasks for them; they end when the program that started them ends."""

import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Generic, TypeVar

MOST_DEATHS = 3
"""So many times in succession workers may die before anything is finished; then it is no accident."""

Task = TypeVar("Task")
Result = TypeVar("Result")


class WorkersDiedError(Exception):
    """Workers died again and again without finishing anything."""


class NeverEndsError(Exception):
    """No task has ended for a long time."""


class StoppedError(Exception):
    """Raised when the work was asked to stop; what is finished stays."""


class Queue(Generic[Task, Result]):
    """Tasks that wait and tasks that are being done; `send` hands one to an executor."""

    def __init__(self, tasks: Iterable[Task], send: Callable[[Executor, Task], Future[Result]]) -> None:
        self._coming, self._again = iter(tasks), deque[Task]()
        self._send = send
        self.running: dict[Future[Result], Task] = {}
        self.finished = 0

    def more(self) -> bool:
        """Whether there is anything to do; brings back what was being done."""
        self._again.extend(self.running.values())
        self.running.clear()
        following = self._next()
        if following is not None:
            self._again.appendleft(following)
        return following is not None

    def _next(self) -> Task | None:
        return self._again.popleft() if self._again else next(self._coming, None)

    def _fill(self, pool: Executor, window: int) -> None:
        """Hand out tasks until so many are being done; a pool that breaks meanwhile loses none."""
        while len(self.running) < window and (task := self._next()) is not None:
            try:
                self.running[self._send(pool, task)] = task
            except BrokenProcessPool:
                self.running[Future()] = task
                raise

    def work_off(
        self,
        pool: Executor,
        window: int,
        done: Callable[[Task, Result], None],
        *,
        halt: threading.Event | None = None,
        patience: float | None = None,
        describe: Callable[[Iterable[Task]], str] = str,
    ) -> None:
        """Do all tasks, never more than `window` at once: only so many are in memory, however long the queue.

        Raises StoppedError when `halt` is set, NeverEndsError when none ends for `patience` seconds, and what a task
        raises.
        """
        last = time.monotonic()
        while True:
            self._fill(pool, window)
            if not self.running:
                return
            finished, _ = wait(self.running, timeout=0.2, return_when=FIRST_COMPLETED)
            for future in sorted(finished, key=lambda future: future.exception() is not None):
                result, task = future.result(), self.running.pop(future)
                self.finished += 1
                done(task, result)
            if halt is not None and halt.is_set():
                raise StoppedError
            now = time.monotonic()
            last = now if finished else last
            if patience is not None and now - last > patience:
                lost = describe(self.running.values())
                raise NeverEndsError(f"Nothing was finished for {patience:.0f} seconds, while at work on {lost}.")

    def in_processes(self, workers: int, reason: Callable[[Iterable[Task]], str], **options: Any) -> None:
        """Do all tasks on local processes, with the `options` of `work_off`.

        A process that dies is replaced, and what it was doing is done again. Raises WorkersDiedError with a `reason`
        when they die again and again.
        """
        deaths = 0
        while self.more():
            before = self.finished
            try:
                with processes(workers) as pool:
                    self.work_off(pool, **options)
            except BrokenProcessPool:
                deaths = deaths + 1 if self.finished == before else 1
                if deaths >= MOST_DEATHS:
                    why = reason(self.running.values())
                    raise WorkersDiedError(f"Workers ended {deaths} times before anything was finished {why}") from None


def each(
    work: Callable[..., Result], given: Sequence[tuple[Any, ...]], workers: int, done: Callable[[int, Result], None]
) -> None:
    """Call `done(k, work(*given[k]))` for every k, as each is finished; the work is done in processes.

    `work` is a function of a module. Raises WorkersDiedError when processes die again and again, and what work raises.
    """
    queue: Queue[int, Result] = Queue(range(len(given)), lambda pool, k: pool.submit(work, *given[k]))
    queue.in_processes(
        min(workers, len(given)),
        lambda _: (
            "(killed by the system when memory is short). What is finished is kept, where a folder keeps it; the same "
            "command resumes."
        ),
        window=len(given),
        done=done,
    )


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
