"""Finding estimates, and writing them as words with their interval."""

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from alliance_sim.analysis.catalogue import BY_NAME
from alliance_sim.analysis.numbers import digits_of, interval, number, with_unit


class Found(NamedTuple):
    """One row of the estimates."""

    estimate: str
    unit: str
    value: float
    low: float
    high: float
    mcse: float
    spread_low: float
    spread_high: float
    replicates: int
    variance_ratio: float

    @property
    def known(self) -> bool:
        """Whether any replicate defines it."""
        return math.isfinite(self.value)

    @property
    def sure(self) -> bool:
        """Whether the interval of the mean leaves zero out, so that its sign is not Monte-Carlo error."""
        return math.isfinite(self.low) and (self.low > 0 or self.high < 0)

    @property
    def digits(self) -> int:
        """Decimals that its unit and its error bear."""
        return digits_of(self.unit, 0.5 * (self.high - self.low))

    def words(self, signed: bool = False, size: bool = False) -> str:
        """The value with its unit and interval; `size`: without sign, for sentences that say more or less."""
        value, low, high = self.value, self.low, self.high
        if size and value < 0:
            value, low, high = -value, -high, -low
        text = with_unit(number(value, self.digits, signed=signed), self.unit)
        return text if not math.isfinite(low) else f"{text} {interval(low, high, self.digits)}"


class Lookup:
    """The estimates of an experiment, by name and comparison."""

    def __init__(self, estimates: pd.DataFrame, factors: tuple[str, ...]) -> None:
        self.table = estimates
        self.factors = factors

    def rows(self, kind: str, estimate: str | None = None, arm: str | None = None) -> pd.DataFrame:
        """Rows of a kind, of one estimate and arm where given."""
        kept = (self.table["kind"] == kind).to_numpy()
        if estimate is not None:
            kept = kept & (self.table["estimate"] == estimate).to_numpy()
        if arm is not None:
            kept = kept & (self.table["arm"] == arm).to_numpy()
        return self.table[kept]

    def overall(self, kind: str, estimate: str, arm: str) -> Found | None:
        """The estimate of an arm averaged over the settings of all factors; None when there is no such row."""
        rows = self.rows(kind, estimate, arm)
        if self.factors:
            rows = rows[rows[list(self.factors)].isna().all(axis=1)]
        return found(rows.iloc[0]) if len(rows) else None

    def level(self, estimate: str, arm: str) -> Found | None:
        """An arm as it is."""
        return self.overall("level", estimate, arm)

    def contrast(self, estimate: str, arm: str) -> Found | None:
        """An arm minus the baseline."""
        return self.overall("contrast", estimate, arm)

    def apart(self, estimate: str, arm: str, baseline: str) -> tuple[float, float]:
        """What single studies of this size would find that compare two separate groups, without twins: 95 %.

        difference -/+ 1.96 sqrt(variance of a clinic in the arm + variance of one in the baseline), at a typical
        setting of the factors (mean of the variances); nan where one of them is not known.
        """
        difference = self.contrast(estimate, arm)
        spread = [self._variance(estimate, name) for name in (arm, baseline)]
        if difference is None or not all(math.isfinite(v) for v in (difference.value, *spread)):
            return math.nan, math.nan
        reach = 1.96 * math.sqrt(sum(spread))
        return difference.value - reach, difference.value + reach

    def _variance(self, estimate: str, arm: str) -> float:
        """Variance among clinics in an arm, mean over the settings of the factors; MCSE^2 times replicates."""
        rows = self.rows("level", estimate, arm)
        if self.factors:
            rows = rows[rows[list(self.factors)].notna().all(axis=1)]
        return float((rows["mcse"] * rows["mcse"] * rows["replicates"]).mean()) if len(rows) else math.nan


def found(row: pd.Series) -> Found:
    """A row of the estimates as `Found`."""
    numbers = {name: float(row[name]) for name in Found._fields if name not in ("estimate", "unit", "replicates")}
    return Found(estimate=str(row["estimate"]), unit=str(row["unit"]), replicates=int(row["replicates"]), **numbers)


def better(contrast: Found) -> int:
    """1 when an arm is better for clients than the baseline, -1 when worse, 0 when neither or not sure."""
    return int(np.sign(contrast.value)) * BY_NAME[contrast.estimate].better if contrast.sure else 0
