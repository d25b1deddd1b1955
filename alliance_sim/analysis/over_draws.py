"""How an effect varies over draws of the parameters, luck taken out: for how many of them one policy beats another.

A replicate is a clinic under a draw of the posterior, so that its number holds three things: the draw, the people, and
their luck. Where each draw is played more than once the last two can be told from the first.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


class OverDraws(NamedTuple):
    """An effect over draws of the parameters, in the effect's unit."""

    draws: int
    between: float  # SD of the draws' own effects; nan where no draw was played twice
    luck: float  # SD of a draw's mean that is people and luck; nan likewise
    positive: float  # share of draws whose own effect is above zero, 0-1
    error: float  # its standard error over draws: sqrt(p (1 - p) / draws)

    @property
    def separated(self) -> bool:
        """Whether luck could be taken out."""
        return math.isfinite(self.between)


def over_draws(values: Floats, draw: Whole) -> OverDraws:
    """The share of draws whose own effect is above zero.

    values (replicates): the effect in each; draw (replicates): number of the draw it was played under. One-way analysis
    of variance gives the variance between draws (Searle, Casella & McCulloch, 1992, eq. 3.6.9) and within them. Means
    of draws are too spread out, by luck, and are drawn together so that their spread is that of the draws' own effects:
    constrained empirical Bayes (Louis, 1984, JASA 79:393; Ghosh, 1992, JASA 87:533). Where no draw was played twice,
    shares are of replicates as they are, and closer to one half than they should be.
    """
    known = np.isfinite(values)
    values, draw = values[known], draw[known]
    if len(values) == 0:
        return OverDraws(0, math.nan, math.nan, math.nan, math.nan)
    _, code, sizes = np.unique(draw, return_inverse=True, return_counts=True)
    k, n = len(sizes), len(values)
    means = np.bincount(code, values) / sizes
    between = luck = math.nan
    if k > 1 and n > k:
        within = float(np.sum((values - means[code]) ** 2)) / (n - k)
        size = (n - float(np.sum(sizes * sizes)) / n) / (k - 1)
        among = float(np.sum(sizes * (means - values.mean()) ** 2)) / (k - 1)
        variance = max(0.0, (among - within) / size)
        between, luck = math.sqrt(variance), math.sqrt(within / size)
        spread = float(means.std(ddof=1))
        shrink = min(1.0, between / spread) if spread > 0 else 0.0
        means = means.mean() + shrink * (means - means.mean())
    share = float(np.mean(means > 0))
    return OverDraws(k, between, luck, share, math.sqrt(share * (1.0 - share) / k))


def draw_of(replicates: Whole, draws: int) -> Whole:
    """The number of the draw (from 0) under which each replicate (from 1) is played: draws are taken in turn."""
    return np.asarray((replicates - 1) % max(draws, 1), np.int64)
