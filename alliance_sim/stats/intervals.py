"""Intervals of 95 %: Student's t, Fisher's z, Wilson's, of a median, and the middle of a bootstrap; each once."""

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

from alliance_sim.stats.estimate import UNKNOWN, Estimate

Floats = NDArray[np.float64]

NORMAL_95 = 1.959963984540054
"""So many standard errors on either side of a mean hold 95 % of a normal distribution."""

LARGEST_R = 0.999999
"""Correlations beyond this are taken as this on Fisher's scale, which has no place for 1."""


@cache
def t_quantile(degrees: float, below: float = 0.975) -> float:
    """The quantile of Student's t with so many degrees of freedom below which a share `below` (0-1) lies."""
    from scipy.special import stdtrit

    return float(stdtrit(degrees, below))


def normal(value: float, error: float) -> Estimate:
    """Value -+ 1.96 error."""
    return Estimate(value, value - NORMAL_95 * error, value + NORMAL_95 * error, error)


def by_t(value: float, error: float, degrees: float) -> Estimate:
    """Value -+ t(.975, degrees) error.

    UNKNOWN where value or error is no number, no degree of freedom is left, or the error is zero: what does not vary
    over the units that were drawn says nothing of how others would.
    """
    if not (math.isfinite(value) and math.isfinite(error) and error > 0.0 and degrees > 0):
        return UNKNOWN
    half = t_quantile(degrees) * error
    return Estimate(value, value - half, value + half, error)


def to_z(r: Floats | float) -> Floats:
    """Fisher's z = atanh(r) of correlations."""
    return np.asarray(np.arctanh(np.clip(r, -LARGEST_R, LARGEST_R)), np.float64)


def fisher_z(r: float, n: float) -> Estimate:
    """A correlation of n pairs: tanh(atanh r -+ 1.96 / sqrt(n - 3)) (Fisher, 1921); its error by the delta method.

    Of a partial correlation n is the number of pairs less that of the variables held constant. Without ends for fewer
    than four pairs.

    >>> tuple(round(end, 3) for end in fisher_z(0.5, 103)[1:3])
    (0.339, 0.632)
    """
    if n <= 3 or not math.isfinite(r):
        return Estimate(r)
    z, half = float(to_z(r)), NORMAL_95 / math.sqrt(n - 3)
    return Estimate(r, math.tanh(z - half), math.tanh(z + half), (1.0 - r * r) / math.sqrt(n - 3))


def wilson(share: float, n: float, z: float = NORMAL_95) -> tuple[float, float]:
    """Interval of a share (0-1) of n, z standard errors to either side (Wilson, 1927); nan without any.

    n need not be whole: an effective number will do.

    >>> [round(end, 3) for end in wilson(0.0, 100)]
    [0.0, 0.037]
    """
    if n == 0:
        return math.nan, math.nan
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    # the interval holds its share also where rounding would leave it just outside, at 0 and 1
    return min(max(centre - reach, 0.0), share), max(min(centre + reach, 1.0), share)


def proportion(share: float, n: float) -> Estimate:
    """A share (0-1) of n with Wilson's interval; the error is half its width over 1.96, and so not 0 for 0 or 1.

    >>> round(proportion(0.5, 400).error, 3), round(proportion(1.0, 20).error, 3)
    (0.025, 0.041)
    """
    low, high = wilson(share, n)
    return Estimate(share, low, high, 0.5 * (high - low) / NORMAL_95)


def share_of(happened: NDArray[np.bool_]) -> Estimate:
    """The share (0-1) of things that happened, with Wilson's interval; nan without any."""
    return proportion(float(happened.mean()) if len(happened) else math.nan, len(happened))


def median(values: Floats) -> Estimate:
    """The median with an interval between order statistics, exact whatever the distribution; nan are left out.

    Ranks n/2 - 1.96 sqrt(n)/2 and 1 + n/2 + 1.96 sqrt(n)/2, rounded outwards (Campbell & Gardner, 1988, BMJ 296:1454;
    Conover, 1999, section 3.2). The error is half the width over 1.96. Both are nan for fewer than 6 numbers, whose
    range holds the median in 1 - 2 / 2^5 = 94 % of samples only. Values may be infinite.
    """
    kept = np.sort(values[~np.isnan(values)])
    n = len(kept)
    if n == 0:
        return UNKNOWN
    one, other = float(kept[(n - 1) // 2]), float(kept[n // 2])
    centre = one if one == other else 0.5 * (one + other)  # infinite ones have no mean
    if n < 6:
        return Estimate(centre)
    reach = 0.5 * NORMAL_95 * math.sqrt(n)
    low = float(kept[max(math.floor(0.5 * n - reach), 1) - 1])
    high = float(kept[min(math.ceil(0.5 * n + reach), n - 1)])
    return Estimate(centre, low, high, 0.5 * (high - low) / NORMAL_95)


def middle(values: Floats) -> tuple[float, float]:
    """The middle 95 % of numbers such as the samples of a bootstrap: quantiles .025 and .975; nan are left out.

    Linear between neighbours, as numpy's quantile, which takes ten times as long for few numbers. nan without any.
    """
    ordered = np.sort(values[np.isfinite(values)])
    if len(ordered) == 0:
        return math.nan, math.nan
    last = len(ordered) - 1
    low, high = np.interp((0.025 * last, 0.975 * last), np.arange(last + 1), ordered)
    return float(low), float(high)


def quantiles(values: Floats, shares: tuple[float, ...]) -> Floats:
    """Quantiles along the first axis that are values themselves, so that values may be infinite: (shares, ...).

    The inverse of the distribution function, for each share (0-1).
    """
    return np.asarray(np.quantile(values, shares, axis=0, method="inverted_cdf"))
