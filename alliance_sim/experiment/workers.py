"""Processes that work beside each other, and that end when the program that started them ends or sends them home."""

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection


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
        yield pool
        pool.shutdown()
    except BaseException:
        mouth.close()  # which every process hears
        pool.shutdown(cancel_futures=True)
        raise
    finally:
        mouth.close()
        ears.close()


def _begin(ears: Connection) -> None:
    """Leave Ctrl-C to the program that started this process, and end when it closes its end of the pipe, or dies."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_on_silence, args=(ears,), daemon=True).start()


def _end_on_silence(ears: Connection) -> None:
    ears.poll(None)
    os._exit(1)
