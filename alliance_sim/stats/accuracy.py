"""How well an estimator does over simulated studies whose truth is known, each number with its Monte-Carlo error."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.stats.montecarlo import mcse_mean, mcse_proportion, mcse_spread, mcse_squared_error

Floats = NDArray[np.float64]


class Accuracy(NamedTuple):
    """Accuracy measures of Morris, White & Crowther (2019, table 6); nan where too few studies define them."""

    truth: float
    truth_mcse: float
    mean: float
    bias: float
    bias_mcse: float  # holds the Monte-Carlo error of the truth
    spread: float  # SD of estimates over studies (empirical standard error)
    spread_mcse: float
    model_error: float  # mean of the errors that the model states
    rmse: float
    rmse_mcse: float
    coverage: float  # share of 95 % intervals that hold the truth
    coverage_mcse: float
    rejected: float  # share of 95 % intervals that do not hold zero
    rejected_mcse: float
    studies: int
    failed: int  # studies in which the estimator gave nothing


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
        truth,
        truth_mcse,
        mean,
        mean - truth,
        math.hypot(mcse_mean(v), truth_mcse),
        float(np.std(v, ddof=1)) if n > 1 else math.nan,
        mcse_spread(v),
        float(errors[ok].mean()),
        rmse,
        mcse_squared_error(v, truth) / (2.0 * rmse) if rmse > 0 else math.nan,
        covered,
        mcse_proportion(covered, n),
        rejected,
        mcse_proportion(rejected, n),
        n,
        len(values) - n,
    )
