"""Where one clinic stands among simulated ones: percentiles, and how many estimates lie outside at once."""

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from alliance_sim.analysis.clinics import Floats
from alliance_sim.analysis.montecarlo import mcse_proportion, middle

OUTSIDE = 0.025
"""Below this share, or above one minus it, an estimate lies outside the middle 95 % of simulated clinics."""


class Standing(NamedTuple):
    """An estimate of a clinic beside the same estimate of simulated clinics; in the unit of the estimate."""

    value: float
    mean: float  # of simulated clinics
    low: float  # middle 95 % of single simulated clinics
    high: float
    percentile: float  # % of simulated clinics below, and half of those that have the same number
    mcse: float  # Monte-Carlo standard error of the percentile
    clinics: int  # that define the estimate

    @property
    def outside(self) -> bool:
        """Whether the clinic lies outside the middle 95 % of simulated ones."""
        return self.percentile < 100.0 * OUTSIDE or self.percentile > 100.0 * (1.0 - OUTSIDE)


def standing(value: float, simulated: Floats) -> Standing | None:
    """Where a value stands among those of simulated clinics; None where fewer than two define it, or it is nan.

    A prior predictive check (Box, 1980): were the clinic one of the simulated ones, its percentile would be uniform on
    0 to 100. MCSE sqrt(p (1 - p) / n).
    """
    there = simulated[np.isfinite(simulated)]
    if len(there) < 2 or not math.isfinite(value):
        return None
    share = float(np.mean(there < value) + 0.5 * np.mean(there == value))
    low, high = middle(there)
    error = mcse_proportion(share, len(there))
    return Standing(value, float(there.mean()), low, high, 100.0 * share, 100.0 * error, len(there))


class Placed(NamedTuple):
    """One estimate of a group of a clinic beside one world of simulated clinics; a row of a table of standings."""

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


def percentile_words(percentile: float) -> str:
    """A percentile as a whole number; at the ends, that it is beyond them.

    >>> percentile_words(97.4), percentile_words(99.5), percentile_words(0.0)
    ('97', '> 99', '< 1')
    """
    if percentile >= 99.5:
        return "> 99"
    return "< 1" if percentile <= 0.5 else f"{percentile:.0f}"


def placed(table: pd.DataFrame) -> list[Placed]:
    """The rows of a table of standings."""
    return [Placed(*row) for row in table[list(Placed._fields)].itertuples(index=False, name=None)]


class Together(NamedTuple):
    """Several estimates at once."""

    outside: int  # of the clinic's estimates, those outside the middle 95 %
    among: int
    share: float  # % of simulated clinics with as many outside, or more
    mcse: float


def together(own: Mapping[str, float], simulated: Mapping[str, Floats]) -> Together:
    """How many of a clinic's estimates lie outside, and how usual that is among simulated clinics.

    Estimates hang together, so that several may lie outside for one reason; each simulated clinic is held against all
    of them (itself included), as the clinic is. simulated: name -> number in each simulated clinic, in the same order.
    """
    names = [name for name, value in own.items() if (found := standing(value, simulated[name])) and found.clinics > 1]
    if not names:
        return Together(0, 0, math.nan, math.nan)
    outside = sum(1 for name in names if (found := standing(own[name], simulated[name])) is not None and found.outside)
    counts = np.sum([_outside(simulated[name]) for name in names], axis=0)
    share = float(np.mean(counts >= outside))
    return Together(outside, len(names), 100.0 * share, 100.0 * mcse_proportion(share, len(counts)))


def _outside(numbers: Floats) -> Floats:
    """For every simulated clinic, 1 where its own number lies outside; 0 where it is inside or not defined."""
    there = np.isfinite(numbers)
    ordered = np.sort(numbers[there])
    below = np.searchsorted(ordered, numbers, side="left")
    upto = np.searchsorted(ordered, numbers, side="right")
    share = 0.5 * (below + upto) / max(1, len(ordered))
    return np.asarray((((share < OUTSIDE) | (share > 1.0 - OUTSIDE)) & there).astype(np.float64))
