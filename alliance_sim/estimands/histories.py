"""Clients' histories: groups that are fixed at intake, and what became of the ruptures of a treatment."""

import numpy as np

from alliance_sim.estimands.clinics import Flags, Floats, Rows
from alliance_sim.estimands.detection import Drops
from alliance_sim.estimands.detection_accuracy import last_repaired

ALL, NO_TRAUMA, TRAUMA = "all", "no trauma", "trauma"
INSECURE, MIDDLE, SECURE = "insecure third", "middle third", "secure third"
GROUPS = (ALL, NO_TRAUMA, TRAUMA, INSECURE, MIDDLE, SECURE)
"""Groups of clients, in the order in which tables show them."""


def groups_at_intake(trauma: Floats, anxiety: Floats, avoidance: Floats) -> dict[str, Flags]:
    """Which clients of one sample are in each group.

    trauma (clients,): severity of a history of relational trauma, 0 for none. Attachment security: minus the sum of
    anxiety and avoidance (SD among clients), in thirds of the sample by rank.
    """
    rank = np.argsort(np.argsort(anxiety + avoidance, kind="stable"), kind="stable") / max(len(anxiety), 1)
    return {
        ALL: np.ones(len(trauma), bool),
        NO_TRAUMA: trauma == 0.0,
        TRAUMA: trauma > 0.0,
        INSECURE: rank >= 2.0 / 3.0,
        MIDDLE: (rank >= 1.0 / 3.0) & (rank < 2.0 / 3.0),
        SECURE: rank < 1.0 / 3.0,
    }


def by_last_rupture(ruptures: Floats, repaired: Floats) -> Drops:
    """Clients (clients, weeks) by what truly became of their last rupture: repaired in its session or later, or not.

    Entries are 1 or 0, nan without a session. The counterpart of `reliable_drops`, which sees ratings alone.
    """
    happened = ruptures == 1.0
    return Drops(happened.any(axis=1), last_repaired(happened, repaired == 1.0))


def rate(of: Floats, among: Floats) -> Floats:
    """Share (0-1) of each client's sessions with `among` that also have `of` (clients, weeks); nan without any."""
    there = among == 1.0
    count = there.sum(axis=1)
    both = (there & (of == 1.0)).sum(axis=1)
    return np.where(count > 0, both / np.maximum(count, 1), np.nan)


def at_week(matrix: Floats, week: Rows, step: int | Rows) -> Floats:
    """Each client's entry (clients, weeks) `step` weeks after a week of its own (from 1); nan outside of treatment.

    Of several steps (steps, 1) the entries (steps, clients).
    """
    column = week - 1 + step
    inside = (column >= 0) & (column < matrix.shape[1])
    return np.where(inside, matrix[np.arange(len(matrix)), np.where(inside, column, 0)], np.nan)


def first_week(marks: Floats) -> Rows:
    """The first week (from 1) in which each client has a mark (clients, weeks); 0 without one."""
    there = marks == 1.0
    return np.where(there.any(axis=1), np.argmax(there, axis=1) + 1, 0)
