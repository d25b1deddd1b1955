"""The winner's curse: how much of a winner's gain was the luck of the sample on which it was chosen.

Whoever wins among many on one sample looks better there than on a new one (Smith & Winkler, 2006, Management Science
52:311). Only new people and new luck show what is left.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from alliance_sim.analysis.montecarlo import summarise

Floats = NDArray[np.float64]


class Optimism(NamedTuple):
    """Mean gain where it was chosen, on new replicates, and the difference with its 95 % interval; in one unit."""

    chosen_on: float
    new: float
    new_low: float
    new_high: float
    value: float  # chosen_on - new
    low: float
    high: float
    mcse: float


def optimism(chosen_on: Floats, new: Floats) -> Optimism:
    """Difference of two independent means: SE = sqrt(s1^2 / n1 + s2^2 / n2), interval by Welch (1947).

    chosen_on, new (replicates): gains of one candidate in the replicates of the search, and in others; nan left out.
    """
    one, other = (values[np.isfinite(values)] for values in (chosen_on, new))
    if min(len(one), len(other)) < 2:
        return Optimism(*(math.nan,) * 8)
    parts = [float(values.var(ddof=1)) / len(values) for values in (one, other)]
    error = math.sqrt(sum(parts))
    value = float(one.mean() - other.mean())
    freedom = error**4 / sum(p * p / (len(v) - 1) for p, v in zip(parts, (one, other), strict=True)) if error else 1.0
    half = float(stdtrit(freedom, 0.975)) * error
    again = summarise(other)
    return Optimism(float(one.mean()), again.value, again.low, again.high, value, value - half, value + half, error)
