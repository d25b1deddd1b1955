"""Where a gain is used up: the first level at which a difference is no longer positive, with its interval."""

import math
from typing import NamedTuple

import numpy as np

from alliance_sim.stats.estimate import UNKNOWN, Estimate
from alliance_sim.stats.intervals import quantiles
from alliance_sim.stats.linear import Floats

RESAMPLES = 2000
SEED = 1


class Crossed(NamedTuple):
    """Where differences reach zero, in the unit of x; -inf: at the first x already; inf: not up to the last."""

    mean: Estimate  # of the mean difference over replicates; interval: Monte-Carlo error, bootstrap over replicates
    single: Estimate  # of each replicate by itself: median, and the middle 95 % of replicates
    below: float  # share of replicates with no positive difference at the first x, 0-1
    beyond: float  # share of replicates with a positive difference at every x, 0-1
    replicates: int


def crossings(x: Floats, differences: Floats) -> Floats:
    """For each row of differences (rows, levels): the smallest x at which it is zero or less, linear in between.

    x (levels,), ascending. Returns (rows,): -inf where the first difference is not positive, inf where all
    are, nan where one is not known.
    """
    d = np.atleast_2d(differences)
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
    d = differences[np.isfinite(differences).all(axis=1)]
    n = len(d)
    if n == 0:
        return Crossed(UNKNOWN, UNKNOWN, math.nan, math.nan, 0)
    counts = np.random.default_rng(SEED).multinomial(n, np.full(n, 1.0 / n), RESAMPLES)
    mean = Estimate(float(crossings(x, d.mean(axis=0))[0]), *_ends(crossings(x, counts @ d / n)))
    own = crossings(x, d)
    single = Estimate(float(quantiles(own, (0.5,))[0]), *_ends(own))
    return Crossed(mean, single, float(np.isneginf(own).mean()), float(np.isposinf(own).mean()), n)


def _ends(values: Floats) -> tuple[float, float]:
    low, high = quantiles(values, (0.025, 0.975))
    return float(low), float(high)
