"""A slope with its standard error and interval, and least squares with errors that know of clusters."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from alliance_sim.stats.multilevel import random_intercept
from alliance_sim.stats.numbers import NORMAL_95
from alliance_sim.stats.pooling import correlation

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


class Slope(NamedTuple):
    """An estimated slope or correlation, its standard error, and its 95 % interval; all in the slope's own unit."""

    value: float
    error: float
    low: float
    high: float

    def times(self, factor: float) -> "Slope":
        """The slope in other units; a negative factor turns the interval round."""
        ends = sorted((self.low * factor, self.high * factor))
        return Slope(self.value * factor, self.error * abs(factor), ends[0], ends[1])


def slope(value: float, error: float, freedom: float = math.inf) -> Slope:
    """A slope with the interval value -+ t error; normal where the degrees of freedom are not given."""
    half = (NORMAL_95 if math.isinf(freedom) else float(stdtrit(freedom, 0.975))) * error
    return Slope(float(value), float(error), float(value - half), float(value + half))


def correlation_slope(x: Floats, y: Floats) -> Slope | None:
    """Pearson's r over pairs that are both known, with the interval of Fisher's z (1921).

    atanh(r) -+ 1.96 / sqrt(n - 3), turned back; the error is that of r by the delta method. None for fewer than four
    pairs, or where one does not vary.
    """
    n = int((np.isfinite(x) & np.isfinite(y)).sum())
    r = correlation(x, y)
    if n < 4 or not math.isfinite(r):
        return None
    z, half = math.atanh(max(min(r, 0.999999), -0.999999)), NORMAL_95 / math.sqrt(n - 3)
    return Slope(r, (1.0 - r * r) / math.sqrt(n - 3), math.tanh(z - half), math.tanh(z + half))


def grouped_slope(y: Floats, x: Floats, controls: Floats, groups: Codes) -> Slope | None:
    """The slope of y on x given controls, with random intercepts of groups (REML, `multilevel.random_intercept`).

    y, x (rows,), controls (rows, p), groups (rows,) whole numbers; rows with nan are left out. In units of y per unit
    of x. None where it cannot be fitted.
    """
    fit = random_intercept(y, np.column_stack([x, controls]), groups)
    return None if fit is None else slope(fit.coefficients[1], fit.standard_errors[1])


def clustered_slope(y: Floats, x: Floats, clusters: Codes, instruments: Floats | None = None) -> Slope | None:
    """The first slope of least squares of y on the columns of x, without intercept, errors by clusters.

    Sandwich errors with the factor G / (G - 1) for G clusters (Liang & Zeger, 1986). With instruments (rows, q >= p)
    two stages: b = (x'P x)^-1 x'P y, P the projection on them (Wooldridge, 2010, section 5.2). y (rows,), x (rows, p);
    the rows must be known. None where a column follows from the others, or there are fewer than p + 2 clusters.
    """
    p = x.shape[1]
    _, code = np.unique(clusters, return_inverse=True)
    count = int(code.max()) + 1 if len(code) else 0
    if count < p + 2:
        return None
    seen = x if instruments is None else _projected(x, instruments)
    if seen is None or np.linalg.matrix_rank(seen) < p:
        return None
    bread = np.linalg.inv(seen.T @ seen)
    b = bread @ (seen.T @ y)
    scores = seen * (y - x @ b)[:, None]
    sums = np.column_stack([np.bincount(code, column, count) for column in scores.T])
    variance = bread @ (sums.T @ sums) @ bread * (count / (count - 1.0))
    return slope(b[0], math.sqrt(max(float(variance[0, 0]), 0.0)))


def _projected(x: Floats, instruments: Floats) -> Floats | None:
    """The part of x that the instruments foretell; None where one of them follows from the others."""
    inner = instruments.T @ instruments
    if np.linalg.matrix_rank(inner) < inner.shape[0]:
        return None
    return np.asarray(instruments @ np.linalg.solve(inner, instruments.T @ x))
