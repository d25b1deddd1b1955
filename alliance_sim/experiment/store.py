"""Keeping what came out: one part file a design point, written whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from alliance_sim.scenario.scenario import DesignPoint

ADDRESS = b"alliance_sim.address"


def part(folder: Path, table: str, point: DesignPoint) -> Path:
    """Where a design point's part of a table is kept."""
    return folder / f"{table}.parquet" / f"part-{point.number:05d}.parquet"


def is_kept(file: Path, address: str) -> bool:
    """Whether a part file is there, whole, and holds what this address stands for."""
    try:
        metadata = pq.read_schema(file).metadata or {}
    except (OSError, pa.ArrowInvalid):
        return False
    return bool(metadata.get(ADDRESS, b"").decode() == address)


def is_done(folder: Path, point: DesignPoint, sessions: bool) -> bool:
    """Whether a design point's tables are in the folder already."""
    tables = ("sessions", "clients") if sessions else ("clients",)
    return all(is_kept(part(folder, table, point), point.address) for table in tables)


class Part:
    """A part file being written, row group by row group."""

    def __init__(self, file: Path, address: str) -> None:
        self.file = file
        self.temporary = file.with_suffix(".writing")
        self._address = address
        self._writer: pq.ParquetWriter | None = None

    def write(self, table: pa.Table) -> None:
        """Add a block's rows as one row group."""
        if self._writer is None:
            schema = table.schema.with_metadata({ADDRESS: self._address.encode()})
            floats = [field.name for field in schema if pa.types.is_floating(field.type)]
            others = [field.name for field in schema if not pa.types.is_floating(field.type)]
            self._writer = pq.ParquetWriter(
                self.temporary, schema, compression="zstd", use_dictionary=others, use_byte_stream_split=floats
            )
        self._writer.write_table(table.cast(self._writer.schema), row_group_size=max(1, table.num_rows))

    def close(self) -> None:
        """Finish the file on disk, still under its temporary name."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def publish(self) -> None:
        """Give the finished file its name, in one step, after its bytes are on disk."""
        self.close()
        with self.temporary.open("rb") as written:
            os.fsync(written.fileno())
        self.temporary.replace(self.file)


@contextmanager
def parts(folder: Path, point: DesignPoint, sessions: bool) -> Iterator[tuple[Part | None, Part]]:
    """The part files of one design point; published together at the end, removed if anything goes wrong."""
    opened: list[Part] = []
    names = ("sessions", "clients") if sessions else ("clients",)
    for table in names:
        file = part(folder, table, point)
        file.parent.mkdir(parents=True, exist_ok=True)
        opened.append(Part(file, point.address))
    try:
        yield (opened[0] if sessions else None), opened[-1]
        for each in opened:
            each.publish()
    finally:
        for each in opened:
            each.close()
            each.temporary.unlink(missing_ok=True)


def remove_strangers(folder: Path, points: tuple[DesignPoint, ...]) -> int:
    """Remove part files that belong to no design point of this experiment; returns how many."""
    wanted = {part(folder, table, point) for point in points for table in ("sessions", "clients")}
    removed = 0
    for table in ("sessions", "clients"):
        for file in sorted((folder / f"{table}.parquet").glob("*")):
            if file not in wanted:
                file.unlink()
                removed += 1
    return removed
