"""How much better clients are at the end: symptoms, effect sizes, reliable change.

All of them count every client who began, those who dropped out too: symptoms at the end are measured at the end
of the planned length of treatment (or of waiting).
"""

import numpy as np

from alliance_sim.estimands.clinics import Clinics, Floats, divided
from alliance_sim.estimands.estimand import Estimand, TwinEstimand

SCORES = ("symptoms_intake", "symptoms_end")


def symptoms_intake(rows: Clinics) -> Floats:
    """Mean symptom score at intake, points."""
    return rows.mean(rows.floats("symptoms_intake"))


def symptoms_end(rows: Clinics) -> Floats:
    """Mean symptom score at the end of the planned length, points."""
    return rows.mean(rows.floats("symptoms_end"))


def pre_post_d(rows: Clinics) -> Floats:
    """(mean at intake - mean at the end) / SD at intake (Becker, 1988): SDs of intake, improvement positive."""
    return divided(symptoms_intake(rows) - symptoms_end(rows), rows.sd(rows.floats("symptoms_intake")))


def _change(rows: Clinics, kind: str) -> Floats:
    """Percentage of clients whose reliable change (Jacobson & Truax, 1991) is of one kind."""
    return rows.percent_of_rows(rows.words("reliable_change").are(kind))


def improvement(rows: Clinics) -> Floats:
    """Percentage of clients reliably improved."""
    return _change(rows, "improved")


def deterioration(rows: Clinics) -> Floats:
    """Percentage of clients reliably deteriorated."""
    return _change(rows, "deteriorated")


def recovery(rows: Clinics) -> Floats:
    """Percentage of clients recovered: at or above the cut-off at intake, reliably improved, below it at the end."""
    return rows.percent_of_rows(rows.flags("recovered"))


def between_d(own: Clinics, baseline: Clinics) -> Floats:
    """(mean end of baseline - mean end of arm) / SD at the end pooled over both (Cohen's d), in SD."""
    sds = [each.sd(each.floats("symptoms_end")) for each in (own, baseline)]
    pooled = np.sqrt((sds[0] * sds[0] + sds[1] * sds[1]) / 2.0)
    return divided(symptoms_end(baseline) - symptoms_end(own), pooled)


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
        "clients who began at or above the clinical cut-off, improved by more than measurement error and ended below "
        "it, of all clients",
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
