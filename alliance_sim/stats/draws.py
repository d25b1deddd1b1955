"""Replicates under draws of the parameters: those of one draw are correlated, and count together.

Where every replicate has a draw, draws are taken in turn: with more replicates than draws some draw is simulated again.
Its replicates share their parameters and are not independent, so that an error must be that of draws. `by_draw` makes
a number of each draw, and every mean, interval and family of contrasts is made from those.
"""

import numpy as np
from numpy.typing import NDArray

from alliance_sim.stats.linear import Floats

Whole = NDArray[np.int64]


def draw_of(replicates: Whole, draws: int) -> Whole:
    """The number of the draw (from 0) of each replicate (from 1): draws are taken in turn."""
    return np.asarray((replicates - 1) % max(draws, 1), np.int64)


def repeated(replicates: Whole, *draws: int) -> Whole | None:
    """The draw of each replicate, where some of them share one; None where all are independent.

    draws: how many are taken in turn, 0 where the parameters are fixed; several numbers where scenarios with draws of
    their own are compared or averaged. One draw for all replicates is fixed parameters too. Of several numbers that
    make draws repeat the fewest counts: it puts together all that share a draw where the others are multiples of it.
    """
    for count in sorted(count for count in draws if count > 1):
        draw = draw_of(replicates, count)
        if len(np.unique(draw)) < len(draw):
            return draw
    return None


def by_draw(values: Floats, draw: Whole | None) -> Floats:
    """A number for each draw, in order of the draws; the values as they are where no draw is there twice.

    values (replicates, or replicates and contrasts), without nan; draw (replicates), or None. Where every draw has as
    many replicates it is their mean. Else it is m + (n_g k / n) (m_g - m), with k draws, n_g of n replicates under draw
    g, their mean m_g and the mean m of all: these numbers average to m, and s / sqrt(k) of them is its standard error
    (linearisation of a ratio mean of clusters; Cochran, 1977, Sampling Techniques, section 6.3).
    """
    if draw is None:
        return values
    _, code, sizes = np.unique(draw, return_inverse=True, return_counts=True)
    k, n = len(sizes), len(values)
    if k == n:
        return values
    sums = np.zeros((k, *values.shape[1:]))
    np.add.at(sums, code, values)
    mean = values.mean(axis=0)
    expected = np.multiply.outer(sizes.astype(np.float64), mean)
    made: Floats = mean + (sums - expected) * (k / n)
    return made
