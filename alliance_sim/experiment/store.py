"""Keeping what came out: part files of a Parquet dataset, written whole or not at all."""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from alliance_sim.compiled import LAW_VERSION
from alliance_sim.experiment.parts import Part

TABLES = ("sessions", "clients", "replicates")
KEY = b"alliance_sim.key"
LAW = b"alliance_sim.law"
_PART = re.compile(r"part-[0-9a-f]{16}-[0-9]{7}\.parquet")
_WRITING = re.compile(r"part-[0-9a-f]{16}-[0-9]{7}\.[0-9a-f]{32}\.writing")


def file_of(folder: Path, table: str, part: Part) -> Path:
    """Where a part of a table is kept."""
    return folder / f"{table}.parquet" / f"{part.name}.parquet"


def _metadata(file: Path) -> dict[bytes, bytes]:
    """What a part file says about itself; empty for one that is not there, cut short, or no Parquet file."""
    try:
        return dict(pq.read_schema(file).metadata or {})
    except (OSError, pa.ArrowException):
        return {}


def is_kept(folder: Path, tables: Sequence[str], part: Part) -> bool:
    """Whether a part of every table is there, whole, and holds what its key stands for."""
    return all(_metadata(file_of(folder, table, part)).get(KEY) == part.key.encode() for table in tables)


class Writer:
    """A part file being written, row group by row group."""

    def __init__(self, file: Path, key: str) -> None:
        self.file = file
        self.temporary = file.with_suffix(f".{uuid4().hex}.writing")  # two runs never write into one file
        self._metadata = {KEY: key.encode(), LAW: LAW_VERSION.encode()}
        self._writer: pq.ParquetWriter | None = None

    def write(self, table: pa.Table) -> None:
        """Add a block's rows as one row group."""
        if self._writer is None:
            schema = table.schema.with_metadata(self._metadata)
            floats = [field.name for field in schema if pa.types.is_floating(field.type)]
            others = [field.name for field in schema if not pa.types.is_floating(field.type)]
            self._writer = pq.ParquetWriter(
                self.temporary, schema, compression="zstd", use_dictionary=others, use_byte_stream_split=floats,
                write_page_checksum=True,
            )  # fmt: skip
        self._writer.write_table(table.cast(self._writer.schema), row_group_size=max(1, table.num_rows))

    def close(self) -> None:
        """Finish the file on disk, still under its temporary name."""
        if self._writer is not None:
            writer, self._writer = self._writer, None
            writer.close()

    def publish(self) -> None:
        """Give the finished file its name, in one step, after its bytes are on disk."""
        self.close()
        with self.temporary.open("rb") as written:
            os.fsync(written.fileno())
        self.temporary.replace(self.file)


@contextmanager
def writing(folder: Path, tables: Sequence[str], part: Part) -> Iterator[dict[str, Writer]]:
    """A writer for a part of each table; published one after the other at the end, removed if anything goes wrong."""
    opened = {table: Writer(file_of(folder, table, part), part.key) for table in tables}
    for each in opened.values():
        each.file.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield opened
        for each in opened.values():
            each.publish()
    finally:
        for each in opened.values():
            with suppress(OSError):  # closing a file on a full disk fails once more
                each.close()
            each.temporary.unlink(missing_ok=True)


class Tidied(NamedTuple):
    """What lay in the folders of tables: parts that were removed, those among them of another law, foreign files."""

    removed: int
    other_law: int
    foreign: tuple[Path, ...]


def tidy(folder: Path, kept: dict[str, set[str]]) -> Tidied:
    """Remove parts that this experiment does not have, and what interrupted runs left half-written.

    kept: table -> names of part files (with ending). Files that no run has written are left alone and told.
    """
    removed = other = 0
    foreign = []
    for table in TABLES:
        for file in sorted((folder / f"{table}.parquet").glob("*")):
            if _WRITING.fullmatch(file.name):
                file.unlink()
            elif not _PART.fullmatch(file.name):
                foreign.append(file)
            elif file.name not in kept.get(table, set()):
                other += _metadata(file).get(LAW, LAW_VERSION.encode()) != LAW_VERSION.encode()
                file.unlink()
                removed += 1
        with suppress(OSError):
            if not kept.get(table):
                (folder / f"{table}.parquet").rmdir()
    return Tidied(removed, other, tuple(foreign))
