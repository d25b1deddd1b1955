"""How much therapists differ: the therapist's share of the variance among clients, and how sure it is."""

import math

import numpy as np

from alliance_sim.estimands.clinics import Clinics, Floats, Rows, among, groups_of
from alliance_sim.stats.estimate import UNKNOWN, Estimate
from alliance_sim.stats.linear import one_way


def icc1(rows: Clinics, values: Floats) -> Floats:
    """Intraclass correlation of clients of one therapist, one-way ANOVA, unbiased (may be negative).

    ICC(1) = (MSB - MSW) / (MSB + (k0 - 1) MSW), with k0 = (N - sum(n_j^2) / N) / (J - 1) for caseloads of
    unequal size (Donner, 1986). Share of variance; nan with one therapist or one client each. Rows must be in order of
    replicate and therapist.
    """
    known = rows.take(np.flatnonzero(np.isfinite(values)), ("therapist",))
    number = values[np.isfinite(values)]
    cells = groups_of(known.replicate, known.array("therapist"))
    by_clinic = groups_of(known.replicate[cells.starts])
    means, size = cells.means(number), cells.sizes.astype(float)
    off = number - np.repeat(means, cells.sizes)
    gap = means - np.repeat(known.mean(number), by_clinic.sizes)
    clients, therapists = known.groups.sizes.astype(float), by_clinic.sizes.astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        msb = by_clinic.sums(size * gap * gap) / (therapists - 1.0)
        msw = known.total(off * off) / (clients - therapists)
        k0 = (clients - by_clinic.sums(size * size) / clients) / (therapists - 1.0)
        icc = (msb - msw) / (msb + (k0 - 1.0) * msw)
    return among(rows.numbers, known.numbers, np.where(np.isfinite(icc), icc, np.nan))


def icc_interval(values: Floats, therapist: Rows) -> Estimate:
    """ICC(1) of one clinic with its interval from the F ratio; UNKNOWN where it is not defined.

    With F = MSB / MSW, and FL = F / F(.975; J - 1, N - J), FU = F * F(.975; N - J, J - 1): limits are
    (FL - 1) / (FL + k0 - 1) and (FU - 1) / (FU + k0 - 1) (Searle, 1971; unequal caseloads: Donner & Wells, 1986). Exact
    for normal values and equal caseloads. values (clients,), nan left out; therapist (clients,).
    """
    from scipy.special import fdtri

    there = np.isfinite(values)
    found = one_way(values[there], therapist[there])
    if found is None or found.within <= 0.0:
        return UNKNOWN
    ratio, j, rest = found.between / found.within, found.groups - 1, found.rows - found.groups
    ends = ratio, ratio / float(fdtri(j, rest, 0.975)), ratio * float(fdtri(rest, j, 0.975))
    value, low, high = ((f - 1.0) / (f + found.size - 1.0) if math.isfinite(f) else math.nan for f in ends)
    return Estimate(value, low, high)
