"""What a study has in hand: ratings and symptoms of its clients, or, where nothing errs, their true states."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.questions.frame.run import Simulated

Floats = NDArray[np.float64]

TRUE, RATED = "true states", "ratings"
HALOS = ("ratings, halo", "ratings, double halo")
"""Kinds of data. Halo: clients who have improved rate higher."""


class StudyClients(NamedTuple):
    """The clients of one study. Arrays (clients,) and (clients, weeks), nan where nothing was measured."""

    therapist: NDArray[np.int64]
    intake: Floats  # symptoms or distress at intake
    end: Floats  # the same at the planned end, of everybody
    stayed: NDArray[np.bool_]  # did not drop out
    alliance: Floats  # (clients, weeks), after each attended session
    distress: Floats  # (clients, weeks + 1), at intake and at the end of each week with an attended session

    def part(self, clients: NDArray[Any]) -> "StudyClients":
        """Some of the clients."""
        return StudyClients(*(column[clients] for column in self))


def studies(simulated: Simulated, data: str, halo: float = 0.0) -> list[StudyClients]:
    """The study that each replicate makes, with a kind of data.

    `halo` adds so many points to a rating for every SD by which the client has improved by then.
    """
    rows, true = simulated.clients, data == TRUE
    came = simulated.matrix("attended") == 1.0
    alliance = simulated.matrix("alliance" if true else "wai_client")
    distress = simulated.matrix("distress" if true else "symptoms")
    intake = rows.floats("intake_distress" if true else "symptoms_intake")
    if halo:
        alliance = alliance + halo * (rows.floats("intake_distress")[:, None] - simulated.matrix("distress"))
    whole = StudyClients(
        rows.array("therapist").astype(np.int64),
        intake,
        rows.floats("distress_end" if true else "symptoms_end"),
        ~rows.words("left").are("dropout"),
        np.where(came, alliance, np.nan),
        np.column_stack([intake, np.where(came, distress, np.nan)]),
    )
    per = len(rows) // len(simulated.replicates)
    return [whole.part(np.arange(k * per, (k + 1) * per)) for k in range(len(simulated.replicates))]


def smaller(study: StudyClients, therapists: int, caseload: int) -> StudyClients:
    """The first clients of the first therapists: the study that fewer could have run."""
    found = np.unique(study.therapist)[:therapists]
    chosen = [np.flatnonzero(study.therapist == name)[:caseload] for name in found]
    return study.part(np.concatenate(chosen))
