"""The course of treatment: who improves by when (O01)."""

import numpy as np

from alliance_sim.evidence.practice import LONG_WEEKS, SHORT_WEEKS, Cohort, Floats, Practice, scale_named
from alliance_sim.evidence.studies.leaving import DROPOUT
from alliance_sim.evidence.studies.study import Study


def carried_forward(scores: Floats, week: int) -> Floats:
    """The last score seen up to a week (from 1) of each client (clients, weeks); nan where none was seen."""
    seen = np.isfinite(scores[:, :week])
    last = week - 1 - np.argmax(seen[:, ::-1], axis=1)
    return np.where(seen.any(axis=1), scores[np.arange(len(scores)), last], np.nan)


def improved_by(cohort: Cohort, week: int, criterion: float) -> float:
    """Percentage of clients improved by a criterion or more after so many weeks of treatment; nan without any.

    A dose-effect relation is about those who took the dose: clients who dropped out before that week are left out,
    those who completed treatment because they were well are kept with their last score.
    """
    now = carried_forward(cohort.sessions["symptoms"], week)
    dropped = (cohort.clients["left"] == DROPOUT) & (cohort.clients["left_week"] < week)
    known = np.isfinite(now) & ~dropped
    if not known.any():
        return float("nan")
    return float(100.0 * np.mean(cohort.clients["symptoms_intake"][known] - now[known] >= criterion))


def dose(practice: Practice) -> tuple[float, ...]:
    """Reliably improved after the shorter and after the longer course, percent of clients."""
    criterion = scale_named("phq9").reliable
    return tuple(improved_by(practice.longer, week, criterion) for week in (SHORT_WEEKS, LONG_WEEKS))


STUDIES = (
    Study(
        "O01", ("after 8 sessions", "after 26 sessions"), dose,
        "clients whose last seen symptom score is below symptoms_intake by the instrument's reliable change or more, "
        "of clients who had not dropped out before, percent; a course of 26 weeks",
        "Howard et al. (1986); Jacobson & Truax (1991) for reliable change",
    ),
)  # fmt: skip
