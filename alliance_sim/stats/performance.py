"""How an analysis performs over simulated studies whose truth is known (Morris, White & Crowther, 2019, table 6)."""

import math
from typing import NamedTuple

import numpy as np

from alliance_sim.stats.linear import Floats
from alliance_sim.stats.montecarlo import (
    Summary,
    mcse_mean,
    mcse_proportion,
    mcse_spread,
    mcse_squared_error,
    summarise,
)


class Accuracy(NamedTuple):
    """Measures against one truth, each with its Monte-Carlo error; nan where too few studies define them."""

    truth: float
    truth_mcse: float
    mean: float
    bias: float
    bias_mcse: float  # holds the Monte-Carlo error of the truth
    spread: float  # SD of estimates over studies (empirical standard error)
    spread_mcse: float
    model_error: float  # mean of the standard errors that the studies report
    rmse: float
    rmse_mcse: float
    coverage: float  # share of 95 % intervals that hold the truth
    coverage_mcse: float
    rejected: float  # share of 95 % intervals that exclude zero
    rejected_mcse: float
    studies: int
    failed: int  # studies that could not estimate


UNDEFINED = Accuracy._make([*[math.nan] * 14, 0, 0])


def accuracy(values: Floats, errors: Floats, lows: Floats, highs: Floats, truth: float, truth_mcse: float) -> Accuracy:
    """Measures of an estimator from its estimates, errors and interval ends (studies,), nan where it failed.

    Without a truth (nan), what is measured against it is nan.
    """
    ok = np.isfinite(values)
    v, n = values[ok], int(ok.sum())
    if n == 0:
        return UNDEFINED._replace(truth=truth, truth_mcse=truth_mcse, failed=len(values))
    mean, squared = float(v.mean()), float(((v - truth) ** 2).mean())
    rmse = math.sqrt(squared)
    covered = float(((lows[ok] <= truth) & (truth <= highs[ok])).mean()) if math.isfinite(truth) else math.nan
    rejected = float(((lows[ok] > 0) | (highs[ok] < 0)).mean())
    return Accuracy(
        truth=truth,
        truth_mcse=truth_mcse,
        mean=mean,
        bias=mean - truth,
        bias_mcse=math.hypot(mcse_mean(v), truth_mcse),
        spread=float(np.std(v, ddof=1)) if n > 1 else math.nan,
        spread_mcse=mcse_spread(v),
        model_error=float(errors[ok].mean()),
        rmse=rmse,
        rmse_mcse=mcse_squared_error(v, truth) / (2.0 * rmse) if rmse > 0 else math.nan,
        coverage=covered,
        coverage_mcse=mcse_proportion(covered, n),
        rejected=rejected,
        rejected_mcse=mcse_proportion(rejected, n),
        studies=n,
        failed=len(values) - n,
    )


class Performance(NamedTuple):
    """Measures where every study has a truth of its own: that of its own people."""

    estimate: Summary  # over studies
    truth: Summary
    bias: Summary  # estimate minus truth, study by study
    positive: float  # share of studies (0-1) whose 95 % interval lies above zero
    negative: float  # below zero
    error: float  # mean standard error that the studies report
    studies: int  # that made the estimate
    failed: int  # that could not make it

    @property
    def positive_mcse(self) -> float:
        """Monte-Carlo standard error of `positive`."""
        return mcse_proportion(self.positive, self.studies)

    @property
    def wrong_sign(self) -> float:
        """Share of studies that conclude the opposite of the truth (0-1); nan where the truth's sign is not known."""
        if self.truth.low > 0:
            return self.negative
        return self.positive if self.truth.high < 0 else math.nan


def performance(value: Floats, truth: Floats, low: Floats, high: Floats, error: Floats) -> Performance:
    """Performance over studies, each (studies,); nan where a study could not estimate, or nobody has a truth."""
    made = np.isfinite(value)
    n = int(made.sum())
    return Performance(
        summarise(value),
        summarise(truth),
        summarise(value - truth),
        float(np.mean(low[made] > 0)) if n else math.nan,
        float(np.mean(high[made] < 0)) if n else math.nan,
        summarise(error[made]).value,
        n,
        len(value) - n,
    )
