"""What is measured of one setting: shares by every criterion, their nulls, and accuracy against true ruptures."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from alliance_sim.estimands.baselines import Baselines
from alliance_sim.estimands.clinics import Floats
from alliance_sim.estimands.components import levels
from alliance_sim.estimands.criteria import BY_NAME
from alliance_sim.estimands.detection import Falls, detect, outcome
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
from alliance_sim.estimands.null_ratings import Kind
from alliance_sim.questions.frame.run import Simulated

EARLY = slice(2, 9)
"""Sessions 3 to 9, over which the dependability of a rating is told, as it was published (A20)."""


COLUMNS = ["replicate", "arm", "criterion", "quantity", "size", "value"]
"""Columns of what is measured: a row a number."""


class Plan(NamedTuple):
    """What is looked for, and how."""

    criteria: tuple[str, ...]
    nulls: tuple[Kind, ...]
    thresholds: tuple[float, ...]
    window: int
    severe: float
    reliability: float  # 0: the sample's own
    samples: int


class Clinic(NamedTuple):
    """One simulated clinic: ratings (clients, weeks) of those who were rated at all, and what happened to them."""

    ratings: Floats
    truth: TrueRuptures
    reliability: float


def measure(plan: Plan, arms: Mapping[str, Simulated]) -> pd.DataFrame:
    """Everything, a row a number: replicate, arm, criterion ("" for what goes by none), quantity, size, value.

    `size` is that of a threshold other than the criterion's own, nan elsewhere.
    """
    rows: list[dict[str, Any]] = []
    for arm, played in arms.items():
        ratings = played.matrix("wai_client")
        marks = {word: played.marks("rupture", word) == 1 for word in ("withdrawal", "confrontation")}
        severity, repaired = played.matrix("severity"), played.matrix("repaired") == 1
        happened = marks["withdrawal"] | marks["confrontation"]
        truth = TrueRuptures(happened, marks["withdrawal"], happened & (severity >= plan.severe), repaired)
        per = len(ratings) // len(played.replicates)
        for k, replicate in enumerate(played.replicates):
            own = slice(k * per, (k + 1) * per)
            rated = np.isfinite(ratings[own]).any(axis=1)
            found = TrueRuptures(*(part[own][rated] for part in truth))
            clinic = _clinic(ratings[own][rated], found, plan)
            ruptures = played.point.scenario.world.mechanisms.ruptures == 1
            label = {"replicate": replicate, "arm": arm}
            rows += [label | each for each in (*_sample(clinic), *_found(clinic, plan, ruptures))]
            rows += [label | each for each in _nulls(clinic, plan, replicate)]
    return pd.DataFrame(rows, columns=COLUMNS)


def _clinic(ratings: Floats, truth: TrueRuptures, plan: Plan) -> Clinic:
    return Clinic(ratings, truth, reliability_of(ratings, plan))


def reliability_of(ratings: Floats, plan: Plan) -> float:
    """Reliability of one rating for reliable change: that of the plan, or the sample's own dependability."""
    return plan.reliability or float(np.clip(np.nan_to_num(levels(ratings[:, EARLY]).dependability), 0.0, 1.0))


def row(criterion: str, quantity: str, value: float, size: float = float("nan")) -> dict[str, Any]:
    """A number as a row; `criterion` "" for what goes by none."""
    return {"criterion": criterion, "quantity": quantity, "size": size, "value": value}


def _sample(clinic: Clinic) -> list[dict[str, Any]]:
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
    return [row("", name, value) for name, value in numbers.items()]


def _found(clinic: Clinic, plan: Plan, ruptures: bool) -> list[dict[str, Any]]:
    """Shares by every criterion and, in a world with ruptures, its accuracy."""
    rows = []
    for name in plan.criteria:
        falls = detect(clinic.ratings, BY_NAME[name].criterion, clinic.reliability)
        rows += [row(name, share, value) for share, value in zip(SHARES, shares(falls.outcome)[0], strict=True)]
        if ruptures:
            numbers = session_accuracy(clinic.ratings, clinic.truth, falls, plan.window)
            numbers |= client_accuracy(clinic.truth, falls.outcome)
            rows += [row(name, quantity, value) for quantity, value in numbers.items()]
            rows += _curve(name, clinic, falls, plan)
    return rows


def _curve(name: str, clinic: Clinic, falls: Falls, plan: Plan) -> list[dict[str, Any]]:
    """The first criterion of a family at other thresholds, for all and for severe ruptures."""
    family = BY_NAME[name].family
    if name != next(each for each in plan.criteria if BY_NAME[each].family == family):
        return []
    found = stretches(clinic.ratings, clinic.truth, falls, plan.window)
    severe = stretches(clinic.ratings, clinic.truth._replace(ruptured=clinic.truth.severe), falls, plan.window).ruptured
    sizes = np.array(plan.thresholds)
    rows = []
    for size, (right, wrong), (heavy, _) in zip(
        plan.thresholds, curve(found, sizes), curve(found, sizes, severe), strict=True
    ):
        points = {"curve_all": right, "curve_severe": heavy, "curve_false": wrong}
        rows += [row(name, quantity, value, size) for quantity, value in points.items()]
    return rows


def _nulls(clinic: Clinic, plan: Plan, replicate: int) -> list[dict[str, Any]]:
    """Null bands of the sample: mean, both ends, and whether what is found lies inside (1 or 0)."""
    rows = []
    criteria = [BY_NAME[name].criterion for name in plan.criteria]
    base = Baselines(clinic.ratings)
    observed = np.stack([shares(outcome(base, each, clinic.reliability))[0] for each in criteria])
    for k, kind in enumerate(plan.nulls):
        luck = np.random.Generator(np.random.Philox(key=[replicate, k]))
        found = null_shares(clinic.ratings, criteria, clinic.reliability, kind, plan.samples, luck)
        low, high = band(np.swapaxes(found, 0, 1))
        parts = {"mean": found.mean(axis=1), "low": low, "high": high}
        parts["inside"] = ((observed >= low) & (observed <= high)).astype(np.float64)
        rows += [
            row(name, f"null_{kind}_{part}_{share}", float(values[i, j]))
            for part, values in parts.items()
            for i, name in enumerate(plan.criteria)
            for j, share in enumerate(SHARES)
        ]
    return rows
