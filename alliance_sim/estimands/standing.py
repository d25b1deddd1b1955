"""Where one clinic stands among simulated ones: percentiles, and how many estimates lie outside at once."""

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from alliance_sim.estimands.clinics import Floats
from alliance_sim.stats.intervals import middle, proportion

OUTSIDE = 0.025
"""Below this share, or above one minus it, an estimate lies outside the middle 95 % of simulated clinics."""

FEWEST_CLINICS = 40
"""With fewer simulated clinics nothing can lie outside their middle 95 %: a clinic that is one of them is the lowest
or the highest of n + 1 in 2 / (n + 1) of cases, which is 5 % for n = 39."""


class ClinicStanding(NamedTuple):
    """An estimate of a clinic versus the same estimate of simulated clinics; in the unit of the estimate."""

    value: float
    mean: float  # of simulated clinics
    low: float  # middle 95 % of single simulated clinics
    high: float
    percentile: float  # % of simulated clinics below, and half of those that have the same number
    mcse: float  # Monte-Carlo standard error of the percentile, never 0 (`error_of`)
    clinics: int  # that define the estimate

    @property
    def outside(self) -> bool:
        """Whether the clinic lies outside the middle 95 % of simulated ones."""
        return self.percentile < 100.0 * OUTSIDE or self.percentile > 100.0 * (1.0 - OUTSIDE)


def farthest(n: int) -> float:
    """The highest percentile that n simulated clinics can show, 100 n / (n + 1); the lowest is 100 minus it.

    >>> round(farthest(20), 1), round(farthest(400), 2)
    (95.2, 99.75)
    """
    return 100.0 * n / (n + 1)


def standing(value: float, simulated: Floats) -> ClinicStanding | None:
    """Where a value stands among those of simulated clinics; None where fewer than two define it, or it is nan.

    A prior predictive check (Box, 1980): were the clinic one of the simulated ones, its percentile would be uniform on
    0 to 100. It goes no farther than `farthest`, so that nothing is outside among fewer than `FEWEST_CLINICS`.
    """
    there = simulated[np.isfinite(simulated)]
    if len(there) < 2 or not math.isfinite(value):
        return None
    share = float(np.mean(there < value) + 0.5 * np.mean(there == value))
    low, high = middle(there)
    end = farthest(len(there))
    percentile = min(max(100.0 * share, 100.0 - end), end)
    error = 100.0 * proportion(share, len(there)).error
    return ClinicStanding(value, float(there.mean()), low, high, percentile, error, len(there))


class Placed(NamedTuple):
    """One estimate of a group of a clinic versus one scenario of simulated clinics; a row of a table of standings."""

    group: str
    world: str
    estimate: str
    label: str
    unit: str
    value: float
    low: float  # of the clinic's own interval; nan without one
    high: float
    model: float  # mean of simulated clinics
    model_low: float  # middle 95 % of them
    model_high: float
    percentile: float
    mcse: float
    outside: bool
    clinics: int


def percentile_words(percentile: float, clinics: int) -> str:
    """A percentile as a whole number; at the ends, that it is beyond what so many simulated clinics can show.

    >>> percentile_words(97.4, 400), percentile_words(99.75, 400), percentile_words(0.25, 400)
    ('97', '> 99', '< 1')
    >>> percentile_words(97.5, 40), percentile_words(100 / 21, 20)
    ('> 97', '< 5')
    """
    end, whole = farthest(clinics), round(percentile)
    if max(whole, percentile + 1e-9) > end:
        return f"> {math.floor(end)}"
    return f"< {math.ceil(100.0 - end)}" if min(whole, percentile - 1e-9) < 100.0 - end else f"{whole}"


def placed(table: pd.DataFrame) -> list[Placed]:
    """The rows of a table of standings."""
    return [Placed(*row) for row in table[list(Placed._fields)].itertuples(index=False, name=None)]


class Together(NamedTuple):
    """Several estimates at once."""

    outside: int  # of the clinic's estimates, those outside the middle 95 %
    among: int  # estimates that `FEWEST_CLINICS` or more simulated clinics define
    share: float  # % of simulated clinics with as many outside, or more
    mcse: float  # never 0 (`error_of`)
    low: float  # 95 % Monte-Carlo interval of the share (Wilson, 1927)
    high: float
    clinics: int
    rare: int  # estimates that fewer simulated clinics define; they are not counted


def together(own: Mapping[str, float], simulated: Mapping[str, Floats]) -> Together:
    """How many of a clinic's estimates lie outside, and how usual that is among simulated clinics.

    Estimates hang together, so that several may lie outside for one reason; each simulated clinic is compared with all
    of them (itself included), as the clinic is. simulated: name -> number in each simulated clinic, in the same order.
    """
    found = {name: at for name, value in own.items() if (at := standing(value, simulated[name])) is not None}
    names = [name for name, at in found.items() if at.clinics >= FEWEST_CLINICS]
    clinics = max((len(simulated[name]) for name in found), default=0)
    rare = len(found) - len(names)
    if not names:
        return Together(0, 0, math.nan, math.nan, math.nan, math.nan, clinics, rare)
    outside = sum(found[name].outside for name in names)
    counts = np.sum([_outside(simulated[name]) for name in names], axis=0)
    share = proportion(float(np.mean(counts >= outside)), clinics).times(100.0)
    return Together(outside, len(names), share.value, share.error, share.low, share.high, clinics, rare)


def _outside(numbers: Floats) -> Floats:
    """For every simulated clinic, 1 where its own number lies outside; 0 where it is inside or not defined."""
    there = np.isfinite(numbers)
    ordered = np.sort(numbers[there])
    below = np.searchsorted(ordered, numbers, side="left")
    upto = np.searchsorted(ordered, numbers, side="right")
    share = 0.5 * (below + upto) / max(1, len(ordered))
    return np.asarray((((share < OUTSIDE) | (share > 1.0 - OUTSIDE)) & there).astype(np.float64))
