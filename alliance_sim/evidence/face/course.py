"""How clients' ratings go, by week, course and single client; and how treatments end."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.estimands.baselines import mean_where
from alliance_sim.estimands.detection import reliable_drops
from alliance_sim.estimands.falls import DEPENDABILITY
from alliance_sim.evidence.face.clinics import Flags, Played
from alliance_sim.experiment.tables import reliable_change
from alliance_sim.law.rating import SymptomScale
from alliance_sim.law.state import Left
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.linear import Codes, Floats

EARLY, LATE = (2, 4), (12, 16)
"""First and last week of the first and of the last month."""

LARGE = 0.6
"""A difference of two means of several ratings, in points of 1-5, that exceeds their error (A20)."""

COURSES = ("rises", "level", "level, dip and back", "falls", "not rated in both months")
"""Courses of a client's ratings; every client has one: see `courses`."""


class RatingChange(NamedTuple):
    """Ratings of clients who attend in the first and in the last month, points of 1-5; shares in per cent."""

    label: str  # of the treatment or policy
    early: Estimate
    late: Estimate
    difference: Estimate  # late minus early
    falling: Estimate  # clients who fall by more than LARGE


def weekly(played: Played) -> tuple[Estimate, ...]:
    """Mean client rating of each week, over clients who came."""
    return tuple(map(played.mean, played.sessions["wai_client"].T))


def months(ratings: Floats) -> tuple[Floats, Floats]:
    """Each client's mean rating of the first and of the last month (clients,); nan without a rating in it."""
    week = np.arange(1, ratings.shape[1] + 1)
    # masks and not slices, whose sums differ in the last bit, which decides for a client who is at the limit
    inside = (np.broadcast_to((week >= first) & (week <= last), ratings.shape) for first, last in (EARLY, LATE))
    early, late = (mean_where(ratings, month) for month in inside)
    return early, late


def change(label: str, played: Played) -> RatingChange:
    """How ratings change from the first to the last month."""
    early, late = months(played.sessions["wai_client"])
    gain = late - early
    both = np.isfinite(gain)
    first, last, more = (played.mean(np.where(both, each, np.nan)) for each in (early, late, gain))
    return RatingChange(label, first, last, more, played.share(np.where(both, gain < -LARGE, np.nan)))


def courses(ratings: Floats) -> NDArray[np.int64]:
    """The course of each client's ratings (clients, weeks), by its number in COURSES.

    Rises, falls: the mean of the last month is more than LARGE above or below that of the first. Level: neither. Dip
    and back: level, with reliable drops from one session to the next, the last of which was recovered
    (`detection.reliable_drops`, published dependability of one rating).
    """
    early, late = months(ratings)
    gain = late - early
    dipped = reliable_drops(ratings, DEPENDABILITY).repaired
    return np.select([np.isnan(gain), gain > LARGE, gain < -LARGE, dipped], [4, 0, 3, 2], 1)


def shares(played: Played) -> tuple[Estimate, ...]:
    """Per cent of clients who take each of COURSES."""
    taken = courses(played.sessions["wai_client"])
    return tuple(played.share((taken == k).astype(np.float64)) for k in range(len(COURSES)))


class Singles(NamedTuple):
    """Some clients as a supervisor would see them, with the ruptures that truly happened; (clients, weeks)."""

    ratings: Floats  # client ratings, 1-5; nan where the client was not there
    ruptures: Codes  # type of the rupture (`law.state.Rupture`), 0 for none
    repaired: Flags  # whether it was repaired in its session
    dropout: Codes  # (clients,) the week of dropping out, 0 for those who did not


def single_clients(played: Played, caseload: int, count: int) -> Singles:
    """The first client of each of the first `count` therapists: nobody is picked."""
    own = {name: matrix[: count * caseload : caseload] for name, matrix in played.sessions.items()}
    ruptures = np.nan_to_num(own["rupture"]).astype(np.int64)
    left = own["left"] == Left.DROPOUT
    dropout = np.where(left.any(axis=1), left.argmax(axis=1) + 1, 0)
    return Singles(own["wai_client"], ruptures, (ruptures > 0) & (own["repaired"] == 1), dropout)


class Ends(NamedTuple):
    """How treatments end, or by how much that differs: points of symptoms; per cent (points) of clients."""

    label: str
    symptoms: Estimate  # at the planned end, everybody; more is worse
    dropout: Estimate
    improved: Estimate  # reliably


def ends(label: str, played: Played, scale: SymptomScale) -> Ends:
    """How treatments end in one scenario."""
    symptoms, *events = _ends(played, scale)
    return Ends(label, played.mean(symptoms), *map(played.share, events))


def difference(label: str, one: Played, other: Played, scale: SymptomScale) -> Ends:
    """One scenario minus the other, client by client."""
    pairs = zip(_ends(one, scale), _ends(other, scale), (1.0, 100.0, 100.0), strict=True)
    return Ends(label, *(one.mean(unit * (a - b)) for a, b, unit in pairs))


def _ends(played: Played, scale: SymptomScale) -> tuple[Floats, Floats, Floats]:
    c = played.clients
    code, _ = reliable_change(scale, c["symptoms_intake"], c["symptoms_end"])
    dropped = (c["left"] == Left.DROPOUT).astype(np.float64)
    return c["symptoms_end"], dropped, (code == 2).astype(np.float64)


class Shift(NamedTuple):
    """Effect of a switch in standard deviations among clients (d)."""

    symptoms: Estimate  # at the planned end
    rating: Estimate  # mean client rating


def shift(one: Played, other: Played) -> Shift:
    """One scenario minus the other in standard deviations of the other."""
    pairs = ((one.clients[name], other.clients[name]) for name in ("symptoms_end", "wai_mean"))
    return Shift(*(one.mean((a - b) / np.nanstd(b)) for a, b in pairs))
