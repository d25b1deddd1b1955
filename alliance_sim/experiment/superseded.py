"""Finished work that the design or the answer of a folder no longer has: kept, not read, removed on request."""

from collections.abc import Iterator
from pathlib import Path

from alliance_sim.analysis.tables import files_of_points, open_results, read_design
from alliance_sim.experiment.lock import only_run
from alliance_sim.experiment.store import TABLES, folder_of, is_part
from alliance_sim.files.record import NAME, Record, read_record
from alliance_sim.files.sums import SUMMED, is_temporary

PIECES = ("pieces", "simulations")
"""Folders of finished pieces of work, of questions and calibrations."""


def superseded(folder: Path) -> list[Path]:
    """Parts of tables that are not in the design of a folder, and pieces of work that its answer does not rest on.

    Raises ConfigError for a damaged design or record.
    """
    return [*_parts(folder), *_pieces(folder)]


def remove_superseded(folder: Path) -> list[Path]:
    """Remove them; gives their names. Raises as `superseded` does, and FolderInUseError while a run writes there."""
    with only_run(folder):
        files = superseded(folder)
        for file in files:
            file.unlink()
    return files


def _parts(folder: Path) -> Iterator[Path]:
    """Part files that the design does not have; all of a design point that is not finished are in it."""
    rows = read_design(folder).rows
    if not rows:
        return
    try:
        points = open_results(folder).points
        finished = set(files_of_points(points))
        done = {point.number for point in points}
    except FileNotFoundError:
        finished, done = set(), set()
    waiting = {row["part"] for row in rows if int(row["point"]) not in done}
    for table in TABLES:
        place = folder_of(folder, table)
        for file in sorted(place.iterdir()) if place.is_dir() else []:
            own = is_part(file.name) and not is_temporary(file.name) and not file.is_dir()
            if own and file not in finished and file.name.split("-")[1] not in waiting:
                yield file


def _pieces(folder: Path) -> Iterator[Path]:
    """Pieces that a finished answer does not rest on."""
    for place in (folder, *(file.parent for file in sorted(folder.glob(f"*/*/{NAME}")))):
        record = read_record(place)
        if record is not None and record.made:
            yield from _pieces_of(record)


def _pieces_of(record: Record) -> Iterator[Path]:
    for name in PIECES:
        inner = record.folder / name
        for file in sorted(inner.iterdir()) if inner.is_dir() else []:
            own = SUMMED.fullmatch(file.name) is not None or _is_before(file)
            if own and f"{name}/{file.name}" not in record.pieces and not file.is_dir():
                yield file


def _is_before(file: Path) -> bool:
    """Whether a file has the name of a piece of a version without checksums."""
    digits = set("0123456789abcdef")
    if file.suffix == ".parquet":
        return len(file.stem) == 32 and set(file.stem) <= digits
    return file.suffix == ".npy" and file.stem.count("-") == 2 and set(file.stem.rpartition("-")[2]) <= digits
