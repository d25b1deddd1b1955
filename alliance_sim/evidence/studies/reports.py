"""Ruptures as clients, therapists and observers report them (P01, P02, P18, N22, N23, N24, N34)."""

import numpy as np

from alliance_sim.evidence.practice import WEEKS, Floats, Practice
from alliance_sim.evidence.studies.rating import within_correlation
from alliance_sim.evidence.studies.study import NAN, study
from alliance_sim.law.state import Rupture

FIRST = 6
"""Sessions in which ruptures of different treatments were compared."""


def percent_reported(reports: Floats) -> float:
    """Sessions with a report, percent of those with an answer (any shape, nan: none)."""
    known = np.isfinite(reports)
    return float(100.0 * np.mean(reports[known] > 0)) if known.any() else NAN


def flags(reports: Floats) -> Floats:
    """Reports (any shape) as 1 for a rupture of either kind and 0 for none; nan where nobody answered."""
    return np.where(np.isfinite(reports), (reports > 0).astype(np.float64), np.nan)


@study("P01", "client report", source="share")
def client_reports(practice: Practice) -> float:
    """Attended sessions with rupture_client, percent."""
    return percent_reported(practice.routine.sessions["rupture_client"])


@study("P02", "observer", source="share")
def observer_codes(practice: Practice) -> float:
    """Attended sessions with rupture_observer, percent."""
    return percent_reported(practice.routine.sessions["rupture_observer"])


@study("N22", "at least one", source="share")
def clients_who_report(practice: Practice) -> float:
    """Clients with rupture_client in at least one of sixteen sessions, percent of those who attended any."""
    reports = practice.routine.sessions["rupture_client"][:, :WEEKS]
    seen = np.isfinite(reports).any(axis=1)
    return float(100.0 * np.mean((reports[seen] > 0).any(axis=1))) if seen.any() else NAN


@study("N23", "therapist per client", source="ratio of shares")
def therapists_per_client(practice: Practice) -> float:
    """Share of sessions with rupture_therapist divided by share with rupture_client, the same sessions."""
    sessions = practice.routine.sessions
    client, therapist = sessions["rupture_client"], sessions["rupture_therapist"]
    both = np.isfinite(client) & np.isfinite(therapist)
    reported = int((client[both] > 0).sum())
    return int((therapist[both] > 0).sum()) / reported if reported else NAN


@study("N24", "phi within clients", source="person-mean centring (Curran & Bauer, 2011)")
def same_sessions(practice: Practice) -> float:
    """Correlation over sessions of rupture_client and rupture_therapist (any or none), each less the client's mean."""
    sessions = practice.routine.sessions
    return within_correlation(flags(sessions["rupture_client"]), flags(sessions["rupture_therapist"]))


@study("P18", "withdrawals minus confrontations", source="share", people=10)
def types(practice: Practice) -> float:
    """Share of rupture_observer that is withdrawal minus share that is confrontation (-1 to 1)."""
    codes = practice.routine.sessions["rupture_observer"]
    withdrawals, confrontations = np.sum(codes == Rupture.WITHDRAWAL), np.sum(codes == Rupture.CONFRONTATION)
    total = withdrawals + confrontations
    return float((withdrawals - confrontations) / total) if total else NAN


@study("N34", "CBT minus psychodynamic", source="difference of shares", people=4 * 128)
def cbt_minus_psychodynamic(practice: Practice) -> float:
    """Attended sessions 1-6 with rupture_client, percent: CBT - psychodynamic."""
    cbt, psychodynamic = (
        percent_reported(practice.routine.of(name).sessions["rupture_client"][:, :FIRST])
        for name in ("cbt", "psychodynamic")
    )
    return cbt - psychodynamic
