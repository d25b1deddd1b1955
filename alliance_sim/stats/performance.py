"""How an analysis performs over many simulated studies of which the truth is known (Morris, White & Crowther, 2019)."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.stats.montecarlo import Summary, mcse_proportion, summarise

Floats = NDArray[np.float64]


class Performance(NamedTuple):
    """What an analysis says on average, what is true, and how often a study would conclude what."""

    estimate: Summary  # over studies
    truth: Summary  # of the same people
    bias: Summary  # estimate minus truth, taken study by study
    positive: float  # share of studies whose own 95 % interval lies above zero (0-1)
    negative: float  # below zero
    error: float  # mean standard error that the studies report
    studies: int  # that made the estimate
    failed: int  # that could not make it

    @property
    def positive_mcse(self) -> float:
        """Monte-Carlo standard error of `positive`."""
        return mcse_proportion(self.positive, self.studies)

    @property
    def wrong_sign(self) -> float:
        """Share of studies that conclude the opposite of the truth (0-1); nan where the truth's sign is not known."""
        if self.truth.low > 0:
            return self.negative
        return self.positive if self.truth.high < 0 else math.nan


def performance(value: Floats, truth: Floats, low: Floats, high: Floats, error: Floats) -> Performance:
    """Performance over studies (each (studies,), nan where a study could not make the estimate).

    Truths are those of each study's own people; where a study has nobody to tell the truth of (nan), it counts in
    everything but the bias.
    """
    made = np.isfinite(value)
    n = int(made.sum())
    return Performance(
        summarise(value),
        summarise(truth),
        summarise(value - truth),
        float(np.mean(low[made] > 0)) if n else math.nan,
        float(np.mean(high[made] < 0)) if n else math.nan,
        summarise(error[made]).value,
        n,
        len(value) - n,
    )
