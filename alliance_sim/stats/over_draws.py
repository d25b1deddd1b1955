"""How an effect varies over draws of the parameters, Monte-Carlo error taken out: under how many it is positive."""

import math
from functools import cache
from typing import NamedTuple

import numpy as np

from alliance_sim.stats.draws import Whole
from alliance_sim.stats.intervals import middle, wilson
from alliance_sim.stats.linear import Floats
from alliance_sim.stats.montecarlo import mcse_proportion, summarise

RESAMPLES = 2000
"""Bootstrap samples of draws that an interval rests on."""

SEED = 19840393
"""Where the bootstrap starts from."""


class OverDraws(NamedTuple):
    """An effect over draws of the parameters, in the effect's unit."""

    draws: int
    between: float  # SD of the draws' own effects; nan where no draw was simulated twice
    noise: float  # SD of a draw's mean by people and random draws; nan likewise
    positive: float  # share of draws whose own effect is above zero, 0-1; nan where the data cannot tell
    low: float  # 95 % interval of that share, as one of the posterior's
    high: float
    error: float  # its standard error

    @property
    def separated(self) -> bool:
        """Whether Monte-Carlo error could be taken out."""
        return math.isfinite(self.between)


UNKNOWN = OverDraws(0, *(math.nan,) * 6)


def over_draws(values: Floats, draw: Whole) -> OverDraws:
    """The share of draws whose own effect is above zero, with its interval.

    values (replicates,): the effect in each; draw (replicates,): number of its draw. One-way analysis of variance gives
    the variance between draws (Searle, Casella & McCulloch, 1992, eq. 3.6.9) and within them. Means of draws are
    shrunken until their variance is that of the draws' own effects: constrained empirical Bayes (Louis, 1984, JASA
    79:393; Ghosh, 1992, JASA 87:533). The interval is the middle 95 % of the same on bootstrap samples of draws with
    their replicates (Davison & Hinkley, 1997, section 3.8), and never narrower than Wilson's for so many draws.

    Where no variance between draws is found, all have the sign of the mean; where that may be either, the share is
    unknown. Where no draw was simulated twice, shares are of replicates as they are: too close to one half.
    """
    known = np.isfinite(values)
    values, draw = values[known], draw[known]
    if len(values) == 0:
        return UNKNOWN
    _, code, sizes = np.unique(draw, return_inverse=True, return_counts=True)
    k, n = len(sizes), len(values)
    means = np.bincount(code, values) / sizes
    if k < 2 or n == k:
        share = float(np.mean(means > 0))
        return OverDraws(k, math.nan, math.nan, share, *wilson(share, k), mcse_proportion(share, k))
    data = means, sizes.astype(np.float64), np.bincount(code, (values - means[code]) ** 2)
    share, between, noise = (float(part[0]) for part in _separate(*data, np.ones((1, k))))
    mean = summarise(values, draw=draw)
    if between == 0.0 and mean.low <= 0.0 <= mean.high:
        return OverDraws(k, between, noise, *(math.nan,) * 4)
    anew = _separate(*data, _resamples(k))[0]
    anew = anew[np.isfinite(anew)]
    (low, high), (least, most) = middle(anew), wilson(share, k)
    return OverDraws(k, between, noise, share, min(low, least), max(high, most), float(anew.std(ddof=1)))


def _separate(means: Floats, sizes: Floats, squares: Floats, times: Floats) -> tuple[Floats, Floats, Floats]:
    """Share of draws above zero, SD between draws and SD of a draw's mean, each (samples,).

    Samples hold draw g so many `times` (samples, draws); means, replicates and sums of squares of each draw (draws,).
    """
    k, n = times.sum(axis=1), times @ sizes
    centred = means - means.mean()  # for the digits
    grand = (times @ (sizes * centred)) / n
    within = np.divide(times @ squares, n - k, out=np.full_like(n, np.nan), where=n > k)
    size = (n - (times @ (sizes * sizes)) / n) / (k - 1.0)
    among = (times @ (sizes * centred * centred) - n * grand * grand) / (k - 1.0)
    between = np.sqrt(np.maximum(0.0, (among - within) / size))
    middle = (times @ centred) / k
    spread = np.sqrt(np.maximum((times @ (centred * centred) - k * middle * middle) / (k - 1.0), 0.0))
    shrink = np.divide(between, spread, out=np.zeros_like(between), where=spread > 0.0)
    shrink = np.where(np.isnan(within), np.nan, np.minimum(shrink, 1.0))
    own = means.mean() + middle[:, None] + shrink[:, None] * (centred[None, :] - middle[:, None])
    share = np.where(np.isnan(shrink), np.nan, np.sum(times * (own > 0.0), axis=1) / k)
    return share, between, np.sqrt(within / size)


@cache
def _resamples(draws: int) -> Floats:
    """How often each draw is in each of the bootstrap samples, (RESAMPLES, draws); the same for as many draws."""
    chosen = np.random.default_rng(SEED).integers(draws, size=(RESAMPLES, draws))
    return np.array([np.bincount(own, minlength=draws) for own in chosen], np.float64)
