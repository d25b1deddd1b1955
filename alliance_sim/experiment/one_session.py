"""One session of every client is set aside beforehand, and something in it is undone; all else is the same.

A policy changes every session. To know what *one* rupture does, or what repairing *it* does, the twin must differ in
that rupture alone. So every client has a session that is fixed before anything is simulated, by the client's place in
the caseload and the therapist's number; in the twin, what would happen in that session does not. Random draws, clients
and everything before are the same, but for what reaches a client through the therapist, whose other clients have their
own sessions set aside.
"""

from enum import Enum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.chance import Purpose
from alliance_sim.engine.aside import play_without_event
from alliance_sim.engine.block import Block, play_block
from alliance_sim.experiment.players import need_compiled
from alliance_sim.scenario.scenario import Clinic, Scenario


class Undone(Enum):
    """What does not happen in the session that is set aside; the value is the purpose of the draw that decides it."""

    RUPTURE = int(Purpose.RUPTURE)  # no rupture in it
    REPAIR = int(Purpose.REPAIR)  # a rupture, or what is left of an older one, is left alone in it


class Aside(NamedTuple):
    """The weeks, from the first to the last, that are set aside in turn."""

    first: int
    last: int

    def weeks(self, clinic: Clinic) -> NDArray[np.int64]:
        """The week (from 1) that is set aside for each client of one replicate, in the order of the client table."""
        therapist = np.repeat(np.arange(1, clinic.therapists + 1), clinic.caseload)
        place = np.tile(np.arange(1, clinic.caseload + 1), clinic.therapists)
        return np.asarray(self.first + (place + therapist) % (self.last - self.first + 1))


def play_without(scenario: Scenario, seed: int, replicates: range, undone: Undone, aside: Aside) -> Block:
    """Simulate replicates of a scenario with something undone in the session that is set aside for each client.

    The loop is compiled once in an installation. A policy function of the user's own is ignored.
    """
    need_compiled()
    play = play_without_event(undone.value, aside.first, aside.last - aside.first + 1)
    return play_block(scenario, seed, replicates, play=play)
