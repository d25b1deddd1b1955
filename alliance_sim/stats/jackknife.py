"""The error of a number that is computed from many replicates at once, such as a ratio of means."""

from collections.abc import Callable
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.intervals import normal

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


def jackknife(statistic: Callable[[Floats], float], rows: Floats) -> Estimate:
    """A statistic of rows (n, ...) and its error from leaving out one row after the other (Efron & Stein, 1981).

    error = sqrt((n - 1) / n sum((s_i - mean s)^2)), interval normal; both nan for fewer than two rows.
    """
    n = len(rows)
    value = float(statistic(rows)) if n else float("nan")
    if n < 2:
        return Estimate(value)
    left_out = _left_out(statistic, rows)
    return normal(value, float(sqrt((n - 1) / n * np.sum((left_out - left_out.mean()) ** 2))))


def pseudo_values(statistic: Callable[[Floats], float], rows: Floats) -> Floats:
    """What each row stands for in a statistic (n,), in its unit: Tukey's pseudo-values (1958), centred on it.

    p_i = s + (n - 1) (mean of all s_-k - s_-i), s_-i without row i; for a mean the rows themselves. Their mean is
    the statistic, and the standard error of that mean is the jackknife's. Statistics of the same rows are added and
    subtracted row by row, so that the error of what comes of it holds how they go together. One row stands for all.
    """
    n = len(rows)
    if n < 2:
        return np.full(n, statistic(rows) if n else np.nan)
    left_out = _left_out(statistic, rows)
    found: Floats = statistic(rows) + (n - 1) * (left_out.mean() - left_out)
    return found


def over_more(values: Floats, at: Ints, n: int) -> Floats:
    """Numbers of some of n rows put among all of them, with the mean and the standard error of the mean that they have.

    at: places of the values. The other rows have the mean; what lies off it is made larger by
    sqrt(n (n - 1) / (m (m - 1))), m values. nan where one value is all there is of several rows.
    """
    m = len(values)
    if m == n:
        found: Floats = np.empty(n)
        found[at] = values
        return found
    if m < 2:
        return np.full(n, np.nan)
    found = np.full(n, values.mean())
    found[at] += (values - values.mean()) * sqrt(n * (n - 1) / (m * (m - 1)))
    return found


def _left_out(statistic: Callable[[Floats], float], rows: Floats) -> Floats:
    """The statistic without one row after the other."""
    return np.array([statistic(np.delete(rows, k, axis=0)) for k in range(len(rows))])
