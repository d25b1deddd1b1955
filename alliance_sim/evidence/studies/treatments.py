"""Treatments compared: with each other, with usual care, with waiting (X01, X12, X13, X16)."""

from itertools import combinations

import numpy as np

from alliance_sim.evidence.practice import BONA_FIDE, Cohort, Practice
from alliance_sim.evidence.studies.study import Study


def between_d(one: Cohort, other: Cohort) -> float:
    """(Mean outcome of one - mean outcome of the other) / pooled SD (Cohen, 1988); nan for fewer than two clients."""
    a, b = one.improvement, other.improvement
    if min(len(a), len(b)) < 2:
        return float("nan")
    pooled = np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2.0)
    return float((a.mean() - b.mean()) / pooled) if pooled > 0 else float("nan")


def pre_post_d(*cohorts: Cohort) -> float:
    """(Mean at intake - mean at the end) / SD at intake, of all clients of the cohorts; nan for fewer than two."""
    before = np.concatenate([cohort.clients["symptoms_intake"] for cohort in cohorts])
    after = np.concatenate([cohort.clients["symptoms_end"] for cohort in cohorts])
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
    """Share of clients whose symptoms were halved in eight weeks of treatment, and without any."""
    return halved(practice.short["integrative"]), halved(practice.short["waiting_list"])


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
        ("treated", "untreated"),
        response,
        "clients whose symptoms_end is at most half of symptoms_intake after eight weeks, of all, percent",
        "Cuijpers et al. (2021)",
    ),
)
