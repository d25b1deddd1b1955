"""What a criterion finds in ratings in which nothing has happened: a null band for a prevalence of "ruptures".

The same criterion is applied to many null samples of the same ratings (see `null_ratings`); the middle 95 % of what it
finds is the band. A prevalence inside it is what ratings without events would give; one outside is not yet ruptures,
for error that depends on the client or the week would be outside too.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from alliance_sim.estimands.baselines import Baselines
from alliance_sim.estimands.clinics import Floats
from alliance_sim.estimands.detection import Criterion, LastFall, outcome
from alliance_sim.estimands.null_ratings import Kind, NullModel, draw_null, in_scores
from alliance_sim.stats.linear import Codes

if TYPE_CHECKING:
    import pandas as pd

SHARES = ("flagged", "repaired", "unrepaired", "stronger")
"""What a band is of: clients with a fall; with a last fall that was recovered; that was not; recovered, and higher than
before."""

AT_ONCE = 400_000
"""Ratings that are looked at at once: some 50 MB."""


def shares(found: LastFall, samples: Codes | None = None) -> Floats:
    """Clients flagged, repaired, unrepaired and stronger in each sample, % (samples, 4)."""
    codes = np.zeros(len(found.fell), np.int64) if samples is None else samples
    count = np.bincount(codes)
    parts = (found.fell, found.repaired, found.unrepaired, found.stronger)
    return np.asarray(100.0 * np.column_stack([np.bincount(codes, part) / count for part in parts]))


def null_shares(
    ratings: Floats,
    criteria: Sequence[Criterion],
    reliability: float,
    kind: Kind,
    samples: int,
    generator: np.random.Generator,
) -> Floats:
    """What criteria find in null samples: % of clients (criteria, samples, shares), all in the same samples.

    Each null sample has components of variance of its own, estimated from clients drawn anew (bootstrap), so that the
    samples vary by what is not known of the components too.
    """
    model = NullModel(in_scores(ratings), kind)
    clients, weeks = ratings.shape
    at_once = max(1, AT_ONCE // max(1, clients * weeks))
    made: list[Floats] = []
    for first in range(0, samples, at_once):
        some = range(first, min(first + at_once, samples))
        drawn = []
        for _ in some:
            anew = np.asarray(generator.integers(clients, size=clients), np.int64)
            drawn.append(draw_null(model.of(anew), generator))
        codes = np.repeat(np.arange(len(some)), clients)
        base = Baselines(np.concatenate(drawn), codes)
        made.append(np.stack([shares(outcome(base, each, reliability), codes) for each in criteria]))
    return np.concatenate(made, axis=1)


def band(found: Floats) -> tuple[Floats, Floats]:
    """Ends of the band that holds one more such number with a chance of 95 %; found (samples, ...).

    The k-th lowest and the k-th highest, k = (samples + 1) / 40 rounded down, one at least: exactly 95 % where samples
    + 1 is a multiple of 40 and the numbers are exchangeable without ties (Barnard, 1963), more with ties.
    """
    ordered = np.sort(found, axis=0)
    k = max(1, (len(found) + 1) // 40)
    return ordered[k - 1], ordered[-k]


def null_band(
    ratings: Floats,
    criterion: Criterion,
    reliability: float,
    kind: Kind = "drift",
    samples: int = 199,
    seed: int = 1,
) -> "pd.DataFrame":
    """What a criterion finds in ratings, and what it would find if nothing had happened: a row a share.

    ratings (clients, weeks), nan where there is none; reliability of one rating, 0-1. Columns share, observed, null
    (mean over null samples), low and high (see `band`), all % of the clients who were rated at least once.
    """
    import pandas as pd

    rated = ratings[np.isfinite(ratings).any(axis=1)]
    observed = shares(outcome(Baselines(rated), criterion, reliability))[0]
    generator = np.random.Generator(np.random.Philox(key=seed))
    found = null_shares(rated, [criterion], reliability, kind, samples, generator)[0]
    low, high = band(found)
    return pd.DataFrame({"share": SHARES, "observed": observed, "null": found.mean(axis=0), "low": low, "high": high})
