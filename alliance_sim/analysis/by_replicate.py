"""Small statistics of one replicate (one simulated clinic), for all replicates of a frame at once.

Every function takes a frame that holds whole replicates, sorted by its column `replicate`, and returns a series
indexed by replicate. What a replicate does not define (no ruptures, no spread) is nan. Sums run over the rows in
their order, so that the same rows give the same bits.
"""

from typing import NamedTuple, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

PerReplicate: TypeAlias = "pd.Series[float]"
Column: TypeAlias = "pd.Series[float]"
Mask: TypeAlias = "pd.Series[bool]"
Counts: TypeAlias = "pd.Series[float] | pd.Series[bool]"
Floats = NDArray[np.float64]
Rows = NDArray[np.int64]


class Groups(NamedTuple):
    """Where the groups of consecutive rows begin, and how many rows each has."""

    starts: Rows
    sizes: Rows

    def sums(self, values: Floats) -> Floats:
        """Sum of each group, nan counted as nothing."""
        if len(self.starts) == 0:
            return np.empty(0)
        return np.asarray(np.add.reduceat(np.where(np.isnan(values), 0.0, values), self.starts), np.float64)

    def means(self, values: Floats) -> Floats:
        """Mean of each group, nan left out; nan for a group without a number."""
        known = self.sums(np.isfinite(values).astype(float))
        means = np.full(len(known), np.nan)
        return np.divide(self.sums(values), known, out=means, where=known > 0)


def groups_of(*keys: NDArray[np.generic]) -> Groups:
    """Groups of consecutive rows that agree in all keys."""
    n = len(keys[0])
    if n == 0:
        return Groups(np.empty(0, np.int64), np.empty(0, np.int64))
    new = np.zeros(n, bool)
    new[0] = True
    for key in keys:
        new[1:] |= key[1:] != key[:-1]
    starts = np.flatnonzero(new)
    return Groups(starts, np.diff(np.append(starts, n)))


def _replicates(frame: pd.DataFrame) -> tuple[Groups, "pd.Index[int]"]:
    """Groups of rows of one replicate each, with their numbers. Raises ValueError when rows are not sorted."""
    number = frame["replicate"].to_numpy()
    if np.any(number[1:] < number[:-1]):
        raise ValueError("rows must be sorted by replicate")
    groups = groups_of(number)
    return groups, pd.Index(number[groups.starts], name="replicate")


def _floats(values: Counts) -> Floats:
    return values.to_numpy(np.float64)


def mean(frame: pd.DataFrame, values: Column) -> PerReplicate:
    """Mean of the values of each replicate, nan left out; in their own unit."""
    groups, number = _replicates(frame)
    return pd.Series(groups.means(_floats(values)), index=number)


def total(frame: pd.DataFrame, values: Counts) -> PerReplicate:
    """Sum of the values of each replicate, nan left out."""
    groups, number = _replicates(frame)
    return pd.Series(groups.sums(_floats(values)), index=number)


def count(frame: pd.DataFrame, values: Column) -> PerReplicate:
    """How many values of each replicate are known."""
    return total(frame, values.notna())


def sd(frame: pd.DataFrame, values: Column) -> PerReplicate:
    """Standard deviation (n - 1) of the values of each replicate; nan for fewer than two."""
    off = centred(frame, values)
    free = count(frame, values) - 1.0
    return pd.Series(np.sqrt(total(frame, off * off) / free.where(free > 0)))


def percent(frame: pd.DataFrame, happened: Counts, among: Counts) -> PerReplicate:
    """100 * sum(happened) / sum(among) of each replicate; nan where the second sum is 0."""
    below = total(frame, among)
    return 100.0 * total(frame, happened) / below.where(below > 0)


def percent_of_rows(frame: pd.DataFrame, happened: Mask) -> PerReplicate:
    """Percentage of each replicate's rows in which something happened."""
    return 100.0 * mean(frame, happened.astype(float))


def centred(frame: pd.DataFrame, values: Column) -> Column:
    """Values minus the mean of their replicate."""
    groups, _ = _replicates(frame)
    numbers = _floats(values)
    return pd.Series(numbers - np.repeat(groups.means(numbers), groups.sizes), index=values.index)


def correlation(frame: pd.DataFrame, x: Column, y: Column) -> PerReplicate:
    """Pearson correlation of each replicate, over rows where both are known; nan where one does not vary."""
    a = centred(frame, x.where(y.notna()))
    b = centred(frame, y.where(x.notna()))
    below = np.sqrt(total(frame, a * a) * total(frame, b * b))
    return total(frame, a * b) / below.where(below > 0)


def residual(frame: pd.DataFrame, y: Column, x: Column) -> Column:
    """What is left of y after least squares on x within each replicate (intercept included)."""
    a = centred(frame, x.where(y.notna()))
    b = centred(frame, y.where(x.notna()))
    spread = total(frame, a * a)
    slope = (total(frame, a * b) / spread.where(spread > 0)).fillna(0.0)
    groups, _ = _replicates(frame)
    return b - a * np.repeat(slope.to_numpy(float), groups.sizes)


def client_codes(frame: pd.DataFrame) -> Rows:
    """One whole number for each (replicate, client) of the rows."""
    return frame["replicate"].to_numpy(np.int64) * (1 << 32) + frame["client"].to_numpy(np.int64)


def first_rows(frame: pd.DataFrame, keep: Mask) -> pd.DataFrame:
    """The first row of each client among those to keep; rows must be in order of client and session."""
    kept = np.flatnonzero(keep.to_numpy(bool))
    return frame.iloc[kept[groups_of(client_codes(frame)[kept]).starts]]


def client_means(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """Mean of a column over the rows of each client; columns replicate and that column. Rows in order of client."""
    groups = groups_of(client_codes(frame))
    means = groups.means(frame[column].to_numpy(float))
    return pd.DataFrame({"replicate": frame["replicate"].to_numpy()[groups.starts], column: means})
