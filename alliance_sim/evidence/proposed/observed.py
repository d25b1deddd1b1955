"""Proposed studies of routine practice: what could be observed, and has not been, in this form."""

import numpy as np

from alliance_sim.evidence.practice import Cohort, Floats, questionnaire
from alliance_sim.evidence.proposed.proposal import Seen, proposal
from alliance_sim.evidence.studies.drops import drops_in
from alliance_sim.evidence.studies.outcome import adjusted_outcome, first_known, mean_known
from alliance_sim.evidence.studies.treatments import halved
from alliance_sim.evidence.studies.within import next_alliance
from alliance_sim.stats.pooling import correlation

PEOPLE = 480
"""Clients of a proposed study of routine practice: 24 therapists with 20 clients each."""

THERAPISTS = 2000
"""Clients of a proposed study between therapists: 100 therapists with 20 clients each."""

TREATED = 240
"""Clients in treatment of a proposed trial that reports how many of them responded, with its error."""

RELIABILITY = 0.75
"""Agreement of observers on competence in a session, and on a standard interpersonal task (assumption, in the range
that trained raters reach).
"""

LATER = 3
"""Sessions after a tension at which its sequel is looked at."""


def least_squares(y: Floats, *columns: Floats) -> Floats:
    """Coefficients of y on an intercept and columns, rows with nan left out; nan where they are not identified."""
    x = np.column_stack([np.ones(len(y)), *columns])
    known = np.isfinite(y) & np.isfinite(x).all(axis=1)
    if known.sum() <= x.shape[1] or np.linalg.matrix_rank(x[known]) < x.shape[1]:
        return np.full(x.shape[1], np.nan)
    return np.asarray(np.linalg.lstsq(x[known], y[known])[0])


def standard(values: Floats) -> Floats:
    """Values in SD above their mean, nan left out of both."""
    known = values[np.isfinite(values)]
    if len(known) < 2 or known.std() == 0:
        return np.full(len(values), np.nan)
    return np.asarray((values - known.mean()) / known.std())


def observed_competence(seen: Seen) -> Floats:
    """Each client's therapist's competence as observers of the client's sessions rate it, SD of the trait."""
    competence = seen.practice.routine.clients["therapist_competence"]
    return questionnaire(competence, RELIABILITY, seen.practice.number, 41)


def of_therapists(values: Floats, cohort: Cohort) -> Floats:
    """Means of clients' values by therapist, nan left out."""
    return mean_known(values.reshape(-1, cohort.caseload))


@proposal(
    "competence_by_alliance", "routine practice: does competence pay more where the alliance is better? (beta)", PEOPLE
)
def competence_by_alliance(seen: Seen) -> float:
    """Standardised product of observed competence (reliability .75) and wai_client of sessions 3-5, on minus
    symptoms_end adjusted for symptoms_intake; both main effects in the model.
    """
    cohort = seen.practice.routine
    competence = standard(observed_competence(seen))
    alliance = standard(first_known(cohort.sessions["wai_client"][:, 2:5]))
    outcome = standard(adjusted_outcome(cohort))
    return float(least_squares(outcome, competence, alliance, competence * alliance)[3])


@proposal("skills_together", "therapists: do those who are competent also relate and repair better? (r)", THERAPISTS)
def skills_together(seen: Seen) -> float:
    """Correlation over therapists of mean observed competence (reliability .75 a client) with a standard task that
    shows attunement and skill in repair equally well (reliability .75; in the manner of facilitative interpersonal
    skills, Anderson, Ogles, Patterson, Lambert & Vermeersch, 2009).
    """
    cohort = seen.practice.routine
    shown = [of_therapists(cohort.clients[f"therapist_{trait}"], cohort) for trait in ("attunement", "repair_skill")]
    task = questionnaire(standard(shown[0] + shown[1]), RELIABILITY, seen.practice.number, 42)
    return correlation(of_therapists(observed_competence(seen), cohort), task)


@proposal("response_of_treated", "treated clients whose symptoms are halved, with its error (%)", TREATED)
def response_of_treated(seen: Seen) -> float:
    """As X16, which was published without interval and sample."""
    return halved(seen.practice.short["integrative"])


@proposal(
    "repair_rate_of_therapists", "routine practice: therapists' rate of repair and their clients' outcome (r)", PEOPLE
)
def repair_rate_of_therapists(seen: Seen) -> float:
    """Correlation over therapists of the share of clients' drops that were recovered with mean adjusted outcome."""
    cohort = seen.practice.routine
    drops = drops_in(cohort)
    repaired = np.where(drops.dropped, drops.repaired.astype(np.float64), np.nan)
    return correlation(*(of_therapists(values, cohort) for values in (repaired, adjusted_outcome(cohort))))


@proposal("sequel_of_tension", "routine practice: ratings after a tension that the therapist saw too (points)", PEOPLE)
def sequel_of_tension(seen: Seen) -> float:
    """wai_client 3 sessions after a session with rupture_client, with rupture_therapist against without, adjusted for
    two ratings before and the client's mean; points of 1-5.
    """
    cohort = seen.practice.routine
    ratings, by_client = cohort.sessions["wai_client"], cohort.sessions["rupture_client"]
    both = (cohort.sessions["rupture_therapist"] > 0).astype(np.float64)
    weeks = ratings.shape[1] - LATER
    usual = np.broadcast_to(mean_known(ratings)[:, None], ratings.shape)
    columns = (both[:, 2:weeks], ratings[:, 1 : weeks - 1], ratings[:, : weeks - 2], usual[:, 2:weeks])
    tension = by_client[:, 2:weeks] > 0
    return float(least_squares(ratings[:, 2 + LATER :][tension], *(column[tension] for column in columns))[1])


def fall(off: Floats, mark: Floats) -> float:
    """Mean of values where a mark is 0 minus that where it is above 0; nan unless there are both."""
    known = np.isfinite(off) & np.isfinite(mark)
    there = known & (mark > 0)
    if not there.any() or there.sum() == known.sum():
        return float("nan")
    return float(off[known & ~there].mean() - off[there].mean())


@proposal(
    "drop_at_tension", "routine practice: fall of the rating in a session with a reported tension (points)", PEOPLE
)
def drop_at_tension(seen: Seen) -> float:
    """wai_client against the client's mean, sessions without rupture_client minus those with; the mean holds the
    session itself, so that a fall is seen less its share in it (1 / sessions).
    """
    sessions = seen.practice.routine.sessions
    return fall(sessions["wai_client"] - mean_known(sessions["wai_client"])[:, None], sessions["rupture_client"])


@proposal("after_a_hard_hour", "routine practice: ratings just after another client's tense hour (points)", PEOPLE)
def after_a_hard_hour(seen: Seen) -> float:
    """wai_client against the client's mean, sessions after an hour of another client with rupture_client: how much
    lower; the first client of a therapist's week is left out.
    """
    cohort = seen.practice.routine
    ratings = cohort.sessions["wai_client"]
    off = ratings - mean_known(ratings)[:, None]
    tension = cohort.sessions["rupture_client"].reshape(-1, cohort.caseload, ratings.shape[1])
    before = np.roll(tension, 1, axis=1)
    weeks = np.arange(1, ratings.shape[1] + 1)
    before[:, weeks % cohort.caseload, weeks - 1] = np.nan  # who is first in turn
    return fall(off, before.reshape(ratings.shape))


@proposal("improvement_to_alliance", "weekly measurement: how much improvement raises the next rating (beta)", PEOPLE)
def improvement_to_alliance(seen: Seen) -> float:
    """As W02, as a number."""
    return next_alliance(seen.practice)
