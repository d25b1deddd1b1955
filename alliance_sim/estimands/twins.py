"""The same client in two arms: who fares better, worse or the same than the twin under the baseline.

Means of these differences are those of any pair of comparable groups. Shares of clients better or worse are not:
they depend on how the luck of the two worlds is coupled (here: the same draws for the same decision), which no
study of real clients can see. They tell about this model, and are labelled so.
"""

from functools import partial

import numpy as np

from alliance_sim.estimands.clinics import Clinics, Floats
from alliance_sim.estimands.estimand import TwinEstimand

NEAR = 0.01
"""Felt alliances (0-1) closer than this count as the same."""


def differences(own: Clinics, baseline: Clinics, column: str) -> tuple[Clinics, Floats]:
    """Rows of `own` whose client is in both, and the difference (arm minus baseline) of a column for each."""
    if np.array_equal(own.client_codes, baseline.client_codes):
        return own, own.floats(column) - baseline.floats(column)
    _, here, there = np.intersect1d(own.client_codes, baseline.client_codes, return_indices=True)
    return own.take(here), own.floats(column)[here] - baseline.floats(column)[there]


def mean_gain(own: Clinics, baseline: Clinics, column: str, sign: int) -> Floats:
    """Mean of the differences of the same clients, better positive; unit of the column."""
    rows, gap = differences(own, baseline, column)
    return sign * rows.mean(gap)


def share(own: Clinics, baseline: Clinics, column: str, sign: int, near: float, which: int) -> Floats:
    """Percentage of clients better (which = 1), worse (-1) or the same (0, |difference| <= near) than their twin."""
    rows, gap = differences(own, baseline, column)
    known = np.isfinite(gap)
    verdict = np.where(np.abs(gap) <= near, 0, np.sign(sign * np.nan_to_num(gap)))
    return rows.percent((verdict == which) & known, known)


COUPLED = "; depends on how luck is shared between the two worlds, which no data can show"
WHICH = {1: ("better", "better off"), -1: ("worse", "worse off"), 0: ("same", "the same")}


def _shares(stem: str, label: str, column: str, sign: int, near: float, what: str) -> tuple[TwinEstimand, ...]:
    return tuple(
        TwinEstimand(
            f"twin_{stem}_{short}_pct", f"{label}: {words} than the twin", "% of clients",
            which, "clients", ("client", column),
            partial(share, column=column, sign=sign, near=near, which=which),
            f"clients {words} than their own twin under the baseline in {what}{COUPLED}",
        )
        for which, (short, words) in WHICH.items()
    )  # fmt: skip


TWIN_ESTIMANDS = (
    TwinEstimand(
        "twin_alliance_gain", "Felt alliance, gain over the twin", "0–1", 1, "clients", ("client", "alliance_end"),
        partial(mean_gain, column="alliance_end", sign=1),
        "mean difference of felt alliance at the last session between a client and the same client under the baseline",
    ),
    TwinEstimand(
        "twin_symptoms_gain", "Symptoms, gain over the twin", "points", 1, "clients", ("client", "symptoms_end"),
        partial(mean_gain, column="symptoms_end", sign=-1),
        "mean difference of symptoms at the end between the same client under the baseline and in this arm",
    ),
    *_shares(
        "alliance", "Felt alliance", "alliance_end", 1, NEAR,
        f"felt alliance at the last session (same: within {NEAR})",
    ),
    *_shares("symptoms", "Symptoms", "symptoms_end", -1, 0.0, "symptoms at the end (same: the same score)"),
)  # fmt: skip
