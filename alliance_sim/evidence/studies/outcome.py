"""Alliance and outcome between clients (A01, A03, A05, A18, A19, A21, S01, S02, S09)."""

import numpy as np
from numpy.typing import NDArray

from alliance_sim.evidence.findings import finding
from alliance_sim.evidence.practice import Cohort, Floats, Practice, questionnaire
from alliance_sim.evidence.studies.study import NAN, study
from alliance_sim.stats.pooling import correlation, correlations_of_studies, pool_correlations, residual

SMALLEST, LARGEST = 30, 200
"""Clients of the smallest and of the largest study of the relationship between alliance and outcome."""

GOLDEN = 0.6180339887498949

OBSERVER_RELIABILITY = 0.75
"""Agreement of observers on the alliance of one session (assumption, in the range that trained raters reach)."""

POOLED = "DerSimonian & Laird (1986)"


def cut_into_studies(clients: int) -> NDArray[np.int64]:
    """Number of the study that each client is in: consecutive clients, 30 to 200 a study, small studies more often.

    Sizes follow a golden-ratio sequence on the log scale, so that any stretch has small and large ones.
    """
    if clients == 0:
        return np.empty(0, np.int64)
    k = np.arange(1, clients // SMALLEST + 2)
    sizes = np.round(SMALLEST * (LARGEST / SMALLEST) ** ((k * GOLDEN) % 1.0)).astype(np.int64)
    ends = np.cumsum(sizes)
    sample = np.searchsorted(ends, np.arange(clients), side="right")
    # what is left over at the end joins the last whole study
    whole = max(int(np.searchsorted(ends, clients, side="right")), 1)
    return np.minimum(sample, whole - 1)


def first_known(matrix: Floats) -> Floats:
    """The first number of each row that is no nan; nan where there is none."""
    known = np.isfinite(matrix)
    first = matrix[np.arange(len(matrix)), np.argmax(known, axis=1)]
    return np.where(known.any(axis=1), first, np.nan)


def mean_known(matrix: Floats) -> Floats:
    """Mean of each row without its nan; nan where there is none."""
    known = np.isfinite(matrix)
    n = known.sum(axis=1)
    return np.where(n > 0, np.where(known, matrix, 0.0).sum(axis=1) / np.maximum(n, 1), np.nan)


def rating_as_studied(cohort: Cohort, column: str, sample: NDArray[np.int64]) -> Floats:
    """Each client's rating at the time at which its study asks: early, middle, late, or the mean of all, in turn.

    Early: first rating in weeks 3 to 5; middle: first in weeks 7 to 9; late: the last; mean: of all ratings.
    """
    ratings = cohort.sessions[column]
    times = np.stack(
        [first_known(ratings[:, 2:5]), first_known(ratings[:, 6:9]), first_known(ratings[:, ::-1]), mean_known(ratings)]
    )
    return np.asarray(times[sample % len(times), np.arange(len(cohort))])


def studied(column: str, cohort: Cohort) -> tuple[Floats, Floats]:
    """R of a rating with post-treatment outcome in every study that a cohort is cut into, and the studies' sizes."""
    sample = cut_into_studies(len(cohort))
    return correlations_of_studies(rating_as_studied(cohort, column, sample), cohort.improvement, sample)


def pooled(column: str, cohort: Cohort) -> float:
    """The correlation of a rating with outcome, pooled over studies."""
    return pool_correlations(*studied(column, cohort)).r


def adjusted_outcome(cohort: Cohort) -> Floats:
    """Outcome adjusted for the baseline: residual of improvement on symptoms at intake, points."""
    return residual(cohort.improvement, cohort.clients["symptoms_intake"])


@study("A01", "r", source=POOLED)
def alliance_outcome(practice: Practice) -> float:
    """wai_client with minus symptoms_end in studies of 30-200 clients, each of which asks early, in the middle, late or
    for the mean of all ratings; pooled by random effects on Fisher's z.
    """
    return pooled("wai_client", practice.routine)


@study("A03", "negative studies", source=POOLED)
def negative_studies(practice: Practice) -> float:
    """Share of the studies of A01 with r below 0, percent."""
    r, _ = studied("wai_client", practice.routine)
    r = r[np.isfinite(r)]
    return float(100.0 * np.mean(r < 0)) if len(r) else NAN


@study("A05", "r", source=POOLED)
def fewer_studies(practice: Practice) -> float:
    """As A01, over as many studies as the earlier synthesis had."""
    count = finding("A05").studies
    r, n = studied("wai_client", practice.routine)
    return pool_correlations(r[:count], n[:count]).r


@study("A18", "one rating", source="Crits-Christoph et al. (2011)")
def one_rating(practice: Practice) -> float:
    """Squared correlation of wai_client in session 3 with minus symptoms_end adjusted for symptoms_intake, percent."""
    r = correlation(practice.routine.session("wai_client", 3), adjusted_outcome(practice.routine))
    return 100.0 * r * r


@study("A19", "mean of seven ratings", source="Crits-Christoph et al. (2011)")
def seven_ratings(practice: Practice) -> float:
    """Squared correlation of the mean wai_client of sessions 3-9 with minus symptoms_end adjusted for symptoms_intake,
    percent.
    """
    mean = mean_known(practice.routine.sessions["wai_client"][:, 2:9])
    r = correlation(mean, adjusted_outcome(practice.routine))
    return 100.0 * r * r


@study("A21", "r", source="Lorenzo-Luaces, DeRubeis & Webb (2014)")
def observed_in_cbt(practice: Practice) -> float:
    """What the client shows in session 3 as an observer rates it (reliability .75) with the change of symptoms from
    session 3 to the end, adjusted for symptoms in session 3; CBT only.
    """
    cohort = practice.routine.of("cbt")
    shown, now = cohort.session("expressed", 3), cohort.session("symptoms", 3)
    known = np.isfinite(shown) & np.isfinite(now)
    if known.sum() < 3 or shown[known].std() == 0:
        return NAN
    standard = (shown - shown[known].mean()) / shown[known].std()
    rated = questionnaire(standard, OBSERVER_RELIABILITY, practice.number, 21)
    return correlation(rated, residual(now - cohort.clients["symptoms_end"], now))


@study("S01", "r", source=POOLED)
def goal(practice: Practice) -> float:
    """wai_goal with minus symptoms_end, asked and pooled as in A01."""
    return pooled("wai_goal", practice.routine)


@study("S02", "r", source=POOLED)
def task(practice: Practice) -> float:
    """wai_task with minus symptoms_end, asked and pooled as in A01."""
    return pooled("wai_task", practice.routine)


@study("S09", "task", "bond", source=POOLED)
def task_and_bond(practice: Practice) -> tuple[float, ...]:
    """wai_task and wai_bond with minus symptoms_end, each asked and pooled as in A01."""
    return pooled("wai_task", practice.routine), pooled("wai_bond", practice.routine)
