"""Single files that a command writes where the user says: a lesson, a table, a figure. Ours are written over."""

import hashlib
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from alliance_sim.compiled import CACHE_ROOT
from alliance_sim.files import errors
from alliance_sim.files.sums import checksum, checksum_of, write_whole
from alliance_sim.scenario.problem import ConfigError


def refuse_others(files: Iterable[Path], overwrite: bool = False) -> None:
    """Raise ConfigError where a file is there that was not written by alliance-sim, or that was changed since.

    What was written is remembered with the compiled law, by the path of the file.
    """
    wrong = [file for file in files if os.path.lexists(file) and (file.is_dir() or not (overwrite or _is_ours(file)))]
    if wrong:
        raise ConfigError([errors.in_the_way(file) for file in wrong])


def write_file(file: Path, content: bytes | str, overwrite: bool = False) -> None:
    """Write a file whole or not at all.

    Raises ConfigError as `refuse_others` does, OSError where nothing can be written.
    """
    refuse_others([file], overwrite)
    content = content.encode("utf-8") if isinstance(content, str) else content
    write_whole(file, content)
    with suppress(OSError):  # without a memory, the next time asks for --overwrite
        note = _note_of(file)
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(checksum(content), encoding="ascii")


def _is_ours(file: Path) -> bool:
    try:
        return _note_of(file).read_text(encoding="ascii") == checksum_of(file)
    except (OSError, ValueError):
        return False


def _note_of(file: Path) -> Path:
    """Where is noted what was written to a path."""
    return CACHE_ROOT / "written" / hashlib.blake2b(os.fsencode(file.resolve()), digest_size=16).hexdigest()
