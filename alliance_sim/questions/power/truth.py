"""The true effects and variances of the arms, from simulated clinics that are far larger than any trial.

Here arms are matched twins, since only means and variances are wanted: with the same clients and random draws in every
arm an effect is known far better than from different clients.
"""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import skew

from alliance_sim.estimands.clinics import Clinics
from alliance_sim.estimands.therapists import icc1
from alliance_sim.experiment.kept import Stage, key_of
from alliance_sim.experiment.workers import Workers
from alliance_sim.law.state import Left
from alliance_sim.questions.frame.run import Runs, Simulated, run_settings
from alliance_sim.questions.power.people import (
    CENTRE,
    KEPT,
    POSTERIOR,
    Cell,
    Known,
    TrialSize,
    at_centre,
    outcome_of,
    seed_of,
)
from alliance_sim.questions.power.plan import TrialPlan
from alliance_sim.scenario.scenario import Clinic
from alliance_sim.stats.montecarlo import Summary, summarise
from alliance_sim.stats.trial_power import Variances, crossed_error, nested_error, t_power

Floats = NDArray[np.float64]

CLINICS = 20
"""Clinics into which the clients of an arm are divided at the centre, so that Monte-Carlo errors are known."""

DRAWN = 5
"""The clinic under each draw of the posterior has one so many-th of the clients of one at the centre."""


def measure_truth(plan: TrialPlan, folder: Path, workers: Workers, stage: Stage) -> pd.DataFrame:
    """The rows of `measured` after parameters and clients: at the centre for each caseload, then under each draw."""
    wanted = [(CENTRE, m, CLINICS, plan.true_clients // CLINICS) for m in plan.clients]
    if plan.draws:
        wanted.append((POSTERIOR, plan.planned.clients, plan.draws, plan.true_clients // CLINICS // DRAWN))
    advance = stage("Measuring true effects", sum(clinics for _, _, clinics, _ in wanted))
    tables = []
    for parameters, m, clinics, size in wanted:
        caseload = m * (1 + len(plan.compared) if plan.crossed else 1)
        design = TrialSize(max(2, size // caseload), caseload)
        scenarios = [
            point.scenario._replace(clinic=Clinic(*design, point.scenario.clinic.weeks)) for point in plan.points
        ]
        if parameters == CENTRE:
            scenarios = [at_centre(scenario) for scenario in scenarios]
        points = tuple(point._replace(scenario=own) for point, own in zip(plan.points, scenarios, strict=True))
        seed = seed_of(plan.seed, Cell("arms", parameters, "truth", design))
        runs = Runs(seed, range(1, clinics + 1), plan.home, sessions=False)
        measure, about = (
            partial(measured, plan.known, plan.adjusted),
            key_of(plan.known, plan.adjusted, parameters, design),
        )
        rows = run_settings([points], measure, about, runs, folder, workers, advance)
        tables.append(rows.assign(parameters=parameters, clients=m))
    return pd.concat(tables, ignore_index=True)


def measured(known: Known, adjusted: bool, arms: Mapping[str, Simulated]) -> pd.DataFrame:
    """A row for each clinic (replicate) and arm; the control is the first arm.

    effect: mean outcome minus that of the control, over those whose outcome is known. total, icc: variance of the
    outcome (given intake, where adjusted) and the share of it between therapists. effects: variance of the therapists'
    own effects. known, dropout: shares of clients. skewness: of the outcome (given intake).
    """
    tables = []
    control: Floats | None = None
    for arm, simulated in arms.items():
        rows, clinic = simulated.clients, simulated.point.scenario.clinic
        shape = (len(simulated.replicates), clinic.therapists, clinic.caseload)
        left = np.where(rows.words("left").are("dropout"), float(Left.DROPOUT), -1.0)
        columns = {name: left if name == "left" else rows.floats(name) for name in KEPT}
        outcome = outcome_of({name: column.reshape(shape) for name, column in columns.items()}, known)
        control = outcome if control is None else control
        total, icc, third = _variance(rows, outcome, columns["symptoms_intake"] if adjusted else None)
        gap, share, _ = _variance(rows, outcome - control, None)
        mean = np.nanmean(outcome, axis=(1, 2))
        own = {
            "replicate": list(simulated.replicates),
            "arm": arm,
            "mean": mean,
            "effect": mean - np.nanmean(control, axis=(1, 2)),
            "total": total,
            "icc": icc,
            "effects": np.nan_to_num(gap * share),
            "known": np.isfinite(outcome).mean(axis=(1, 2)) * (1.0 - known.lost),
            "dropout": (left == Left.DROPOUT).reshape(shape).mean(axis=(1, 2)),
            "skewness": third,
        }
        tables.append(pd.DataFrame(own))
    return pd.concat(tables, ignore_index=True)


def _variance(rows: Clinics, outcome: Floats, intake: Floats | None) -> tuple[Floats, Floats, Floats]:
    """Variance, therapists' share of it, and skewness of an outcome (given intake), in each clinic.

    outcome (clinics, therapists, clients); intake (all clients).
    """
    values = outcome.ravel()
    residual = rows.centred(values) if intake is None else rows.residual(values, intake)
    deviation = rows.sd(residual)
    third = np.zeros(len(outcome))
    if np.all(deviation > 0):
        third = np.asarray(skew(residual.reshape(len(outcome), -1), axis=1, nan_policy="omit"))
    return deviation * deviation, icc1(rows, residual), third


class Truth(NamedTuple):
    """What is true of one arm and of its control for therapists with so many clients: means over clinics."""

    effect: Summary  # arm minus control, in the outcome's unit
    one: Variances  # variances of the arm
    other: Variances  # of the control
    effects: float  # variance of the therapists' own effects
    known: tuple[float, float]  # share of clients with an outcome, arm and control
    skewness: tuple[float, float]

    @property
    def total(self) -> float:
        """Variance of clients, mean of arm and control."""
        return 0.5 * (self.one.total + self.other.total)

    @property
    def icc(self) -> float:
        """Therapists' share of the variance (0-1), arm and control together."""
        return 0.5 * (self.one.between + self.other.between) / self.total


def truth_of(rows: pd.DataFrame, arm: str, control: str) -> Truth:
    """The truth of an arm, against any other, from rows of `measured` of one kind of parameters and one caseload.

    A negative mean share of therapists counts as none.
    """
    one, other = (rows[rows["arm"] == name] for name in (arm, control))
    spreads = []
    for side in (one, other):
        between = max(float((side["total"] * side["icc"]).mean()), 0.0)
        spreads.append(Variances(between, float(side["total"].mean()) - between))
    known, skewness = ((float(one[name].mean()), float(other[name].mean())) for name in ("known", "skewness"))
    gap = one["effect"].to_numpy(np.float64) - other["effect"].to_numpy(np.float64)
    return Truth(summarise(gap), spreads[0], spreads[1], max(float(one["effects"].mean()), 0.0), known, skewness)


def closed_form(plan: TrialPlan, truth: Truth, therapists: int, clients: int) -> float:
    """Power of a trial of this size (0-1) in closed form, from what is true of its arms."""
    each = (clients * truth.known[0], clients * truth.known[1])
    if plan.crossed:
        error = crossed_error(truth.one, truth.other, truth.effects, therapists, each)
    else:
        error = nested_error(truth.one, truth.other, therapists, each)
    ratio = truth.effect.value / error if error > 0 else np.nan
    at = ratio * plan.outcome.better if plan.level.sided == 1 else abs(ratio)
    return float(t_power(at, plan.degrees.of(therapists), plan.level))
