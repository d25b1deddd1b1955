"""Treatments compared: with each other, with usual care, with waiting (N71-N73, N76, N77, X01, X12, X13, X16)."""

from collections.abc import Callable
from itertools import combinations

import numpy as np

from alliance_sim.evidence.practice import BONA_FIDE, Cohort, Floats, Practice, people_until
from alliance_sim.evidence.studies.study import Study

ENDS = ("symptoms_intake", "symptoms_end")
"""Columns of symptoms before and after."""

RELIABLE = 6.0
"""Rise of the PHQ-9 that measurement error alone seldom makes, points (Jacobson & Truax, 1991; NHS Talking Therapies).

The finding asks for this one, whatever the catalogue's instrument says.
"""

COURSE = 2
"""Sessions attended, at least, by a client who finished a course of treatment as routine services count."""


def between_d(one: Cohort, other: Cohort) -> float:
    """(Mean outcome of one - mean outcome of the other) / pooled SD (Cohen, 1988); nan for fewer than two clients."""
    a, b = one.improvement, other.improvement
    if min(len(a), len(b)) < 2:
        return float("nan")
    pooled = np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2.0)
    return float((a.mean() - b.mean()) / pooled) if pooled > 0 else float("nan")


def pre_post_d(*cohorts: Cohort) -> float:
    """(Mean at intake - mean at the end) / SD at intake, of all clients of the cohorts; nan for fewer than two."""
    return change_d(*(np.concatenate([cohort.clients[name] for cohort in cohorts]) for name in ENDS))


def change_d(before: Floats, after: Floats) -> float:
    """(Mean before - mean after) / SD before; nan for fewer than two clients."""
    if len(before) < 2:
        return float("nan")
    sd = before.std(ddof=1)
    return float((before.mean() - after.mean()) / sd) if sd > 0 else float("nan")


def bona_fide_difference(practice: Practice) -> tuple[float, ...]:
    """The largest difference among all pairs of bona fide treatments, with its sign (first in the alphabet on top)."""
    pairs = combinations(sorted(BONA_FIDE), 2)
    differences = [between_d(practice.twins[one], practice.twins[other]) for one, other in pairs]
    return (max(differences, key=abs),)


def treated(practice: Practice) -> tuple[float, ...]:
    """Change from intake to the end in bona fide treatment."""
    return (pre_post_d(*(practice.twins[name] for name in BONA_FIDE)),)


def untreated(practice: Practice) -> tuple[float, ...]:
    """Change of the same clients on a waiting list, and in usual care."""
    return pre_post_d(practice.twins["waiting_list"]), pre_post_d(practice.twins["usual_care"])


def halved(cohort: Cohort) -> float:
    """Percentage of clients whose symptoms at the end are at most half of those at intake; nan without clients."""
    if len(cohort) == 0:
        return float("nan")
    return float(100.0 * np.mean(cohort.clients["symptoms_end"] <= 0.5 * cohort.clients["symptoms_intake"]))


def response(practice: Practice) -> tuple[float, ...]:
    """Share of clients whose symptoms were halved in eight weeks of treatment."""
    return (halved(practice.short["integrative"]),)


def response_untreated(practice: Practice) -> tuple[float, ...]:
    """Share of clients whose symptoms were halved in eight weeks on a waiting list."""
    return (halved(practice.short["waiting_list"]),)


def worse(cohort: Cohort) -> float:
    """Percentage of clients whose symptoms rose by reliable change from intake to the end; nan without clients."""
    if len(cohort) == 0:
        return float("nan")
    rise = cohort.clients["symptoms_end"] - cohort.clients["symptoms_intake"]
    return float(100.0 * np.mean(rise >= RELIABLE))


def worse_treated(practice: Practice) -> tuple[float, ...]:
    """Share of clients who are reliably worse at the planned end of routine treatment."""
    return (worse(practice.routine),)


def worse_untreated(practice: Practice) -> tuple[float, ...]:
    """Share of clients who are reliably worse after eight weeks on a waiting list."""
    return (worse(practice.short["waiting_list"]),)


def spread_of_outcomes(practice: Practice) -> tuple[float, ...]:
    """SD of symptoms at the end over that at intake, of clients who finished a course of treatment."""
    before, after = finished(practice.routine)
    if len(before) < 2 or before.std() == 0:
        return (float("nan"),)
    return (float(after.std(ddof=1) / before.std(ddof=1)),)


def finished(cohort: Cohort) -> tuple[Floats, Floats]:
    """Symptoms at intake and at the end of clients who finished a course of treatment."""
    rows = cohort.clients["sessions_attended"] >= COURSE
    return cohort.clients["symptoms_intake"][rows], cohort.clients["symptoms_end"][rows]


def routine_change(treatment: str) -> Callable[[Practice], tuple[float, ...]]:
    """Change of routine clients of one treatment who finished a course of it."""
    return lambda practice: (change_d(*finished(practice.routine.of(treatment))),)


ROUTINE = (("N77a", "cbt", 80570), ("N77b", "humanistic", 53100), ("N77c", "psychodynamic", 842))
"""Findings of routine care, their treatment, and their clients."""


STUDIES = (
    Study(
        "X01",
        ("largest difference among pairs of treatments",),
        bona_fide_difference,
        "symptoms_end of the same clients with the same therapists in each of four treatments: difference of means "
        "over pooled SD, the pair that differs most",
        "Cohen (1988); Wampold et al. (1997)",
    ),
    Study(
        "X12",
        ("treated",),
        treated,
        "(mean symptoms_intake - mean symptoms_end) / SD of symptoms_intake, all clients of four bona fide treatments",
        "Metapsy (2024)",
    ),
    Study(
        "X13",
        ("waiting list", "usual care"),
        untreated,
        "(mean symptoms_intake - mean symptoms_end) / SD of symptoms_intake, the same clients without treatment and in "
        "usual care",
        "Metapsy (2024)",
    ),
    Study(
        "X16",
        ("treated",),
        response,
        "clients whose symptoms_end is at most half of symptoms_intake after eight weeks of treatment, of all, percent",
        "Cuijpers et al. (2021)",
    ),
    Study(
        "N71",
        ("untreated",),
        response_untreated,
        "clients whose symptoms_end is at most half of symptoms_intake after eight weeks on a waiting list, of all, "
        "percent",
        "Cuijpers et al. (2023)",
    ),
    Study(
        "N72",
        ("treated",),
        worse_treated,
        f"routine clients whose symptoms_end is {RELIABLE:g} points or more above symptoms_intake, of all, percent",
        "Jacobson & Truax (1991)",
    ),
    Study(
        "N73",
        ("untreated",),
        worse_untreated,
        f"clients whose symptoms_end is {RELIABLE:g} points or more above symptoms_intake after eight weeks on a "
        "waiting list, of all, percent",
        "Jacobson & Truax (1991)",
    ),
    Study(
        "N76",
        ("ratio of SD",),
        spread_of_outcomes,
        f"SD of symptoms_end over SD of symptoms_intake, routine clients who attended at least {COURSE} sessions",
        "NHS Talking Therapies (2025)",
    ),
    *(
        Study(
            finding,
            (treatment,),
            routine_change(treatment),
            f"(mean symptoms_intake - mean symptoms_end) / SD of symptoms_intake, routine clients in {treatment} who "
            f"attended at least {COURSE} sessions",
            "NHS Talking Therapies (2025)",
            people_until(treatment, people),
        )
        for finding, treatment, people in ROUTINE
    ),
)
