"""Reading a result folder: design point by design point, whole replicates at a time, needed columns only."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from alliance_sim.analysis.clinics import Clinics, Rows
from alliance_sim.analysis.draws import Whole, repeated

FactorValue = float | str | bool


class Point(NamedTuple):
    """One design point as it lies on disk: one arm at one setting. Files of a table hold consecutive replicates."""

    number: int  # from 1
    arm: str
    factors: dict[str, FactorValue]
    sampled: dict[str, FactorValue]
    replicates: tuple[Path, ...]
    clients: tuple[Path, ...]  # none when clients were not kept
    sessions: tuple[Path, ...]  # none when sessions were not kept

    @property
    def setting(self) -> dict[str, FactorValue]:
        """Values of the factors, and sampled values."""
        return {**self.factors, **self.sampled}


@dataclass(frozen=True)
class Results:
    """The design points of a result folder that are finished, in order of their number.

    `factors` are columns that are crossed with each other; `sampled` those of a sampled or listed design, of which the
    first is `sample`, the number of the setting. `draws`: by number of a design point, how many draws of the parameters
    its replicates take in turn; points with fixed parameters are not there.
    """

    folder: Path
    points: tuple[Point, ...]
    arms: tuple[str, ...]
    factors: tuple[str, ...]
    sampled: tuple[str, ...] = ()
    draws: Mapping[int, int] = field(default_factory=dict)

    def shared(self, points: Iterable[int], replicates: Rows) -> Whole | None:
        """The draw of each replicate at some design points (their numbers), where replicates share some."""
        return repeated(replicates, *{self.draws.get(number, 0) for number in points})

    @property
    def varied(self) -> tuple[str, ...]:
        """Every column that tells settings apart."""
        return (*self.factors, *self.sampled)

    @cached_property
    def _by_arm(self) -> dict[str, tuple[Point, ...]]:
        found: dict[str, list[Point]] = {}
        for point in self.points:
            found.setdefault(point.arm, []).append(point)
        return {arm: tuple(points) for arm, points in found.items()}

    @cached_property
    def _by_setting(self) -> dict[tuple[FactorValue, ...], Point]:
        return {(point.arm, *point.setting.values()): point for point in self.points}

    def of(self, arm: str) -> tuple[Point, ...]:
        """The design points of one arm."""
        return self._by_arm.get(arm, ())

    def at(self, arm: str, setting: dict[str, FactorValue]) -> Point | None:
        """The design point of an arm at a setting (factors and sampled values), or None when it is not there."""
        if set(setting) != set(self.varied):
            return None
        return self._by_setting.get((arm, *(setting[name] for name in self.varied)))

    @property
    def has_sessions(self) -> bool:
        """Whether every design point kept its session table."""
        return all(point.sessions for point in self.points)

    @property
    def has_clients(self) -> bool:
        """Whether every design point kept its client table."""
        return all(point.clients for point in self.points)


class DamagedError(OSError):
    """A part file whose bytes are not those that were written."""

    def __init__(self, file: Path, reason: object) -> None:
        """Say which file, and what to do."""
        words = str(reason).strip().splitlines()[0].rstrip(".")
        super().__init__(f"{file} is damaged ({words}); delete it, and run the config again to have it played anew")


def read_rows(parquet: pq.ParquetFile, file: Path, columns: Sequence[str], group: int | None = None) -> pa.Table:
    """Some columns of an open part file, or of one of its row groups. Raises DamagedError."""
    try:
        if group is None:
            return parquet.read(columns, use_threads=False)
        return parquet.read_row_group(group, columns=columns, use_threads=False)
    except (OSError, pa.ArrowException) as error:
        raise DamagedError(file, error) from None


DESIGN = "design.csv"
"""A row a design point: number, arm, factors, sampled values, address, name and number of its parts."""


def _value(kind: pa.DataType, text: str) -> FactorValue:
    """A label as it is in the tables, from text."""
    if pa.types.is_boolean(kind):
        return text == "True"
    if pa.types.is_integer(kind):
        return int(text)
    return float(text) if pa.types.is_floating(kind) else text


_PART = re.compile(r"part-(.+)-[0-9]{7}\.parquet")


def _parts(folder: Path, table: str) -> dict[str, list[Path]]:
    """Part files of a table, in order, by the name that they share; files of other names are left out."""
    found: dict[str, list[Path]] = {}
    for file in sorted((folder / f"{table}.parquet").glob("part-*-*.parquet")):
        if match := _PART.fullmatch(file.name):
            found.setdefault(match[1], []).append(file)
    return found


def open_results(folder: Path) -> Results:
    """What a result folder holds.

    Raises FileNotFoundError when it holds no finished design point.
    """
    kept = {table: _parts(folder, table) for table in ("replicates", "clients", "sessions")}
    rows: list[dict[str, str]] = []
    columns: list[str] = []
    if (folder / DESIGN).exists():
        with (folder / DESIGN).open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            rows = [row for row in reader if len(kept["replicates"].get(row["part"], [])) == int(row["parts"])]
            columns = list(reader.fieldnames or [])[2:-3]
    if not rows:
        raise FileNotFoundError(f"{folder}: no finished design point found (design.csv with its replicates.parquet)")
    split = columns.index("sample") if "sample" in columns else len(columns)
    kinds = pq.read_schema(kept["replicates"][rows[0]["part"]][0])
    points = []
    for row in rows:
        values = {name: _value(kinds.field(name).type, row[name]) for name in columns}
        files = {
            table: tuple(found.get(row["part"], [])) if len(found.get(row["part"], [])) == int(row["parts"]) else ()
            for table, found in kept.items()
        }
        points.append(
            Point(
                int(row["point"]),
                row["arm"],
                {name: values[name] for name in columns[:split]},
                {name: values[name] for name in columns[split:]},
                **files,
            )
        )
    arms = tuple(dict.fromkeys(point.arm for point in points))
    return Results(folder, tuple(points), arms, tuple(columns[:split]), tuple(columns[split:]))


def clinics(files: Sequence[Path], columns: Sequence[str]) -> Iterator[Clinics]:
    """The rows of part files in parts that each hold whole replicates, `replicate` and `columns` only.

    Memory stays that of one row group, however long the files: a replicate that goes on in the next row
    group is held back until it is complete. Rows must be sorted by replicate, as runs write them.
    """
    for file in files:
        yield from _clinics_of(file, columns)


def _clinics_of(file: Path, columns: Sequence[str]) -> Iterator[Clinics]:
    """The rows of one part file, which holds whole replicates."""
    parquet = pq.ParquetFile(file, page_checksum_verification=True)
    wanted = list(dict.fromkeys(["replicate", *columns]))
    held: pa.Table | None = None
    for group in range(parquet.num_row_groups):
        rows = read_rows(parquet, file, wanted, group)
        if held is not None and held.num_rows:
            rows = pa.concat_tables([held, rows], promote_options="default").unify_dictionaries()
        if rows.num_rows == 0:
            continue
        cut = rows.num_rows
        if group < parquet.num_row_groups - 1:
            replicate = rows["replicate"].to_numpy()
            cut = int(np.searchsorted(replicate, replicate[-1], side="left"))
        held = rows.slice(cut)
        if cut:
            yield Clinics.from_arrow(rows.slice(0, cut))
    if held is not None and held.num_rows:
        yield Clinics.from_arrow(held)


def pairs(own: Sequence[Path], other: Sequence[Path], columns: Sequence[str]) -> Iterator[tuple[Clinics, Clinics]]:
    """Rows of the part files of two design points side by side, holding the same replicates: twins of each other.

    Replicates that only one of them has (an arm without sessions) are left out. Memory stays that of one block.
    """
    sides = [clinics(own, columns), clinics(other, columns)]
    held: list[Clinics | None] = [None, None]
    while True:
        for k, side in enumerate(sides):
            now = held[k]
            if now is None or len(now) == 0:
                held[k] = next(side, None)
        left, right = held
        if left is None or right is None:
            return
        both = np.intersect1d(left.numbers, right.numbers)
        edge = int(min(left.numbers[-1], right.numbers[-1]))
        if len(both):
            yield left.of(both), right.of(both)
        held = [_after(left, edge), _after(right, edge)]


def _after(rows: Clinics, edge: int) -> Clinics | None:
    """Rows of the replicates after one; None when there are none."""
    left = np.flatnonzero(rows.replicate > edge)
    return rows.take(left) if len(left) else None


def rows_of_replicate(files: Sequence[Path], replicate: int) -> pd.DataFrame:
    """All rows of one replicate of a design point, as a frame."""
    rows: pd.DataFrame = pq.read_table(list(files), filters=[("replicate", "=", replicate)]).to_pandas()
    return rows
