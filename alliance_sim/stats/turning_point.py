"""Where a verdict turns: the level of one thing at which an outcome equals a reference, over draws."""

import math
from typing import NamedTuple

import numpy as np
from scipy.interpolate import PchipInterpolator, PPoly

from alliance_sim.stats.estimate import UNKNOWN, Estimate
from alliance_sim.stats.intervals import median
from alliance_sim.stats.linear import Floats

MOST = 0.9
"""Share of draws for which something must hold for the verdict yes; no at one minus this, open between."""

YES, OPEN, NO = "yes", "open", "no"


def verdict(share: float) -> str:
    """Yes, no or open, by the share of draws for which it holds; more draws do not move the borders.

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
    gaps = values - reference[:, None]
    known = np.isfinite(gaps)
    for levels in np.unique(known, axis=0):
        if levels.sum() > 1:
            these = (known == levels).all(axis=1)
            found[these] = _last_crossings(axis[levels], gaps[np.ix_(these, levels)])
    return found


def _last_crossings(x: Floats, y: Floats) -> Floats:
    """The largest x of each row of y (rows, x) with y below 0 just under it."""
    below = y < 0
    last = len(x) - 1 - np.argmax(below[:, ::-1], axis=1)
    found = np.where(below.any(axis=1), np.inf, -np.inf)
    rows = np.flatnonzero(below.any(axis=1) & ~below[:, -1])
    if len(rows):
        pieces = PchipInterpolator(x, y[rows], axis=1).c
        for k, (row, start) in enumerate(zip(rows, last[rows], strict=True)):
            ends = x[start : start + 2]
            roots = PPoly(pieces[:, [start], k], ends).solve(0.0, extrapolate=False)
            inside = roots[(roots >= ends[0]) & (roots <= ends[1])]
            found[row] = inside.max() if len(inside) else ends[1]
    return found


class Turning(NamedTuple):
    """Where a verdict turns, over draws; infinite where that is past the levels that were shown."""

    middle: Estimate  # median, with its 95 % interval: half of the draws say yes from here up
    yes: float  # the verdict is yes from here up
    no: float  # and no below this
    draws: int


def turning(levels: Floats) -> Turning:
    """Median, its interval and borders of crossings (draws,), infinite ones counted at their side and nan left out.

    The interval has no ends for fewer than 6 draws. Borders are those of `verdict`.
    """
    ordered = np.sort(levels[~np.isnan(levels)])
    n = len(ordered)
    if n == 0:
        return Turning(UNKNOWN, math.nan, math.nan, 0)
    found = median(ordered)
    if math.isnan(found.low):
        found = Estimate(found.value, -math.inf, math.inf)
    yes = max(math.ceil(MOST * n - 1e-9) - 1, 0)
    no = min(math.floor((1.0 - MOST) * n + 1e-9), n - 1)
    return Turning(found._replace(error=math.nan), float(ordered[yes]), float(ordered[no]), n)
