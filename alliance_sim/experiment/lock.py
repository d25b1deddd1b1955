"""One run at a time in a result folder: a second one is refused, and a run that was killed blocks nobody."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from alliance_sim.files.record import LOCK
from alliance_sim.scenario.problem import ConfigError, Place, Problem


class FolderInUseError(Exception):
    """Another run is writing into the folder."""

    def __init__(self, folder: Path) -> None:
        """Say which folder, and what to do."""
        super().__init__(
            f"Another run is writing into {folder}. Wait until it has ended (the same command then goes on from what "
            "is finished), or choose another folder with --out."
        )


@contextmanager
def only_run(folder: Path) -> Iterator[None]:
    """Hold a folder, which is made where missing, for one run.

    The file of the lock alone means nothing: the lock is the operating system's own and goes with its process, however
    that ends. Who holds it may take it again. Raises FolderInUseError when another run holds it, ConfigError when
    nothing can be written there.
    """
    lock = FileLock(folder / LOCK, is_singleton=True)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise FolderInUseError(folder) from None
    except OSError as error:
        found = f"a folder that cannot be written ({error.strerror or error})"
        raise ConfigError([Problem(Place(str(folder)), found, "a folder that can be (--out DIR)")]) from None
    try:
        yield
    finally:
        lock.release()
