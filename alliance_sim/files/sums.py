"""Finished pieces of work, with a checksum of their bytes in their name: what was changed is found when it is read."""

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from alliance_sim.files import errors
from alliance_sim.scenario.problem import refuse

SUMMED = re.compile(r"(.+)-([0-9a-f]{16})\.(?:parquet|npy)")
"""The name of a finished piece: what it is, and the checksum of its bytes."""

_WRITING = re.compile(r".+\.[0-9a-f]{32}\.writing")

_whole: dict[Path, tuple[int, int]] = {}
"""Files whose bytes were compared with their checksum, with size and time of change: nothing is read twice for it."""

_noted: list["Noted"] = []


class DamagedError(OSError):
    """A file whose bytes are not those that were written."""

    def __init__(self, file: Path) -> None:
        """Say which file, and what to do."""
        self.file = file
        super().__init__(
            f"{file} is damaged (its bytes are not those that were written). Run the config again: "
            "what is damaged is made anew"
        )


def checksum(content: bytes) -> str:
    """Sixteen hexadecimal digits."""
    return hashlib.blake2b(content, digest_size=8).hexdigest()


def checksum_of(file: Path) -> str:
    """The checksum of a file's bytes, read in small pieces. Raises OSError."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=8)).hexdigest()


def temporary_for(file: Path) -> Path:
    """A name in the folder of a file to write to; two runs never have the same."""
    return file.with_name(f"{file.name}.{uuid4().hex}.writing")


def write_whole(file: Path, content: bytes) -> None:
    """Write a file whole or not at all. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = temporary_for(file)
    try:
        temporary.write_bytes(content)
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)


def is_temporary(name: str) -> bool:
    """Whether a name is one that `temporary_for` gives."""
    return _WRITING.fullmatch(name) is not None


def sweep(folder: Path) -> None:
    """Remove what runs that were killed left half-written in a folder."""
    for file in filter(lambda file: is_temporary(file.name), _files_of(folder)):
        file.unlink(missing_ok=True)


def _files_of(folder: Path) -> list[Path]:
    """What a folder holds, by name; nothing where there is no such folder."""
    with suppress(FileNotFoundError, NotADirectoryError):
        return sorted(folder.iterdir())
    return []


def publish(temporary: Path, stem: str, suffix: str) -> Path:
    """Give a finished file its name (stem, checksum, suffix) in one step, after its bytes are on disk."""
    with temporary.open("rb") as written:
        os.fsync(written.fileno())
    file = temporary.with_name(f"{stem}-{checksum_of(temporary)}{suffix}")
    temporary.replace(file)
    _whole[file] = _state(file)
    _note(file)
    return file


def write_piece(folder: Path, stem: str, suffix: str, write: Callable[[Path], object]) -> Path:
    """Write a piece whole or not at all: `write` gets the name to write to."""
    temporary = temporary_for(folder / f"{stem}{suffix}")
    try:
        write(temporary)
        return publish(temporary, stem, suffix)
    finally:
        temporary.unlink(missing_ok=True)


def pieces_in(folder: Path) -> dict[str, list[Path]]:
    """The finished pieces in a folder, by what they are; more than one only where one of them may be damaged."""
    found: dict[str, list[Path]] = {}
    for file in _files_of(folder):
        if match := SUMMED.fullmatch(file.name):
            found.setdefault(match[1], []).append(file)
    return found


def whole_of(files: Iterable[Path]) -> Path | None:
    """The first of some files that is whole; None without one."""
    file = next(filter(is_whole, files), None)
    if file is not None:
        _note(file)
    return file


def is_whole(file: Path) -> bool:
    """Whether a piece's bytes are those that were written; they are read once in the life of the program."""
    match = SUMMED.fullmatch(file.name)
    try:
        if match is None or (_whole.get(file) != _state(file) and checksum_of(file) != match[2]):
            return False
        _whole[file] = _state(file)
    except OSError:
        return False
    return True


def damaged(files: Iterable[Path]) -> list[Path]:
    """Those of some pieces that are not whole; several are read at once."""
    some = list(files)
    with ThreadPoolExecutor(4) as threads:  # hashing holds no lock
        return [file for file, whole in zip(some, threads.map(is_whole, some), strict=True) if not whole]


def remove_damaged(files: Iterable[Path]) -> list[Path]:
    """Remove those of some pieces that are damaged, and give their names.

    Raises ConfigError for a folder in the place of one.
    """
    bad = damaged(files)
    refuse([errors.folder_for_part(file) for file in bad if file.is_dir()])
    for file in bad:
        file.unlink(missing_ok=True)
        for noted in _noted:
            noted.damaged.append(file)
    return bad


def verified(file: Path) -> Path:
    """The file itself. Raises DamagedError where its bytes are not those that were written."""
    if not is_whole(file):
        raise DamagedError(file)
    return file


def _state(file: Path) -> tuple[int, int]:
    """Size of a file, and when it was changed. Raises OSError."""
    stat = file.stat()
    return stat.st_size, stat.st_mtime_ns


@dataclass(eq=False)  # two that have noted the same are two
class Noted:
    """The pieces that were found whole or written, and those that were damaged and had to be made again."""

    used: set[Path] = field(default_factory=set)
    damaged: list[Path] = field(default_factory=list)

    def in_words(self, folder: Path) -> list[str]:
        """What the user should know of the pieces in a folder."""
        if not self.damaged:
            return []
        names = [file.relative_to(folder).as_posix() for file in self.damaged]
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        return [f"Damaged, so it is made again: {', '.join(names[:3])}{more}."]


@contextmanager
def noting() -> Iterator[Noted]:
    """What becomes of pieces while the block lasts."""
    noted = Noted()
    _noted.append(noted)
    try:
        yield noted
    finally:
        _noted.remove(noted)


def _note(file: Path) -> None:
    for noted in _noted:
        noted.used.add(file)
