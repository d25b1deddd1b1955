"""Least squares with errors that hold when rows of one cluster (the clients of a therapist) resemble each other."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.stats.estimate import UNKNOWN, Estimate
from alliance_sim.stats.intervals import by_t
from alliance_sim.stats.multilevel import centred_in_groups

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


class Fit(NamedTuple):
    """Coefficients of a regression, and how sure they are."""

    coefficients: Floats  # (p,)
    covariance: Floats  # (p, p)
    degrees: int  # clusters - 1

    def of(self, *weights: float) -> Estimate:
        """A weighted sum of the first coefficients, such as `of(1, -1)`: the first minus the second."""
        w = np.zeros(len(self.coefficients))
        w[: len(weights)] = weights
        error = float(np.sqrt(max(float(w @ self.covariance @ w), 0.0)))
        return by_t(float(w @ self.coefficients), error, self.degrees)


def clustered(y: Floats, x: Floats, clusters: Codes, within: Codes | None = None) -> Fit | None:
    """Fit y = x b + e by least squares; errors may be correlated within clusters.

    y (rows,), x (rows, p), clusters (rows,). An intercept is added as the last coefficient, or, where `within` names a
    unit inside the clusters (a client), an intercept for every unit (fixed effects, taken out by centring). Rows with
    nan are left out. Covariance: CR1, G / (G - 1) (N - 1) / (N - p) times the sandwich over G clusters (Liang & Zeger,
    1986; Cameron & Miller, 2015, who also show that fixed effects inside clusters cost no degrees of freedom); t with
    G - 1 degrees. None for fewer than two clusters, or where a predictor follows from the others.
    """
    known = np.isfinite(y) & np.isfinite(x).all(axis=1)
    y, x, clusters = y[known], x[known], clusters[known]
    if within is None:
        x = np.column_stack([x, np.ones(len(y))])
    elif len(y):
        _, unit = np.unique(within[known], return_inverse=True)
        y = centred_in_groups(y, unit)
        x = np.column_stack([centred_in_groups(column, unit) for column in x.T])
    _, cluster = np.unique(clusters, return_inverse=True)
    count = int(cluster.max()) + 1 if len(y) else 0
    p = x.shape[1]
    if count < 2 or len(y) <= p + 1:
        return None
    spread = np.sqrt((x * x).mean(axis=0))
    if not spread.all() or np.linalg.matrix_rank(x / spread, tol=1e-7 * np.sqrt(len(y))) < p:
        return None
    bread = np.linalg.inv(x.T @ x)
    b = bread @ (x.T @ y)
    scores = x * (y - x @ b)[:, None]
    sums = np.column_stack([np.bincount(cluster, column, count) for column in scores.T])
    small = count / (count - 1) * (len(y) - 1) / (len(y) - p)
    return Fit(b, small * bread @ (sums.T @ sums) @ bread, count - 1)


def mean_of(values: Floats, clusters: Codes) -> Estimate:
    """The mean of values, nan left out, with the error of `clustered`."""
    fit = clustered(values, np.empty((len(values), 0)), clusters)
    return fit.of(1.0) if fit is not None else UNKNOWN
