"""Where an answer turns: the level of one thing at which a clinic does just as well as another, over draws."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

Floats = NDArray[np.float64]

MOST = 0.9
"""Share of draws in which something must be so for the answer to be yes; no at one minus this, open between."""

YES, OPEN, NO = "yes", "open", "no"


def verdict(share: float) -> str:
    """Yes, no or open, by the share of draws that say yes. More draws make the share surer and do not move the borders.

    >>> verdict(0.95), verdict(0.65), verdict(0.1)
    ('yes', 'open', 'no')
    """
    if not math.isfinite(share):
        return OPEN
    return YES if share >= MOST - 1e-9 else NO if share <= 1.0 - MOST + 1e-9 else OPEN


def crossings(values: Floats, reference: Floats, axis: Floats) -> Floats:
    """The level at which each draw falls below its reference, coming from above (draws).

    values (draws, Z): an outcome at levels `axis` (Z, rising), monotone cubic interpolation (Fritsch & Carlson, 1980)
    between them; reference (draws). -inf where it does as well down to the lowest level that the draw reaches, inf
    where it falls short at the highest one already, nan where nothing is known.
    """
    found = np.full(len(values), np.nan)
    for k, row in enumerate(values - reference[:, None]):
        known = np.isfinite(row)
        if known.sum() > 1:
            found[k] = _last_crossing(axis[known], row[known])
    return found


def _last_crossing(x: Floats, y: Floats) -> float:
    """The largest x with y below 0 just under it."""
    below = np.flatnonzero(y < 0)
    if len(below) == 0:
        return -math.inf
    if below[-1] == len(y) - 1:
        return math.inf
    start, end = float(x[below[-1]]), float(x[below[-1] + 1])
    roots = np.asarray(PchipInterpolator(x, y).solve(0.0, extrapolate=False))
    inside = roots[(roots >= start) & (roots <= end)]
    return float(inside.max()) if len(inside) else end


FEWEST = 6
"""The range of fewer draws holds their median in less than 95 % of samples: 1 - 2 / 2^5 = 94 %."""


class Turning(NamedTuple):
    """Where an answer turns, over draws; infinite where that is past the levels that were shown."""

    middle: float  # median: half of the draws say yes from here up
    low: float  # 95 % interval of the median, from order statistics
    high: float
    yes: float  # the answer is yes from here up: nine in ten draws say so
    no: float  # and no below this: at most one in ten says yes
    draws: int


def turning(levels: Floats) -> Turning:
    """Median and borders of crossings (draws), infinite ones counted at their side and nan left out.

    Interval of the median: order statistics n/2 -+ 1.96 sqrt(n)/2 (Conover, 1999, Practical nonparametric statistics,
    section 3.2), exact whatever the distribution; without ends for fewer than 6 draws, whose range holds no 95 %.
    Borders are those of `verdict`.
    """
    ordered = np.sort(levels[~np.isnan(levels)])
    n = len(ordered)
    if n == 0:
        return Turning(math.nan, math.nan, math.nan, math.nan, math.nan, 0)
    reach = 0.98 * math.sqrt(n)
    low, high = max(math.floor(0.5 * n - reach), 0), min(math.ceil(0.5 * n + reach), n - 1)
    yes = max(math.ceil(MOST * n - 1e-9) - 1, 0)
    no = min(math.floor((1.0 - MOST) * n + 1e-9), n - 1)
    middle = ordered[n // 2] if n % 2 else _between(ordered[n // 2 - 1], ordered[n // 2])
    ends = [float(ordered[k]) for k in (low, high, yes, no)]
    if n < FEWEST:
        ends[:2] = -math.inf, math.inf
    return Turning(float(middle), ends[0], ends[1], ends[2], ends[3], n)


def _between(one: float, other: float) -> float:
    """Half way between two levels; the infinite one where there is one."""
    return one if one == other else 0.5 * (one + other)
