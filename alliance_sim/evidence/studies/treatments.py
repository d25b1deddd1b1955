"""Treatments compared with each other, usual care and waiting; who leaves, and who improves by when (D01, D05, N71-N77,
O01, X01-X16).
"""

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from alliance_sim.evidence.practice import BONA_FIDE, LONG_WEEKS, SHORT_WEEKS, Cohort, Practice, scale_named
from alliance_sim.evidence.studies.outcome import first_known, last_known
from alliance_sim.evidence.studies.study import NAN, Measure, known, percent
from alliance_sim.law.state import Left
from alliance_sim.stats.linear import Floats

RELIABLE = 6.0
"""Rise of the PHQ-9 that measurement error alone seldom makes, points (Jacobson & Truax, 1991; NHS Talking Therapies).

The finding asks for this one, whatever the catalogue's instrument says.
"""

COURSE = 2
"""Sessions attended, at least, by a client who finished a course of treatment as routine services count."""


def dropped_out(cohort: Cohort) -> NDArray[np.bool_]:
    """Whether each client dropped out."""
    return np.asarray(cohort.clients["left"] == Left.DROPOUT)


def completers_against_dropouts(practice: Practice) -> float:
    """Early rating of those who stayed minus that of dropouts in pooled SD."""
    # most of the pooled studies asked once and early, so that a dropout's rating lies before leaving
    early, gone = first_known(practice.routine.sessions["wai_client"][:, 2::-1]), dropped_out(practice.routine)
    left, stayed = known(early[gone]), known(early[~gone])
    if min(len(left), len(stayed)) < 2:
        return NAN
    squares = (len(left) - 1) * left.var(ddof=1) + (len(stayed) - 1) * stayed.var(ddof=1)
    pooled = np.sqrt(squares / (len(left) + len(stayed) - 2))
    return float((stayed.mean() - left.mean()) / pooled) if pooled > 0 else NAN


def improved_by(cohort: Cohort, week: int) -> float:
    """Clients who are improved by reliable change after so many weeks of treatment, percent.

    A dose-effect relation is about those who took the dose: clients who dropped out before that week are left out,
    those who completed treatment because they were well are kept with their last score.
    """
    now = last_known(cohort.sessions["symptoms"][:, :week])
    kept = np.isfinite(now) & ~(dropped_out(cohort) & (cohort.clients["left_week"] < week))
    return percent(cohort.clients["symptoms_intake"][kept] - now[kept] >= scale_named("phq9").reliable)


def between_d(one: Floats, other: Floats) -> float:
    """(Mean of one - mean of the other) / pooled SD (Cohen, 1988), nan left out; nan for fewer than two on a side."""
    a, b = known(one), known(other)
    if min(len(a), len(b)) < 2:
        return NAN
    pooled = np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2.0)
    return float((a.mean() - b.mean()) / pooled) if pooled > 0 else NAN


def change_d(before: Floats, after: Floats) -> float:
    """(Mean before - mean after) / SD before; nan for fewer than two clients."""
    sd = float(before.std(ddof=1)) if len(before) > 1 else 0.0
    return float((before.mean() - after.mean()) / sd) if sd > 0 else NAN


def pre_post_d(*cohorts: Cohort) -> float:
    """Change from intake to the end of all clients of some cohorts, in SD at intake."""
    ends = ("symptoms_intake", "symptoms_end")
    return change_d(*(np.concatenate([cohort.clients[name] for cohort in cohorts]) for name in ends))


def bona_fide_difference(practice: Practice) -> float:
    """Difference in outcome of the pair of treatments that differs most, in pooled SD."""
    outcomes = (practice.twins[name].improvement for name in sorted(BONA_FIDE))
    return max((between_d(one, other) for one, other in combinations(outcomes, 2)), key=abs)


def halved(cohort: Cohort) -> float:
    """Clients whose symptoms at the end are at most half of those at intake, percent."""
    return percent(cohort.clients["symptoms_end"] <= 0.5 * cohort.clients["symptoms_intake"])


def worse(cohort: Cohort) -> float:
    """Clients whose symptoms rose by reliable change from intake to the end, percent."""
    return percent(cohort.clients["symptoms_end"] - cohort.clients["symptoms_intake"] >= RELIABLE)


def finished(cohort: Cohort) -> tuple[Floats, Floats]:
    """Symptoms at intake and at the end of clients who finished a course of treatment."""
    rows = cohort.clients["sessions_attended"] >= COURSE
    return cohort.clients["symptoms_intake"][rows], cohort.clients["symptoms_end"][rows]


def sd_ratio(practice: Practice) -> float:
    """SD of symptoms at the end over that at intake, of clients who finished a course."""
    before, after = finished(practice.routine)
    return float(after.std(ddof=1) / before.std(ddof=1)) if len(before) > 1 and before.std() > 0 else NAN


MEASURES: dict[str, Measure] = {
    "D01": lambda p: percent(dropped_out(p.routine)),
    "D05": completers_against_dropouts,
    "O01": lambda p: (improved_by(p.longer, SHORT_WEEKS), improved_by(p.longer, LONG_WEEKS)),
    "X01": bona_fide_difference,
    "X12": lambda p: pre_post_d(*(p.twins[name] for name in BONA_FIDE)),
    "X13": lambda p: (pre_post_d(p.twins["waiting_list"]), pre_post_d(p.twins["usual_care"])),
    "X16": lambda p: halved(p.short["integrative"]),
    "N71": lambda p: halved(p.short["waiting_list"]),
    "N72": lambda p: worse(p.routine),
    "N73": lambda p: worse(p.short["waiting_list"]),
    "N76": sd_ratio,
    "N77a": lambda p: change_d(*finished(p.routine.of("cbt"))),
    "N77b": lambda p: change_d(*finished(p.routine.of("humanistic"))),
    "N77c": lambda p: change_d(*finished(p.routine.of("psychodynamic"))),
}
