"""The middle of numbers that a few outliers would carry away, and how surely it is known."""

import math

import numpy as np
from numpy.typing import NDArray

from alliance_sim.stats.montecarlo import UNDEFINED, Summary, middle
from alliance_sim.stats.numbers import NORMAL_95

Values = NDArray[np.float64]


def median_summary(values: Values) -> Summary:
    """The median in place of the mean; nan are left out and not counted.

    For ratios whose denominator comes near zero in some replicates: their mean is that of these few. The interval runs
    between order statistics: ranks n/2 - 1.96 sqrt(n)/2 and 1 + n/2 + 1.96 sqrt(n)/2, rounded outwards (Campbell &
    Gardner, 1988, BMJ 296:1454). The Monte-Carlo standard error is its half width over 1.96. Both are nan for fewer
    than 6 numbers, whose range holds no 95 %.
    """
    kept = np.sort(values[np.isfinite(values)])
    n = len(kept)
    if n == 0:
        return UNDEFINED
    low = high = math.nan
    if n >= 6:
        reach = 0.5 * NORMAL_95 * math.sqrt(n)
        first, last = max(math.floor(0.5 * n - reach), 1), min(math.ceil(0.5 * n + reach) + 1, n)
        low, high = float(kept[first - 1]), float(kept[last - 1])
    error = 0.5 * (high - low) / NORMAL_95
    return Summary(float(np.median(kept)), low, high, error, *middle(kept), n, math.nan)
