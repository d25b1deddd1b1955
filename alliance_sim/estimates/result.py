"""One row of an experiment's estimates.csv."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from alliance_sim.estimates.notation import shown
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.numbers import of_difference

if TYPE_CHECKING:
    import pandas as pd


class Result(NamedTuple):
    """What the replicates of a run give for one number."""

    name: str
    estimate: Estimate  # mean over replicates; its error is the Monte-Carlo standard error
    single: tuple[float, float]  # middle 95 % of single replicates: what studies of this size would find
    replicates: int  # how many defined it
    variance_ratio: float  # variance without matched twins / with them; nan where nothing is compared

    def __str__(self) -> str:
        """The estimate as texts show it."""
        return shown(self.estimate)

    @property
    def variance(self) -> float:
        """Variance among replicates: squared Monte-Carlo error times replicates."""
        return self.estimate.error * self.estimate.error * self.replicates


def result(row: "Mapping[str, Any] | pd.Series[Any]") -> Result:
    """A row of estimates.csv, typed; a difference of percentages is in percentage points."""
    unit = str(row["unit"]) if row.get("kind", "level") == "level" else of_difference(str(row["unit"]))
    value, low, high, error = (float(row[name]) for name in ("value", "low", "high", "mcse"))
    single = (float(row["spread_low"]), float(row["spread_high"]))
    number = Estimate(value, low, high, error, unit)
    return Result(str(row["estimate"]), number, single, int(row["replicates"]), float(row["variance_ratio"]))


UNKNOWN = Result("", Estimate(math.nan), (math.nan, math.nan), 0, math.nan)
"""Where there is no such row."""
