"""Alliance and outcome between clients (A01, A03, A05, A18, A19, A21, S01, S02, S09)."""

import numpy as np
from numpy.typing import NDArray

from alliance_sim.evidence.findings import published
from alliance_sim.evidence.practice import BONA_FIDE, Cohort, Floats, Practice, questionnaire
from alliance_sim.evidence.studies.study import Study
from alliance_sim.stats.pooling import correlation, correlations_of_studies, pool_correlations, residual

SMALLEST, LARGEST = 30, 200
"""Clients of the smallest and of the largest study of the relationship between alliance and outcome."""

GOLDEN = 0.6180339887498949

OBSERVER_RELIABILITY = 0.75
"""Agreement of observers on the alliance of one session (assumption, in the range that trained raters reach)."""


def cut_into_studies(clients: int) -> NDArray[np.int64]:
    """Number of the study that each client is in: consecutive clients, 30 to 200 a study, small studies more often.

    Sizes follow a golden-ratio sequence on the log scale, so that any stretch has small and large ones.
    """
    if clients == 0:
        return np.empty(0, np.int64)
    k = np.arange(1, clients // SMALLEST + 2)
    sizes = np.round(SMALLEST * (LARGEST / SMALLEST) ** ((k * GOLDEN) % 1.0)).astype(np.int64)
    ends = np.cumsum(sizes)
    study = np.searchsorted(ends, np.arange(clients), side="right")
    # what is left over at the end joins the last whole study
    whole = max(int(np.searchsorted(ends, clients, side="right")), 1)
    return np.minimum(study, whole - 1)


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


def rating_as_studied(cohort: Cohort, column: str, study: NDArray[np.int64]) -> Floats:
    """Each client's rating at the time at which its study asks: early, middle, late, or the mean of all, in turn.

    Early: first rating in weeks 3 to 5; middle: first in weeks 7 to 9; late: the last; mean: of all ratings.
    """
    ratings = cohort.sessions[column]
    times = np.stack(
        [first_known(ratings[:, 2:5]), first_known(ratings[:, 6:9]), first_known(ratings[:, ::-1]), mean_known(ratings)]
    )
    return np.asarray(times[study % len(times), np.arange(len(cohort))])


def studied(cohort: Cohort, column: str) -> tuple[Floats, Floats]:
    """R of a rating with post-treatment outcome in every study that a cohort is cut into, and the studies' sizes."""
    study = cut_into_studies(len(cohort))
    return correlations_of_studies(rating_as_studied(cohort, column, study), cohort.improvement, study)


def pooled(column: str, cohort: Cohort) -> float:
    """The correlation of a rating with outcome, pooled over studies."""
    return pool_correlations(*studied(cohort, column)).r


def alliance_outcome(practice: Practice) -> tuple[float, ...]:
    """Client-rated alliance with outcome, pooled."""
    return (pooled("wai_client", practice.routine),)


def fewer_studies(practice: Practice) -> tuple[float, ...]:
    """The same over as many studies as the earlier synthesis had."""
    count = next(finding.studies for finding in published() if finding.id == "A05")
    r, n = studied(practice.routine, "wai_client")
    return (pool_correlations(r[:count], n[:count]).r,)


def negative_studies(practice: Practice) -> tuple[float, ...]:
    """Share of studies with a negative correlation, percent."""
    r, _ = studied(practice.routine, "wai_client")
    r = r[np.isfinite(r)]
    return (float(100.0 * np.mean(r < 0)) if len(r) else float("nan"),)


def adjusted_outcome(cohort: Cohort) -> Floats:
    """Outcome adjusted for the baseline: residual of improvement on symptoms at intake, points."""
    return residual(cohort.improvement, cohort.clients["symptoms_intake"])


def one_rating(practice: Practice) -> tuple[float, ...]:
    """Outcome variance explained by the rating of session 3, percent."""
    r = correlation(practice.routine.session("wai_client", 3), adjusted_outcome(practice.routine))
    return (100.0 * r * r,)


def seven_ratings(practice: Practice) -> tuple[float, ...]:
    """Outcome variance explained by the mean rating of sessions 3 to 9, percent."""
    mean = mean_known(practice.routine.sessions["wai_client"][:, 2:9])
    r = correlation(mean, adjusted_outcome(practice.routine))
    return (100.0 * r * r,)


def observed_in_cbt(practice: Practice) -> tuple[float, ...]:
    """Observer-rated alliance in CBT at session 3 with subsequent change, r."""
    cohort = practice.routine
    inside = cohort.treatment == BONA_FIDE.index("cbt")
    shown = cohort.session("expressed", 3)[inside]
    now = cohort.session("symptoms", 3)[inside]
    known = np.isfinite(shown) & np.isfinite(now)
    if known.sum() < 3 or shown[known].std() == 0:
        return (float("nan"),)
    standard = (shown - shown[known].mean()) / shown[known].std()
    rated = questionnaire(standard, OBSERVER_RELIABILITY, practice.number, 21)
    change = now - cohort.clients["symptoms_end"][inside]
    return (correlation(rated, residual(change, now)),)


def goal(practice: Practice) -> tuple[float, ...]:
    """Client-rated goal consensus with outcome, pooled."""
    return (pooled("wai_goal", practice.routine),)


def task(practice: Practice) -> tuple[float, ...]:
    """Client-rated collaboration (the task subscale) with outcome, pooled."""
    return (pooled("wai_task", practice.routine),)


def task_and_bond(practice: Practice) -> tuple[float, ...]:
    """Client-rated task and bond with outcome, each pooled."""
    return pooled("wai_task", practice.routine), pooled("wai_bond", practice.routine)


_HOW = (
    "at the time at which the study asks (early, middle, late or mean) with minus symptoms_end, in studies of 30-200 "
)
_POOLED = "clients, pooled by random effects on Fisher's z"
_DL = "DerSimonian & Laird (1986)"

STUDIES = (
    Study("A01", ("r",), alliance_outcome, f"wai_client {_HOW}{_POOLED}", _DL),
    Study(
        "A03",
        ("negative studies",),
        negative_studies,
        f"share of the studies of A01 with r below 0: {_HOW}clients",
        _DL,
    ),
    Study("A05", ("r",), fewer_studies, f"as A01, over fewer studies: wai_client {_HOW}{_POOLED}", _DL),
    Study(
        "A18",
        ("one rating",),
        one_rating,
        "squared correlation of wai_client in session 3 with minus symptoms_end, adjusted for symptoms_intake, percent",
        "Crits-Christoph et al. (2011)",
    ),
    Study(
        "A19",
        ("mean of seven ratings",),
        seven_ratings,
        "squared correlation of the mean wai_client of sessions 3-9 with minus symptoms_end, adjusted for "
        "symptoms_intake, percent",
        "Crits-Christoph et al. (2011)",
    ),
    Study(
        "A21",
        ("r",),
        observed_in_cbt,
        "what the client shows in session 3 as an observer rates it (reliability .75) with the change of symptoms from "
        "session 3 to the end, adjusted for symptoms in session 3; CBT only",
        "Lorenzo-Luaces, DeRubeis & Webb (2014)",
    ),
    Study("S01", ("r",), goal, f"wai_goal {_HOW}{_POOLED}", _DL),
    Study("S02", ("r",), task, f"wai_task {_HOW}{_POOLED}", _DL),
    Study("S09", ("task", "bond"), task_and_bond, f"wai_task and wai_bond {_HOW}{_POOLED}", _DL),
)
