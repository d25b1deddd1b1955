"""A practice made by hand, for studies whose answer is to be known."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from alliance_sim.evidence.practice import SESSION_COLUMNS, SHORT, TWINS, Cohort, Practice
from alliance_sim.evidence.studies import STUDIES

Floats = NDArray[np.float64]

NAN, WEEKS = float("nan"), 26

CLIENT_COLUMNS = (
    "symptoms_intake", "symptoms_end", "left", "left_week", "anxiety", "avoidance", "trauma", "sessions_attended",
)  # fmt: skip


def cohort(
    clients: Mapping[str, Floats] | None = None,
    hidden: Mapping[str, Floats] | None = None,
    treatment: NDArray[np.int64] | None = None,
    n: int = 0,
    **sessions: Floats,
) -> Cohort:
    """A cohort with these client columns (n,), true events and session columns.

    Session columns and events are (n, weeks), or (n,) for the same in every week. Client columns that are not given
    are 0, session columns nan, events 0. Every site practises CBT.
    """
    given = [*(clients or {}).values(), *sessions.values(), *(hidden or {}).values()]
    n = n or len(given[0])
    weeks = next((column.shape[1] for column in given if column.ndim == 2), WEEKS)

    def weekly(column: Floats) -> Floats:
        return np.broadcast_to(column[:, None] if column.ndim == 1 else column, (n, weeks)).astype(float)

    return Cohort(
        20,
        np.zeros(n, np.int64) if treatment is None else treatment,
        {name: np.zeros(n) for name in CLIENT_COLUMNS} | dict(clients or {}),
        {name: weekly(sessions.get(name, np.full(n, NAN))) for name in SESSION_COLUMNS},
        {name: weekly((hidden or {}).get(name, np.zeros(n))) for name in ("rupture", "repaired")},
    )


def practice(of: Cohort, **others: Cohort) -> Practice:
    """A practice of which all cohorts are the same, but for those named: a treatment, short_..., untreated, calm."""
    twins = {name: others.get(name, of) for name in TWINS}
    short = {name: others.get(f"short_{name}", of) for name in SHORT}
    untreated, calm = others.get("untreated", of), others.get("calm", of)
    return Practice(0, of, of, of, twins, short, lambda: untreated, lambda: calm)


def numbers(finding: str, of: Cohort, **others: Cohort) -> tuple[float, ...]:
    """What the study of a finding says to such a practice."""
    return STUDIES[finding].measure(practice(of, **others))


def asked(finding: str, of: Cohort, **others: Cohort) -> float:
    """What a study of one number says to such a practice."""
    (value,) = numbers(finding, of, **others)
    return value


N = 4800
Z = np.random.default_rng(20261124).standard_normal((6, N))
"""Independent numbers of many clients."""


def with_correlation(r: float, of: int = 0, other: int = 1) -> Floats:
    """Numbers that correlate about r with Z[of]."""
    return r * Z[of] + np.sqrt(1 - r * r) * Z[other]


def noise(seed: int) -> Floats:
    """Independent numbers (N, WEEKS)."""
    return np.random.default_rng(seed).standard_normal((N, WEEKS))
