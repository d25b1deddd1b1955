"""Alliance and outcome between clients; attachment and therapists in both (A01-A19, A21, B01-B03, S01-S09, T02)."""

import numpy as np
from numpy.typing import NDArray

from alliance_sim.estimands.baselines import mean_where
from alliance_sim.evidence.findings import finding
from alliance_sim.evidence.practice import Cohort, Practice, questionnaire
from alliance_sim.evidence.studies.study import Measure, known, percent
from alliance_sim.stats.linear import Floats
from alliance_sim.stats.multilevel import random_intercept
from alliance_sim.stats.pooling import correlation, correlations_of_studies, pool_correlations, residual

SMALLEST, LARGEST = 30, 200
"""Clients of the smallest and of the largest study of the relationship between alliance and outcome."""

GOLDEN = 0.6180339887498949

OBSERVER_RELIABILITY = 0.75
"""Agreement of observers on the alliance of one session (assumption, in the range that trained raters reach)."""

SELF_REPORT_RELIABILITY = 0.9
"""Reliability of self-reports of attachment (Fraley, Waller & Brennan, 2000)."""

SELF_REPORTS = {"anxiety": 1, "avoidance": 2}
"""Self-reports of attachment, and the purpose of the draws of their error."""


def cut_into_studies(clients: int) -> NDArray[np.int64]:
    """Number of the study that each client is in: consecutive clients, 30 to 200 a study, small studies more often.

    Sizes follow a golden-ratio sequence on the log scale, so that any stretch has small and large ones.
    """
    if clients == 0:
        return np.empty(0, np.int64)
    k = np.arange(1, clients // SMALLEST + 2)
    sizes = np.round(SMALLEST * (LARGEST / SMALLEST) ** ((k * GOLDEN) % 1.0)).astype(np.int64)
    ends = np.cumsum(sizes)
    # what is left over at the end joins the last whole study
    whole = max(int(np.searchsorted(ends, clients, side="right")), 1)
    return np.minimum(np.searchsorted(ends, np.arange(clients), side="right"), whole - 1)


def first_known(matrix: Floats) -> Floats:
    """The first number of each row that is no nan; nan where there is none."""
    there = np.isfinite(matrix)
    first = matrix[np.arange(len(matrix)), np.argmax(there, axis=1)]
    return np.where(there.any(axis=1), first, np.nan)


def last_known(matrix: Floats) -> Floats:
    """The last number of each row that is no nan; nan where there is none."""
    return first_known(matrix[:, ::-1])


def mean_known(matrix: Floats) -> Floats:
    """Mean of each row without its nan; nan where there is none."""
    return mean_where(matrix, np.isfinite(matrix))


def rating_as_studied(cohort: Cohort, column: str, sample: NDArray[np.int64]) -> Floats:
    """Each client's rating at the time at which its study asks: early, middle, late, or the mean of all, in turn.

    Early: first rating in weeks 3 to 5; middle: first in weeks 7 to 9; late: the last; mean: of all ratings.
    """
    ratings = cohort.sessions[column]
    times = [first_known(ratings[:, 2:5]), first_known(ratings[:, 6:9]), last_known(ratings), mean_known(ratings)]
    return np.asarray(np.stack(times)[sample % len(times), np.arange(len(cohort))])


def studied(column: str, cohort: Cohort) -> tuple[Floats, Floats]:
    """R of a rating with post-treatment outcome in every study that a cohort is cut into, and the studies' sizes."""
    sample = cut_into_studies(len(cohort))
    return correlations_of_studies(rating_as_studied(cohort, column, sample), cohort.improvement, sample)


def pooled(column: str, cohort: Cohort) -> float:
    """The correlation of a rating with outcome, pooled over studies."""
    return pool_correlations(*studied(column, cohort)).r


def fewer_studies(practice: Practice) -> float:
    """The correlation of the client's rating with outcome, pooled over as many studies as an earlier synthesis had."""
    r, n = (values[: finding("A05").studies] for values in studied("wai_client", practice.routine))
    return pool_correlations(r, n).r


def adjusted_outcome(cohort: Cohort) -> Floats:
    """Outcome adjusted for the baseline: residual of improvement on symptoms at intake, points."""
    return residual(cohort.improvement, cohort.clients["symptoms_intake"])


def explained(rating: Floats, cohort: Cohort) -> float:
    """Share of the variance of adjusted outcome that a rating explains, percent."""
    r = correlation(rating, adjusted_outcome(cohort))
    return 100.0 * r * r


def standard(values: Floats) -> Floats:
    """Values in SD above their mean, nan left out of both; nan where they do not vary."""
    those = known(values)
    if len(those) < 2 or those.std() == 0:
        return np.full(len(values), np.nan)
    return np.asarray((values - those.mean()) / those.std())


def observed_in_cbt(practice: Practice) -> float:
    """What clients in CBT show an observer, with the change of symptoms from then on."""
    cohort = practice.routine.of("cbt")
    now = cohort.session("symptoms", 3)
    shown = standard(np.where(np.isfinite(now), cohort.session("expressed", 3), np.nan))
    rated = questionnaire(shown, OBSERVER_RELIABILITY, practice.number, 21)
    return correlation(rated, residual(now - cohort.clients["symptoms_end"], now))


def with_alliance(practice: Practice, *traits: str) -> float:
    """Pooled correlation of self-reports (their sum) with the client's rating, studies cut as those of outcome."""
    clients = practice.routine.clients
    reports = [
        questionnaire(clients[trait], SELF_REPORT_RELIABILITY, practice.number, SELF_REPORTS[trait]) for trait in traits
    ]
    sample = cut_into_studies(len(practice.routine))
    rating = rating_as_studied(practice.routine, "wai_client", sample)
    return pool_correlations(*correlations_of_studies(np.sum(reports, axis=0), rating, sample)).r


def therapists_share(cohort: Cohort) -> float:
    """Share of the variance of outcome that lies between therapists, percent."""
    intake = cohort.clients["symptoms_intake"][:, None]
    return 100.0 * random_intercept(cohort.improvement, intake, cohort.therapist).share


MEASURES: dict[str, Measure] = {
    "A01": lambda p: pooled("wai_client", p.routine),
    "A03": lambda p: percent(known(studied("wai_client", p.routine)[0]) < 0),
    "A05": fewer_studies,
    "A18": lambda p: explained(p.routine.session("wai_client", 3), p.routine),
    "A19": lambda p: explained(mean_known(p.routine.sessions["wai_client"][:, 2:9]), p.routine),
    "A21": observed_in_cbt,
    "B01": lambda p: -with_alliance(p, "anxiety", "avoidance"),
    "B02": lambda p: with_alliance(p, "anxiety"),
    "B03": lambda p: with_alliance(p, "avoidance"),
    "S01": lambda p: pooled("wai_goal", p.routine),
    "S02": lambda p: pooled("wai_task", p.routine),
    "S09": lambda p: (pooled("wai_task", p.routine), pooled("wai_bond", p.routine)),
    "T02": lambda p: therapists_share(p.routine),
}
