"""How flat an optimum is: which part of a space of settings is as good as the best one for all that matters."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.stats.draws import Whole
from alliance_sim.stats.montecarlo import mcse_proportion, summarise

Floats = NDArray[np.float64]


class Flat(NamedTuple):
    """Shares of points spread evenly over a space, 0-1."""

    points: int
    as_good: float  # lose less than the zone, by their mean
    error: float  # of that share as an estimate for the whole space: sqrt(p (1 - p) / points)
    surely: float  # whose interval lies below the zone
    surely_not: float  # whose interval lies above it


def losses(best: Floats, points: Floats, draw: Whole | None = None) -> Floats:
    """Mean loss against the best of each point, with its 95 % interval: (points, 3), in the unit of the gains.

    best (replicates), points (points, replicates): gains in the same replicates, more is better; draw (replicates): the
    draw of the parameters, where replicates share some.
    """
    rows = [summarise(best - own, draw=draw) for own in points]
    return np.array([[row.value, row.low, row.high] for row in rows]).reshape(len(rows), 3)


def flat(lost: Floats, zone: float) -> Flat:
    """Shares of points by their losses (points, 3), as `losses` gives them; each interval stands by itself."""
    if len(lost) == 0:
        return Flat(0, math.nan, math.nan, math.nan, math.nan)
    share = float(np.mean(lost[:, 0] < zone))
    surely, not_at_all = float(np.mean(lost[:, 2] < zone)), float(np.mean(lost[:, 1] > zone))
    return Flat(len(lost), share, mcse_proportion(share, len(lost)), surely, not_at_all)
