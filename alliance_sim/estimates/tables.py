"""Reading a result folder: design point by design point, whole replicates at a time, needed columns only.

The libraries of tables are imported where rows are read, so that the design alone is read quickly.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from alliance_sim.files import errors
from alliance_sim.files.record import as_written
from alliance_sim.files.sums import DamagedError, pieces_in, verified, whole_of
from alliance_sim.scenario.problem import ConfigError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    from alliance_sim.estimands.clinics import Clinics, Rows
    from alliance_sim.stats.draws import Whole

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
        from alliance_sim.stats.draws import repeated

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


def read_rows(parquet: pq.ParquetFile, file: Path, columns: Sequence[str], group: int | None = None) -> pa.Table:
    """Some columns of an open part file, or of one of its row groups. Raises DamagedError."""
    import pyarrow as pa

    try:
        if group is None:
            return parquet.read(columns, use_threads=False)
        return parquet.read_row_group(group, columns=columns, use_threads=False)
    except (OSError, pa.ArrowException):
        raise DamagedError(file) from None


DESIGN = "design.csv"
"""A row a design point: number, arm, factors, sampled values, address, name and number of its parts, replicates."""

_ENDS = ["address", "part", "parts", "replicates"]
"""The last columns of design.csv."""


def _value(kind: pa.DataType, text: str) -> FactorValue:
    """A label as it is in the tables, from text."""
    import pyarrow as pa

    if pa.types.is_boolean(kind):
        return text == "True"
    if pa.types.is_integer(kind):
        return int(text)
    return float(text) if pa.types.is_floating(kind) else text


_PART = re.compile(r"part-(.+)-([0-9]{7,})-([0-9]{7,})")

Found = dict[str, dict[tuple[int, int], Path]]
"""Part files of a table: by the name that they share, the file of each range of replicates (first and last)."""


def _parts(folder: Path, table: str) -> Found:
    """Part files of a table; files of other names are left out."""
    found: Found = {}
    for stem, files in pieces_in(folder / f"{table}.parquet").items():
        if match := _PART.fullmatch(stem):
            file = files[0] if len(files) == 1 else whole_of(files) or files[0]
            found.setdefault(match[1], {})[int(match[2]), int(match[3])] = file
    return found


def _files(found: Mapping[tuple[int, int], Path], parts: int, replicates: int) -> tuple[Path, ...]:
    """The files of a design point in order; none where one of them is missing.

    All but the last hold equally many replicates, more than any of a design with fewer that begins like them.
    """
    files = []
    first = 1
    for number in range(1, parts + 1):
        last = max((b for a, b in found if a == first), default=0) if number < parts else replicates
        if (first, last) not in found:
            return ()
        files.append(found[first, last])
        first = last + 1
    return tuple(files)


class DesignTable(NamedTuple):
    """What design.csv holds: the columns that tell settings apart, and a row a design point."""

    columns: list[str]
    rows: list[dict[str, str]]


def read_design(folder: Path) -> DesignTable:
    """The design of a result folder; one without rows where there is none. Raises ConfigError for a damaged one."""
    file = folder / DESIGN
    if not os.path.lexists(file):
        return DesignTable([], [])
    try:
        with as_written(file).open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream, strict=True)
            names = list(reader.fieldnames or [])
            rows = list(reader)
        if names[-3:] == _ENDS[:3]:
            raise ValueError("it was written by a version that kept no checksums")
        if names[:2] != ["point", "arm"] or names[-4:] != _ENDS:
            raise ValueError("other columns")
        for row in rows:
            int(row["point"]), int(row["parts"]), int(row["replicates"])
    except (OSError, ValueError, TypeError, csv.Error) as error:
        raise ConfigError([errors.damaged_design(file, error)]) from None
    return DesignTable(names[2:-4], rows)


def open_results(folder: Path) -> Results:
    """What a result folder holds of its design.

    Raises FileNotFoundError when it holds no finished design point, ConfigError for a design that is damaged.
    """
    import pyarrow.parquet as pq

    kept = {table: _parts(folder, table) for table in TABLES}
    columns, all_rows = read_design(folder)

    def files_of(row: Mapping[str, str], table: str) -> tuple[Path, ...]:
        return _files(kept[table].get(row["part"], {}), int(row["parts"]), int(row["replicates"]))

    rows = [row for row in all_rows if files_of(row, "replicates")]
    if not rows:
        raise FileNotFoundError(f"{folder}: no finished design point found (design.csv with its replicates.parquet)")
    split = columns.index("sample") if "sample" in columns else len(columns)
    try:
        kinds = pq.read_schema(verified(files_of(rows[0], "replicates")[0]))
        points = []
        for row in rows:
            values = {name: _value(kinds.field(name).type, row[name]) for name in columns}
            points.append(
                Point(
                    int(row["point"]),
                    row["arm"],
                    {name: values[name] for name in columns[:split]},
                    {name: values[name] for name in columns[split:]},
                    **{table: files_of(row, table) for table in kept},
                )
            )
    except (KeyError, ValueError) as error:
        raise ConfigError([errors.damaged_design(folder / DESIGN, error)]) from None
    arms = tuple(dict.fromkeys(point.arm for point in points))
    return Results(folder, tuple(points), arms, tuple(columns[:split]), tuple(columns[split:]))


TABLES = ("replicates", "clients", "sessions")
"""The tables that a run keeps in parts."""


def gaps(folder: Path) -> list[str]:
    """For each table that holds some design points and lacks others: how many it holds, in words."""
    try:
        points = open_results(folder).points
    except FileNotFoundError:
        return []
    count = len(read_design(folder).rows)
    held = {table: sum(bool(getattr(point, table)) for point in points) for table in TABLES}
    return [f"{table} of {number} of {count} design points" for table, number in held.items() if 0 < number < count]


def files_of_points(points: Iterable[Point]) -> list[Path]:
    """All part files of some design points."""
    return [file for point in points for file in (*point.replicates, *point.clients, *point.sessions)]


def clinics(files: Sequence[Path], columns: Sequence[str]) -> Iterator[Clinics]:
    """The rows of part files in parts that each hold whole replicates, `replicate` and `columns` only.

    Memory stays that of one row group, however long the files: a replicate that goes on in the next row
    group is held back until it is complete. Rows must be sorted by replicate, as runs write them.
    """
    for file in files:
        yield from _clinics_of(file, columns)


def _clinics_of(file: Path, columns: Sequence[str]) -> Iterator[Clinics]:
    """The rows of one part file, which holds whole replicates."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    from alliance_sim.estimands.clinics import Clinics

    parquet = pq.ParquetFile(verified(file))
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
    import numpy as np

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
    import numpy as np

    left = np.flatnonzero(rows.replicate > edge)
    return rows.take(left) if len(left) else None


def rows_of_replicate(files: Sequence[Path], replicate: int) -> pd.DataFrame:
    """All rows of one replicate of a design point, as a frame."""
    import pyarrow.parquet as pq

    whole = [verified(file) for file in files]
    rows = pq.read_table(whole, filters=[("replicate", "=", replicate)], partitioning=None)
    frame: pd.DataFrame = rows.to_pandas()
    return frame
