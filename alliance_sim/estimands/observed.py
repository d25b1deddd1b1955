"""Measuring what can be seen: every estimand whose columns are there, on the rows in which they are known."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from alliance_sim.estimands import falls
from alliance_sim.estimands.catalogue import ESTIMANDS, SCORES, TWIN_ESTIMANDS
from alliance_sim.estimands.clinics import Clinics, Floats, Words, among, groups_of, mean_by_code
from alliance_sim.estimands.detection import reliable_drops
from alliance_sim.estimands.estimand import Described, Estimand, TwinEstimand
from alliance_sim.estimands.seen import MEASURES, ClinicRows, Columns, columns_of, known, number_of, ratings, rows_of
from alliance_sim.estimands.staying import CURVE_COLUMNS, staying_curve

TOGETHER: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("pre_post_d", "recovery_pct", "improvement_pct", "deterioration_pct"), SCORES),
    "between_d": SCORES[1:],
    "agreement_r": ("wai_client", "wai_therapist"),
}
"""Columns that must be known in a row for an estimand to count it, where the estimand does not see to that itself."""

DEPENDABILITY = falls.DEPENDABILITY

STAYING = "staying"
"""Share of clients who have not dropped out, %."""


@dataclass(frozen=True)
class MatrixEstimand(Described):
    """One number from the client ratings of a clinic, a matrix (clients, weeks); `dependability` of one rating."""

    of: ClassVar[str] = "ratings"

    measure: Callable[[Floats, float], float]  # (ratings, dependability)


def dropped_pct(matrix: Floats, dependability: float) -> float:
    """Clients with a drop that exceeds rating error, % of those with two ratings or more; nan without such clients."""
    rated = matrix[np.isfinite(matrix).sum(axis=1) > 1]
    return 100.0 * float(reliable_drops(rated, dependability).dropped.mean()) if len(rated) else np.nan


def recovered_pct(matrix: Floats, dependability: float) -> float:
    """Clients whose last drop was recovered, % of clients with a drop; nan without any."""
    found = reliable_drops(matrix[np.isfinite(matrix).sum(axis=1) > 1], dependability)
    return 100.0 * float(found.repaired.sum() / found.dropped.sum()) if found.dropped.any() else np.nan


MATRIX_ESTIMANDS = (
    MatrixEstimand("drops_pct", "% of clients", 0, dropped_pct),
    MatrixEstimand("drops_recovered_pct", "% of clients with a drop", 1, recovered_pct),
)
"""What is measured on the matrix of client ratings. A further way to find ruptures in ratings is a row here."""

FALLS = {each.name for each in falls.ESTIMANDS}
"""Drops of runs, at the dependability that was published; data of one's own state theirs, see `MATRIX_ESTIMANDS`, and
have their null band (`null_band`)."""

AnyEstimand = Estimand | TwinEstimand | MatrixEstimand

_ALL: tuple[AnyEstimand, ...] = (*ESTIMANDS, *TWIN_ESTIMANDS, *MATRIX_ESTIMANDS)

EVERY: Mapping[str, AnyEstimand] = {each.name: each for each in _ALL}
"""Everything that may be measured on a clinic, by name."""

BETWEEN = tuple(each for each in TWIN_ESTIMANDS if each.name == "between_d")
"""Comparisons of two groups that need no twins."""


def measurable(seen: ClinicRows) -> tuple[str, ...]:
    """Names of the estimands whose columns are there, in the order in which tables show them.

    Not among them: those of the null twin, which only a simulation can run, and `FALLS`.
    """
    tables = {"clients": seen.clients, "sessions": seen.sessions}
    there = [each for each in ESTIMANDS if set(each.columns) <= set(tables.get(each.table, ()))]
    rated = MATRIX_ESTIMANDS if "wai_client" in seen.sessions else ()
    return tuple(each.name for each in (*there, *rated) if each.name not in FALLS | seen.without)


def measure_seen(seen: ClinicRows, weeks: int, dependability: float = DEPENDABILITY) -> dict[str, Floats]:
    """Every estimand that can be measured, in every replicate of the client rows; nan where not defined.

    `weeks` is the planned length. Rows in which a word or flag that an estimand reads is not known are left out, and
    those in which one of `TOGETHER` is not.
    """
    numbers = np.unique(number_of(seen.clients))
    matrix = ratings(seen, weeks) if "wai_client" in seen.sessions else None
    groups = groups_of(number_of(seen.clients))
    found: dict[str, Floats] = {}
    for name in measurable(seen):
        each = EVERY[name]
        if isinstance(each, Estimand):
            rows = complete(seen.clients if each.table == "clients" else seen.sessions, each)
            found[name] = among(numbers, rows.numbers, each.measure(rows) if len(rows) else None)
        elif isinstance(each, MatrixEstimand) and matrix is not None:
            parts = (matrix[start : start + size] for start, size in zip(groups.starts, groups.sizes, strict=True))
            found[name] = np.array([each.measure(part, dependability) for part in parts])
    return found


def complete(columns: Columns, each: Estimand | TwinEstimand) -> Clinics:
    """The rows that an estimand may count, with the columns that it reads."""
    needed = [name for name in each.columns if isinstance(columns[name], Words)]
    there = np.all([known(columns[name]) for name in ("replicate", *needed, *TOGETHER.get(each.name, ()))], axis=0)
    return Clinics(rows_of(columns, np.flatnonzero(there), {"replicate", *each.columns}))


def compare_groups(own: ClinicRows, baseline: ClinicRows) -> dict[str, Floats]:
    """Comparisons of two groups of the same replicates that are measured on both at once; nan where not defined."""
    numbers = np.unique(number_of(own.clients))
    found = {}
    for each in BETWEEN:
        if set(each.columns) <= set(own.clients) & set(baseline.clients):
            left, right = (complete(side.clients, each) for side in (own, baseline))
            both = np.intersect1d(left.numbers, right.numbers)
            found[each.name] = among(numbers, both, each.measure(left.of(both), right.of(both)) if len(both) else None)
    return found


def weekly_means(rows: Clinics, names: Sequence[str]) -> dict[tuple[str, int], Floats]:
    """Mean of columns of the session table in every week, by (column, week)."""
    week = rows.array("session").astype(np.int64)
    last = int(week.max())
    place = np.repeat(np.arange(len(rows.numbers)), rows.groups.sizes) * last + week - 1
    size = len(rows.numbers) * last
    made: dict[tuple[str, int], Floats] = {}
    for name in names:
        values = rows.floats(name)
        there = np.isfinite(values)
        means = mean_by_code(values[there], place[there], size)
        for k, of_week in enumerate(means.reshape(len(rows.numbers), last).T):
            made[name, k + 1] = of_week
    return made


def courses(seen: ClinicRows, weeks: int) -> dict[tuple[str, int], Floats]:
    """Mean of every measure by session (1 to weeks), and staying (0 to weeks): one number a replicate of the clients.

    Means are over clients who have the measure in that session; nan where nobody has.
    """
    numbers = np.unique(number_of(seen.clients))
    found: dict[tuple[str, int], Floats] = {}
    names = [name for name in MEASURES if name in seen.sessions]
    if names and len(number_of(seen.sessions)):
        rows = Clinics(columns_of(seen.sessions, {"replicate", "session", *names}))
        for key, values in weekly_means(rows, names).items():
            found[key] = among(numbers, rows.numbers, values)
    if set(CURVE_COLUMNS) <= seen.clients.keys():
        people = Clinics(columns_of(seen.clients, {"replicate", *CURVE_COLUMNS}))
        for week, values in enumerate(staying_curve(people, weeks).T):
            found[STAYING, week] = values
    return found
