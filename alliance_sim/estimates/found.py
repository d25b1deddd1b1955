"""One row of the estimates, typed, and as words with its interval."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from alliance_sim.stats.numbers import digits_of, interval, number, with_unit


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
    def has_error(self) -> bool:
        """Whether its error can be told: that takes two replicates."""
        return math.isfinite(self.low)

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


def found(row: "Mapping[str, Any] | pd.Series[Any]") -> Found:
    """A row of the estimates as `Found`."""
    numbers = {name: float(row[name]) for name in Found._fields if name not in ("estimate", "unit", "replicates")}
    return Found(estimate=str(row["estimate"]), unit=str(row["unit"]), replicates=int(row["replicates"]), **numbers)


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table as plain mappings."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]
