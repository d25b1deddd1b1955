"""People and scenarios that tests of the law start from: average, so that a test changes only what it is about."""

from typing import Any, NamedTuple

import numpy as np

from alliance_sim.chance import Draws
from alliance_sim.engine.block import play_block
from alliance_sim.law.repair import Repair
from alliance_sim.law.rupture import Break
from alliance_sim.law.state import ClientState, ClientTraits, Events, Levels, TherapistState, TherapistTraits
from alliance_sim.law.tally import CLIENT_COLUMNS
from alliance_sim.law.world import Parameters, World
from alliance_sim.scenario.scenario import Clinic, Scenario


def zeros(kind: type[Any], **changed: float) -> Any:
    """A NamedTuple of floats that are all zero but for the named ones."""
    return kind(**{**dict.fromkeys(kind._fields, 0.0), **changed})


P = Parameters()

# in the middle of a treatment that goes reasonably well, with nothing unresolved
CLIENT: ClientState = zeros(
    ClientState, goal=0.8, task=0.6, bond=1.0, engagement=0.6, security=0.5, distress=1.5, resting=1.2,
    last_rating=3.5, usual_rating=3.5, ratings=4.0,
)  # fmt: skip
# without a trauma history, with aims near the treatment's
TRAITS: ClientTraits = zeros(
    ClientTraits, priority=0.4, preference=0.5, deference=0.3, resting=1.2, intake_distress=2.0, responsiveness=1.0
)
THERAPIST: TherapistTraits = zeros(TherapistTraits)
RESTED = TherapistState(0.0, 0.0)

CALM, WITHDRAWAL, CONFRONTATION = Break(0, 0, 0.0), Break(1, 3, 0.8), Break(2, 3, 0.8)
NOTHING_DONE: Repair = zeros(Repair)
WHOLE_REPAIR = Repair(1, 1, 1, 1, 1, 0, 0, 0, 1.0, 0.0, 0.0, 0.3)

MIDDLE = Draws(0.5, 0.5, 0.5, 0.5)
"""Draws that are neither high nor low: the deviate of each is zero."""


def grid(n: int = 2000) -> list[float]:
    """Uniform draws at equal distances, instead of random ones."""
    return [(k + 0.5) / n for k in range(n)]


class Played(NamedTuple):
    """A small clinic run to the end: columns of sessions (rows in order of client and week) and of clients."""

    columns: dict[str, np.ndarray]
    clients: dict[str, np.ndarray]


def play(
    world: World, therapists: int = 2, caseload: int = 4, weeks: int = 12, replicates: int = 1, seed: int = 7
) -> Played:
    """Run a small clinic."""
    block = play_block(Scenario(world, Clinic(therapists, caseload, weeks)), seed, range(1, replicates + 1))
    ids, levels, events = (np.concatenate(parts, axis=1) for parts in zip(*block.sessions, strict=True))
    columns = dict(zip(("replicate", "therapist", "client"), ids, strict=True))
    columns |= dict(zip(Levels._fields, levels, strict=True)) | dict(zip(Events._fields, events, strict=True))
    return Played(columns, dict(zip(CLIENT_COLUMNS, block.clients.T, strict=True)))


def with_parameters(world: World, group: str, **changed: float) -> World:
    """The same scenario with some parameters of one group changed."""
    return world._replace(parameters=changed_in(world.parameters, group, **changed))


def changed_in(parameters: Parameters, group: str, **changed: float) -> Parameters:
    """The same parameters with some of one group changed."""
    return parameters._replace(**{group: getattr(parameters, group)._replace(**changed)})
