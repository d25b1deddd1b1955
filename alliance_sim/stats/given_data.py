"""Sensitivity from given draws: which parameters an estimate depends on where the parameters are correlated.

For draws of a posterior Sobol's decomposition of the variance does not exist. What can be computed is how much is
known of the estimate once one parameter is known, with whatever is correlated with it.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.stats import rankdata

from alliance_sim.stats.estimate import UNKNOWN, Estimate
from alliance_sim.stats.intervals import NORMAL_95, fisher_z, middle
from alliance_sim.stats.linear import Codes, Floats, inverse

RESAMPLES = 200
"""Bootstrap samples of draws that an interval rests on."""

GRID = 100
"""Points at which densities are compared."""


def classes(n: int) -> Codes:
    """The class (from 0) of n draws in order of x: equally filled classes (Plischke et al., 2013).

    Their number is n ** (2 / (7 + tanh((1500 - n) / 500))), at least 3.
    """
    count = max(3, round(min(math.ceil(n ** (2.0 / (7.0 + math.tanh((1500.0 - n) / 500.0)))), 48)))
    return np.asarray(np.arange(n) * count // n, np.int64)


def first_order(x: Floats, y: Floats) -> float:
    """Share of the variance of y (n,) that x (n,) explains, with what is correlated with it: Var(E[y | x]) / Var(y).

    E[y | x] is a cubic curve in the rank of x, by least squares; the share is its adjusted R squared, so that it is 0
    on average for an x without influence. nan where y does not vary.
    """
    return float(_first_orders(x[None], y[None])[0])


def _first_orders(x: Floats, y: Floats) -> Floats:
    """`first_order` of each row of x and y (samples, n)."""
    n = x.shape[1]
    off = y - y.mean(axis=1, keepdims=True)
    total = (off * off).sum(axis=1)
    if n < 6:
        return np.full(len(x), np.nan)
    u = (rankdata(x, axis=1) - 0.5) / n - 0.5
    design = np.stack([np.ones_like(u), u, u * u - 1.0 / 12.0, u * u * u - 0.15 * u], axis=1)  # nearly orthogonal
    design /= np.array([1.0, 0.29, 0.075, 0.019])[:, None]  # of much the same length, also where x does not vary
    inner = np.linalg.pinv(design @ design.transpose(0, 2, 1), rcond=1e-10, hermitian=True)
    fitted = (inner @ (design @ off[:, :, None])).transpose(0, 2, 1) @ design
    left = ((off - fitted[:, 0]) ** 2).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(total > 0.0, 1.0 - left / (n - 4) / (total / (n - 1)), np.nan)


class _Sample(NamedTuple):
    """An estimate over draws, and its density."""

    y: Floats
    grid: Floats  # from the lowest to the highest y
    density: Floats  # at the grid


def delta(x: Floats, y: Floats) -> float:
    """Borgonovo's (2007) delta: half the mean area between the density of y and its density within classes of x.

    0 to 1. Kernel densities with Silverman's bandwidth, on a grid from the lowest to the highest y (Plischke et al.,
    2013, equation 26). It is above 0 for an x without influence: compare it with that of shuffled parameters.
    """
    return _delta(x, _sample(y))


def _sample(y: Floats) -> _Sample:
    grid = np.linspace(y.min(), y.max(), GRID)
    return _Sample(y, grid, _densities(y, np.zeros(1, np.int64), grid)[0])


def _delta(x: Floats, sample: _Sample) -> float:
    code = classes(len(x))
    starts = np.flatnonzero(np.diff(code, prepend=-1))
    parts = _densities(sample.y[np.argsort(x, kind="stable")], starts, sample.grid)
    areas = np.trapezoid(np.abs(sample.density - parts), sample.grid, axis=1)
    return float(np.diff(starts, append=len(x)) @ areas) / (2.0 * len(x))


def _densities(y: Floats, starts: Codes, grid: Floats) -> Floats:
    """Gaussian kernel densities with Silverman's bandwidth at the grid (parts, grid); 0 where y does not vary.

    Parts of y (n,) that follow each other begin at `starts`. Bandwidth: SD (n - 1) (3 n / 4)^(-1/5) (scipy's
    `gaussian_kde`, which takes a hundred times as long).
    """
    n = np.diff(starts, append=len(y))
    off = y - np.repeat(np.add.reduceat(y, starts) / n, n)
    with np.errstate(invalid="ignore", divide="ignore"):
        sd = np.sqrt(np.add.reduceat(off * off, starts) / (n - 1))
    varies = np.maximum.reduceat(y, starts) > np.minimum.reduceat(y, starts)
    width = np.where(varies, sd * (0.75 * n) ** -0.2, 1.0)
    z = (grid - y[:, None]) / np.repeat(width * math.sqrt(2.0), n)[:, None]
    z *= -z
    height = np.where(varies, 1.0 / (math.sqrt(2.0 * math.pi) * n * width), 0.0)
    return np.asarray(np.add.reduceat(np.exp(z, out=z), starts, axis=0) * height[:, None])


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
    whole, again = _sample(y), [_sample(y[row]) for row in rows]
    first = _first_orders(x.T, np.tile(y, (len(columns), 1)))
    shares = np.array([_first_orders(column[rows], y[rows]) for column in columns])
    # a curve comes nearer to draws that are there twice, which looks like an effect: that is taken off
    shares += (first - shares.mean(axis=1))[:, None]
    low, high = np.array([middle(own) for own in shares]).T
    deltas = np.array([_reduced(column, whole, rows, again) for column in columns])
    chance = (
        _first_orders(np.array(shuffled), np.tile(y, (len(shuffled), 1))),
        [_reduced(column, whole, rows[:20], again[:20])[0] for column in shuffled],
    )
    reach = NORMAL_95 * deltas[:, 1]
    floors = [float(np.quantile(found, 0.95)) for found in chance]
    return FromDraws(first, low, high, deltas[:, 0], deltas[:, 0] - reach, deltas[:, 0] + reach, floors[0], floors[1])


def _reduced(x: Floats, whole: _Sample, rows: Codes, again: Sequence[_Sample]) -> tuple[float, float]:
    """Delta less its bias, and its standard error; `again`: the samples of these rows."""
    found = np.array([_delta(x[row], sample) for row, sample in zip(rows, again, strict=True)])
    return 2.0 * _delta(x, whole) - float(found.mean()), float(found.std(ddof=1))
