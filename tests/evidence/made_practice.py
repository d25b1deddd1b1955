"""A practice made by hand, for studies whose answer is to be known."""

import numpy as np
from numpy.typing import NDArray

from alliance_sim.evidence.practice import BONA_FIDE, SHORT, TWINS, Cohort, Practice
from alliance_sim.evidence.studies import STUDIES

Floats = NDArray[np.float64]

NAN = float("nan")


def cohort_of(
    clients: dict[str, Floats] | None = None, hidden: dict[str, Floats] | None = None, **sessions: Floats
) -> Cohort:
    """A cohort with these client columns (n,), true events and session columns (n, weeks); treatments in turn."""
    shape = next(iter(sessions.values())).shape
    columns = {"symptoms_intake": np.full(shape[0], 15.0), "symptoms_end": np.zeros(shape[0])} | (clients or {})
    events = {name: np.zeros(shape) for name in ("rupture", "repaired")} | (hidden or {})
    return Cohort(20, np.arange(shape[0]) % len(BONA_FIDE), columns, sessions, events)


def asked_of(finding: str, cohort: Cohort, calm: Cohort | None = None) -> float:
    """What the study of a finding says to a practice of which all cohorts are the same; nothing is warned of."""
    practice = Practice(
        0, cohort, cohort, cohort, dict.fromkeys(TWINS, cohort), dict.fromkeys(SHORT, cohort),
        lambda: cohort, lambda: cohort if calm is None else calm,
    )  # fmt: skip
    (value,) = STUDIES[finding].measure(practice)
    return value
