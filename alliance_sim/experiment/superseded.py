"""Finished work that the design or the answer of a folder no longer has: kept, not read, removed on request."""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from alliance_sim.experiment.lock import only_run
from alliance_sim.experiment.parts import SUPERSEDED, is_part
from alliance_sim.files.record import INNER, NAME, PIECES, Record, read_record

_PIECE = re.compile(r"[0-9a-f]{32}(-[0-9a-f]{16})?\.parquet|[a-z]+-[0-9]{6}-[0-9a-f]{16}(-[0-9a-f]{16})?\.npy")
"""Names of pieces of questions and chunks of calibrations, with a checksum or of a version without them."""


def superseded(folder: Path) -> list[Path]:
    """Parts of tables that are not in the design of a folder, and pieces of work that its answer does not rest on.

    Raises ConfigError for a damaged record.
    """
    aside = folder / SUPERSEDED
    parts = [file for file in sorted(aside.glob("*.parquet/*")) if is_part(file.name) and file.is_file()]
    return [*parts, *_pieces(folder)]


def remove_superseded(folder: Path) -> list[Path]:
    """Remove them; gives their names. Raises as `superseded` does, and FolderInUseError while a run writes there."""
    with only_run(folder):
        files = superseded(folder)
        for file in files:
            file.unlink()
        for place in (*(folder / SUPERSEDED).glob("*.parquet"), folder / SUPERSEDED):
            with suppress(OSError):  # one that is not there, or that holds something of the user's
                place.rmdir()
    return files


def _pieces(folder: Path) -> Iterator[Path]:
    """Pieces that a finished answer does not rest on."""
    for place in (folder, *(file.parent for file in sorted(folder.glob(f"{INNER}/{NAME}")))):
        record = read_record(place)
        if record is not None and record.made:
            yield from _pieces_of(record)


def _pieces_of(record: Record) -> Iterator[Path]:
    used = set(record.pieces)
    for name in PIECES:
        inner = record.folder / name
        for file in sorted(inner.iterdir()) if inner.is_dir() else []:
            if _PIECE.fullmatch(file.name) and f"{name}/{file.name}" not in used and not file.is_dir():
                yield file
