"""One replicate of one arm as arrays: what a study could observe of it, and what truly happened."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.estimands.histories import groups_at_intake
from alliance_sim.questions.frame.run import Simulated

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SESSION = ("alliance", "wai_client", "repaired")
REPORTS = ("rupture", "rupture_client", "rupture_therapist")
CLIENT = ("symptoms_intake", "symptoms_end", "wai_early", "alliance_end", "trauma", "anxiety", "avoidance")


class Sample(NamedTuple):
    """The clients of one replicate in the order of the client table; matrices are (clients, weeks), nan without a
    session (ratings: without one that was attended).
    """

    replicate: int
    therapist: NDArray[np.int64]
    clients: dict[str, Floats]
    sessions: dict[str, Floats]
    dropout: Floats  # 1 for clients who dropped out
    groups: dict[str, Flags]


def samples(played: Simulated) -> Iterator[Sample]:
    """The replicates of an arm, one after the other."""
    sessions = {name: played.matrix(name) for name in SESSION} | {name: played.marks(name) for name in REPORTS}
    sessions["withdrawal"] = played.marks("rupture", "withdrawal")
    clients = {name: played.clients.floats(name) for name in CLIENT}
    therapist = played.clients.array("therapist").astype(np.int64)
    dropout = played.clients.words("left").are("dropout").astype(np.float64)
    per = len(played.clients) // len(played.replicates)
    for k, replicate in enumerate(played.replicates):
        here = slice(k * per, (k + 1) * per)
        own = {name: column[here] for name, column in clients.items()}
        yield Sample(
            replicate,
            therapist[here],
            own,
            {name: matrix[here] for name, matrix in sessions.items()},
            dropout[here],
            groups_at_intake(own["trauma"], own["anxiety"], own["avoidance"]),
        )
