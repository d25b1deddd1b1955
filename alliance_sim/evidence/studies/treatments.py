"""Treatments compared: with each other, with usual care, with waiting (N71-N73, N76, N77, X01, X12, X13, X16)."""

from itertools import combinations

import numpy as np

from alliance_sim.evidence.practice import BONA_FIDE, Cohort, Floats, Practice, people_until
from alliance_sim.evidence.studies.study import NAN, study

RELIABLE = 6.0
"""Rise of the PHQ-9 that measurement error alone seldom makes, points (Jacobson & Truax, 1991; NHS Talking Therapies).

The finding asks for this one, whatever the catalogue's instrument says.
"""

COURSE = 2
"""Sessions attended, at least, by a client who finished a course of treatment as routine services count."""

JACOBSON_TRUAX, NHS = "Jacobson & Truax (1991)", "NHS Talking Therapies (2025)"


def between_d(one: Floats, other: Floats) -> float:
    """(Mean of one - mean of the other) / pooled SD (Cohen, 1988), nan left out; nan for fewer than two on a side."""
    a, b = one[np.isfinite(one)], other[np.isfinite(other)]
    if min(len(a), len(b)) < 2:
        return NAN
    pooled = np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2.0)
    return float((a.mean() - b.mean()) / pooled) if pooled > 0 else NAN


def change_d(before: Floats, after: Floats) -> float:
    """(Mean before - mean after) / SD before; nan for fewer than two clients."""
    if len(before) < 2:
        return NAN
    sd = before.std(ddof=1)
    return float((before.mean() - after.mean()) / sd) if sd > 0 else NAN


def pre_post_d(*cohorts: Cohort) -> float:
    """Change from intake to the end of all clients of some cohorts, in SD at intake."""
    ends = ("symptoms_intake", "symptoms_end")
    return change_d(*(np.concatenate([cohort.clients[name] for cohort in cohorts]) for name in ends))


@study("X01", "largest difference among pairs of treatments", source="Cohen (1988); Wampold et al. (1997)")
def bona_fide_difference(practice: Practice) -> float:
    """symptoms_end of the same clients with the same therapists in each of four treatments: difference of means over
    pooled SD, the pair that differs most (first in the alphabet minus second, fewer symptoms positive).
    """
    pairs = combinations(sorted(BONA_FIDE), 2)
    return max(
        (between_d(practice.twins[one].improvement, practice.twins[other].improvement) for one, other in pairs),
        key=abs,
    )


@study("X12", "treated", source="Metapsy (2024)")
def treated(practice: Practice) -> float:
    """(Mean symptoms_intake - mean symptoms_end) / SD of symptoms_intake, all clients of four bona fide treatments."""
    return pre_post_d(*(practice.twins[name] for name in BONA_FIDE))


@study("X13", "waiting list", "usual care", source="Metapsy (2024)")
def untreated(practice: Practice) -> tuple[float, ...]:
    """As X12, the same clients without treatment and in usual care."""
    return pre_post_d(practice.twins["waiting_list"]), pre_post_d(practice.twins["usual_care"])


def halved(cohort: Cohort) -> float:
    """Percentage of clients whose symptoms at the end are at most half of those at intake; nan without clients."""
    if len(cohort) == 0:
        return NAN
    return float(100.0 * np.mean(cohort.clients["symptoms_end"] <= 0.5 * cohort.clients["symptoms_intake"]))


@study("X16", "treated", source="Cuijpers et al. (2021)")
def response(practice: Practice) -> float:
    """Clients whose symptoms_end is at most half of symptoms_intake after eight weeks of treatment, of all, percent."""
    return halved(practice.short["integrative"])


@study("N71", "untreated", source="Cuijpers et al. (2023)")
def response_untreated(practice: Practice) -> float:
    """As X16, after eight weeks on a waiting list."""
    return halved(practice.short["waiting_list"])


def worse(cohort: Cohort) -> float:
    """Percentage of clients whose symptoms rose by reliable change from intake to the end; nan without clients."""
    if len(cohort) == 0:
        return NAN
    rise = cohort.clients["symptoms_end"] - cohort.clients["symptoms_intake"]
    return float(100.0 * np.mean(rise >= RELIABLE))


@study("N72", "treated", source=JACOBSON_TRUAX)
def worse_treated(practice: Practice) -> float:
    """Routine clients whose symptoms_end is 6 points or more above symptoms_intake, of all, percent."""
    return worse(practice.routine)


@study("N73", "untreated", source=JACOBSON_TRUAX)
def worse_untreated(practice: Practice) -> float:
    """As N72, after eight weeks on a waiting list."""
    return worse(practice.short["waiting_list"])


def finished(cohort: Cohort) -> tuple[Floats, Floats]:
    """Symptoms at intake and at the end of clients who finished a course of treatment."""
    rows = cohort.clients["sessions_attended"] >= COURSE
    return cohort.clients["symptoms_intake"][rows], cohort.clients["symptoms_end"][rows]


@study("N76", "ratio of SD", source=NHS)
def sd_ratio(practice: Practice) -> float:
    """SD of symptoms_end over SD of symptoms_intake, routine clients who attended at least 2 sessions."""
    before, after = finished(practice.routine)
    if len(before) < 2 or before.std() == 0:
        return NAN
    return float(after.std(ddof=1) / before.std(ddof=1))


@study("N77a", "cbt", source=NHS, people=people_until("cbt", 80570))
def change_in_cbt(practice: Practice) -> float:
    """(Mean symptoms_intake - mean symptoms_end) / SD of symptoms_intake, routine clients in CBT who attended at least
    2 sessions.
    """
    return change_d(*finished(practice.routine.of("cbt")))


@study("N77b", "humanistic", source=NHS, people=people_until("humanistic", 53100))
def change_in_humanistic(practice: Practice) -> float:
    """As N77a, in humanistic treatment."""
    return change_d(*finished(practice.routine.of("humanistic")))


@study("N77c", "psychodynamic", source=NHS, people=people_until("psychodynamic", 842))
def change_in_psychodynamic(practice: Practice) -> float:
    """As N77a, in psychodynamic treatment."""
    return change_d(*finished(practice.routine.of("psychodynamic")))
