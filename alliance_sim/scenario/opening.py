"""Opening the files that a config names: ordinary files, of a size that can be read."""

import errno
import stat
from pathlib import Path
from typing import IO

MOST_YAML = 50_000_000
"""Bytes of a YAML file: the manifest of the largest design has fewer."""

MOST_CSV = 100_000_000
"""Bytes of a CSV file: a million rows of a hundred letters."""


def content(path: Path, most: int, *, pipe: bool = False) -> bytes:
    """The bytes of a file, of which there may be `most`.

    Raises OSError in words where it is no ordinary file (a device has no end, and a pipe may never begin; a pipe is
    read where `pipe` says so), where it is larger, or where it cannot be read; ValueError for a name that no file has.
    """
    kind = path.stat().st_mode
    if not (stat.S_ISREG(kind) or stat.S_ISDIR(kind) or (pipe and not stat.S_ISBLK(kind))):
        raise OSError(errno.EINVAL, "it is a device or a pipe, and no file")
    with path.open("rb") as stream:
        return limited(stream, most)


def limited(stream: IO[bytes], most: int) -> bytes:
    """All bytes of an open stream, of which there may be `most`. Raises OSError in words where there are more."""
    held = stream.read(most + 1)
    if len(held) > most:
        raise OSError(errno.EFBIG, f"it has more than {most // 1_000_000} MB")
    return held
