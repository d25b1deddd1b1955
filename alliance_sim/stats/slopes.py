"""A slope with its standard error and interval, and least squares with errors that know of clusters."""

import math

import numpy as np
from numpy.typing import NDArray

from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.intervals import fisher_z, normal
from alliance_sim.stats.multilevel import random_intercept
from alliance_sim.stats.pooling import correlation

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


def correlation_slope(x: Floats, y: Floats) -> Estimate | None:
    """Pearson's r over pairs that are both known (`intervals.fisher_z`); None for fewer than four pairs, or where one
    does not vary.
    """
    n = int((np.isfinite(x) & np.isfinite(y)).sum())
    found = fisher_z(correlation(x, y), n)
    return found if n > 3 and found.known else None


def grouped_slope(y: Floats, x: Floats, controls: Floats, groups: Codes) -> Estimate | None:
    """The slope of y on x given controls, with random intercepts of groups (REML, `multilevel.random_intercept`).

    y, x (rows,), controls (rows, p), groups (rows,) whole numbers; rows with nan are left out. In units of y per unit
    of x. None where it cannot be fitted.
    """
    fit = random_intercept(y, np.column_stack([x, controls]), groups)
    return None if fit is None else normal(float(fit.coefficients[1]), float(fit.standard_errors[1]))


def clustered_slope(y: Floats, x: Floats, clusters: Codes, instruments: Floats | None = None) -> Estimate | None:
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
    return normal(float(b[0]), math.sqrt(max(float(variance[0, 0]), 0.0)))


def _projected(x: Floats, instruments: Floats) -> Floats | None:
    """The part of x that the instruments foretell; None where one of them follows from the others."""
    inner = instruments.T @ instruments
    if np.linalg.matrix_rank(inner) < inner.shape[0]:
        return None
    return np.asarray(instruments @ np.linalg.solve(inner, instruments.T @ x))
