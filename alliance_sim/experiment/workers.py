"""Processes that work beside each other, and that end when the program that started them ends or sends them home."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, TypeVar

MOST_DEATHS = 3
"""So many times in succession workers may die before anything is finished; then it is no accident."""

Result = TypeVar("Result")


class WorkersDiedError(Exception):
    """Workers died again and again without finishing anything."""


def each(
    work: Callable[..., Result], given: Sequence[tuple[Any, ...]], workers: int, done: Callable[[int, Result], None]
) -> None:
    """Call `done(k, work(*given[k]))` for every k, as each is finished; the work is done in processes.

    `work` is a function of a module. A process that dies is replaced, and what was not finished is done again. Raises
    WorkersDiedError when they die again and again, and whatever work raises.
    """
    left = list(range(len(given)))
    deaths = 0
    while left:
        before = len(left)
        try:
            with processes(workers, len(left)) as pool:
                futures = {pool.submit(work, *given[k]): k for k in left}
                while futures:
                    finished, _ = wait(futures, return_when=FIRST_COMPLETED)
                    for future in sorted(finished, key=lambda future: future.exception() is not None):
                        result, k = future.result(), futures.pop(future)
                        done(k, result)
                        left.remove(k)
        except BrokenProcessPool:
            deaths = deaths + 1 if len(left) == before else 1
            if deaths >= MOST_DEATHS:
                raise WorkersDiedError(
                    f"Workers ended {deaths} times before anything was finished (killed by the system when memory is "
                    "short). What is finished is kept, where a folder keeps it; the same command goes on from there."
                ) from None


@contextmanager
def processes(workers: int, tasks: int) -> Iterator[ProcessPoolExecutor]:
    """As many processes as there are workers, but no more than there are tasks.

    When the block ends normally, what was asked for is awaited. When it ends with an exception (Ctrl-C included), what
    waits is dropped and the processes end at once, whatever they are doing.
    """
    context = get_context("spawn")
    ears, mouth = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(min(workers, tasks), mp_context=context, initializer=_begin, initargs=(ears,))
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

    All work is a function of a module, so that they need nothing of it; and a script that plays when it is run would
    play again in each of them, without end. What tells processes of the main program is hidden from them alone.
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
