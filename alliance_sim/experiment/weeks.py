"""Session rows of a block as matrices: a row a client, a column a week."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from alliance_sim.engine.block import Block
from alliance_sim.law.state import Events, Levels

Floats = NDArray[np.float64]


def by_week(block: Block, per_clinic: int, weeks: int, names: Iterable[str]) -> dict[str, Floats]:
    """Columns of the session table as matrices (clients, weeks), nan where no session was scheduled any more.

    names: fields of `Levels` or `Events`. Clients are in order of clinic and client; the block holds consecutive
    clinics of `per_clinic` clients. The matrices are copies, so that the block's buffers may be used again.
    """
    made = {name: np.full((len(block.clients), weeks), np.nan) for name in names}
    for part in block.sessions:
        who = (part.ids[0].astype(np.int64) - block.sessions[0].ids[0, 0]) * per_clinic + part.ids[2] - 1
        week = part.events[Events._fields.index("session")] - 1
        for name, matrix in made.items():
            level = name in Levels._fields
            matrix[who, week] = (
                part.levels[Levels._fields.index(name)] if level else part.events[Events._fields.index(name)]
            )
    return made
