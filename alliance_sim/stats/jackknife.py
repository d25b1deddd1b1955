"""The error of a number that is computed from many replicates at once, such as a ratio of means."""

from collections.abc import Callable
from math import nan, sqrt
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.intervals import normal
from alliance_sim.stats.linear import Floats

Statistic: TypeAlias = Callable[[Floats], float]
"""A number from rows (n, ...)."""


def jackknife(statistic: Statistic, rows: Floats) -> Estimate:
    """A statistic of rows (n, ...) and its error from leaving out one row after the other (Efron & Stein, 1981).

    error = sqrt((n - 1) / n sum((s_i - mean s)^2)), interval normal; both nan for fewer than two rows.
    """
    n = len(rows)
    value = float(statistic(rows)) if n else nan
    if n < 2:
        return Estimate(value)
    left_out = _left_out(statistic, rows)
    return normal(value, float(sqrt((n - 1) / n * np.sum((left_out - left_out.mean()) ** 2))))


def pseudo_values(statistic: Statistic, rows: Floats) -> Floats:
    """What each row stands for in a statistic (n,), in its unit: Tukey's pseudo-values (1958), centred on it.

    p_i = s + (n - 1) (mean of all s_-k - s_-i), s_-i without row i; for a mean the rows themselves. Their mean is
    the statistic, and the standard error of that mean is the jackknife's. Statistics of the same rows are added and
    subtracted row by row, so that the error of the result allows for their correlation. One row stands for all.
    """
    n = len(rows)
    if n < 2:
        return np.full(n, statistic(rows) if n else nan)
    left_out = _left_out(statistic, rows)
    found: Floats = statistic(rows) + (n - 1) * (left_out.mean() - left_out)
    return found


def over_more(values: Floats, at: NDArray[np.intp], n: int) -> Floats:
    """Numbers of m of n rows as numbers of all n, with the same mean and the same standard error of it.

    at (m,): which rows have the values (m,). The other rows get the mean; deviations from it are made larger by
    sqrt(n (n - 1) / (m (m - 1))). nan where one value is all there is of several rows.
    """
    m = len(values)
    if m < n and m < 2:
        return np.full(n, nan)
    found = np.full(n, values.mean())
    found[at] = values if m == n else found[at] + (values - values.mean()) * sqrt(n * (n - 1) / (m * (m - 1)))
    return found


def _left_out(statistic: Statistic, rows: Floats) -> Floats:
    """The statistic without one row after the other."""
    return np.array([statistic(np.delete(rows, k, axis=0)) for k in range(len(rows))])
