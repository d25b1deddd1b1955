"""Reading a result folder: design point by design point, whole replicates at a time, needed columns only."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

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


def frames(file: Path, columns: Sequence[str]) -> Iterator[pd.DataFrame]:
    """The rows of a part file as frames that each hold whole replicates, `replicate` and `columns` only.

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
        last = rows["replicate"][-1].as_py()
        cut = int(np.searchsorted(rows["replicate"].to_numpy(), last, side="left"))
        if group == parquet.num_row_groups - 1:
            cut = rows.num_rows
        held = rows.slice(cut)
        if cut:
            yield rows.slice(0, cut).to_pandas(use_threads=False).reset_index(drop=True)
    if held is not None and held.num_rows:
        yield held.to_pandas(use_threads=False).reset_index(drop=True)


def _until(frame: pd.DataFrame, edge: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A frame's rows up to a replicate, and the rest."""
    cut = int(np.searchsorted(frame["replicate"].to_numpy(), edge, side="right"))
    return frame.iloc[:cut].reset_index(drop=True), frame.iloc[cut:].reset_index(drop=True)


def pairs(own: Path, other: Path, columns: Sequence[str]) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """Frames of two part files side by side, holding the same replicates: twins of each other.

    Replicates that only one of them has (an arm without sessions) are left out. Memory stays that of one block.
    """
    sides = [frames(own, columns), frames(other, columns)]
    held: list[pd.DataFrame | None] = [None, None]
    while True:
        for k, side in enumerate(sides):
            if (now := held[k]) is None or now.empty:
                held[k] = next(side, None)
        left, right = held
        if left is None or right is None:
            return
        edge = int(min(left["replicate"].iat[-1], right["replicate"].iat[-1]))
        (here, held[0]), (there, held[1]) = _until(left, edge), _until(right, edge)
        both = np.intersect1d(here["replicate"].to_numpy(), there["replicate"].to_numpy())
        if len(both):
            yield _only(here, both), _only(there, both)


def _only(frame: pd.DataFrame, replicates: np.ndarray) -> pd.DataFrame:
    """A frame's rows of some of its replicates; the frame itself where these are all."""
    if frame["replicate"].nunique() == len(replicates):
        return frame
    return frame[frame["replicate"].isin(replicates)].reset_index(drop=True)
