"""The folder of compiled code: what is damaged in it is thrown away and compiled anew, and one that cannot be used
is replaced for as long as the program runs.

Numba reads what it finds: a file that was cut ends in a traceback, and one in which a byte was changed in a crash.
So every file that is written here ends with a seal, which is looked at before the file is read.
"""

import atexit
import hashlib
import io
import os
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

CACHE = "ALLIANCE_SIM_CACHE"
"""The environment variable that names the folder."""

_SIZE = 32
_said: set[str] = set()


def find_folder() -> None:
    """See that there is a folder that can be written; else state another one, which ends with the program.

    Processes that this one starts find the same folder in the environment.
    """
    folder = os.environ.get(CACHE)
    if not folder:
        import platformdirs

        folder = platformdirs.user_cache_dir("alliance_sim")
    os.environ[CACHE] = folder
    reason = _why_not(folder)
    if reason:
        import shutil
        import tempfile

        own = tempfile.mkdtemp(prefix="alliance_sim_")
        atexit.register(shutil.rmtree, own, ignore_errors=True)
        os.environ[CACHE] = own
        _say(
            f"Compiled code cannot be kept in {folder} ({reason}), so that it is compiled anew for this run. "
            f"{CACHE} names another folder."
        )


def _why_not(folder: str) -> str:
    """Why nothing can be kept in a folder; empty when it can."""
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        places = [folder, *(law.path for law in os.scandir(folder) if law.is_dir())]
    except OSError as error:
        return error.strerror or str(error)
    return next(
        (f"{place} cannot be written" for place in places if not os.access(place, os.R_OK | os.W_OK | os.X_OK)), ""
    )


def protect() -> None:
    """Let numba seal what it keeps, look at the seal of what it reads, and compile what it cannot read.

    May be called again.
    """
    caching: Any = import_module("numba.core.caching")
    files, cache = caching.IndexDataCacheFile, caching.Cache
    if hasattr(cache, "sealed"):
        return
    load, save, read = cache.load_overload, cache.save_overload, files.load

    def checked(self: Any, key: Any) -> Any:
        _check(Path(self._index_path))
        name = self._load_index().get(key)
        if name is not None:
            _check(Path(self._data_path(name)))
        return read(self, key)

    def load_overload(self: Any, *arguments: Any) -> Any:
        if _elsewhere(self):
            return None
        try:
            return load(self, *arguments)
        except Exception:  # whatever a damaged file makes of itself
            _throw_away(self._cache_file)
            return None

    def save_overload(self: Any, *arguments: Any) -> None:
        if _elsewhere(self):
            return
        try:
            save(self, *arguments)
        except Exception as error:
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            _say(f"Compiled code could not be kept in {self.cache_path} ({reason}); the program goes on without.")

    files.load, files._open_for_write = checked, _open_sealed
    cache.load_overload, cache.save_overload, cache.sealed = load_overload, save_overload, True


def _elsewhere(cache: Any) -> bool:
    """Whether our own code would be kept in a folder of numba's choice, which takes no notice of a changed law."""
    ours = str(getattr(cache._py_func, "__module__", "")).partition(".")[0] == __name__.partition(".")[0]
    return ours and not cache.cache_path.startswith(os.environ[CACHE])


@contextmanager
def _open_sealed(_: Any, path: str) -> Iterator[BinaryIO]:
    """A file that gets its name once it is whole, with a seal at its end; who reads a pickle ignores what is behind."""
    held = io.BytesIO()
    yield held
    temporary = Path(f"{path}.tmp.{uuid.uuid4().hex[:16]}")
    try:
        temporary.write_bytes(held.getvalue() + _seal(held.getvalue()))
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _check(file: Path) -> None:
    """Raise ValueError when a file is there and is not as it was written."""
    try:
        held = file.read_bytes()
    except FileNotFoundError:
        return
    if held[-_SIZE:] != _seal(held[:-_SIZE]):
        raise ValueError(f"{file} is damaged")


def _seal(held: bytes) -> bytes:
    return hashlib.blake2b(held, digest_size=_SIZE).digest()


def _throw_away(cache_file: Any) -> None:
    """Remove all that is kept of a function. Of several processes, the one that does it says so."""
    folder, name = Path(cache_file._cache_path), Path(cache_file._index_name).stem
    for file in [file for file in folder.iterdir() if file.name.startswith(f"{name}.")]:
        try:
            file.unlink()
        except FileNotFoundError:
            continue
        except OSError as error:
            _say(f"Damaged compiled code in {folder} cannot be removed ({error.strerror}); it is compiled each time.")
            continue
        _say(f"Compiled code in {folder.parent} was damaged, or kept by another version; it is compiled anew.")


def _say(words: str) -> None:
    """A line on stderr, once."""
    if words not in _said:
        _said.add(words)
        print(words, file=sys.stderr, flush=True)  # noqa: T201
