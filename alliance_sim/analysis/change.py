"""How much better clients are at the end: symptoms, effect sizes, reliable change.

All of them count every client who began, those who dropped out too: symptoms at the end are measured at the end
of the planned length of treatment (or of waiting).
"""

import numpy as np
import pandas as pd

from alliance_sim.analysis.by_replicate import PerReplicate, mean, percent_of_rows, sd
from alliance_sim.analysis.estimand import Estimand, TwinEstimand

SCORES = ("symptoms_intake", "symptoms_end")


def symptoms_intake(frame: pd.DataFrame) -> PerReplicate:
    """Mean symptom score at intake, points."""
    return mean(frame, frame["symptoms_intake"])


def symptoms_end(frame: pd.DataFrame) -> PerReplicate:
    """Mean symptom score at the end of the planned length, points."""
    return mean(frame, frame["symptoms_end"])


def pre_post_d(frame: pd.DataFrame) -> PerReplicate:
    """(mean at intake - mean at the end) / SD at intake (Becker, 1988): SDs of intake, improvement positive."""
    spread = sd(frame, frame["symptoms_intake"])
    return (symptoms_intake(frame) - symptoms_end(frame)) / spread.where(spread > 0)


def _change(kind: str, frame: pd.DataFrame) -> PerReplicate:
    """Percentage of clients whose reliable change (Jacobson & Truax, 1991) is of one kind."""
    return percent_of_rows(frame, frame["reliable_change"] == kind)


def improvement(frame: pd.DataFrame) -> PerReplicate:
    """Percentage of clients reliably improved."""
    return _change("improved", frame)


def deterioration(frame: pd.DataFrame) -> PerReplicate:
    """Percentage of clients reliably deteriorated."""
    return _change("deteriorated", frame)


def recovery(frame: pd.DataFrame) -> PerReplicate:
    """Percentage of clients recovered: reliably improved, and below the cut-off at the end."""
    return percent_of_rows(frame, frame["recovered"])


def between_d(own: pd.DataFrame, baseline: pd.DataFrame) -> PerReplicate:
    """(mean end of baseline - mean end of arm) / SD at the end pooled over both (Cohen's d), in SD."""
    pooled = np.sqrt((sd(own, own["symptoms_end"]) ** 2 + sd(baseline, baseline["symptoms_end"]) ** 2) / 2.0)
    return (symptoms_end(baseline) - symptoms_end(own)) / pooled.where(pooled > 0)


ESTIMANDS = (
    Estimand(
        "pre_post_d", "Improvement from intake to end (d)", "SD", 1, "clients", SCORES, pre_post_d,
        "mean fall of symptoms from intake to the planned end in standard deviations at intake, all clients",
    ),
    Estimand(
        "symptoms_intake", "Symptoms at intake", "points", 0, "clients", SCORES[:1], symptoms_intake,
        "mean symptom score at intake, all clients",
    ),
    Estimand(
        "symptoms_end", "Symptoms at the end", "points", -1, "clients", SCORES[1:], symptoms_end,
        "mean symptom score at the end of the planned length, all clients, those who left early too",
    ),
    Estimand(
        "recovery_pct", "Recovered", "% of clients", 1, "clients", ("recovered",), recovery,
        "clients who improved by more than measurement error and ended below the clinical cut-off, of all clients",
    ),
    Estimand(
        "improvement_pct", "Reliably improved", "% of clients", 1, "clients", ("reliable_change",), improvement,
        "clients whose symptoms fell by more than measurement error, of all clients",
    ),
    Estimand(
        "deterioration_pct", "Reliably worse", "% of clients", -1, "clients", ("reliable_change",), deterioration,
        "clients whose symptoms rose by more than measurement error, of all clients",
    ),
)  # fmt: skip

TWIN_ESTIMANDS = (
    TwinEstimand(
        "between_d", "Difference at the end (d)", "SD", 1, "clients", SCORES[1:], between_d,
        "difference of mean symptoms at the end, baseline minus arm, in pooled standard deviations at the end",
    ),
)  # fmt: skip
