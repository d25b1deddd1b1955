"""How dependable ratings are, and what a slope would be with ratings that do not err from one occasion to the next."""

import math

import numpy as np
from numpy.typing import NDArray

from alliance_sim.analysis.slopes import Slope

Floats = NDArray[np.float64]


def dependability(ratings: Floats) -> float:
    """Share of the variance of one rating that lies between clients: one-way ANOVA, unequal numbers of ratings.

    ratings (clients, sessions), nan where there is none. (MSB - MSW) / (MSB + (n0 - 1) MSW) (Searle, Casella &
    McCulloch, 1992).
    """
    known = np.isfinite(ratings)
    n = known.sum(axis=1)
    rows, n = np.where(known, ratings, 0.0)[n > 0], n[n > 0]
    known = known[known.any(axis=1)]
    total, clients = n.sum(), len(n)
    if clients < 2 or total <= clients:
        return float("nan")
    means = rows.sum(axis=1) / n
    within = np.where(known, (rows - means[:, None]) ** 2, 0.0).sum() / (total - clients)
    grand = rows.sum() / total
    between = (n * (means - grand) ** 2).sum() / (clients - 1)
    n0 = (total - (n * n).sum() / total) / (clients - 1)
    below = between + (n0 - 1.0) * within
    return float((between - within) / below) if below > 0 else float("nan")


def stepped_up(reliability: float, times: float) -> float:
    """Reliability of the mean of so many ratings: n r / (1 + (n - 1) r) (Spearman, 1910; Brown, 1910), 0-1."""
    return times * reliability / (1.0 + (times - 1.0) * reliability)


def corrected(found: Slope, reliability: float) -> Slope | None:
    """A standardised slope corrected for unreliability of the predictor: slope / sqrt(reliability) (Spearman, 1904).

    The reliability is taken as known, as corrections usually do. None where it is not positive.
    """
    return found.times(1.0 / math.sqrt(reliability)) if reliability > 0 else None
