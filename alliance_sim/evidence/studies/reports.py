"""Ruptures as clients, therapists and observers report them, and what follows (P01, P02, P18, N21-N25, N34)."""

import numpy as np

from alliance_sim.estimands.baselines import course, mean_where
from alliance_sim.estimands.clinics import Flags, Floats
from alliance_sim.estimands.detection import last_of
from alliance_sim.evidence.practice import WEEKS, Cohort, Practice
from alliance_sim.evidence.studies.rating import within_correlation
from alliance_sim.evidence.studies.study import NAN, Measure, known, mean_of, percent
from alliance_sim.law.state import Rupture

FIRST = 6
"""Sessions in which ruptures of different treatments were compared."""


def reported(reports: Floats) -> float:
    """Sessions with a report, percent of those with an answer (any shape, nan: none)."""
    return percent(known(reports) > 0)


def clients_who_report(practice: Practice) -> float:
    """Clients who report any rupture in sixteen sessions, percent of those who attended any."""
    reports = practice.routine.sessions["rupture_client"][:, :WEEKS]
    came = np.isfinite(reports).any(axis=1)
    return percent(np.asarray((reports[came] > 0).any(axis=1)))


def both_report(cohort: Cohort) -> tuple[Floats, Floats]:
    """Ruptures by client and by therapist (clients, weeks): 1 for one of either kind, 0, or nan without an answer."""
    client, therapist = (np.minimum(cohort.sessions[f"rupture_{who}"], 1.0) for who in ("client", "therapist"))
    return client, therapist


def therapists_per_client(practice: Practice) -> float:
    """Reports of therapists per report of clients, in sessions that both answered."""
    client, therapist = both_report(practice.routine)
    both = np.isfinite(client) & np.isfinite(therapist)
    of_clients = int((client[both] > 0).sum())
    return int((therapist[both] > 0).sum()) / of_clients if of_clients else NAN


def withdrawals_minus_confrontations(practice: Practice) -> float:
    """Share of observed ruptures that are withdrawals minus share that are confrontations."""
    codes = practice.routine.sessions["rupture_observer"]
    withdrawals, confrontations = np.sum(codes == Rupture.WITHDRAWAL), np.sum(codes == Rupture.CONFRONTATION)
    total = withdrawals + confrontations
    return float((withdrawals - confrontations) / total) if total else NAN


def early_reports(practice: Practice, treatment: str) -> float:
    """Early sessions of one treatment with a report of the client, percent."""
    return reported(practice.routine.of(treatment).sessions["rupture_client"][:, :FIRST])


def resolved_last(ratings: Floats, reports: Floats, repaired: Flags) -> Flags:
    """Clients (clients,) whose last episode of reported ruptures ended well; all (clients, weeks).

    An episode is a run of attended sessions with a report. It ended well when the rating in the session after it is
    at that of the session before it or above, or when a repair happened in it.
    """
    way = course(ratings)
    broken = np.take_along_axis(reports > 0, way.order, axis=1) & np.isfinite(way.rated)
    mended = np.take_along_axis(repaired, way.order, axis=1)
    rows, session = np.arange(len(broken)), np.arange(broken.shape[1])
    last = last_of(broken)
    quiet = ~broken & (session < last[:, None])  # sessions without a report before the last one with it
    before = last_of(quiet)
    after = np.minimum(last + 1, broken.shape[1] - 1)
    both = (before >= 0) & (last + 1 < broken.shape[1])
    back = both & (way.rated[rows, after] >= way.rated[rows, before])
    inside = (session > before[:, None]) & (session <= last[:, None])
    return np.asarray(broken.any(axis=1) & (back | (mended & inside).any(axis=1)))


def resolved_clients(practice: Practice) -> float:
    """Clients whose last reported rupture ended well, percent of those who report any."""
    sessions, repaired = practice.routine.sessions, practice.routine.hidden["repaired"]
    reports = sessions["rupture_client"]
    ended = resolved_last(sessions["wai_client"], reports, np.asarray(repaired == 1))
    return percent(ended[(reports > 0).any(axis=1)])


def gain_after(ratings: Floats, reports: Floats) -> float:
    """Change of a rating to the next attended session, after sessions with a report minus after those without.

    Means of each client who has sessions of both kinds, then of the clients; matrices (clients, weeks); points.
    """
    way = course(ratings)
    broken = np.take_along_axis(reports, way.order, axis=1)[:, :-1]
    change = np.diff(way.rated, axis=1)
    return mean_of(mean_where(change, broken > 0) - mean_where(change, broken == 0))


def session_after(practice: Practice) -> float:
    """The gain after sessions in which the therapist reports a rupture, mean of both raters."""
    s = practice.routine.sessions
    return float(np.mean([gain_after(s[f"wai_{rater}"], s["rupture_therapist"]) for rater in ("client", "therapist")]))


MEASURES: dict[str, Measure] = {
    "P01": lambda p: reported(p.routine.sessions["rupture_client"]),
    "P02": lambda p: reported(p.routine.sessions["rupture_observer"]),
    "P18": withdrawals_minus_confrontations,
    "N21": resolved_clients,
    "N22": clients_who_report,
    "N23": therapists_per_client,
    "N24": lambda p: within_correlation(*both_report(p.routine)),
    "N25": session_after,
    "N34": lambda p: early_reports(p, "cbt") - early_reports(p, "psychodynamic"),
}
