"""Processes that simulate or fit beside each other, and that end when the program that started them ends."""

import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process


def processes(workers: int, tasks: int) -> ProcessPoolExecutor:
    """As many processes as there are workers, but no more than there are tasks."""
    return ProcessPoolExecutor(min(workers, tasks), mp_context=get_context("spawn"), initializer=_begin)


def _begin() -> None:
    """Leave Ctrl-C to the program that started this process, and end with it, even when it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
