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
        self._kinds = {str(kind): rows for kind, rows in estimates.groupby("kind", sort=False)}
        averaged = estimates
        if factors:
            averaged = estimates[estimates[list(factors)].isna().all(axis=1)]
        keys = zip(averaged["kind"], averaged["estimate"], averaged["arm"], strict=True)
        self._overall = {key: k for k, key in reversed(list(enumerate(keys)))}
        self._averaged = averaged

    def rows(self, kind: str, estimate: str | None = None, arm: str | None = None) -> pd.DataFrame:
        """Rows of a kind, of one estimate and arm where given."""
        table = self._kinds.get(kind, self.table.iloc[:0])
        if estimate is not None:
            table = table[table["estimate"] == estimate]
        return table if arm is None else table[table["arm"] == arm]

    def overall(self, kind: str, estimate: str, arm: str) -> Found | None:
        """The estimate of an arm averaged over the settings of all factors; None when there is no such row."""
        place = self._overall.get((kind, estimate, arm))
        return None if place is None else found(self._averaged.iloc[place])

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
