"""How much therapists differ: the therapist's share of the variance among clients."""

import numpy as np
import pandas as pd

from alliance_sim.analysis.by_replicate import PerReplicate, residual
from alliance_sim.analysis.estimand import Estimand


def icc1(frame: pd.DataFrame, values: "pd.Series[float]") -> PerReplicate:
    """Intraclass correlation of clients of one therapist, one-way ANOVA, unbiased (may be negative).

    ICC(1) = (MSB - MSW) / (MSB + (k0 - 1) MSW), with k0 = (N - sum(n_j^2) / N) / (J - 1) for caseloads of
    unequal size (Donner, 1986). Share of variance; nan with one therapist or one client each.
    """
    known = pd.DataFrame(
        {"replicate": frame["replicate"], "therapist": frame["therapist"], "value": values.astype(float)}
    ).dropna()
    cell = known.groupby(["replicate", "therapist"], observed=True)["value"]
    sizes = cell.size().reset_index(name="n")
    sizes["mean"] = cell.mean().to_numpy()
    known["within"] = (known["value"] - cell.transform("mean")) ** 2
    grand = known.groupby("replicate")["value"].mean()
    sizes["between"] = sizes["n"] * (sizes["mean"] - sizes["replicate"].map(grand)) ** 2
    sizes["squared"] = sizes["n"] * sizes["n"]
    by = sizes.groupby("replicate")
    clients, therapists = by["n"].sum(), by.size()
    inside = known.groupby("replicate")["within"].sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        msb = by["between"].sum() / (therapists - 1)
        msw = inside / (clients - therapists)
        k0 = (clients - by["squared"].sum() / clients) / (therapists - 1)
        icc = (msb - msw) / (msb + (k0 - 1) * msw)
    return icc.where(np.isfinite(icc)).astype(float)


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
