"""The alliance after sessions with a rupture, as studies of one sample of clients estimate it.

All estimators look at the same occasions: a session of a client, the rating some sessions later, and the ratings
before. They differ in what they compare with: nothing, other people's sessions, or the client's own other sessions.
None of them has a twin.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.stats.clustered import Regression, clustered, mean_of
from alliance_sim.stats.estimate import UNKNOWN, Estimate
from alliance_sim.stats.linear import Codes, Floats

FEWEST = 5
"""Therapists with such a rupture below whom nothing is estimated: errors of few clusters are far too small."""


class RuptureOccasions(NamedTuple):
    """Sessions, a row each; nan where something was not rated."""

    change: Floats  # rating `step` sessions later minus the one of the session before (`base`)
    before: Floats  # level in the session before, of what is adjusted for
    earlier: Floats  # level one session before that
    mended: Floats  # 1 for a rupture with repair in this session, else 0
    unmended: Floats  # 1 for a rupture without
    week: Floats
    client: Codes
    therapist: Codes

    def some(self, chosen: NDArray[np.bool_]) -> "RuptureOccasions":
        """Some of the rows."""
        return RuptureOccasions._make(column[chosen] for column in self)


class AfterRupture(NamedTuple):
    """What one estimator says, in the unit of the ratings."""

    mended: Estimate  # after a rupture with repair, against no rupture (or against before)
    gap: Estimate  # after a rupture with repair, against one without


NOTHING = AfterRupture(UNKNOWN, UNKNOWN)


def occasions(
    ratings: Floats, levels: Floats, mended: Floats, unmended: Floats, therapist: Codes, step: int, base: int = -1
) -> RuptureOccasions:
    """The occasions of clients (clients, weeks) whose change and earlier levels are all known.

    ratings: what changes; levels: what is adjusted for (the ratings themselves, or what is felt); mended, unmended: 1
    where the session had such a rupture, nan without a session. `step` and `base` count from the session:
    `step=-1, base=-2` looks at the session before it, which no rupture can have changed (a negative control).
    """
    clients, weeks = ratings.shape
    first = max(0, 1 - base)
    width = min(weeks, weeks - step) - first
    if width <= 0:
        none = np.empty(0)
        return RuptureOccasions(none, none, none, none, none, none, np.empty(0, np.int64), np.empty(0, np.int64))

    def seen(matrix: Floats, shift: int) -> Floats:
        return matrix[:, first + shift : first + shift + width].ravel()

    who = np.repeat(np.arange(clients), width)
    made = RuptureOccasions(
        seen(ratings, step) - seen(ratings, base),
        seen(levels, base),
        seen(levels, base - 1),
        seen(mended, 0),
        seen(unmended, 0),
        np.tile(np.arange(first, first + width, dtype=np.float64), clients),
        who,
        therapist[who],
    )
    return made.some(np.asarray(np.isfinite(np.stack(made[:5])).all(axis=0)))


def before_and_after(o: RuptureOccasions) -> AfterRupture:
    """Mean change after ruptures with repair, and minus that after ruptures without; nothing adjusted."""
    if not _enough(o):
        return NOTHING
    repaired = o.some(o.mended == 1.0)
    ruptures = o.some((o.mended == 1.0) | (o.unmended == 1.0))
    gap = clustered(ruptures.change, ruptures.mended[:, None], ruptures.therapist)
    return AfterRupture(mean_of(repaired.change, repaired.therapist), gap.of(1.0))


def given_level(o: RuptureOccasions) -> AfterRupture:
    """Change after ruptures against other sessions with the same level before: corrected for regression to the mean.

    change = a + b1 mended + b2 unmended + c level before + d week: what is low rises again whether or not there was a
    rupture (Galton, 1886; analysis of covariance).
    """
    return _after(o, clustered(o.change, np.column_stack([o.mended, o.unmended, o.before, o.week]), o.therapist))


def own_sessions(o: RuptureOccasions) -> AfterRupture:
    """Change after ruptures against the same client's other sessions (fixed effects of clients).

    change = a(client) + b1 mended + b2 unmended + c level before + d level one earlier + e week: difference in
    differences against matched sessions. It needs strict exogeneity and finds too little where what a rupture does
    lasts, for the client's other sessions carry it too (Nickell, 1981, for the levels).
    """
    x = np.column_stack([o.mended, o.unmended, o.before, o.earlier, o.week])
    return _after(o, clustered(o.change, x, o.therapist, units=o.client))


def _enough(o: RuptureOccasions) -> bool:
    """Whether enough therapists had a rupture with repair."""
    return len(np.unique(o.therapist[o.mended == 1.0])) >= FEWEST


def _after(o: RuptureOccasions, fit: Regression) -> AfterRupture:
    if not _enough(o):
        return NOTHING
    return AfterRupture(fit.of(1.0), fit.of(1.0, -1.0))
