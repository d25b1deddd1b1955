"""How an estimate is spread over places of a space of settings: its sign, and where there is hardly any of it."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.stats.estimate import UNKNOWN, Estimate
from alliance_sim.stats.intervals import NORMAL_95, median, share_of

Floats = NDArray[np.float64]

LITTLE = 0.1
"""An estimate that is less than this part of a reference is hardly there."""

WIDE = 0.05
"""Estimate of the places on either side of the middle 90 %."""


class Spread(NamedTuple):
    """An estimate over places that define it."""

    middle: float  # median
    middle_low: float  # its 95 % interval, by order statistics
    middle_high: float
    low: float  # the middle 90 % of places
    high: float
    little: Estimate  # less than a tenth of the reference, or on the other side of zero
    other_sign: Estimate  # on the other side of zero than the reference, beyond its own Monte-Carlo error
    within_luck: Estimate  # its sign cannot be told from luck
    places: int  # that define the estimate


def spread_over(y: Floats, errors: Floats, reference: float) -> Spread:
    """How an estimate is spread over places that are drawn evenly from a space.

    y (places): the estimate, nan where it is not defined; errors: its Monte-Carlo standard error at each place;
    reference: the estimate at the place that all others are compared with. Intervals are those of independent places.
    Points of a scrambled Sobol sequence are spread more evenly, so that intervals are, if anything, too wide.
    """
    known = np.isfinite(y)
    own, error = y[known], np.nan_to_num(errors[known])
    n = len(own)
    if n == 0:
        return Spread(np.nan, np.nan, np.nan, np.nan, np.nan, UNKNOWN, UNKNOWN, UNKNOWN, 0)
    middle = median(own)
    low, high = (float(end) for end in np.quantile(own, [WIDE, 1.0 - WIDE]))
    side = float(np.sign(reference))
    clear = np.abs(own) > NORMAL_95 * error
    return Spread(
        *middle[:3],
        low,
        high,
        share_of(side * own < LITTLE * abs(reference)),
        share_of(clear & (np.sign(own) == -side)),
        share_of(~clear),
        n,
    )


def alike(values: Floats, reference: Floats) -> NDArray[np.bool_]:
    """At which places everything lies between half and twice of what it is at the reference.

    values (places, quantities), reference (quantities); a quantity that is not defined at a place is not alike there.
    """
    ends = np.sort(np.stack([0.5 * reference, 2.0 * reference]), axis=0)
    return np.asarray(((values >= ends[0]) & (values <= ends[1])).all(axis=1))
