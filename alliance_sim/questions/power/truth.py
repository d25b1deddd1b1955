"""What is true of the arms of a trial in its world: effects and variances, from clinics far larger than any trial.

Here twins are right, since only means and variances are wanted: the same people with the same luck in every arm, so
that an effect is known far better than from as many strangers.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import skew

from alliance_sim.estimands.clinics import Clinics
from alliance_sim.estimands.therapists import icc1
from alliance_sim.experiment.kept import Piece, Stage, kept, key_of
from alliance_sim.law.state import Left
from alliance_sim.questions.power.people import CENTRE, Cell, Design, column, outcome_of, played, seed_of
from alliance_sim.scenario.scenario import DesignPoint
from alliance_sim.stats.montecarlo import Summary, summarise
from alliance_sim.stats.trial_power import Variances

Floats = NDArray[np.float64]

CLINICS = 20
"""Clinics into which the clients of an arm are divided at the centre, so that Monte-Carlo errors are known."""

DRAWN = 5
"""The clinic under each draw of the posterior has one so many-th of the clients of one at the centre."""


class Measured(NamedTuple):
    """What is measured: the outcome, and whether it is adjusted for symptoms at intake."""

    outcome: int
    dropouts: int
    lost: float
    adjusted: bool
    arms_of_therapist: int  # 1, or all of them where therapists are crossed with arms


class Wanted(NamedTuple):
    """Clinics that are played: under which parameters, clients of a therapist in an arm, clinics, and their size."""

    parameters: str
    clients: int
    clinics: int
    size: int  # clients of one clinic


def measured_truth(
    points: Sequence[DesignPoint], measured: Measured, wanted: Wanted, numbers: range, seed: int, home: Path
) -> pd.DataFrame:
    """What is true in clinics of these numbers: a row for each clinic and arm.

    effect: mean outcome minus that of the control (first point), over those whose outcome is known. total, icc:
    variance of the outcome (given intake, where adjusted) and the share of it between therapists. effects: variance of
    the therapists' own effects. known, dropout: shares of clients. skewness: of what is left of the outcome.
    """
    caseload = wanted.clients * measured.arms_of_therapist
    design = Design(max(2, wanted.size // caseload), caseload)
    own = seed_of(seed, Cell("arms", wanted.parameters, "truth", design))
    tables = []
    control: Floats | None = None
    for point in points:
        rows = played(point, wanted.parameters, design, own, numbers, 0, home)
        outcome = outcome_of(rows, measured.outcome, measured.dropouts)
        intake = column(rows, "symptoms_intake")
        control = outcome if control is None else control
        total, icc, third = spread_of(outcome, intake if measured.adjusted else None)
        gap, share, _ = spread_of(outcome - control, None)
        tables.append(
            pd.DataFrame(
                {
                    "parameters": wanted.parameters,
                    "clients": wanted.clients,
                    "number": list(numbers),
                    "arm": point.arm,
                    "mean": np.nanmean(outcome, axis=(1, 2)),
                    "effect": np.nanmean(outcome, axis=(1, 2)) - np.nanmean(control, axis=(1, 2)),
                    "total": total,
                    "icc": icc,
                    "effects": np.nan_to_num(gap * share),
                    "known": np.isfinite(outcome).mean(axis=(1, 2)) * (1.0 - measured.lost),
                    "dropout": (column(rows, "left") == Left.DROPOUT).mean(axis=(1, 2)),
                    "skewness": third,
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def spread_of(outcome: Floats, intake: Floats | None) -> tuple[Floats, Floats, Floats]:
    """Variance, therapists' share of it and skewness of what is left of an outcome given intake, in each clinic.

    outcome, intake (clinics, therapists, clients).
    """
    count, helpers, clients = outcome.shape
    rows = Clinics(
        {
            "replicate": np.repeat(np.arange(count), helpers * clients),
            "therapist": np.tile(np.repeat(np.arange(helpers), clients), count),
        }
    )
    values = outcome.ravel()
    left = rows.centred(values) if intake is None else rows.residual(values, intake.ravel())
    deviation = rows.sd(left)
    third = np.zeros(count)
    if np.all(deviation > 0):
        third = np.asarray(skew(left.reshape(count, -1), axis=1, nan_policy="omit"))
    return deviation * deviation, icc1(rows, left), third


def play_truth(
    points: Sequence[DesignPoint],
    measured: Measured,
    wanted: Sequence[Wanted],
    seed: int,
    home: Path,
    folder: Path,
    workers: int,
    stage: Stage,
) -> pd.DataFrame:
    """The rows of `measured_truth` of all clinics that are wanted."""
    pieces = []
    for each in wanted:
        step = 4 if each.parameters == CENTRE else 10
        for first in range(1, each.clinics + 1, step):
            numbers = range(first, min(first + step, each.clinics + 1))
            arms = [(point.arm, point.address) for point in points]
            key = key_of(arms, measured, each, numbers.start, numbers.stop, seed)
            pieces.append(Piece(key, (tuple(points), measured, each, numbers, seed, home), len(numbers)))
    advance = stage("Measuring what is true", sum(piece.steps for piece in pieces))
    return kept(measured_truth, pieces, folder / "pieces", workers, advance)


class Truth(NamedTuple):
    """What is true of one arm and of its control for therapists with so many clients: means over clinics."""

    arm: str
    effect: Summary  # arm minus control, in the outcome's unit
    one: Variances  # of the arm
    other: Variances  # of the control
    effects: float  # variance of the therapists' own effects
    known: tuple[float, float]  # share with an outcome, arm and control
    dropout: tuple[float, float]
    skewness: tuple[float, float]

    @property
    def total(self) -> float:
        """Variance of clients, mean of arm and control."""
        return 0.5 * (self.one.total + self.other.total)

    @property
    def icc(self) -> float:
        """Therapists' share of the variance, arm and control together."""
        return 0.5 * (self.one.between + self.other.between) / self.total

    @property
    def d(self) -> float:
        """Effect in SD of clients (given intake where adjusted)."""
        return self.effect.value / float(np.sqrt(self.total))


def truth_of(rows: pd.DataFrame, arm: str, control: str) -> Truth:
    """The truth of an arm, against any other, from rows of `measured_truth` of one kind of parameters and one caseload.

    A negative mean share of therapists counts as none.
    """
    sides = [rows[rows["arm"] == name] for name in (arm, control)]
    spreads = []
    for side in sides:
        between = max(float((side["total"] * side["icc"]).mean()), 0.0)
        spreads.append(Variances(between, float(side["total"].mean()) - between))
    pairs = {name: (float(sides[0][name].mean()), float(sides[1][name].mean())) for name in PAIRED}
    effects = max(float(sides[0]["effects"].mean()), 0.0)
    gap = sides[0]["effect"].to_numpy(np.float64) - sides[1]["effect"].to_numpy(np.float64)
    return Truth(arm, summarise(gap), spreads[0], spreads[1], effects, **pairs)


PAIRED = ("known", "dropout", "skewness")
"""What `Truth` knows of arm and control side by side."""
