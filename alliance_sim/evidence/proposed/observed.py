"""Proposed studies of routine practice: what could be observed, and has not been, in this form."""

from collections.abc import Callable

import numpy as np

from alliance_sim.evidence.practice import Cohort, questionnaire
from alliance_sim.evidence.proposed.seen import ProposedRows
from alliance_sim.evidence.studies.drops import repaired_if_dropped
from alliance_sim.evidence.studies.outcome import adjusted_outcome, first_known, mean_known, standard
from alliance_sim.evidence.studies.treatments import halved
from alliance_sim.evidence.studies.within import next_alliance
from alliance_sim.stats.linear import Floats
from alliance_sim.stats.pooling import correlation

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


def observed_competence(seen: ProposedRows) -> Floats:
    """Each client's therapist's competence as observers of the client's sessions rate it, SD of the trait."""
    competence = seen.practice.routine.clients["therapist_competence"]
    return questionnaire(competence, RELIABILITY, seen.practice.number, 41)


def of_therapists(values: Floats, cohort: Cohort) -> Floats:
    """Means of clients' values by therapist, nan left out."""
    return mean_known(values.reshape(-1, cohort.caseload))


def off_mean(ratings: Floats) -> Floats:
    """Ratings (clients, weeks) about the client's own mean."""
    return ratings - mean_known(ratings)[:, None]


def competence_by_alliance(seen: ProposedRows) -> float:
    """How much more competence pays where the alliance is better: the product's slope, all standardised."""
    cohort = seen.practice.routine
    competence = standard(observed_competence(seen))
    alliance = standard(first_known(cohort.sessions["wai_client"][:, 2:5]))
    return float(least_squares(standard(adjusted_outcome(cohort)), competence, alliance, competence * alliance)[3])


def skills_together(seen: ProposedRows) -> float:
    """Correlation over therapists of competence with a standard task that shows attunement and skill in repair."""
    cohort = seen.practice.routine
    shown = [of_therapists(cohort.clients[f"therapist_{trait}"], cohort) for trait in ("attunement", "repair_skill")]
    task = questionnaire(standard(shown[0] + shown[1]), RELIABILITY, seen.practice.number, 42)
    return correlation(of_therapists(observed_competence(seen), cohort), task)


def repair_rate_of_therapists(seen: ProposedRows) -> float:
    """Correlation over therapists of the share of drops that were recovered with adjusted outcome."""
    cohort = seen.practice.routine
    return correlation(
        *(of_therapists(each, cohort) for each in (repaired_if_dropped(cohort), adjusted_outcome(cohort)))
    )


def sequel_of_tension(seen: ProposedRows) -> float:
    """The rating some sessions after a tension: which the therapist saw too, against not, given earlier ratings."""
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


def drop_at_tension(seen: ProposedRows) -> float:
    """Fall of the rating in a session with a reported tension, less the session's own share in the client's mean."""
    sessions = seen.practice.routine.sessions
    return fall(off_mean(sessions["wai_client"]), sessions["rupture_client"])


def after_a_hard_hour(seen: ProposedRows) -> float:
    """Fall of the rating just after another client's tense hour."""
    cohort = seen.practice.routine
    ratings = cohort.sessions["wai_client"]
    tension = cohort.sessions["rupture_client"].reshape(-1, cohort.caseload, ratings.shape[1])
    before = np.roll(tension, 1, axis=1)
    weeks = np.arange(1, ratings.shape[1] + 1)
    before[:, weeks % cohort.caseload, weeks - 1] = np.nan  # who is first in turn
    return fall(off_mean(ratings), before.reshape(ratings.shape))


MEASURES: dict[str, Callable[[ProposedRows], float]] = {
    "competence_by_alliance": competence_by_alliance,
    "skills_together": skills_together,
    "response_of_treated": lambda seen: halved(seen.practice.short["integrative"]),
    "repair_rate_of_therapists": repair_rate_of_therapists,
    "sequel_of_tension": sequel_of_tension,
    "drop_at_tension": drop_at_tension,
    "after_a_hard_hour": after_a_hard_hour,
    "improvement_to_alliance": lambda seen: next_alliance(seen.practice),
}
