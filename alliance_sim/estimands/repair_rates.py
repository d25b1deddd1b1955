"""Repair and outcome between clients, within therapists and between them; and therapists who were randomised."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.stats.clustered import Codes, clustered
from alliance_sim.stats.estimate import UNKNOWN, Estimate
from alliance_sim.stats.intervals import by_t
from alliance_sim.stats.multilevel import RandomIntercept, random_intercept

Floats = NDArray[np.float64]


class Slopes(NamedTuple):
    """Difference in outcome between a rate of 0 and a rate of 1, in the outcome's unit."""

    overall: Estimate  # between clients, given the covariates
    within: Estimate  # between clients of the same therapist
    between: Estimate  # between therapists, by their clients' mean rate
    shrunken: Estimate  # the same, by means that are corrected for how few clients they rest on


def group_difference(outcome: Floats, exposed: Floats, covariates: Floats, therapist: Codes) -> Estimate:
    """Adjusted mean difference of two groups of clients: exposed 1 against 0, nan for clients of neither.

    outcome (clients,), covariates (clients, q). Analysis of covariance with errors for clients of the same therapist.
    """
    fit = clustered(outcome, np.column_stack([exposed, covariates]), therapist)
    return fit.of(1.0) if fit is not None else UNKNOWN


def rate_slopes(outcome: Floats, rate: Floats, covariates: Floats, therapist: Codes) -> Slopes:
    """Slopes of outcome on a rate (clients, 0-1; nan: not in the study), with a random intercept of therapists.

    `within` and `between` come from one model with the client's deviation from the therapist's mean and that mean
    (Baldwin, Wampold & Imel, 2007). A mean of n clients is shrunken by n T / (n T + S), T and S the variances of the
    rate between and within therapists (REML), so that its sampling error does not dilute the slope (Raudenbush & Bryk,
    2002). Intervals of what differs between therapists have therapists - 2 degrees of freedom.
    """
    known = np.isfinite(outcome) & np.isfinite(rate) & np.isfinite(covariates).all(axis=1)
    y, x, z, group = outcome[known], rate[known], covariates[known], therapist[known]
    _, code = np.unique(group, return_inverse=True)
    count = int(code.max()) + 1 if len(code) else 0
    if count < 3:
        return Slopes(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)
    sizes = np.bincount(code, minlength=count)
    means = np.bincount(code, x, count) / sizes
    few = len(y) - count - z.shape[1] - 1
    overall = random_intercept(y, np.column_stack([x, z]), code)
    both = random_intercept(y, np.column_stack([x - means[code], means[code], z]), code)
    spread = random_intercept(x, np.empty((len(x), 0)), code)
    latent = None
    if spread is not None and spread.between > 0.0:
        trust = sizes * spread.between / (sizes * spread.between + spread.within)
        centre = float(spread.coefficients[0])
        shrunk = centre + trust * (means - centre)
        latent = random_intercept(y, np.column_stack([x - means[code], shrunk[code], z]), code)
    return Slopes(
        _slope(overall, 1, few),
        _slope(both, 1, few),
        _slope(both, 2, count - 2),
        _slope(latent, 2, count - 2),
    )


def randomised(outcome: Floats, trained: Floats, covariates: Floats, therapist: Codes) -> Estimate:
    """Effect of what therapists were randomised to: trained 1 or 0, the same for all clients of a therapist.

    Random intercept of therapists, covariates of clients, therapists - 2 degrees of freedom (a cluster-randomised
    trial; Murray, 1998).
    """
    known = np.isfinite(outcome) & np.isfinite(covariates).all(axis=1)
    fit = random_intercept(outcome[known], np.column_stack([trained, covariates])[known], therapist[known])
    return _slope(fit, 1, len(np.unique(therapist[known])) - 2)


def _slope(fit: RandomIntercept | None, place: int, degrees: int) -> Estimate:
    if fit is None:
        return UNKNOWN
    return by_t(float(fit.coefficients[place]), float(fit.standard_errors[place]), degrees)
