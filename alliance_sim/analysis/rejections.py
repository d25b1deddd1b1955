"""What many trials of one design report: how often they are significant, and what those that are report."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

Floats = NDArray[np.float64]


class Rate(NamedTuple):
    """A share of simulated trials with its 95 % Monte-Carlo interval (Wilson, 1927)."""

    share: float
    low: float
    high: float
    significant: int
    trials: int


def rate(count: int, trials: int) -> Rate:
    """So many of the trials; all nan without any."""
    if trials == 0:
        return Rate(np.nan, np.nan, np.nan, 0, 0)
    ends = binomtest(count, trials).proportion_ci(method="wilson")
    return Rate(count / trials, float(ends.low), float(ends.high), count, trials)


def significant(p: Floats, alpha: float) -> Rate:
    """The share of trials with p < alpha; a trial that could not be analysed (nan) is not significant, and counts."""
    return rate(int(np.sum(p < alpha)), len(p))


def significant_of_analysed(p: Floats, alpha: float) -> Rate:
    """The same among the trials that could be analysed."""
    known = p[np.isfinite(p)]
    return rate(int(np.sum(known < alpha)), len(known))


def adjusted_alpha(null_p: Floats, alpha: float) -> float:
    """The p below which a share alpha of trials in a world without effect is: the threshold that keeps its promise.

    Power at this threshold is size-adjusted power, by which tests that reject too often can be compared with others.
    """
    known = null_p[np.isfinite(null_p)]
    return float(np.quantile(known, alpha)) if len(known) else np.nan


class Reports(NamedTuple):
    """What readers of significant trials are told (Gelman & Carlin, 2014)."""

    wrong_sign: Rate  # of the significant trials
    exaggeration: float  # mean |estimate| of the significant trials / |true effect|
    exaggeration_mcse: float


def reports(estimate: Floats, p: Floats, alpha: float, effect: float) -> Reports:
    """How often significant estimates have the wrong sign, and how many times too large they are on average."""
    told = estimate[p < alpha]
    wrong = rate(int(np.sum(np.sign(told) == -np.sign(effect))), len(told))
    if len(told) < 2 or effect == 0.0:
        return Reports(wrong, np.nan, np.nan)
    ratio = np.abs(told) / abs(effect)
    return Reports(wrong, float(ratio.mean()), float(ratio.std(ddof=1) / np.sqrt(len(ratio))))
