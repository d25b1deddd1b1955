"""Files as people name them: paths as they come in, files that can be read, and names that folders can have."""

import csv
import errno
import io
import os
import re
import stat
from pathlib import Path
from typing import IO

from alliance_sim.scenario.letters import steers
from alliance_sim.scenario.problem import nearest

STDIN = Path("-")
"""A config that comes through a pipe."""

MOST_YAML = 50_000_000
"""Bytes of a YAML file: the manifest of the largest design has fewer."""

MOST_CSV = 100_000_000
"""Bytes of a CSV file: a million rows of a hundred letters."""

LONGEST_FOLDER = 80
"""Letters of the name of a result folder at most; file systems take 255 bytes."""

_DEVICES = {"con", "prn", "aux", "nul", *(f"{device}{k}" for device in ("com", "lpt") for k in range(10))}
"""Names that Windows keeps for itself."""


def home(path: Path | str) -> Path:
    """A path with `~` at its beginning expanded: every path goes through here once, where it comes in."""
    return Path(os.path.expanduser(path))  # noqa: PTH111 (leaves a name alone that is no user's)


def looks_like_a_path(name: str) -> bool:
    """Whether the name of an entry is meant as the path of a file and not as a name in the catalogue."""
    return name.endswith((".yaml", ".yml", ".csv")) or "/" in name or "\\" in name


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
    found = stream.read(most + 1)
    if len(found) > most:
        raise OSError(errno.EFBIG, f"it has more than {most // 1_000_000} MB")
    return found


def csv_rows(path: Path) -> list[tuple[int, list[str]]]:
    """The rows of a CSV file, each with its line. Raises OSError, ValueError or csv.Error where it cannot be read."""
    reader = csv.reader(io.StringIO(content(path, MOST_CSV).decode("utf-8-sig"), newline=""))
    return [(reader.line_num, row) for row in reader]


def neighbour(path: Path, *endings: str) -> str | None:
    """The path of the file in the folder of a missing one that is named most like it, apart from its ending.

    Only files with one of the `endings`, such as ".csv", come into question.
    """
    try:
        by_stem = {file.stem: str(file) for file in sorted(path.parent.iterdir()) if file.suffix in endings}
    except OSError:
        return None
    near = nearest(path.stem, by_stem)
    return by_stem[near] if near is not None else None


def config_name(path: Path) -> str:
    """The name of what a config asks: that of its file, or of the folder of a manifest; as the name of a folder."""
    if path == STDIN:
        return "stdin"
    return folder_name(path.resolve().parent.name if path.name == "manifest.json" else path.stem)


def folder_name(name: str) -> str:
    r"""A name that every file system takes: no signs of paths, no reserved word, not too long.

    >>> folder_name("rupture_repair"), folder_name("CON"), folder_name(".."), folder_name("a:b. "), folder_name("修复")
    ('rupture_repair', 'CON_', '_', 'a_b', '修复')
    """
    cleaned = "".join("_" if steers(c) or c in '<>:"/\\|?*' else c for c in name).strip().rstrip(". ")
    cleaned = cleaned.encode()[:LONGEST_FOLDER].decode(errors="ignore").rstrip(". ")
    if not cleaned.strip("."):
        return "_"
    return f"{cleaned}_" if re.split(r"\.", cleaned)[0].lower() in _DEVICES else cleaned
