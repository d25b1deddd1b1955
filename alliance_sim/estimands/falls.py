"""What a criterion would find in the ratings of a clinic: reliable drops, made good or not, beside their null band.

The null has the same clients, sessions, levels, drift and error, and no event (see `null_band`): one null sample for
each clinic, so that the mean over clinics is what the criterion finds where nothing happens, and the middle 95 % of
single clinics is the band in which a clinic of this size would lie.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from alliance_sim.estimands.baselines import Baselines, Codes, Floats
from alliance_sim.estimands.clinics import Clinics
from alliance_sim.estimands.criteria import RELIABLE_DROP
from alliance_sim.estimands.detection import outcome
from alliance_sim.estimands.estimand import Estimand
from alliance_sim.estimands.null_band import shares
from alliance_sim.estimands.null_ratings import draw_null, fit_null, in_scores

DEPENDABILITY = 0.77
"""Dependability of one client rating, as published (A20: Crits-Christoph et al., 2011)."""

COLUMNS = ("client", "session", "wai_client")

Measured = Callable[[Clinics], Floats]


def ratings_of(rows: Clinics) -> tuple[Floats, Codes]:
    """Ratings of all clients who had a session (clients, weeks), nan where there is none, and the place of each one's
    clinic.
    """
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
    """The same of one null sample of each clinic, drawn with the luck of its number."""
    ratings, clinic = ratings_of(rows)
    null = np.full(ratings.shape, np.nan)
    for place, number in enumerate(rows.numbers):
        own = clinic == place
        known = np.flatnonzero(np.isfinite(ratings[own]).any(axis=0))
        if len(known):
            weeks = known[-1] + 1
            luck = np.random.Generator(np.random.Philox(key=int(number)))
            null[own, :weeks] = draw_null(fit_null(in_scores(ratings[own, :weeks])), luck)
    return _shares(null, clinic)


def _share(rows: Clinics, make: Measured, place: int) -> Floats:
    """One of the shares, made once for all of them."""
    return rows.once(make)[:, place]


_FALL = (
    "a fall of the client's rating from one session to the next beyond reliable change (SD of the clinic, published "
    "dependability of one rating)"
)
_ROWS = (
    ("falls_pct", "Clients with a reliable drop of their rating", f"clients with {_FALL}: taken for ruptures"),
    (
        "falls_repaired_pct",
        "… made good (“repaired”)",
        "clients whose last reliable drop was made good: a later rating is no longer reliably below the one before it",
    ),
    (
        "falls_unrepaired_pct",
        "… not made good (“unrepaired”)",
        "clients whose last reliable drop was not made good in any later session",
    ),
    (
        "falls_stronger_pct",
        "… made good, and higher than before (“stronger”)",
        "clients whose last reliable drop was made good, with the next three ratings above the three before on average",
    ),
)

_NULL = (
    "the same in a null sample of the same ratings: each client's own level, the drift and error of the sample's own "
    "components of variance, and no event; middle 95 % of single clinics: the null band"
)

ESTIMANDS = tuple(
    Estimand(name, label, "% of clients", 0, "sessions", COLUMNS, partial(_share, make=make, place=place), meaning)
    for place, (stem, words, means) in enumerate(_ROWS)
    for name, label, make, meaning in (
        (stem, words, observed, means),
        (stem.replace("_pct", "_null_pct"), "… null (nothing happened)", expected, f"{means}; {_NULL}"),
    )
)
