"""Who leaves early, and who improves by when (D01, D05, O01)."""

import numpy as np

from alliance_sim.evidence.practice import LONG_WEEKS, SHORT_WEEKS, Cohort, Floats, Practice, scale_named
from alliance_sim.evidence.studies.outcome import first_known
from alliance_sim.evidence.studies.study import NAN, study
from alliance_sim.law.state import Left


@study("D01", "dropout", source="Swift & Greenberg (2012)")
def dropouts(practice: Practice) -> float:
    """Clients whose left is dropout, of all, percent."""
    left = practice.routine.clients["left"]
    return float(100.0 * np.mean(left == Left.DROPOUT)) if len(left) else NAN


@study("D05", "d", source="Cohen (1988); Sharf, Primavera & Diener (2010)")
def completers_against_dropouts(practice: Practice) -> float:
    """(Mean of completers' - mean of dropouts' wai_client in session 3, or the last before it) / pooled SD; everybody
    who did not drop out counts as a completer.
    """
    # most of the pooled studies asked once and early, so that a dropout's rating lies before leaving
    early = first_known(practice.routine.sessions["wai_client"][:, 2::-1])
    gone = practice.routine.clients["left"] == Left.DROPOUT
    left, stayed = early[gone & np.isfinite(early)], early[~gone & np.isfinite(early)]
    if min(len(left), len(stayed)) < 2:
        return NAN
    squares = (len(left) - 1) * left.var(ddof=1) + (len(stayed) - 1) * stayed.var(ddof=1)
    pooled = np.sqrt(squares / (len(left) + len(stayed) - 2))
    return float((stayed.mean() - left.mean()) / pooled) if pooled > 0 else NAN


def carried_forward(scores: Floats, week: int) -> Floats:
    """The last score seen up to a week (from 1) of each client (clients, weeks); nan where none was seen."""
    return first_known(scores[:, :week][:, ::-1])


def improved_by(cohort: Cohort, week: int, criterion: float) -> float:
    """Percentage of clients improved by a criterion or more after so many weeks of treatment; nan without any.

    A dose-effect relation is about those who took the dose: clients who dropped out before that week are left out,
    those who completed treatment because they were well are kept with their last score.
    """
    now = carried_forward(cohort.sessions["symptoms"], week)
    dropped = (cohort.clients["left"] == Left.DROPOUT) & (cohort.clients["left_week"] < week)
    known = np.isfinite(now) & ~dropped
    if not known.any():
        return NAN
    return float(100.0 * np.mean(cohort.clients["symptoms_intake"][known] - now[known] >= criterion))


@study("O01", "after 8 sessions", "after 26 sessions", source="Howard et al. (1986); Jacobson & Truax (1991)")
def dose(practice: Practice) -> tuple[float, ...]:
    """Clients whose last seen symptom score is below symptoms_intake by the instrument's reliable change or more, of
    clients who had not dropped out before, percent; a course of 26 weeks.
    """
    criterion = scale_named("phq9").reliable
    return tuple(improved_by(practice.longer, week, criterion) for week in (SHORT_WEEKS, LONG_WEEKS))
