"""Reading a result folder: design point by design point, whole replicates at a time, needed columns only."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from alliance_sim.analysis.clinics import Clinics

FactorValue = float | str | bool


class Point(NamedTuple):
    """One design point as it lies on disk: one arm at one setting of the factors."""

    number: int  # from 1
    arm: str
    factors: dict[str, FactorValue]
    clients: Path
    sessions: Path | None  # None when sessions were not kept


class Results(NamedTuple):
    """The design points of a result folder that are finished, in order of their number."""

    folder: Path
    points: tuple[Point, ...]
    arms: tuple[str, ...]
    factors: tuple[str, ...]

    def of(self, arm: str) -> tuple[Point, ...]:
        """The design points of one arm."""
        return tuple(point for point in self.points if point.arm == arm)

    def at(self, arm: str, factors: dict[str, FactorValue]) -> Point | None:
        """The design point of an arm at a setting of the factors, or None when it is not there."""
        return next((p for p in self.points if p.arm == arm and p.factors == factors), None)

    @property
    def has_sessions(self) -> bool:
        """Whether every design point kept its session table."""
        return all(point.sessions is not None for point in self.points)


def _labels(file: Path) -> tuple[str, dict[str, FactorValue]]:
    """Arm and factor values of a part file, from its first row."""
    parquet = pq.ParquetFile(file)
    names = parquet.schema_arrow.names
    wanted = names[: names.index("replicate")]
    row = parquet.read_row_group(0, columns=wanted).slice(0, 1).to_pylist()[0]
    return row.pop("arm"), row


def open_results(folder: Path) -> Results:
    """What a result folder holds.

    Raises FileNotFoundError when it holds no finished design point.
    """
    points = []
    for file in sorted((folder / "clients.parquet").glob("part-*.parquet")):
        arm, factors = _labels(file)
        sessions = folder / "sessions.parquet" / file.name
        number = int(file.stem.removeprefix("part-"))
        points.append(Point(number, arm, factors, file, sessions if sessions.exists() else None))
    if not points:
        raise FileNotFoundError(f"{folder / 'clients.parquet'}: no finished design point (part-*.parquet) found")
    arms = tuple(dict.fromkeys(point.arm for point in points))
    return Results(folder, tuple(points), arms, tuple(points[0].factors))


def clinics(file: Path, columns: Sequence[str]) -> Iterator[Clinics]:
    """The rows of a part file in parts that each hold whole replicates, `replicate` and `columns` only.

    Memory stays that of one row group, however long the file: a replicate that goes on in the next row
    group is held back until it is complete. Rows must be sorted by replicate, as runs write them.
    """
    parquet = pq.ParquetFile(file)
    wanted = list(dict.fromkeys(["replicate", *columns]))
    held: pa.Table | None = None
    for group in range(parquet.num_row_groups):
        rows = parquet.read_row_group(group, columns=wanted, use_threads=False)
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


def pairs(own: Path, other: Path, columns: Sequence[str]) -> Iterator[tuple[Clinics, Clinics]]:
    """Rows of two part files side by side, holding the same replicates: twins of each other.

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
            yield _only(left, both), _only(right, both)
        held = [_after(left, edge), _after(right, edge)]


def _only(rows: Clinics, replicates: np.ndarray) -> Clinics:
    """Rows of some replicates; the rows themselves where these are all."""
    if len(rows.numbers) == len(replicates):
        return rows
    return rows.take(np.flatnonzero(np.isin(rows.replicate, replicates)))


def _after(rows: Clinics, edge: int) -> Clinics | None:
    """Rows of the replicates after one; None when there are none."""
    left = np.flatnonzero(rows.replicate > edge)
    return rows.take(left) if len(left) else None


def rows_of_replicate(file: Path, replicate: int) -> pd.DataFrame:
    """All rows of one replicate of a part file, as a frame."""
    rows: pd.DataFrame = pq.read_table(file, filters=[("replicate", "=", replicate)]).to_pandas()
    return rows
