"""Who leaves early, and how they rated the alliance before (D01, D05)."""

import numpy as np

from alliance_sim.evidence.practice import Practice
from alliance_sim.evidence.studies.outcome import first_known
from alliance_sim.evidence.studies.study import Study

DROPOUT = 1
"""Code of premature leaving in the client table."""


def dropouts(practice: Practice) -> tuple[float, ...]:
    """Clients who drop out, percent."""
    left = practice.routine.clients["left"]
    return (float(100.0 * np.mean(left == DROPOUT)) if len(left) else float("nan"),)


def completers_against_dropouts(practice: Practice) -> tuple[float, ...]:
    """Early rating of completers minus that of dropouts, over the pooled SD.

    Early: the rating of session 3, or the last one before it where there is none, as most of the pooled studies asked
    once and early; so a dropout's rating lies before leaving. Everybody who did not drop out counts as a completer.
    """
    early = first_known(practice.routine.sessions["wai_client"][:, 2::-1])
    gone = practice.routine.clients["left"] == DROPOUT
    left, stayed = early[gone & np.isfinite(early)], early[~gone & np.isfinite(early)]
    if min(len(left), len(stayed)) < 2:
        return (float("nan"),)
    above = (len(left) - 1) * left.var(ddof=1) + (len(stayed) - 1) * stayed.var(ddof=1)
    pooled = np.sqrt(above / (len(left) + len(stayed) - 2))
    return (float((stayed.mean() - left.mean()) / pooled) if pooled > 0 else float("nan"),)


STUDIES = (
    Study("D01", ("dropout",), dropouts, "clients whose left is dropout, of all, percent", "Swift & Greenberg (2012)"),
    Study(
        "D05", ("d",), completers_against_dropouts,
        "(mean of completers' - mean of dropouts' wai_client in session 3, or the last before it) / pooled SD",
        "Cohen (1988); Sharf, Primavera & Diener (2010)",
    ),
)  # fmt: skip
