"""Proposed studies of routine practice: what could be observed, and has not been, in this form."""

import numpy as np

from alliance_sim.evidence.practice import Cohort, Floats, questionnaire
from alliance_sim.evidence.proposed.proposal import Proposal, Seen
from alliance_sim.evidence.studies import STUDIES
from alliance_sim.evidence.studies.outcome import adjusted_outcome, first_known, mean_known
from alliance_sim.evidence.studies.ruptures import drops_in
from alliance_sim.evidence.studies.within import next_alliance
from alliance_sim.stats.pooling import correlation

PEOPLE = 480
"""Clients of a proposed study of routine practice: 24 therapists with 20 clients each."""

COMPETENCE_RELIABILITY = 0.75
"""Agreement of observers on a therapist's competence in a session (assumption, in the range trained raters reach)."""

THERAPISTS = 2000
"""Clients of a proposed study between therapists: 100 therapists with 20 clients each."""

SKILL_RELIABILITY = 0.75
"""Agreement of observers on how a therapist does in a standard interpersonal task (assumption, as for competence)."""

TREATED = 240
"""Clients in treatment of a proposed trial that reports how many of them responded, with its error."""

LATER = 3
"""Sessions after a tension at which its sequel is looked at."""


def least_squares(y: Floats, *columns: Floats) -> Floats:
    """Coefficients of y on an intercept and columns, rows with nan left out; nan where they cannot be told."""
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


def competence_by_alliance(seen: Seen) -> float:
    """Standardised coefficient of observed competence x early alliance rating on adjusted outcome.

    Competence as observers rate it; with both main effects in the model.
    """
    cohort = seen.practice.routine
    rated = questionnaire(cohort.clients["therapist_competence"], COMPETENCE_RELIABILITY, seen.practice.number, 41)
    competence, alliance = standard(rated), standard(first_known(cohort.sessions["wai_client"][:, 2:5]))
    outcome = standard(adjusted_outcome(cohort))
    return float(least_squares(outcome, competence, alliance, competence * alliance)[3])


def skills_together(seen: Seen) -> float:
    """Correlation over therapists of observed competence with what they show in a standard interpersonal task.

    Competence as the mean of ratings of their clients' sessions; the task (in the manner of facilitative interpersonal
    skills; Anderson, Ogles, Patterson, Lambert & Vermeersch, 2009) is done once and shows attunement and skill in
    repair alike.
    """
    cohort = seen.practice.routine
    rated = questionnaire(cohort.clients["therapist_competence"], COMPETENCE_RELIABILITY, seen.practice.number, 41)
    shown = [of_therapists(cohort.clients[f"therapist_{trait}"], cohort) for trait in ("attunement", "repair_skill")]
    task = questionnaire(standard(shown[0] + shown[1]), SKILL_RELIABILITY, seen.practice.number, 42)
    return correlation(of_therapists(rated, cohort), task)


def response_of_treated(seen: Seen) -> float:
    """Share of treated clients whose symptoms were halved, as X16 counts them, in percent."""
    return STUDIES["X16"].measure(seen.practice)[0]


def repair_rate_of_therapists(seen: Seen) -> float:
    """Correlation over therapists of how often a client's drop is repaired with the clients' mean adjusted outcome."""
    cohort = seen.practice.routine
    drops = drops_in(cohort)
    repaired = np.where(drops.dropped, drops.repaired.astype(np.float64), np.nan)
    return correlation(*(of_therapists(values, cohort) for values in (repaired, adjusted_outcome(cohort))))


def of_therapists(values: Floats, cohort: Cohort) -> Floats:
    """Means of clients' values by therapist, nan left out."""
    return mean_known(values.reshape(-1, cohort.caseload))


def sequel_of_tension(seen: Seen) -> float:
    """Rating LATER sessions after a tension that client and therapist both report, against one the client alone does.

    Points of 1-5, adjusted for the client's two ratings before and for the mean of all of them.
    """
    cohort = seen.practice.routine
    ratings, by_client = cohort.sessions["wai_client"], cohort.sessions["rupture_client"]
    both = cohort.sessions["rupture_therapist"] > 0
    week = slice(2, ratings.shape[1] - LATER)
    tension = by_client[:, week] > 0
    usual = np.broadcast_to(mean_known(ratings)[:, None], ratings.shape)
    columns = (
        both[:, week].astype(np.float64), ratings[:, 1 : week.stop - 1], ratings[:, : week.stop - 2], usual[:, week],
    )  # fmt: skip
    later = ratings[:, week.start + LATER :]
    return float(least_squares(later[tension], *(column[tension] for column in columns))[1])


def drop_at_tension(seen: Seen) -> float:
    """How far ratings of sessions with a reported tension lie below other sessions', both against the client's mean.

    Points of 1-5. The mean holds the session itself, so that a fall is seen less its share in it (1 / sessions).
    """
    cohort = seen.practice.routine
    off = cohort.sessions["wai_client"] - mean_known(cohort.sessions["wai_client"])[:, None]
    tension = cohort.sessions["rupture_client"]
    known = np.isfinite(off) & np.isfinite(tension)
    there = known & (tension > 0)
    if not there.any() or there.sum() == known.sum():
        return float("nan")
    return float(off[known & ~there].mean() - off[there].mean())


def after_a_hard_hour(seen: Seen) -> float:
    """How far a rating is below the client's others where the client seen just before reported a tension, points.

    Clients of a therapist come one after the other; the hour before the first client of a week is not looked at.
    """
    cohort = seen.practice.routine
    shape = (-1, cohort.caseload, cohort.sessions["wai_client"].shape[1])
    ratings = cohort.sessions["wai_client"].reshape(shape)
    off = ratings - mean_known(cohort.sessions["wai_client"]).reshape(shape[0], shape[1], 1)
    tension = cohort.sessions["rupture_client"].reshape(shape)
    before = np.roll(tension, 1, axis=1)
    weeks = np.arange(1, ratings.shape[2] + 1)
    first = weeks % cohort.caseload
    before[:, first, weeks - 1] = np.nan
    known = np.isfinite(off) & np.isfinite(before)
    hard = known & (before > 0)
    if not hard.any() or hard.sum() == known.sum():
        return float("nan")
    return float(off[known & ~hard].mean() - off[hard].mean())


def improvement_to_alliance(seen: Seen) -> float:
    """The estimate of W02 as a number: improvement of a week on the next alliance rating, standardised."""
    return next_alliance(seen.practice)[0]


PROPOSALS = (
    Proposal(
        "competence_by_alliance", "routine practice: does competence pay more where the alliance is better? (beta)",
        "standardised product of observed competence (reliability .75) and wai_client of sessions 3-5, on minus "
        "symptoms_end adjusted for symptoms_intake", PEOPLE, competence_by_alliance,
    ),
    Proposal(
        "skills_together", "therapists: do those who are competent also relate and repair better? (r)",
        "correlation over therapists of mean observed competence (reliability .75 a client) with a standard task "
        "that shows attunement and skill in repair (reliability .75)", THERAPISTS, skills_together,
    ),
    Proposal(
        "response_of_treated", "treated clients whose symptoms are halved, with its error (%)",
        "as X16, which was published without interval and sample", TREATED, response_of_treated,
    ),
    Proposal(
        "repair_rate_of_therapists", "routine practice: therapists' rate of repair and their clients' outcome (r)",
        "correlation over therapists of the share of clients' drops that were recovered with mean adjusted outcome",
        PEOPLE, repair_rate_of_therapists,
    ),
    Proposal(
        "sequel_of_tension", "routine practice: ratings after a tension that the therapist saw too (points)",
        f"wai_client {LATER} sessions after a session with rupture_client, with rupture_therapist against without, "
        "adjusted for two ratings before and the client's mean", PEOPLE, sequel_of_tension,
    ),
    Proposal(
        "drop_at_tension", "routine practice: fall of the rating in a session with a reported tension (points)",
        "wai_client against the client's mean, sessions without rupture_client minus those with", PEOPLE,
        drop_at_tension,
    ),
    Proposal(
        "after_a_hard_hour", "routine practice: ratings just after another client's tense hour (points)",
        "wai_client against the client's mean, sessions after an hour of another client with rupture_client: how much "
        "lower", PEOPLE, after_a_hard_hour,
    ),
    Proposal(
        "improvement_to_alliance", "weekly measurement: how much improvement raises the next rating (beta)",
        "as W02, as a number", PEOPLE, improvement_to_alliance,
    ),
)  # fmt: skip
