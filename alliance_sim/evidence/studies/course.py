"""The course of treatment: who improves by when, who gets worse, and how far the alliance moves (O01, O04, L03)."""

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


def deteriorated(practice: Practice) -> tuple[float, ...]:
    """Reliably worse at the planned end, percent of all clients."""
    if len(practice.routine) == 0:
        return (float("nan"),)
    clients = practice.routine.clients
    worse = clients["symptoms_end"] - clients["symptoms_intake"] >= scale_named("phq9").reliable
    return (float(100.0 * np.mean(worse)),)


def alliance_change(practice: Practice) -> tuple[float, ...]:
    """Rise of the client's rating from session 5 to session 10, in SD of session 5, clients with both."""
    early, late = practice.routine.session("wai_client", 5), practice.routine.session("wai_client", 10)
    both = np.isfinite(early) & np.isfinite(late)
    if both.sum() < 2:
        return (float("nan"),)
    sd = early[both].std(ddof=1)
    return (float((late[both] - early[both]).mean() / sd) if sd > 0 else float("nan"),)


STUDIES = (
    Study(
        "O01", ("after 8 sessions", "after 26 sessions"), dose,
        "clients whose last seen symptom score is below symptoms_intake by the instrument's reliable change or more, "
        "of clients who had not dropped out before, percent; a course of 26 weeks",
        "Howard et al. (1986); Jacobson & Truax (1991) for reliable change",
    ),
    Study(
        "O04", ("reliably worse",), deteriorated,
        "clients whose symptoms_end exceeds symptoms_intake by the instrument's reliable change or more, percent",
        "Lambert (2013); Jacobson & Truax (1991)",
    ),
    Study(
        "L03", ("sessions 5 to 10",), alliance_change,
        "(mean client rating of session 10 - that of session 5) / SD at session 5, clients with both",
        "Cohen (1988)",
    ),
)  # fmt: skip
