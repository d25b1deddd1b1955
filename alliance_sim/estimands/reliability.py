"""How dependable ratings are, and what a slope would be with ratings that do not err from one occasion to the next."""

import math

import numpy as np
from numpy.typing import NDArray

from alliance_sim.estimands.components import levels
from alliance_sim.stats.estimate import UNKNOWN, Estimate

Floats = NDArray[np.float64]


def dependability(ratings: Floats) -> float:
    """Share of the variance of one rating that lies between clients (see `components.levels`); nan where not defined.

    ratings (clients, sessions), nan where there is none.
    """
    return levels(ratings).dependability


def stepped_up(reliability: float, times: float) -> float:
    """Reliability of the mean of so many ratings: n r / (1 + (n - 1) r) (Spearman, 1910; Brown, 1910), 0-1."""
    return times * reliability / (1.0 + (times - 1.0) * reliability)


def corrected(found: Estimate, reliability: float) -> Estimate:
    """A standardised slope corrected for unreliability of the predictor: slope / sqrt(reliability) (Spearman, 1904).

    The reliability is taken as known, as corrections usually do. UNKNOWN where it is not positive.
    """
    return found.times(1.0 / math.sqrt(reliability)) if reliability > 0 else UNKNOWN
