"""What is measured of one clinic: shares by every criterion, their nulls, and accuracy for true ruptures."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.estimands.baselines import Baselines
from alliance_sim.estimands.clinics import Floats
from alliance_sim.estimands.components import levels
from alliance_sim.estimands.criteria import BY_NAME
from alliance_sim.estimands.detection import Falls, falls_in
from alliance_sim.estimands.detection_accuracy import (
    TrueRuptures,
    client_accuracy,
    curve,
    last_repaired,
    percent,
    session_accuracy,
    stretches,
)
from alliance_sim.estimands.null_band import SHARES, band, null_shares, shares
from alliance_sim.questions.frame.run import Simulated
from alliance_sim.questions.rupture_detection.same_threshold import EARLY, reliability_of, with_same_threshold
from alliance_sim.questions.rupture_detection.section import DetectionPlan

Numbers = Iterator[tuple[str, str, float]]
"""Criterion ("" for what goes by none), quantity and value."""


class RatedClinic(NamedTuple):
    """One simulated clinic: ratings (clients, weeks) of those who were rated at all, and what happened to them."""

    ratings: Floats
    truth: TrueRuptures
    reliability: float
    base: Baselines  # of the ratings
    falls: Mapping[str, Falls]  # by criterion


def measure(plan: DetectionPlan, base: str, arms: Mapping[str, Simulated]) -> pd.DataFrame:
    """Everything, a row a number: replicate, arm, criterion ("" for what goes by none), quantity, value, and size.

    `size` is that of a threshold other than the criterion's own, nan elsewhere.
    """
    made = []
    ratings = {arm: _by_clinic(simulated, simulated.matrix("wai_client")) for arm, simulated in arms.items()}
    for arm, simulated in arms.items():
        truth = _truth(simulated, plan)
        ruptures = simulated.point.scenario.world.mechanisms.ruptures == 1
        for k, replicate in enumerate(simulated.replicates):
            own = ratings[arm][k]
            rated = np.isfinite(own).any(axis=1)
            happened = TrueRuptures(*(part[k][rated] for part in truth))
            clinic = _rated_clinic(own[rated], happened, plan)
            numbers = [*_sample(clinic), *_found(clinic, plan, ruptures), *_nulls(clinic, plan, replicate)]
            numbers += with_same_threshold(own, ratings[base][k], plan, arm == base)
            rows = [(*number, np.nan) for number in numbers]
            if ruptures:
                rows += _curves(clinic, plan)
            table = pd.DataFrame(rows, columns=["criterion", "quantity", "value", "size"])
            made.append(table.assign(replicate=replicate, arm=arm))
    return pd.concat(made, ignore_index=True)


def _rated_clinic(ratings: Floats, truth: TrueRuptures, plan: DetectionPlan) -> RatedClinic:
    """A clinic with what every criterion finds in it."""
    base, reliability = Baselines(ratings), reliability_of(ratings, plan)
    falls = {name: falls_in(base, BY_NAME[name].criterion, reliability) for name in plan.criteria}
    return RatedClinic(ratings, truth, reliability, base, falls)


def _by_clinic(simulated: Simulated, matrix: NDArray[Any]) -> NDArray[Any]:
    """A matrix (clients of all replicates, weeks) as (replicates, clients, weeks)."""
    return matrix.reshape(len(simulated.replicates), -1, matrix.shape[1])


def _truth(simulated: Simulated, plan: DetectionPlan) -> TrueRuptures:
    """What happened to all clients, each part (replicates, clients, weeks)."""
    withdrawal, confrontation = (simulated.marks("rupture", word) == 1 for word in ("withdrawal", "confrontation"))
    ruptured = withdrawal | confrontation
    severe = ruptured & (simulated.matrix("severity") >= plan.severe)
    parts = (ruptured, withdrawal, severe, simulated.matrix("repaired") == 1)
    return TrueRuptures(*(_by_clinic(simulated, part) for part in parts))


def _sample(clinic: RatedClinic) -> Numbers:
    """What the sample is like, and what truly happened in it."""
    known = np.isfinite(clinic.ratings)
    rated = clinic.ratings[known]
    ruptured = clinic.truth.ruptured
    some, mended = np.asarray(ruptured.any(axis=1)), last_repaired(ruptured, clinic.truth.repaired)
    everybody = np.ones(len(ruptured), bool)
    numbers = {
        "dependability": levels(clinic.ratings[:, EARLY]).dependability,
        "mean": float(rated.mean()),
        "sd": float(rated.std(ddof=1)),
        "sessions": float(known.sum(axis=1).mean()),
        "true_sessions": percent(ruptured, known),
        "true_severe": percent(clinic.truth.severe, ruptured),
        "true_flagged": percent(some, everybody),
        "true_repaired": percent(mended, everybody),
        "true_unrepaired": percent(np.logical_and(some, ~mended), everybody),
    }
    yield from (("", name, value) for name, value in numbers.items())


def _found(clinic: RatedClinic, plan: DetectionPlan, ruptures: bool) -> Numbers:
    """Shares by every criterion and, in a scenario with ruptures, its accuracy."""
    for name, falls in clinic.falls.items():
        numbers = dict(zip(SHARES, map(float, shares(falls.outcome)[0]), strict=True))
        if ruptures:
            numbers |= session_accuracy(clinic.ratings, clinic.truth, falls, plan.window)
            numbers |= client_accuracy(clinic.truth, falls.outcome)
        yield from ((name, quantity, value) for quantity, value in numbers.items())


def _curves(clinic: RatedClinic, plan: DetectionPlan) -> Iterator[tuple[str, str, float, float]]:
    """The first criterion of each family at other thresholds, for all and for severe ruptures."""
    families = {BY_NAME[name].family: name for name in reversed(plan.criteria)}
    sizes = np.array(plan.thresholds)
    for name in sorted(families.values(), key=plan.criteria.index):
        found = stretches(clinic.ratings, clinic.truth, clinic.falls[name], plan.window)
        severe = clinic.base.way.of(clinic.truth.severe) & np.isfinite(clinic.base.way.rated)
        points = np.column_stack([curve(found, sizes), curve(found, sizes, severe)[:, 0]])
        for size, values in zip(plan.thresholds, points, strict=True):
            for quantity, value in zip(("curve_all", "curve_false", "curve_severe"), values, strict=True):
                yield name, quantity, float(value), size


def _nulls(clinic: RatedClinic, plan: DetectionPlan, replicate: int) -> Numbers:
    """Null bands of the sample: mean, both ends, and whether what is found lies inside (1 or 0)."""
    criteria = [BY_NAME[name].criterion for name in plan.criteria]
    observed = np.stack([shares(clinic.falls[name].outcome)[0] for name in plan.criteria])
    for k, kind in enumerate(plan.nulls):
        generator = np.random.Generator(np.random.Philox(key=[replicate, k]))
        found = null_shares(clinic.ratings, criteria, clinic.reliability, kind, plan.samples, generator)
        low, high = band(np.swapaxes(found, 0, 1))
        parts = {"mean": found.mean(axis=1), "low": low, "high": high}
        parts["inside"] = ((observed >= low) & (observed <= high)).astype(np.float64)
        for part, values in parts.items():
            for i, name in enumerate(plan.criteria):
                for j, share in enumerate(SHARES):
                    yield name, f"null_{kind}_{part}_{share}", float(values[i, j])
