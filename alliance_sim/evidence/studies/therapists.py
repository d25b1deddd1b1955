"""How much lies with the therapist (N87, T02, T09)."""

import numpy as np

from alliance_sim.estimands.components import levels
from alliance_sim.evidence.practice import Practice
from alliance_sim.evidence.studies.outcome import mean_known
from alliance_sim.evidence.studies.study import study
from alliance_sim.stats.multilevel import RandomIntercept, random_intercept


@study("T02", "therapists", source="Laird & Ware (1982)")
def outcome_share(practice: Practice) -> float:
    """Random intercept of therapists in minus symptoms_end, adjusted for symptoms_intake (REML): its share of the
    variance, percent.
    """
    cohort = practice.routine
    fit = random_intercept(cohort.improvement, cohort.clients["symptoms_intake"][:, None], cohort.therapist)
    return 100.0 * fit.share


def mean_ratings(practice: Practice) -> RandomIntercept:
    """Random intercept of therapists in clients' mean ratings; nan where it cannot be fitted."""
    rating = mean_known(practice.routine.sessions["wai_client"])
    return random_intercept(rating, np.empty((len(rating), 0)), practice.routine.therapist)


@study("T09", "therapists", source="Laird & Ware (1982)")
def rating_share(practice: Practice) -> float:
    """Random intercept of therapists in clients' mean wai_client (REML): its share of the variance, percent."""
    fit = mean_ratings(practice)
    return 100.0 * fit.share


@study("N87", "difference of variances", source="Laird & Ware (1982); Searle, Casella & McCulloch (1992)")
def therapists_less_than_clients(practice: Practice) -> float:
    """Variance of wai_client between therapists (random intercept in clients' means, REML) minus that between the
    clients of a therapist (variance between clients by analysis of variance, less that between therapists).
    """
    fit = mean_ratings(practice)
    # what lies between therapists is a part of what lies between clients in all
    return 2.0 * fit.between - levels(practice.routine.sessions["wai_client"]).between
