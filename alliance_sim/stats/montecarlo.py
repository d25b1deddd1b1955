"""Monte-Carlo error: how far a number computed from finitely many simulated replicates may be off.

Formulas of Morris, White & Crowther (2019, Statistics in Medicine 38:2074, table 6). n is the number of
replicates, or of draws of the parameters where replicates share them (see `draws`). None of these is an error of
knowledge about the world: more replicates make them as small as one likes, with more draws where these repeat.
"""

import math
from typing import NamedTuple

import numpy as np

from alliance_sim.stats.draws import Whole, by_draw
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.intervals import median, middle, t_quantile, to_z, wilson
from alliance_sim.stats.linear import Floats


def mcse_mean(values: Floats) -> float:
    """MCSE of a mean (bias, any average of replicates): s / sqrt(n). Unit of the values; nan for n < 2."""
    return float(np.std(values, ddof=1) / math.sqrt(len(values))) if len(values) > 1 else math.nan


def mcse_proportion(p: float, n: int) -> float:
    """MCSE of a proportion of replicates (coverage, power, type I error): sqrt(p (1 - p) / n), p on 0-1."""
    return math.sqrt(p * (1.0 - p) / n) if n > 0 else math.nan


def percent_of(p: float, n: int) -> Estimate:
    """A share (0-1) of n replicates in %, with Wilson's interval and its MCSE."""
    return Estimate(p, *wilson(p, n), mcse_proportion(p, n)).times(100.0, "%")


def mcse_spread(values: Floats) -> float:
    """MCSE of the standard deviation among replicates (empirical SE): s / sqrt(2 (n - 1))."""
    n = len(values)
    return float(np.std(values, ddof=1) / math.sqrt(2.0 * (n - 1))) if n > 1 else math.nan


def mcse_squared_error(values: Floats, truth: float) -> float:
    """MCSE of the mean squared error about a truth: sqrt(sum((e_i - MSE)^2) / (n (n - 1))), e_i squared errors."""
    n = len(values)
    errors = (values - truth) * (values - truth)
    return float(np.sqrt(np.sum((errors - errors.mean()) ** 2) / (n * (n - 1)))) if n > 1 else math.nan


class Summary(NamedTuple):
    """An estimate over replicates. All but the last two in the estimate's own unit."""

    value: float  # mean over replicates
    low: float  # 95 % interval of that mean (t with n - 1 degrees of freedom; n draws where draws repeat)
    high: float
    mcse: float  # Monte-Carlo standard error of the mean
    spread_low: float  # middle 95 % of single replicates: what studies of this size would estimate
    spread_high: float
    replicates: int  # how many defined the estimate
    variance_ratio: float  # variance with independent replicates / with twins; nan where nothing is compared

    def of_mean(self, unit: str = "") -> Estimate:
        """The mean with its Monte-Carlo error."""
        return Estimate(self.value, self.low, self.high, self.mcse, unit)

    def of_single(self, unit: str = "") -> Estimate:
        """The mean with the middle 95 % of single replicates."""
        return Estimate(self.value, self.spread_low, self.spread_high, unit=unit)


UNDEFINED = Summary(math.nan, math.nan, math.nan, math.nan, math.nan, math.nan, 0, math.nan)


def summarise(
    values: Floats, raw: Floats | None = None, variance_ratio: float = math.nan, draw: Whole | None = None
) -> Summary:
    """Mean, interval, MCSE and middle 95 % of one number per replicate; nan are left out and not counted.

    `raw` gives the middle 95 % where the numbers to average are not the replicates' own (see `on_scale`). `draw`: the
    draw of the parameters of each replicate, where some share one; error and interval are then those of draws, with one
    degree of freedom less than there are draws.
    """
    known = np.isfinite(values)
    kept = values[known]
    n = len(kept)
    if n == 0:
        return UNDEFINED
    low, high = middle(kept if raw is None else raw)
    centre = float(kept.mean())
    own = by_draw(kept, None if draw is None else draw[known])
    error = mcse_mean(own)
    half = t_quantile(len(own) - 1) * error if len(own) > 1 else math.nan
    return Summary(centre, centre - half, centre + half, error, low, high, n, variance_ratio)


def median_summary(values: Floats) -> Summary:
    """The median in place of the mean; nan are left out and not counted.

    For ratios whose denominator comes near zero in some replicates: their mean is that of these few.
    """
    kept = values[np.isfinite(values)]
    return UNDEFINED if len(kept) == 0 else Summary(*median(kept)[:4], *middle(kept), len(kept), math.nan)


def variance_ratio(parts: Floats, weights: Floats, combined: Floats) -> float:
    """How many times smaller twins make the variance of a comparison.

    sum(w^2 var(part)) / var(sum(w part)): what independent replicates would have, over what paired ones have.
    parts (points, replicates), weights (points), combined (replicates), or numbers of draws where replicates share
    them. inf when twins differ by the same amount in every replicate; nan for fewer than two replicates.
    """
    if len(combined) < 2:
        return math.nan
    apart = float(np.sum(weights * weights * np.var(parts, axis=1, ddof=1)))
    together = float(np.var(combined, ddof=1))
    if together <= 1e-12 * apart:
        return math.inf if apart > 0 else math.nan
    return apart / together


def on_scale(values: Floats, fisher: bool) -> Floats:
    """Numbers per replicate whose mean is the pooled estimate.

    Correlations (`fisher`) are pooled as Fisher's z = atanh(r) and turned back: r_pool = tanh(mean z). The
    numbers returned are r_pool + (1 - r_pool^2) (z_i - mean z): the delta method, so that they average to r_pool,
    their standard deviation gives its standard error, and they may be compared between twins.
    """
    if not fisher:
        return values
    z = to_z(values)
    known = z[np.isfinite(z)]
    if len(known) == 0:
        return values
    pooled = math.tanh(float(known.mean()))
    return pooled + (1.0 - pooled * pooled) * (z - float(known.mean()))
