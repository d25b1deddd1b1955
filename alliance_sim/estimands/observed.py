"""Measuring what can be seen: every estimand whose columns are there, on the rows in which they are known."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from alliance_sim.estimands import falls
from alliance_sim.estimands.catalogue import ESTIMANDS, TWIN_ESTIMANDS
from alliance_sim.estimands.clinics import Clinics, Floats, Rows, Words, groups_of
from alliance_sim.estimands.drops import reliable_drops
from alliance_sim.estimands.estimand import Described, Estimand, TwinEstimand
from alliance_sim.estimands.seen import Columns, Seen, known, number_of, ratings, rows_of

SCORES = ("symptoms_intake", "symptoms_end")
BOTH_RATINGS = ("wai_client", "wai_therapist")

TOGETHER: Mapping[str, tuple[str, ...]] = {
    "pre_post_d": SCORES,
    "recovery_pct": SCORES,
    "improvement_pct": SCORES,
    "deterioration_pct": SCORES,
    "between_d": SCORES[1:],
    "agreement_r": BOTH_RATINGS,
}
"""Columns that must be known in a row for an estimand to count it, where the estimand does not see to that itself."""

DEPENDABILITY = 0.77
"""Dependability (0-1) of one client rating: G of Crits-Christoph et al. (2011), finding A20."""


@dataclass(frozen=True)
class MatrixEstimand(Described):
    """One number from the client ratings of a clinic, a matrix (clients, weeks); `dependability` of one rating."""

    of: ClassVar[str] = "ratings"

    measure: Callable[[Floats, float], float]  # (ratings, dependability)


def dropped_pct(matrix: Floats, dependability: float) -> float:
    """Clients with a drop that exceeds rating error, % of those with two ratings or more; nan without such clients."""
    rated = _rated_twice(matrix)
    return 100.0 * float(reliable_drops(rated, dependability).dropped.mean()) if len(rated) else np.nan


def recovered_pct(matrix: Floats, dependability: float) -> float:
    """Clients whose last drop was recovered, % of clients with a drop; nan without any."""
    rated = _rated_twice(matrix)
    if len(rated) == 0:
        return np.nan
    found = reliable_drops(rated, dependability)
    return 100.0 * float(found.repaired.sum() / found.dropped.sum()) if found.dropped.any() else np.nan


def _rated_twice(matrix: Floats) -> Floats:
    """Clients with two ratings or more."""
    twice: Floats = matrix[np.isfinite(matrix).sum(axis=1) > 1]
    return twice


MATRIX_ESTIMANDS = (
    MatrixEstimand("drops_pct", "% of clients", 0, dropped_pct),
    MatrixEstimand("drops_recovered_pct", "% of clients with a drop", 1, recovered_pct),
)
"""What is measured on the matrix of client ratings. A further way to find ruptures in ratings is a row here."""

FALLS = {each.name for each in falls.ESTIMANDS}
"""Drops of runs, at the dependability that was published; data of one's own state theirs, see `MATRIX_ESTIMANDS`, and
have their null band beside them (`null_band`)."""

AnyEstimand = Estimand | TwinEstimand | MatrixEstimand
_ALL: tuple[AnyEstimand, ...] = (*ESTIMANDS, *TWIN_ESTIMANDS, *MATRIX_ESTIMANDS)

EVERY: Mapping[str, AnyEstimand] = {each.name: each for each in _ALL}
"""Everything that may be measured on a clinic, by name."""

BETWEEN = tuple(each for each in TWIN_ESTIMANDS if each.name == "between_d")
"""Comparisons of two groups that need no twins."""


def measurable(seen: Seen) -> tuple[str, ...]:
    """Names of the estimands whose columns are there, in the order in which tables show them.

    Not among them: those of the null twin, a world that only a simulation can play; and falls of ratings, which are
    counted by the same criterion on the matrix here, with the dependability that is stated.
    """
    tables = {"clients": seen.clients, "sessions": seen.sessions}
    names = [
        each.name
        for each in ESTIMANDS
        if each.table in tables and each.name not in FALLS and set(each.columns) <= set(tables[each.table])
    ]
    if "wai_client" in seen.sessions:
        names += [each.name for each in MATRIX_ESTIMANDS]
    return tuple(name for name in names if name not in seen.without)


def measure_seen(seen: Seen, weeks: int, dependability: float = DEPENDABILITY) -> dict[str, Floats]:
    """Every estimand that can be measured, in every replicate of the client rows; nan where not defined.

    `weeks` is the planned length. Rows in which a word or flag that an estimand reads is not known are left out, and
    those in which one of `TOGETHER` is not.
    """
    numbers = np.unique(number_of(seen.clients))
    found: dict[str, Floats] = {}
    for name in measurable(seen):
        each = EVERY[name]
        if isinstance(each, Estimand):
            rows = complete(seen.clients if each.table == "clients" else seen.sessions, each)
            found[name] = aligned(numbers, rows.numbers, each.measure(rows)) if len(rows) else _nothing(numbers)
    if "wai_client" in seen.sessions:
        found |= _of_matrix(seen, weeks, dependability, numbers)
    return found


def complete(columns: Columns, each: Estimand | TwinEstimand) -> Clinics:
    """The rows that an estimand may count, with the columns that it reads."""
    there = np.ones(len(number_of(columns)), bool)
    for name in each.columns:
        if isinstance(columns[name], Words):
            there &= known(columns[name])
    for name in TOGETHER.get(each.name, ()):
        there &= known(columns[name])
    wanted = {"replicate", *each.columns}
    return Clinics(rows_of(columns, np.flatnonzero(there), wanted))


def compare_groups(own: Seen, baseline: Seen) -> dict[str, Floats]:
    """Comparisons of two groups of the same replicates that are measured on both at once; nan where not defined."""
    numbers = np.unique(number_of(own.clients))
    found = {}
    for each in BETWEEN:
        if not set(each.columns) <= set(own.clients) & set(baseline.clients):
            continue
        sides = [complete(side.clients, each) for side in (own, baseline)]
        both = np.intersect1d(sides[0].numbers, sides[1].numbers)
        measured = each.measure(sides[0].of(both), sides[1].of(both)) if len(both) else np.empty(0)
        found[each.name] = aligned(numbers, both, measured)
    return found


def _of_matrix(seen: Seen, weeks: int, dependability: float, numbers: Rows) -> dict[str, Floats]:
    """Estimands of the matrix of ratings, replicate by replicate."""
    matrix = ratings(seen, weeks)
    groups = groups_of(number_of(seen.clients))
    parts = [matrix[start : start + size] for start, size in zip(groups.starts, groups.sizes, strict=True)]
    return {
        each.name: np.array([each.measure(part, dependability) for part in parts]) if len(parts) else _nothing(numbers)
        for each in MATRIX_ESTIMANDS
        if each.name not in seen.without
    }


def _nothing(numbers: Rows) -> Floats:
    return np.full(len(numbers), np.nan)


def aligned(numbers: Rows, there: Rows, measured: Floats) -> Floats:
    """What was measured in some replicates (`there`), put beside all of them (`numbers`, in order); nan elsewhere."""
    found = _nothing(numbers)
    found[np.searchsorted(numbers, there)] = measured
    return found
