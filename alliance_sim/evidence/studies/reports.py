"""Ruptures as clients, therapists and observers report them (P01, P02, P18, N22, N23, N24, N34)."""

import numpy as np
from numpy.typing import NDArray

from alliance_sim.evidence.practice import BONA_FIDE, WEEKS, Cohort, Floats, Practice
from alliance_sim.evidence.studies.rating import within_correlation
from alliance_sim.evidence.studies.study import Study

WITHDRAWAL, CONFRONTATION = 1, 2
"""Codes of markers in reports of raters."""

FIRST = 6
"""Sessions in which ruptures of different treatments were compared."""

NAN = float("nan")


def percent_reported(reports: Floats) -> float:
    """Sessions with a report, percent of those with an answer (any shape, nan: none)."""
    known = np.isfinite(reports)
    return float(100.0 * np.mean(reports[known] > 0)) if known.any() else NAN


def reported(cohort: Cohort, column: str) -> float:
    """Attended sessions in which a rater reports a rupture, percent."""
    return percent_reported(cohort.sessions[column])


def flags(reports: Floats) -> Floats:
    """Reports (any shape) as 1 for a rupture of either kind and 0 for none; nan where nobody answered."""
    return np.where(np.isfinite(reports), (reports > 0).astype(np.float64), np.nan)


def client_reports(practice: Practice) -> tuple[float, ...]:
    """Sessions in which the client reports a tension."""
    return (reported(practice.routine, "rupture_client"),)


def observer_codes(practice: Practice) -> tuple[float, ...]:
    """Sessions in which an observer codes at least one marker."""
    return (reported(practice.routine, "rupture_observer"),)


def clients_who_report(practice: Practice) -> tuple[float, ...]:
    """Clients who report at least one rupture within sixteen sessions."""
    reports = practice.routine.sessions["rupture_client"][:, :WEEKS]
    seen = np.isfinite(reports).any(axis=1)
    return (float(100.0 * np.mean((reports[seen] > 0).any(axis=1))) if seen.any() else NAN,)


def therapists_per_client(practice: Practice) -> tuple[float, ...]:
    """Ruptures that therapists report, per rupture that clients report in the same sessions."""
    sessions = practice.routine.sessions
    client, therapist = sessions["rupture_client"], sessions["rupture_therapist"]
    both = np.isfinite(client) & np.isfinite(therapist)
    told = int((client[both] > 0).sum())
    return (int((therapist[both] > 0).sum()) / told if told else NAN,)


def same_sessions(practice: Practice) -> tuple[float, ...]:
    """Whether clients and therapists report ruptures in the same sessions."""
    sessions = practice.routine.sessions
    return (within_correlation(flags(sessions["rupture_client"]), flags(sessions["rupture_therapist"])),)


def types(practice: Practice) -> tuple[float, ...]:
    """Share of coded markers that are withdrawals minus that of confrontations (-1 to 1)."""
    codes = practice.routine.sessions["rupture_observer"]
    withdrawals, confrontations = np.sum(codes == WITHDRAWAL), np.sum(codes == CONFRONTATION)
    total = withdrawals + confrontations
    return (float((withdrawals - confrontations) / total) if total else NAN,)


def cbt_minus_psychodynamic(practice: Practice) -> tuple[float, ...]:
    """Early ruptures that clients report in CBT, minus those in psychodynamic therapy, percent of sessions."""
    cohort = practice.routine

    def early(treatment: str) -> float:
        practised: NDArray[np.bool_] = cohort.treatment == BONA_FIDE.index(treatment)
        return percent_reported(cohort.sessions["rupture_client"][practised, :FIRST])

    return (early("cbt") - early("psychodynamic"),)


STUDIES = (
    Study("P01", ("client report",), client_reports, "attended sessions with rupture_client, percent", "share"),
    Study("P02", ("observer",), observer_codes, "attended sessions with rupture_observer, percent", "share"),
    Study(
        "P18", ("withdrawals minus confrontations",), types,
        "share of rupture_observer that is withdrawal minus share that is confrontation", "share", people=10,
    ),
    Study(
        "N22", ("at least one",), clients_who_report,
        "clients with rupture_client in at least one of sixteen sessions, percent of those who attended any", "share",
    ),
    Study(
        "N23", ("therapist per client",), therapists_per_client,
        "share of sessions with rupture_therapist divided by share with rupture_client, the same sessions",
        "ratio of shares",
    ),
    Study(
        "N24", ("phi within clients",), same_sessions,
        "correlation over sessions of rupture_client and rupture_therapist (any or none), each less the client's mean",
        "person-mean centring (Curran & Bauer, 2011)",
    ),
    Study(
        "N34", ("CBT minus psychodynamic",), cbt_minus_psychodynamic,
        "attended sessions 1-6 with rupture_client, percent: CBT - psychodynamic", "difference of shares",
        people=4 * 128,
    ),
)  # fmt: skip
