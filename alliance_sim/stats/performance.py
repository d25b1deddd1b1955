"""How an analysis performs over simulated studies whose truth is known (Morris, White & Crowther, 2019, table 6)."""

import math
from typing import NamedTuple

import numpy as np

from alliance_sim.stats.estimate import UNKNOWN, Estimate
from alliance_sim.stats.intervals import normal
from alliance_sim.stats.linear import Floats
from alliance_sim.stats.montecarlo import (
    Summary,
    mcse_mean,
    mcse_spread,
    mcse_squared_error,
    percent_of,
    summarise,
)


class Accuracy(NamedTuple):
    """Measures against one truth, in its unit, with Monte-Carlo errors; nan where too few studies define them."""

    mean: Estimate
    bias: Estimate  # its error holds that of the truth
    spread: Estimate  # SD of estimates over studies (empirical standard error)
    model_error: float  # mean of the standard errors that the studies report
    rmse: Estimate
    coverage: Estimate  # 95 % intervals that hold the truth, %
    rejected: Estimate  # 95 % intervals that exclude zero, %
    studies: int
    failed: int  # studies that could not estimate


def accuracy(values: Floats, errors: Floats, lows: Floats, highs: Floats, truth: float, truth_mcse: float) -> Accuracy:
    """Measures of an estimator from its estimates, errors and interval ends (studies,), nan where it failed.

    Without a truth (nan), what is measured against it is nan. Intervals are normal, of shares Wilson's.
    """
    ok = np.isfinite(values)
    v, n = values[ok], int(ok.sum())
    if n == 0:
        return Accuracy(*[UNKNOWN] * 3, math.nan, *[UNKNOWN] * 3, 0, len(values))
    mean, rmse = float(v.mean()), math.sqrt(float(((v - truth) ** 2).mean()))
    spread = float(np.std(v, ddof=1)) if n > 1 else math.nan
    covered = float(((lows[ok] <= truth) & (truth <= highs[ok])).mean()) if math.isfinite(truth) else math.nan
    return Accuracy(
        normal(mean, mcse_mean(v)),
        normal(mean - truth, math.hypot(mcse_mean(v), truth_mcse)),
        normal(spread, mcse_spread(v)),
        float(errors[ok].mean()),
        normal(rmse, mcse_squared_error(v, truth) / (2.0 * rmse) if rmse > 0 else math.nan),
        percent_of(covered, n),
        percent_of(float(((lows[ok] > 0) | (highs[ok] < 0)).mean()), n),
        n,
        len(values) - n,
    )


class Performance(NamedTuple):
    """Measures where every study has a truth of its own: that of its own people."""

    estimate: Summary  # over studies
    truth: Summary
    bias: Summary  # estimate minus truth, study by study
    positive: float  # share of studies (0-1) whose 95 % interval lies above zero
    negative: float  # below zero
    studies: int  # that made the estimate
    failed: int  # that could not make it

    @property
    def wrong_sign(self) -> float:
        """Share of studies that conclude the opposite of the truth (0-1); nan where the truth's sign is not known."""
        if self.truth.low > 0:
            return self.negative
        return self.positive if self.truth.high < 0 else math.nan


def performance(value: Floats, truth: Floats, low: Floats, high: Floats) -> Performance:
    """Performance over studies, each (studies,); nan where a study could not estimate, or nobody has a truth."""
    made = np.isfinite(value)
    n = int(made.sum())
    return Performance(
        summarise(value),
        summarise(truth),
        summarise(value - truth),
        float(np.mean(low[made] > 0)) if n else math.nan,
        float(np.mean(high[made] < 0)) if n else math.nan,
        n,
        len(value) - n,
    )
