"""How much therapists differ: the therapist's share of the variance among clients."""

import numpy as np
import pandas as pd

from alliance_sim.analysis.by_replicate import PerReplicate, groups_of, residual
from alliance_sim.analysis.estimand import Estimand


def icc1(frame: pd.DataFrame, values: "pd.Series[float]") -> PerReplicate:
    """Intraclass correlation of clients of one therapist, one-way ANOVA, unbiased (may be negative).

    ICC(1) = (MSB - MSW) / (MSB + (k0 - 1) MSW), with k0 = (N - sum(n_j^2) / N) / (J - 1) for caseloads of
    unequal size (Donner, 1986). Share of variance; nan with one therapist or one client each. Rows must be in order of
    replicate and therapist.
    """
    kept = values.notna().to_numpy()
    number = values.to_numpy(float)[kept]
    replicate, therapist = (frame[name].to_numpy()[kept] for name in ("replicate", "therapist"))
    cells = groups_of(replicate, therapist)
    means = cells.means(number)
    clinics = groups_of(replicate)
    by_cell = groups_of(replicate[cells.starts])
    within = clinics.sums((number - np.repeat(means, cells.sizes)) ** 2)
    size = cells.sizes.astype(float)
    grand = np.repeat(clinics.means(number), by_cell.sizes)
    between = by_cell.sums(size * (means - grand) ** 2)
    clients, therapists = clinics.sizes.astype(float), by_cell.sizes.astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        msb = between / (therapists - 1.0)
        msw = within / (clients - therapists)
        k0 = (clients - by_cell.sums(size * size) / clients) / (therapists - 1.0)
        icc = (msb - msw) / (msb + (k0 - 1.0) * msw)
    found = pd.Series(np.where(np.isfinite(icc), icc, np.nan), index=pd.Index(replicate[clinics.starts]))
    return found.reindex(pd.Index(frame["replicate"].unique(), name="replicate"))


def outcome_share(frame: pd.DataFrame) -> PerReplicate:
    """Therapist's share of the variance of symptoms at the end given those at intake, %."""
    return 100.0 * icc1(frame, residual(frame, frame["symptoms_end"], frame["symptoms_intake"]))


def alliance_share(frame: pd.DataFrame) -> PerReplicate:
    """Therapist's share of the variance of clients' mean alliance ratings, %."""
    return 100.0 * icc1(frame, frame["wai_mean"])


ESTIMANDS = (
    Estimand(
        "therapist_outcome_pct", "Therapist's share of outcome", "% of variance", 0, "clients",
        ("therapist", "symptoms_intake", "symptoms_end"), outcome_share,
        "variance of symptoms at the end, given those at intake, that lies between therapists (unbiased, so that a "
        "single clinic may find a negative value)",
    ),
    Estimand(
        "therapist_alliance_pct", "Therapist's share of rated alliance", "% of variance", 0, "clients",
        ("therapist", "wai_mean"), alliance_share,
        "variance of clients' mean alliance ratings that lies between therapists (unbiased)",
    ),
)  # fmt: skip
