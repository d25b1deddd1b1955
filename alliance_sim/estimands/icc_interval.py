"""How sure the therapists' share of variance is: an interval from the F ratio of one-way analysis of variance."""

import math
from typing import NamedTuple

import numpy as np
from scipy.stats import f as f_distribution

from alliance_sim.estimands.clinics import Floats, Rows


class Share(NamedTuple):
    """An intraclass correlation with its 95 % interval; a share of variance, which may be negative."""

    value: float
    low: float
    high: float


def icc_interval(values: Floats, therapist: Rows) -> Share | None:
    """ICC(1) of clients of one therapist with its interval; None where it is not defined.

    With F = MSB / MSW, and FL = F / F(.975; J - 1, N - J), FU = F * F(.975; N - J, J - 1): limits are
    (FL - 1) / (FL + k0 - 1) and (FU - 1) / (FU + k0 - 1) (Searle, 1971; for caseloads n_j of unequal size with
    k0 = (N - sum(n_j^2) / N) / (J - 1), Donner & Wells, 1986). Exact for normal values and equal caseloads. values
    (clients,), nan left out; therapist (clients,).
    """
    there = np.isfinite(values)
    y, (_, code) = values[there], np.unique(therapist[there], return_inverse=True)
    sizes = np.bincount(code)
    j, n = len(sizes), len(y)
    if j < 2 or n <= j:
        return None
    means = np.bincount(code, y) / sizes
    between = float(np.sum(sizes * (means - y.mean()) ** 2)) / (j - 1)
    within = float(np.sum((y - means[code]) ** 2)) / (n - j)
    if within <= 0.0:
        return None
    k0 = (n - float(np.sum(sizes * sizes)) / n) / (j - 1)
    ratio = between / within
    low = ratio / float(f_distribution.ppf(0.975, j - 1, n - j))
    high = ratio * float(f_distribution.ppf(0.975, n - j, j - 1))
    return Share(*((f - 1.0) / (f + k0 - 1.0) if math.isfinite(f) else math.nan for f in (ratio, low, high)))
