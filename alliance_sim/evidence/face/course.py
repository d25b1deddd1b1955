"""How clients' ratings go: by week, from the first to the last month, by course, and client by client."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.estimands.baselines import mean_where
from alliance_sim.estimands.detection import reliable_drops
from alliance_sim.estimands.falls import DEPENDABILITY
from alliance_sim.evidence.face.clinics import Played
from alliance_sim.evidence.face.intervals import average, share_of
from alliance_sim.law.state import Left
from alliance_sim.stats.estimate import Estimate

Floats = NDArray[np.float64]

EARLY, LATE = (2, 4), (12, 16)
"""First and last week of the first and of the last month."""

LARGE = 0.6
"""A difference of two means of several ratings, in points of 1-5, that exceeds their error (A20)."""

COURSES = ("rises", "level", "level, dip and back", "falls", "not rated in both months")
"""Courses of a client's ratings; every client has one: see `courses`."""


class Change(NamedTuple):
    """Ratings of clients who attend in the first and in the last month, points of 1-5; shares in per cent."""

    label: str  # of the treatment or policy
    early: Estimate
    late: Estimate
    difference: Estimate  # late minus early
    falling: Estimate  # clients who fall by more than LARGE


def weekly(played: Played) -> tuple[Estimate, ...]:
    """Mean client rating of each week, over clients who came."""
    return tuple(average(week, played.clinic) for week in played.sessions["wai_client"].T)


def months(ratings: Floats) -> tuple[Floats, Floats]:
    """Each client's mean rating of the first and of the last month (clients,); nan without a rating in it."""
    week = np.arange(1, ratings.shape[1] + 1)
    first, last = (
        mean_where(ratings, np.broadcast_to((week >= low) & (week <= high), ratings.shape))
        for low, high in (EARLY, LATE)
    )
    return first, last


def change(label: str, played: Played) -> Change:
    """How ratings change from the first to the last month."""
    early, late = months(played.sessions["wai_client"])
    gain = late - early
    both = np.isfinite(gain)
    fell = np.where(both, gain < -LARGE, np.nan)
    first, last, more = (average(np.where(both, each, np.nan), played.clinic) for each in (early, late, gain))
    return Change(label, first, last, more, share_of(fell, played.clinic))


def courses(ratings: Floats) -> NDArray[np.int64]:
    """The course of each client's ratings (clients, weeks), by its number in COURSES.

    Rises, falls: the mean of the last month is more than LARGE above or below that of the first. Level: neither. Dip
    and back: level, with reliable drops from one session to the next, the last of which was recovered
    (`drops.reliable_drops`, published dependability of one rating).
    """
    early, late = months(ratings)
    gain = late - early
    dipped = reliable_drops(ratings, DEPENDABILITY).repaired
    kinds = [np.isnan(gain), gain > LARGE, gain < -LARGE, dipped]
    return np.select(kinds, [4, 0, 3, 2], 1)


def shares(played: Played) -> tuple[Estimate, ...]:
    """Per cent of clients who take each of COURSES."""
    taken = courses(played.sessions["wai_client"])
    return tuple(share_of((taken == k).astype(np.float64), played.clinic) for k in range(len(COURSES)))


class Singles(NamedTuple):
    """Some clients as a supervisor would see them, with the ruptures that truly happened; (clients, weeks)."""

    ratings: Floats  # client ratings, 1-5; nan where the client was not there
    ruptures: NDArray[np.int64]  # type of the rupture (`law.state.Rupture`), 0 for none
    repaired: NDArray[np.bool_]  # whether it was repaired in its session
    dropout: NDArray[np.int64]  # (clients,) the week of dropping out, 0 for those who did not


def single_clients(played: Played, caseload: int, count: int) -> Singles:
    """The first client of each of the first `count` therapists: nobody is picked."""
    own = {name: matrix[: count * caseload : caseload] for name, matrix in played.sessions.items()}
    ruptures = np.nan_to_num(own["rupture"]).astype(np.int64)
    left = own["left"] == Left.DROPOUT
    dropout = np.where(left.any(axis=1), left.argmax(axis=1) + 1, 0)
    return Singles(own["wai_client"], ruptures, (ruptures > 0) & (own["repaired"] == 1), dropout)
