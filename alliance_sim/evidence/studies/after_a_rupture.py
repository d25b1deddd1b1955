"""What follows a reported rupture: how the last one ended, and the session after (N21, N25)."""

import numpy as np

from alliance_sim.estimands.baselines import course, mean_where
from alliance_sim.estimands.clinics import Flags, Floats
from alliance_sim.estimands.detection import last_of
from alliance_sim.evidence.practice import Practice
from alliance_sim.evidence.studies.study import NAN, study


def resolved_last(ratings: Floats, reports: Floats, repaired: Flags) -> Flags:
    """Clients (clients,) whose last episode of reported ruptures ended well; all (clients, weeks).

    An episode is a run of attended sessions with a report. It ended well when the rating in the session after it is
    at that of the session before it or above, or when a repair happened in it.
    """
    way = course(ratings)
    reported = np.take_along_axis(reports > 0, way.order, axis=1) & np.isfinite(way.rated)
    mended = np.take_along_axis(repaired, way.order, axis=1)
    rows, session = np.arange(len(reported)), np.arange(reported.shape[1])
    last = last_of(reported)
    quiet = ~reported & (session < last[:, None])  # sessions without a report before the last one with it
    before = np.where(quiet.any(axis=1), last_of(quiet), -1)
    after = np.minimum(last + 1, reported.shape[1] - 1)
    known = (before >= 0) & (last + 1 < reported.shape[1])
    back = known & (way.rated[rows, after] >= way.rated[rows, before])
    inside = (session > before[:, None]) & (session <= last[:, None])
    return np.asarray(reported.any(axis=1) & (back | (mended & inside).any(axis=1)))


@study("N21", "last one ended well", source="share")
def resolved_clients(practice: Practice) -> float:
    """Clients whose last run of sessions with rupture_client has a repair in it or is followed by a wai_client at or
    above that of the session before it, percent of clients with any rupture_client.
    """
    sessions, repaired = practice.routine.sessions, practice.routine.hidden["repaired"]
    reported = (sessions["rupture_client"] > 0).any(axis=1)
    if not reported.any():
        return NAN
    ended = resolved_last(sessions["wai_client"], sessions["rupture_client"], np.asarray(repaired == 1))
    return float(100.0 * ended[reported].mean())


def gain_after(ratings: Floats, reports: Floats) -> float:
    """Change of a rating to the next attended session, after sessions with a report minus after those without.

    Means of each client who has sessions of both kinds, then of the clients; matrices (clients, weeks); points.
    """
    way = course(ratings)
    reported = np.take_along_axis(reports, way.order, axis=1)[:, :-1]
    change = np.diff(way.rated, axis=1)
    difference = mean_where(change, reported > 0) - mean_where(change, reported == 0)
    known = np.isfinite(difference)
    return float(difference[known].mean()) if known.any() else NAN


@study("N25", "gain after, minus gain otherwise", source="in the manner of Zilcha-Mano, Eubanks & Muran (2019)")
def session_after(practice: Practice) -> float:
    """Change of wai_client and of wai_therapist to the next attended session: after sessions with rupture_therapist
    minus after sessions without, within clients with both, mean of clients and of the two.
    """
    sessions = practice.routine.sessions
    raters = ("wai_client", "wai_therapist")
    return float(np.mean([gain_after(sessions[name], sessions["rupture_therapist"]) for name in raters]))
