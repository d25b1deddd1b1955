"""The middle of numbers that a few outliers would carry away, and how surely it is known."""

import math

import numpy as np
from numpy.typing import NDArray

from alliance_sim.stats.intervals import median, middle
from alliance_sim.stats.montecarlo import UNDEFINED, Summary

Values = NDArray[np.float64]


def median_summary(values: Values) -> Summary:
    """The median in place of the mean; nan are left out and not counted.

    For ratios whose denominator comes near zero in some replicates: their mean is that of these few.
    """
    kept = values[np.isfinite(values)]
    if len(kept) == 0:
        return UNDEFINED
    found = median(kept)
    return Summary(found.value, found.low, found.high, found.error, *middle(kept), len(kept), math.nan)
