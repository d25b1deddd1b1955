"""Which comes first, a better alliance or fewer symptoms: change before and after a rating in CBT (N45, N53, N54)."""

import numpy as np

from alliance_sim.evidence.practice import Cohort, Floats, Practice, people_until
from alliance_sim.evidence.studies.outcome import first_known
from alliance_sim.evidence.studies.study import study
from alliance_sim.stats.pooling import correlation, residual

EARLY, MIDDLE = 3, 10
"""Sessions of the early rating, and of the symptoms up to which earlier change is counted."""


def partial_correlation(x: Floats, y: Floats, control: Floats) -> float:
    """Correlation of x and y, another variable partialled out of both; clients with all three known."""
    known = np.isfinite(x) & np.isfinite(y) & np.isfinite(control)
    return correlation(residual(x[known], control[known]), residual(y[known], control[known]))


def earlier_change(cohort: Cohort) -> Floats:
    """Fall of symptoms from intake to the middle session, points."""
    return cohort.clients["symptoms_intake"] - cohort.session("symptoms", MIDDLE)


def late(cohort: Cohort, column: str) -> Floats:
    """The last rating after the middle session; nan where there is none."""
    return first_known(cohort.sessions[column][:, MIDDLE:][:, ::-1])


@study("N45", "r", source="Pearson", people=people_until("cbt", 98))
def change_and_late_task(practice: Practice) -> float:
    """Correlation of the fall of symptoms from intake to session 10 with the last wai_task after it, wai_task of
    session 3 partialled out; routine clients in CBT.
    """
    cohort = practice.routine.of("cbt")
    return partial_correlation(earlier_change(cohort), late(cohort, "wai_task"), cohort.session("wai_task", EARLY))


@study("N53", "difference of r", source="Webb et al. (2011)", people=people_until("cbt", 335))
def agreement_before_bond(practice: Practice) -> float:
    """Partial correlation of the mean of wai_goal and wai_task in session 3 with the fall of symptoms from its
    beginning to the end, the fall from intake to it partialled out, minus that of wai_bond; routine clients in CBT.
    """
    cohort = practice.routine.of("cbt")
    goal, task, bond = (cohort.session(f"wai_{name}", EARLY) for name in ("goal", "task", "bond"))
    begins = cohort.session("symptoms", EARLY - 1)  # symptoms of a row are those at the end of its week
    before, after = cohort.clients["symptoms_intake"] - begins, begins - cohort.clients["symptoms_end"]
    return partial_correlation(0.5 * (goal + task), after, before) - partial_correlation(bond, after, before)


@study("N54", "smallest r", source="Webb et al. (2011)", people=people_until("cbt", 105))
def change_before_every_part(practice: Practice) -> float:
    """Correlation of the fall of symptoms from intake to session 10 with the last wai_goal, wai_task and wai_bond after
    it, the smallest of the three; routine clients in CBT.
    """
    cohort = practice.routine.of("cbt")
    change = earlier_change(cohort)
    return float(np.min([correlation(change, late(cohort, f"wai_{name}")) for name in ("goal", "task", "bond")]))
