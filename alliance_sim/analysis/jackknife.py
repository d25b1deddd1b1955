"""The error of a number that is computed from many replicates at once, such as a ratio of means."""

from collections.abc import Callable
from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.analysis.numbers import NORMAL_95

Floats = NDArray[np.float64]


class Jackknifed(NamedTuple):
    """A number with its standard error; both nan where they are not defined."""

    value: float
    error: float

    @property
    def low(self) -> float:
        """Lower end of the 95 % interval (normal)."""
        return self.value - NORMAL_95 * self.error

    @property
    def high(self) -> float:
        """Upper end of the 95 % interval (normal)."""
        return self.value + NORMAL_95 * self.error


def jackknife(statistic: Callable[[Floats], float], rows: Floats) -> Jackknifed:
    """A statistic of rows (n, ...) and its error from leaving out one row after the other (Efron & Stein, 1981).

    error = sqrt((n - 1) / n sum((s_i - mean s)^2)); nan for fewer than two rows.
    """
    n = len(rows)
    value = float(statistic(rows)) if n else float("nan")
    if n < 2:
        return Jackknifed(value, float("nan"))
    left_out = np.array([statistic(np.delete(rows, k, axis=0)) for k in range(n)])
    return Jackknifed(value, float(sqrt((n - 1) / n * np.sum((left_out - left_out.mean()) ** 2))))
