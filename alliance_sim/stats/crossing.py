"""Where a gain is used up: the first level at which a difference is no longer positive, with its interval."""

from typing import NamedTuple

import numpy as np

from alliance_sim.stats.intervals import quantiles
from alliance_sim.stats.linear import Floats

RESAMPLES = 2000
SEED = 1


class Crossed(NamedTuple):
    """Where differences of replicates reach zero, in the unit of x.

    -inf: at the first x already; inf: not up to the last; nan: unknown.
    """

    at: float  # of the mean difference over replicates
    low: float  # 95 % interval: Monte-Carlo error, by the bootstrap over replicates
    high: float
    median: float  # over replicates, each by itself
    single_low: float  # middle 95 % of single replicates
    single_high: float
    below: float  # share of replicates with no positive difference at the first x, 0-1
    beyond: float  # share of replicates with a positive difference at every x, 0-1
    replicates: int


def crossings(x: Floats, differences: Floats) -> Floats:
    """For each row of differences (rows, levels): the smallest x at which it is zero or less, linear in between.

    x (levels,), ascending. Returns (rows,): -inf where the first difference is not positive, inf where all
    are, nan where one is not known.
    """
    x, d = np.asarray(x, np.float64), np.atleast_2d(np.asarray(differences, np.float64))
    left = d <= 0.0
    k = np.argmax(left, axis=1)
    rows = np.arange(len(d))
    before = np.maximum(k - 1, 0)
    above, below = d[rows, before], d[rows, k]
    gap = above - below
    part = np.divide(above, gap, out=np.zeros(len(d)), where=gap > 0)
    at = x[before] + part * (x[k] - x[before])
    at = np.where(left.any(axis=1), np.where(k == 0, -np.inf, at), np.inf)
    return np.asarray(np.where(np.isnan(d).any(axis=1), np.nan, at))


def crossed(x: Floats, differences: Floats) -> Crossed:
    """Where the mean of differences (replicates, levels) reaches zero, and where those of single replicates do.

    The interval of the mean's is a percentile bootstrap over replicates (Efron & Tibshirani, 1993), always with
    the same resamples. Replicates in which a difference is not known are left out.
    """
    d = np.asarray(differences, np.float64)
    d = d[np.isfinite(d).all(axis=1)]
    n = len(d)
    if n == 0:
        return Crossed._make([*[float("nan")] * 8, 0])
    at = float(crossings(x, d.mean(axis=0))[0])
    counts = np.random.default_rng(SEED).multinomial(n, np.full(n, 1.0 / n), RESAMPLES)
    low, high = map(float, quantiles(crossings(x, counts @ d / n), (0.025, 0.975)))
    single = crossings(x, d)
    single_low, median, single_high = map(float, quantiles(single, (0.025, 0.5, 0.975)))
    below, beyond = float(np.mean(np.isneginf(single))), float(np.mean(np.isposinf(single)))
    return Crossed(at, low, high, median, single_low, single_high, below, beyond, n)
