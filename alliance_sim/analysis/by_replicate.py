"""Small statistics of one replicate (one simulated clinic), for all replicates of a frame at once.

Every function takes a frame that holds whole replicates in its column `replicate`, and returns a series indexed
by replicate. What a replicate does not define (no ruptures, no spread) is nan.
"""

from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

PerReplicate: TypeAlias = "pd.Series[float]"
Column: TypeAlias = "pd.Series[float]"
Mask: TypeAlias = "pd.Series[bool]"
Counts: TypeAlias = "pd.Series[float] | pd.Series[bool]"


def mean(frame: pd.DataFrame, values: Column) -> PerReplicate:
    """Mean of the values of each replicate, nan left out; in their own unit."""
    return values.astype(float).groupby(frame["replicate"]).mean()


def total(frame: pd.DataFrame, values: Counts) -> PerReplicate:
    """Sum of the values of each replicate, nan left out."""
    return values.astype(float).groupby(frame["replicate"]).sum()


def sd(frame: pd.DataFrame, values: Column) -> PerReplicate:
    """Standard deviation (n - 1) of the values of each replicate."""
    return values.astype(float).groupby(frame["replicate"]).std()


def percent(frame: pd.DataFrame, happened: Counts, among: Counts) -> PerReplicate:
    """100 * sum(happened) / sum(among) of each replicate; nan where the second sum is 0."""
    below = total(frame, among)
    return 100.0 * total(frame, happened) / below.where(below > 0)


def percent_of_rows(frame: pd.DataFrame, happened: Mask) -> PerReplicate:
    """Percentage of each replicate's rows in which something happened."""
    return 100.0 * mean(frame, happened.astype(float))


def centred(frame: pd.DataFrame, values: Column) -> Column:
    """Values minus the mean of their replicate."""
    numbers = values.astype(float)
    return numbers - numbers.groupby(frame["replicate"]).transform("mean")


def correlation(frame: pd.DataFrame, x: Column, y: Column) -> PerReplicate:
    """Pearson correlation of each replicate, over rows where both are known; nan where one does not vary."""
    both = x.notna() & y.notna()
    kept = frame.loc[both, ["replicate"]]
    a = centred(kept, x[both])
    b = centred(kept, y[both])
    below = np.sqrt(total(kept, a * a) * total(kept, b * b))
    return total(kept, a * b) / below.where(below > 0)


def residual(frame: pd.DataFrame, y: Column, x: Column) -> Column:
    """What is left of y after least squares on x within each replicate (intercept included)."""
    known = y.where(x.notna()).astype(float)
    a = centred(frame, x.where(y.notna()))
    b = centred(frame, known)
    spread = total(frame, a * a)
    slope = total(frame, a * b) / spread.where(spread > 0)
    return b - a * frame["replicate"].map(slope.fillna(0.0))


def first_rows(frame: pd.DataFrame, keep: Mask) -> pd.DataFrame:
    """The first row of each client among those to keep; rows must be in order of session."""
    return frame[keep].drop_duplicates(["replicate", "client"])


def client_codes(frame: pd.DataFrame) -> NDArray[np.int64]:
    """One whole number for each (replicate, client) of the rows."""
    return frame["replicate"].to_numpy(np.int64) * (1 << 32) + frame["client"].to_numpy(np.int64)
