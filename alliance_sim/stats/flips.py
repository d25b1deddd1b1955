"""Decision sensitivity: whether a conclusion changes its sign within what is not known of the parameters."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

from alliance_sim.stats.intervals import wilson

Floats = NDArray[np.float64]

GROUPS = 5
"""Groups of draws, from the lowest to the highest values of a parameter."""


class Slice(NamedTuple):
    """Draws with like values of one parameter, and the mean of an estimate among them."""

    middle: float  # median of the parameter
    mean: float
    low: float
    high: float
    draws: int


def slices(x: Floats, y: Floats, comparisons: int = 1) -> list[Slice]:
    """Means of y (n) in fifths of the draws by x (n), with 95 % intervals (t).

    `comparisons`: among how many parameters one looks; intervals are then as wide as it takes for all of them to hold
    at once (Bonferroni), so that the luck of many looks is not taken for a flip.
    """
    order = np.argsort(x, kind="stable")
    found = []
    for part in np.array_split(order, GROUPS):
        own = y[part]
        error = float(own.std(ddof=1)) / math.sqrt(len(own)) if len(own) > 1 else math.nan
        reach = float(stdtrit(max(len(own) - 1, 1), 1.0 - 0.025 / (comparisons * GROUPS))) * error
        mean = float(own.mean()) if len(own) else math.nan
        middle = float(np.median(x[part])) if len(part) else math.nan
        found.append(Slice(middle, mean, mean - reach, mean + reach, len(own)))
    return found


def flips(parts: list[Slice], sign: float) -> bool:
    """Whether some group of draws has a mean on the other side of zero, its whole interval included."""
    return any((part.high < 0) if sign > 0 else (part.low > 0) for part in parts)


class Other(NamedTuple):
    """Draws whose estimate has another sign than the mean of all."""

    share: float  # 0-1
    low: float  # 95 % interval (Wilson, 1927)
    high: float
    unsure: float  # share of draws whose own sign cannot be told from luck


def other_sign(y: Floats, errors: Floats) -> Other:
    """How many draws speak against the mean; errors: Monte-Carlo standard error of each draw's estimate."""
    n = len(y)
    share = float(np.mean(np.sign(y) != np.sign(y.mean()))) if n else math.nan
    low, high = wilson(share, n)
    unsure = float(np.mean(np.abs(y) < float(ndtri(0.975)) * errors)) if n else math.nan
    return Other(share, low, high, unsure)
