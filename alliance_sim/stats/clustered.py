"""Least squares with errors that hold when rows of one cluster (the clients of a therapist) resemble each other.

The one sandwich of the package. Its small-sample factor is CR1, G / (G - 1) (N - 1) / (N - p) for G clusters, N rows
and p coefficients, and its interval t with G - 1 degrees of freedom: what Stata and statsmodels
(`fit(cov_type="cluster")`) do (Cameron & Miller, 2015, J Human Resources 50:317, section II). Fixed effects of units
inside clusters are not counted in p (the same, section III.B), those of times are. Too small for few clusters.
"""

from typing import NamedTuple

import numpy as np

from alliance_sim.stats.estimate import UNKNOWN, Estimate
from alliance_sim.stats.intervals import by_t
from alliance_sim.stats.linear import Codes, Floats, centred_in_groups, centred_twice, inverse, numbered, summed


class Regression(NamedTuple):
    """Coefficients of a regression, and their covariance."""

    coefficients: Floats  # (p,); none where it cannot be fitted
    covariance: Floats  # (p, p)
    clusters: int

    def of(self, *weights: float) -> Estimate:
        """A weighted sum of the first coefficients, such as `of(1, -1)`: the first minus the second."""
        if not len(self.coefficients):
            return UNKNOWN
        w = np.zeros(len(self.coefficients))
        w[: len(weights)] = weights
        error = float(np.sqrt(max(float(w @ self.covariance @ w), 0.0)))
        return by_t(float(w @ self.coefficients), error, self.clusters - 1)


UNFITTED = Regression(np.empty(0), np.empty((0, 0)), 0)


def clustered(
    y: Floats,
    x: Floats,
    clusters: Codes,
    *,
    units: Codes | None = None,
    times: Codes | None = None,
    instruments: Floats | None = None,
) -> Regression:
    """Fit y = x b + e by least squares; errors may be correlated within clusters (Liang & Zeger, 1986).

    y (rows,), x (rows, p), clusters (rows,). An intercept is added as the last coefficient, or, where `units` inside
    the clusters or `times` (rows,) are given, fixed effects of these, which are taken out beforehand (Frisch & Waugh,
    1933). With instruments (rows, q >= p) two stages: b = (x'P x)^-1 x'P y, P the projection on them and the intercepts
    (Wooldridge, 2010, section 5.2). Rows with nan are left out. UNFITTED for fewer than two clusters, or where a
    predictor follows from the others.
    """
    k, table = x.shape[1], np.column_stack([y, x] if instruments is None else [y, x, instruments])
    known = np.isfinite(table @ np.ones(table.shape[1]))
    if not known.all():
        table, clusters = table[known], clusters[known]
        units, times = (each if each is None else each[known] for each in (units, times))
    cluster, count = numbered(clusters)
    if count < 2:
        return UNFITTED
    lengths, levels, last = None, 0, np.empty((len(table), 0))
    if units is None and times is None:
        last = np.ones((len(table), 1))
    else:
        lengths = np.einsum("ij,ij->j", table, table)[1 : k + 1]  # what does not vary within units is rounding
        table, levels = _without_levels(
            table, *(each if each is None else numbered(each)[0] for each in (units, times))
        )
    y, x, z = table[:, 0], np.hstack([table[:, 1 : k + 1], last]), np.hstack([table[:, k + 1 :], last])
    p = x.shape[1] + levels
    if len(y) <= p + 1:
        return UNFITTED
    fitted = x if instruments is None else _projected(x, z)
    bread = None if fitted is None else inverse(fitted.T @ fitted, lengths)
    if fitted is None or bread is None:
        return UNFITTED
    b = bread @ (fitted.T @ y)
    sums = summed(fitted * (y - x @ b)[:, None], cluster, count)
    small = count / (count - 1) * (len(y) - 1) / (len(y) - p)
    return Regression(b, small * bread @ (sums.T @ sums) @ bread, count)


def _without_levels(table: Floats, units: Codes | None, times: Codes | None) -> tuple[Floats, int]:
    """Columns (rows, p) without the levels of units and times, and how many levels are counted as coefficients."""
    if units is not None and times is not None:
        return centred_twice(table, units, times)
    if times is not None:
        return centred_in_groups(table, times), int(times.max()) + 1
    assert units is not None
    return centred_in_groups(table, units), 0


def _projected(x: Floats, z: Floats) -> Floats | None:
    """The part of x that the instruments z predict; None where one of them follows from the others."""
    inner = inverse(z.T @ z)
    return None if inner is None else z @ (inner @ (z.T @ x))


def mean_of(values: Floats, clusters: Codes) -> Estimate:
    """The mean of values (rows,), nan left out, with the error of `clustered`."""
    return clustered(values, np.empty((len(values), 0)), clusters).of(1.0)
