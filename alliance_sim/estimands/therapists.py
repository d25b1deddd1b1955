"""How much therapists differ: the therapist's share of the variance among clients."""

import numpy as np

from alliance_sim.estimands.clinics import Clinics, Floats, groups_of


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
    found = dict(zip(known.numbers, np.where(np.isfinite(icc), icc, np.nan), strict=True))
    return np.array([found.get(clinic, np.nan) for clinic in rows.numbers])
