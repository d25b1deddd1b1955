"""Processes that work beside each other, and that end when the program that started them ends or sends them home."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any


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
