"""Sensitivity from given draws: which parameters an estimate depends on where the parameters are correlated.

For draws of a posterior Sobol's decomposition of the variance does not exist. What can be computed is how much is
known of the estimate once one parameter is known, with whatever is correlated with it.
"""

import math
from typing import NamedTuple

import numpy as np
from scipy.stats import gaussian_kde, rankdata

from alliance_sim.stats.estimate import UNKNOWN, Estimate
from alliance_sim.stats.intervals import NORMAL_95, fisher_z, middle
from alliance_sim.stats.linear import Codes, Floats, inverse

RESAMPLES = 200
"""Bootstrap samples of draws that an interval rests on."""

GRID = 100
"""Points at which densities are compared."""


def classes(x: Floats) -> Codes:
    """The class (from 0) of each draw: equally filled classes along x, ties in order (Plischke et al., 2013).

    Their number is n ** (2 / (7 + tanh((1500 - n) / 500))), at least 3.
    """
    n = len(x)
    count = max(3, round(min(math.ceil(n ** (2.0 / (7.0 + math.tanh((1500.0 - n) / 500.0)))), 48)))
    return np.asarray((rankdata(x, method="ordinal") - 1) * count // n, np.int64)


def first_order(x: Floats, y: Floats) -> float:
    """Share of the variance of y (n,) that x (n,) explains, with what is correlated with it: Var(E[y | x]) / Var(y).

    E[y | x] is a cubic curve in the rank of x, by least squares; the share is its adjusted R squared, so that it is 0
    on average for an x without influence. nan where y does not vary.
    """
    n = len(y)
    u = (rankdata(x) - 0.5) / n - 0.5
    design = np.column_stack([np.ones(n), u, u * u, u * u * u])
    total = float(((y - y.mean()) ** 2).sum())
    if total <= 0 or n < 6:
        return float("nan")
    left = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    return 1.0 - float((left * left).sum()) / (n - 4) / (total / (n - 1))


def delta(x: Floats, y: Floats) -> float:
    """Borgonovo's (2007) delta: half the mean area between the density of y and its density within classes of x.

    0 to 1. Kernel densities with Silverman's bandwidth, on a grid from the lowest to the highest y (Plischke et al.,
    2013, equation 26). It is above 0 for an x without influence: compare it with that of shuffled parameters.
    """
    grid = np.linspace(y.min(), y.max(), GRID)
    whole = _density(y, grid)
    code = classes(x)
    found = 0.0
    for k in range(int(code.max()) + 1):
        part = y[code == k]
        found += len(part) / (2.0 * len(y)) * float(np.trapezoid(np.abs(whole - _density(part, grid)), grid))
    return found


def _density(y: Floats, grid: Floats) -> Floats:
    """Gaussian kernel density with Silverman's bandwidth at the grid; 0 where y does not vary."""
    return np.asarray(gaussian_kde(y, "silverman")(grid)) if np.ptp(y) > 0 else np.zeros_like(grid)


def partial_rank(x: Floats, y: Floats) -> list[Estimate]:
    """Rank correlation of y (n,) with each column of x (n, D), the others held constant (Marino et al., 2008).

    The direction in which a parameter moves y while the others stay. Interval by Fisher's z with n - 3 - (D - 1)
    degrees of freedom; UNKNOWN where too few draws are left.
    """
    n, width = x.shape
    ranks = np.column_stack([rankdata(column) for column in (*x.T, y)])
    ranks -= ranks.mean(axis=0)
    if n - 3 - (width - 1) <= 0 or (precision := inverse(ranks.T @ ranks)) is None:
        return [UNKNOWN] * width
    r = -precision[:-1, -1] / np.sqrt(np.diag(precision)[:-1] * precision[-1, -1])
    return [fisher_z(float(each), n - (width - 1)) for each in r]


def rank_correlations(x: Floats) -> Floats:
    """Spearman's rank correlations (D, D) of the columns of x (n, D); nan with a column that does not vary."""
    ranks = np.column_stack([rankdata(column) for column in x.T])
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.atleast_2d(np.corrcoef(ranks, rowvar=False))


class FromDraws(NamedTuple):
    """Sensitivity to D parameters from given draws, (D,); intervals by bootstrap over draws."""

    first: Floats
    first_low: Floats
    first_high: Floats
    delta: Floats  # less its bias, as far as the bootstrap shows it
    delta_low: Floats
    delta_high: Floats
    first_by_chance: float  # 95 % of shuffled parameters, which have no influence, have less
    delta_by_chance: float


def given_data(x: Floats, y: Floats, seed: int) -> FromDraws:
    """First-order shares and delta of every column of x (n, D) for y (n), with intervals and what chance gives.

    delta is bias-reduced, 2 d - mean of its bootstrap (Plischke et al., 2013, equation 30), so for shuffled parameters
    too; its interval is normal, with the bootstrap's SD.
    """
    rng = np.random.default_rng(seed)
    rows = rng.integers(len(y), size=(RESAMPLES, len(y)))
    columns = list(x.T)
    shuffled = [rng.permutation(columns[k % len(columns)]) for k in range(max(20, len(columns)))]
    first = np.array([first_order(column, y) for column in columns])
    again = np.array([[first_order(column[row], y[row]) for row in rows] for column in columns])
    # a curve comes nearer to draws that are there twice, which looks like an effect: that is taken off
    again += (first - again.mean(axis=1))[:, None]
    low, high = np.array([middle(own) for own in again]).T
    deltas = np.array([_reduced(column, y, rows) for column in columns])
    chance = [first_order(column, y) for column in shuffled], [_reduced(column, y, rows[:20])[0] for column in shuffled]
    reach = NORMAL_95 * deltas[:, 1]
    floors = [float(np.quantile(found, 0.95)) for found in chance]
    return FromDraws(first, low, high, deltas[:, 0], deltas[:, 0] - reach, deltas[:, 0] + reach, floors[0], floors[1])


def _reduced(x: Floats, y: Floats, rows: Codes) -> tuple[float, float]:
    """Delta less its bias, and its standard error."""
    again = np.array([delta(x[row], y[row]) for row in rows])
    return 2.0 * delta(x, y) - float(again.mean()), float(again.std(ddof=1))
