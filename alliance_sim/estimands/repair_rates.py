"""Repair and outcome between clients, within therapists and between them; and therapists who were randomised."""

from typing import NamedTuple

import numpy as np

from alliance_sim.stats.clustered import clustered
from alliance_sim.stats.estimate import UNKNOWN, Estimate
from alliance_sim.stats.linear import Codes, Floats
from alliance_sim.stats.multilevel import between_within, random_intercept


class RateSlopes(NamedTuple):
    """Difference in outcome between a rate of 0 and a rate of 1, in the outcome's unit."""

    overall: Estimate  # between clients, given the covariates
    within: Estimate  # between clients of the same therapist
    between: Estimate  # between therapists, by their clients' mean rate
    shrunken: Estimate  # the same, by means that are corrected for how few clients they rest on


def group_difference(outcome: Floats, exposed: Floats, covariates: Floats, therapist: Codes) -> Estimate:
    """Adjusted mean difference of two groups of clients: exposed 1 against 0, nan for clients of neither.

    outcome (clients,), covariates (clients, q). Analysis of covariance with errors for clients of the same therapist.
    """
    return clustered(outcome, np.column_stack([exposed, covariates]), therapist).of(1.0)


def rate_slopes(outcome: Floats, rate: Floats, covariates: Floats, therapist: Codes) -> RateSlopes:
    """Slopes of outcome on a rate (clients, 0-1; nan: not in the study), with a random intercept of therapists.

    `within` and `between` come from one model, see `multilevel.between_within`, whose shrunken means keep their
    sampling error from diluting the slope (Raudenbush & Bryk, 2002).
    """
    known = np.isfinite(outcome) & np.isfinite(rate) & np.isfinite(covariates).all(axis=1)
    y, x, z, group = outcome[known], rate[known], covariates[known], therapist[known]
    count = len(np.unique(group))
    if count < 3:
        return RateSlopes(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)
    fit = random_intercept(y, np.column_stack([x, z]), group)
    both, latent = (between_within(y, x, z, group, shrunken=shrunken) for shrunken in (False, True))
    overall = fit.coefficient(1, len(y) - count - z.shape[1] - 1)
    return RateSlopes(overall, both.within, both.between, latent.between)


def randomised(outcome: Floats, trained: Floats, covariates: Floats, therapist: Codes) -> Estimate:
    """Effect of what therapists were randomised to: trained 1 or 0, the same for all clients of a therapist.

    Random intercept of therapists, covariates of clients, therapists - 2 degrees of freedom (a cluster-randomised
    trial; Murray, 1998).
    """
    known = np.isfinite(outcome) & np.isfinite(covariates).all(axis=1)
    fit = random_intercept(outcome[known], np.column_stack([trained, covariates])[known], therapist[known])
    return fit.coefficient(1, len(np.unique(therapist[known])) - 2)
