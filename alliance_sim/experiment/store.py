"""Keeping what came out: part files of a Parquet dataset, written whole or not at all, a checksum in each name."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from alliance_sim.compiled import LAW_VERSION
from alliance_sim.experiment.parts import SUPERSEDED, TABLES, Part, is_part
from alliance_sim.files.sums import SUMMED, pieces_in, publish, sweep, temporary_for, whole_of

KEY = b"alliance_sim.key"
LAW = b"alliance_sim.law"


def folder_of(folder: Path, table: str) -> Path:
    """Where the parts of a table are kept."""
    return folder / f"{table}.parquet"


class Kept:
    """The parts that a folder holds."""

    def __init__(self, folder: Path, tables: Sequence[str]) -> None:
        """Look which files there are."""
        self._found = {table: pieces_in(folder_of(folder, table)) for table in tables}

    def files(self) -> list[Path]:
        """All of their files."""
        return [
            file for found in self._found.values() for files in found.values() for file in files if is_part(file.name)
        ]

    def holds(self, part: Part) -> bool:
        """Whether a part of every table is there and whole."""
        return all(whole_of(found.get(part.name, [])) is not None for found in self._found.values())


def take_over(folder: Path, tables: Sequence[str], part: Part) -> bool:
    """Give the files of a part that a version without checksums wrote the names of today, where they can be read whole.

    Returns whether there were any.
    """
    taken = False
    for table in tables:
        file = folder_of(folder, table) / part.before
        if file.is_file() and _is_readable(file, part.key):
            publish(file, part.name, ".parquet")
            taken = True
    return taken


def arrange(folder: Path, tables: Collection[str], names: Collection[str]) -> None:
    """Put parts that the design does not have (by name) aside, and those that it has back. Nothing is removed."""
    for table in TABLES:
        own = names if table in tables else ()
        here, aside = folder_of(folder, table), folder_of(folder / SUPERSEDED, table)
        for file in sorted(here.iterdir()) if here.is_dir() else []:
            if is_part(file.name) and _name(file) not in own:
                aside.mkdir(parents=True, exist_ok=True)
                file.replace(aside / file.name)
        for file in sorted(aside.iterdir()) if aside.is_dir() and own else []:
            if _name(file) in own:
                here.mkdir(parents=True, exist_ok=True)
                file.replace(here / file.name)
        for empty in (aside, aside.parent):
            with suppress(OSError):
                empty.rmdir()


def _name(file: Path) -> str:
    """The name of the part of a file."""
    match = SUMMED.fullmatch(file.name)
    return match[1] if match is not None else ""


def _is_readable(file: Path, key: str) -> bool:
    """Whether a part file has the key, and every page in it its own checksum."""
    try:
        parquet = pq.ParquetFile(file, page_checksum_verification=True)
        for group in range(parquet.num_row_groups):
            parquet.read_row_group(group, use_threads=False)
    except (OSError, pa.ArrowException):
        return False
    return (parquet.schema_arrow.metadata or {}).get(KEY) == key.encode()


class Writer:
    """A part file being written, row group by row group."""

    def __init__(self, folder: Path, name: str, key: str) -> None:
        self._name = name
        self.temporary = temporary_for(folder / name)
        self._metadata = {KEY: key.encode(), LAW: LAW_VERSION.encode()}
        self._writer: pq.ParquetWriter | None = None

    def write(self, table: pa.Table) -> None:
        """Add a block's rows as one row group."""
        if self._writer is None:
            schema = table.schema.with_metadata(self._metadata)
            floats = [field.name for field in schema if pa.types.is_floating(field.type)]
            others = [field.name for field in schema if not pa.types.is_floating(field.type)]
            self._writer = pq.ParquetWriter(
                self.temporary,
                schema,
                compression="zstd",
                use_dictionary=others,
                use_byte_stream_split=floats,
                write_page_checksum=True,
            )
        self._writer.write_table(table.cast(self._writer.schema), row_group_size=max(1, table.num_rows))

    def close(self) -> None:
        """Finish the file on disk, still under its temporary name."""
        if self._writer is not None:
            writer, self._writer = self._writer, None
            writer.close()

    def publish(self) -> None:
        """Give the finished file its name."""
        self.close()
        publish(self.temporary, self._name, ".parquet")


@contextmanager
def writing(folder: Path, tables: Sequence[str], part: Part) -> Iterator[dict[str, Writer]]:
    """A writer for a part of each table; published one after the other at the end, removed if anything goes wrong."""
    opened = {table: Writer(folder_of(folder, table), part.name, part.key) for table in tables}
    for each in opened.values():
        each.temporary.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield opened
        for each in opened.values():
            each.publish()
    finally:
        for each in opened.values():
            with suppress(OSError):  # closing a file on a full disk fails once more
                each.close()
            each.temporary.unlink(missing_ok=True)


def tidy(folder: Path) -> list[Path]:
    """Remove what interrupted runs left half-written; returns the files in the folders of tables that no run wrote."""
    foreign = []
    for table in TABLES:
        place = folder_of(folder, table)
        sweep(place)
        if place.is_dir():
            foreign += [file for file in sorted(place.iterdir()) if not is_part(file.name)]
            with suppress(OSError):  # one that holds nothing
                place.rmdir()
    return foreign
