"""Means and shares over simulated clients, with 95 % intervals that take clinics as the unit."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from alliance_sim.stats.clustered import mean_of
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.intervals import share_of as share_of_rows
from alliance_sim.stats.numbers import interval, number

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


def average(values: Floats, clinic: Codes) -> Estimate:
    """Mean of values (clients,), nan left out, with clinics as clusters; without error where all are the same."""
    known = values[np.isfinite(values)]
    if len(known) and np.ptp(known) == 0.0:
        value = float(known[0])
        return Estimate(value, value, value, 0.0)
    return mean_of(values, clinic)


def share_of(happened: Floats, clinic: Codes) -> Estimate:
    """Per cent of clients to whom something happened (1 or 0, nan for those who do not count).

    Clients of one clinic may resemble each other (`clustered.mean_of`); where all are the same, Wilson's interval.
    """
    known = happened[np.isfinite(happened)]
    found = mean_of(100.0 * happened, clinic)
    if len(known) == 0 or np.isfinite(found.value):
        return found._replace(low=max(found.low, 0.0), high=min(found.high, 100.0))
    return share_of_rows(known > 0.0).times(100.0)


def direction(found: Estimate, than: float = 0.0) -> Literal["above", "below", "unclear"]:
    """On which side of a number an estimate lies; unclear where the interval holds that number, or is not known.

    >>> direction(Estimate(0.3, 0.1, 0.5)), direction(Estimate(0.3, -0.1, 0.7))
    ('above', 'unclear')
    """
    if found.low > than:
        return "above"
    return "below" if found.high < than else "unclear"


def within(found: Estimate, digits: int, signed: bool = False) -> str:
    """An estimate as people read it, with digits enough to see that zero is not in its interval.

    >>> within(Estimate(-0.123, -0.3, 0.1), 2), within(Estimate(0.02, 0.004, 0.04), 2)
    ('−0.12 [−0.30, 0.10]', '0.020 [0.004, 0.040]')
    """
    least = min(abs(found.low), abs(found.high))
    while found.low * found.high > 0.0 and least < 0.5 * 10.0**-digits and digits < 6:
        digits += 1
    return f"{number(found.value, digits, signed)} {interval(found.low, found.high, digits)}"
