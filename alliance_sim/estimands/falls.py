"""What a criterion would find in the ratings of a clinic: reliable drops, made good or not, and their null band.

The null has the same clients, sessions, levels, drift and error, and no event (see `null_band`): one null sample for
each clinic, so that the mean over clinics is what the criterion finds where nothing happens, and the middle 95 % of
single clinics is the band in which a clinic of this size would lie.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from alliance_sim.estimands.baselines import Baselines
from alliance_sim.estimands.clinics import Clinics, Floats
from alliance_sim.estimands.detection import RELIABLE_DROP, outcome
from alliance_sim.estimands.estimand import Estimand
from alliance_sim.estimands.null_band import shares
from alliance_sim.estimands.null_ratings import draw_null, fit_null, in_scores
from alliance_sim.stats.linear import Codes

DEPENDABILITY = 0.77
"""Dependability of one client rating, as published (A20: Crits-Christoph et al., 2011)."""

COLUMNS = ("client", "session", "wai_client")


def ratings_of(rows: Clinics) -> tuple[Floats, Codes]:
    """Ratings of clients who had a session (clients, weeks), nan where there is none, and whose clinic each is of."""
    week = rows.array("session").astype(np.int64)
    client = np.repeat(np.arange(len(rows.clients.starts)), rows.clients.sizes)
    made = np.full((len(rows.clients.starts), int(week.max(initial=0))), np.nan)
    made[client, week - 1] = rows.floats("wai_client")
    return made, rows.clinic_of_row[rows.clients.starts]


def _shares(ratings: Floats, clinic: Codes) -> Floats:
    return shares(outcome(Baselines(ratings, clinic), RELIABLE_DROP, DEPENDABILITY), clinic)


def observed(rows: Clinics) -> Floats:
    """Shares of each clinic's clients by reliable drops, % (clinics, 4), as in `null_band.SHARES`."""
    ratings, clinic = ratings_of(rows)
    return _shares(ratings, clinic)


def expected(rows: Clinics) -> Floats:
    """The same of one null sample of each clinic (see `Clinics.seeds`)."""
    ratings, clinic = ratings_of(rows)
    null = np.full(ratings.shape, np.nan)
    for k, number in enumerate(rows.seeds):
        own = clinic == k
        known = np.flatnonzero(np.isfinite(ratings[own]).any(axis=0))
        if len(known):
            weeks = known[-1] + 1
            generator = np.random.Generator(np.random.Philox(key=int(number)))
            null[own, :weeks] = draw_null(fit_null(in_scores(ratings[own, :weeks])), generator)
    return _shares(null, clinic)


def _share(rows: Clinics, make: Callable[[Clinics], Floats], k: int) -> Floats:
    """One of the shares, made once for all of them."""
    return rows.once(make)[:, k]


ESTIMANDS = tuple(
    Estimand(name, "% of clients", 0, "sessions", COLUMNS, partial(_share, make=make, k=k))
    for k, stem in enumerate(("falls", "falls_repaired", "falls_unrepaired", "falls_stronger"))
    for name, make in ((f"{stem}_pct", observed), (f"{stem}_null_pct", expected))
)
