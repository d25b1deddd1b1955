"""Which comes first, a better alliance or fewer symptoms: change before and after a rating in CBT (N45, N53, N54)."""

import numpy as np

from alliance_sim.evidence.practice import Cohort, Floats, Practice, people_until
from alliance_sim.evidence.studies.outcome import first_known
from alliance_sim.evidence.studies.study import Study
from alliance_sim.stats.pooling import correlation, residual

EARLY, MIDDLE = 3, 10
"""Sessions of the early rating, and of the symptoms up to which earlier change is counted."""


def in_cbt(practice: Practice) -> Cohort:
    """Routine clients of sites that practise CBT."""
    return practice.routine.of("cbt")


def partial(x: Floats, y: Floats, control: Floats) -> float:
    """Correlation of x and y, another variable partialled out of both; clients with all three known."""
    known = np.isfinite(x) & np.isfinite(y) & np.isfinite(control)
    return correlation(residual(x[known], control[known]), residual(y[known], control[known]))


def earlier_change(cohort: Cohort) -> Floats:
    """Fall of symptoms from intake to the middle session, points."""
    return cohort.clients["symptoms_intake"] - cohort.session("symptoms", MIDDLE)


def late(cohort: Cohort, column: str) -> Floats:
    """The last rating after the middle session; nan where there is none."""
    return first_known(cohort.sessions[column][:, MIDDLE:][:, ::-1])


def change_and_late_task(practice: Practice) -> tuple[float, ...]:
    """Earlier change with the task rating at the end, the early task rating partialled out."""
    cohort = in_cbt(practice)
    return (partial(earlier_change(cohort), late(cohort, "wai_task"), cohort.session("wai_task", EARLY)),)


def agreement_before_bond(practice: Practice) -> tuple[float, ...]:
    """Partial r of early goal and task with later change, minus that of bond; change before the rating partialled out.

    Change before: from intake to the symptoms that the early session begins with (end of the week before); later
    change: from there to the end.
    """
    cohort = in_cbt(practice)
    goal, task, bond = (cohort.session(f"wai_{name}", EARLY) for name in ("goal", "task", "bond"))
    begins = cohort.session("symptoms", EARLY - 1)
    before, after = cohort.clients["symptoms_intake"] - begins, begins - cohort.clients["symptoms_end"]
    return (partial(0.5 * (goal + task), after, before) - partial(bond, after, before),)


def change_before_every_part(practice: Practice) -> tuple[float, ...]:
    """The smallest correlation of earlier change with a late rating of goal, task and bond."""
    cohort = in_cbt(practice)
    change = earlier_change(cohort)
    return (float(np.min([correlation(change, late(cohort, f"wai_{name}")) for name in ("goal", "task", "bond")])),)


_CHANGE = f"fall of symptoms from intake to session {MIDDLE}"

STUDIES = (
    Study(
        "N45", ("r",), change_and_late_task,
        f"correlation of the {_CHANGE} with the last wai_task after it, wai_task of session {EARLY} partialled out; "
        "routine clients in CBT", "Pearson", people_until("cbt", 98),
    ),
    Study(
        "N53", ("difference of r",), agreement_before_bond,
        f"partial correlation of the mean of wai_goal and wai_task in session {EARLY} with the fall of symptoms from "
        f"its beginning to the end, the fall from intake to it partialled out, minus that of wai_bond; routine clients "
        "in CBT", "Webb et al. (2011)", people_until("cbt", 335),
    ),
    Study(
        "N54", ("smallest r",), change_before_every_part,
        f"correlation of the {_CHANGE} with the last wai_goal, wai_task and wai_bond after it, the smallest of the "
        "three; routine clients in CBT", "Webb et al. (2011)", people_until("cbt", 105),
    ),
)  # fmt: skip
