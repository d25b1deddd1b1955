"""The same client in two arms: who fares better, worse or the same than the twin under the baseline.

Means of these differences are those of any pair of comparable groups. Shares of clients better or worse are not:
they depend on how chance is paired across the two scenarios (here: the same draws for the same decision), which no
study of real clients can observe. They are properties of this model, and are labelled so.
"""

from collections.abc import Iterator
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


def _gain(name: str, unit: str, column: str, sign: int) -> TwinEstimand:
    return TwinEstimand(name, unit, 1, "clients", ("client", column), partial(mean_gain, column=column, sign=sign))


def _shares(stem: str, column: str, sign: int, near: float) -> Iterator[TwinEstimand]:
    for which, short in ((1, "better"), (-1, "worse"), (0, "same")):
        measure = partial(share, column=column, sign=sign, near=near, which=which)
        yield TwinEstimand(f"{stem}_{short}_pct", "% of clients", which, "clients", ("client", column), measure)


TWIN_ESTIMANDS = (
    _gain("twin_alliance_gain", "0–1", "alliance_end", 1),
    _gain("twin_symptoms_gain", "points", "symptoms_end", -1),
    *_shares("twin_alliance", "alliance_end", 1, NEAR),
    *_shares("twin_symptoms", "symptoms_end", -1, 0.0),
)
