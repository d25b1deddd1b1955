"""Whether a conclusion changes its sign: over draws of the parameters, and over points of a space of settings."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.stats.estimate import UNKNOWN, Estimate
from alliance_sim.stats.intervals import NORMAL_95, median, share_of, t_quantile, wilson
from alliance_sim.stats.linear import Floats

GROUPS = 5
"""Groups of draws, from the lowest to the highest values of a parameter."""

LITTLE = 0.1
"""An estimate smaller than this part of a reference is hardly there."""


class Slice(NamedTuple):
    """Draws with similar values of one parameter, and the mean of an estimate among them."""

    at: float  # median of the parameter
    mean: Estimate
    draws: int


def slices(x: Floats, y: Floats, comparisons: int = 1) -> list[Slice]:
    """Means of y (n,) in fifths of the draws by x (n,), with 95 % intervals (t).

    `comparisons`: among how many parameters one looks; all intervals of all of them hold at once (Bonferroni).
    """
    found = []
    for part in np.array_split(np.argsort(x, kind="stable"), GROUPS):
        own = y[part]
        error = float(own.std(ddof=1)) / math.sqrt(len(own)) if len(own) > 1 else math.nan
        reach = t_quantile(max(len(own) - 1, 1), 1.0 - 0.025 / (comparisons * GROUPS)) * error
        mean = float(own.mean()) if len(own) else math.nan
        at = float(np.median(x[part])) if len(part) else math.nan
        found.append(Slice(at, Estimate(mean, mean - reach, mean + reach), len(own)))
    return found


class OtherSign(NamedTuple):
    """Draws whose estimate has another sign than the mean of all."""

    share: Estimate  # 0-1, with Wilson's interval
    unsure: float  # share of draws whose own estimate is within its Monte-Carlo error of zero


def other_sign(y: Floats, errors: Floats) -> OtherSign:
    """How many draws contradict the mean; y, errors (draws,): each draw's estimate and its Monte-Carlo error."""
    n = len(y)
    share = float(np.mean(np.sign(y) != np.sign(y.mean()))) if n else math.nan
    unsure = float(np.mean(np.abs(y) < NORMAL_95 * errors)) if n else math.nan
    return OtherSign(Estimate(share, *wilson(share, n)), unsure)


class OverSettings(NamedTuple):
    """An estimate over the points of a space that define it."""

    median: Estimate
    low: float  # the middle 90 % of points
    high: float
    little: Estimate  # share (0-1) with less than a tenth of the reference, or on the other side of zero
    other_sign: Estimate  # share on the other side of zero than the reference, beyond its own Monte-Carlo error
    unsure: Estimate  # share within its Monte-Carlo error of zero
    points: int  # that define the estimate


def over_settings(y: Floats, errors: Floats, reference: float) -> OverSettings:
    """How an estimate varies over points that are drawn evenly from a space of settings.

    y (points,): the estimate, nan where it is not defined; errors (points,): its Monte-Carlo standard error;
    reference: the estimate at the point that all others are compared with. Intervals are those of independent points.
    Points of a scrambled Sobol sequence lie more evenly, so that intervals are, if anything, too wide.
    """
    known = np.isfinite(y)
    own, error = y[known], np.nan_to_num(errors[known])
    if len(own) == 0:
        return OverSettings(UNKNOWN, math.nan, math.nan, *[UNKNOWN] * 3, 0)
    side, clear = float(np.sign(reference)), np.abs(own) > NORMAL_95 * error
    low, high = np.quantile(own, [0.05, 0.95]).tolist()
    return OverSettings(
        median(own)._replace(error=math.nan),
        low,
        high,
        share_of(side * own < LITTLE * abs(reference)),
        share_of(clear & (np.sign(own) == -side)),
        share_of(~clear),
        len(own),
    )


def alike(values: Floats, reference: Floats) -> NDArray[np.bool_]:
    """At which points (points,) everything lies between half and twice of what it is at the reference.

    values (points, quantities), reference (quantities,); what is not defined at a point is not alike there.
    """
    ends = np.sort(np.stack([0.5 * reference, 2.0 * reference]), axis=0)
    return np.asarray(((values >= ends[0]) & (values <= ends[1])).all(axis=1))
