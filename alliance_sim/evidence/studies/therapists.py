"""How much lies with the therapist (N87, T02, T09)."""

import numpy as np

from alliance_sim.estimands.components import levels
from alliance_sim.evidence.practice import Practice
from alliance_sim.evidence.studies.outcome import mean_known
from alliance_sim.evidence.studies.study import Study
from alliance_sim.stats.multilevel import random_intercept


def outcome_share(practice: Practice) -> tuple[float, ...]:
    """Share of baseline-adjusted outcome variance that lies between therapists, percent."""
    clients = practice.routine.clients
    fit = random_intercept(
        practice.routine.improvement, clients["symptoms_intake"][:, None], practice.routine.therapist
    )
    return (100.0 * fit.share,)


def rating_share(practice: Practice) -> tuple[float, ...]:
    """Share of the variance of clients' mean ratings that lies between therapists, percent."""
    rating = mean_known(practice.routine.sessions["wai_client"])
    fit = random_intercept(rating, np.empty((len(rating), 0)), practice.routine.therapist)
    return (100.0 * fit.share,)


def therapists_less_than_clients(practice: Practice) -> tuple[float, ...]:
    """Variance of ratings between therapists minus that between clients of a therapist, points squared.

    Variance between clients in all is that of true means (`components.levels`); what lies between therapists is a
    part of it.
    """
    ratings = practice.routine.sessions["wai_client"]
    mean = mean_known(ratings)
    fit = random_intercept(mean, np.empty((len(mean), 0)), practice.routine.therapist)
    return (2.0 * fit.between - levels(ratings).between,)


STUDIES = (
    Study(
        "T02", ("therapists",), outcome_share,
        "random intercept of therapists in minus symptoms_end, adjusted for symptoms_intake (REML): its share of the "
        "variance, percent", "Laird & Ware (1982)",
    ),
    Study(
        "T09", ("therapists",), rating_share,
        "random intercept of therapists in clients' mean wai_client (REML): its share of the variance, percent",
        "Laird & Ware (1982)",
    ),
    Study(
        "N87", ("difference of variances",), therapists_less_than_clients,
        "variance of wai_client between therapists (random intercept in clients' means, REML) minus that between the "
        "clients of a therapist (variance between clients by analysis of variance, less that between therapists)",
        "Laird & Ware (1982); Searle, Casella & McCulloch (1992)",
    ),
)  # fmt: skip
