"""Components of ratings over sessions: what is lasting, what drifts, what is error; and how reliable ratings are."""

import math
from typing import NamedTuple

import numpy as np

from alliance_sim.estimands.clinics import Floats
from alliance_sim.stats.estimate import UNKNOWN, Estimate
from alliance_sim.stats.linear import OneWay, one_way

PERSISTENCE = np.arange(0.05, 0.96, 0.05)
"""Correlations of one session's drift with the next that are tried."""

LAGS = 8
"""Distances between sessions that are looked at, at most."""


class RatingVariance(NamedTuple):
    """Variance of ratings between and within clients."""

    mean: float
    between: float  # variance between clients' true means; may come out negative
    within: float  # variance of a client's ratings about the own mean
    dependability: float  # share of the variance of one rating that lies between clients; nan where not defined


class Drift(NamedTuple):
    """A stable trait, a state that drifts, and error: variances of the three, and how well the state keeps."""

    level: float
    state: float
    error: float
    keeps: float  # correlation of the state in one session and the next


def levels(ratings: Floats) -> RatingVariance:
    """Variance between and within clients, from a one-way analysis of variance (see `one_way`).

    ratings (clients, sessions), nan where there is none. Dependability = (MSB - MSW) / (MSB + (n0 - 1) MSW). nan for
    fewer than two clients, or where nobody was rated twice.
    """
    known = np.isfinite(ratings)
    return variances(one_way(ratings[known], np.nonzero(known)[0]))


def variances(found: OneWay | None) -> RatingVariance:
    """`levels` of ratings whose analysis of variance is known."""
    if found is None:
        return RatingVariance(*(math.nan,) * 4)
    apart, below = found.between - found.within, found.between + (found.size - 1.0) * found.within
    return RatingVariance(found.mean, apart / found.size, found.within, apart / below if below > 0 else math.nan)


def dependability(ratings: Floats) -> float:
    """Share of the variance of one of the ratings (clients, sessions) that lies between clients; see `levels`."""
    return levels(ratings).dependability


def stepped_up(reliability: float, times: float) -> float:
    """Reliability of the mean of so many ratings: n r / (1 + (n - 1) r) (Spearman, 1910; Brown, 1910), 0-1."""
    return times * reliability / (1.0 + (times - 1.0) * reliability)


def corrected(found: Estimate, reliability: float) -> Estimate:
    """A standardised slope corrected for unreliability of the predictor: slope / sqrt(reliability) (Spearman, 1904).

    The reliability is taken as known, as corrections usually do. UNKNOWN where it is not positive.
    """
    return found.times(1.0 / math.sqrt(reliability)) if reliability > 0 else UNKNOWN


def drift(ratings: Floats) -> Drift:
    """Trait, state and error of ratings (clients, sessions) without their weekly means; nan where there is none.

    Stable trait, autoregressive trait and state (Kenny & Zautra, 1995): ratings h sessions apart have the covariance
    level + state * keeps^h, and each the variance level + state + error. Level and state, none below 0, are fitted to
    the covariances up to 8 sessions apart by least squares, weighted by the number of pairs, for each value of `keeps`
    on a grid; the best is taken. Where nobody was rated twice all is error.
    """
    return fitted_drift(products(ratings).sum(axis=1))


def fitted_drift(sums: Floats) -> Drift:
    """`drift` of ratings whose `products` have some sums over clients (2, lags)."""
    pairs = sums[1]
    covariance = np.divide(sums[0], pairs, out=np.zeros(len(pairs)), where=pairs > 0)
    seen = pairs[1:] > 0
    c, w, h = covariance[1:][seen], pairs[1:][seen], np.flatnonzero(seen) + 1
    if len(c) == 0:
        return Drift(0.0, 0.0, float(covariance[0]), float(PERSISTENCE[0]))
    x = PERSISTENCE[:, None] ** h  # (values of keeps, lags)
    mean_x, mean_c = x @ w / w.sum(), float(c @ w / w.sum())
    off = x - mean_x[:, None]
    spread = (off * off) @ w
    state = np.divide((off * (c - mean_c)) @ w, spread, out=np.zeros(len(x)), where=spread > 0)
    state = np.where(mean_c - state * mean_x < 0, (x * c) @ w / ((x * x) @ w), state)  # then there is no level
    state = np.maximum(state, 0.0)
    level = np.maximum(mean_c - state * mean_x, 0.0)
    best = int(np.argmin(((c - level[:, None] - state[:, None] * x) ** 2) @ w))
    lasting = float(level[best] + state[best])
    shrink = min(1.0, float(covariance[0]) / lasting) if lasting > 0 else 0.0
    error = max(float(covariance[0]) - lasting, 0.0)
    return Drift(float(level[best]) * shrink, float(state[best]) * shrink, error, float(PERSISTENCE[best]))


def products(ratings: Floats) -> Floats:
    """Each client's sums of products of ratings 0, 1, 2, ... sessions apart, and their numbers: (2, clients, lags)."""
    known = np.isfinite(ratings)
    both = np.stack([np.where(known, ratings, 0.0), known.astype(np.float64)])
    weeks = ratings.shape[1]
    lags = range(min(LAGS, weeks - 1) + 1)
    return np.stack([np.einsum("kij,kij->ki", both[:, :, : weeks - h], both[:, :, h:]) for h in lags], axis=2)
