"""The people of simulated trials: every trial and every arm has its own, for a real trial has no twins.

A trial is drawn for a *cell*: a world (arms as they are, or all alike), parameters (at their centre, or a draw of the
posterior for each trial), a purpose, and a design. Each cell has a seed of its own; within it every trial and arm has
replicate numbers of its own, so that no two of them share a draw of luck.
"""

import hashlib
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from alliance_sim.engine.block import Buffers
from alliance_sim.experiment.kept import key_of
from alliance_sim.experiment.players import player_for
from alliance_sim.law.state import Left
from alliance_sim.law.tally import CLIENT_COLUMNS
from alliance_sim.law.world import Parameters
from alliance_sim.questions.power.section import Dropouts, Outcome
from alliance_sim.scenario.scenario import Clinic, DesignPoint, Scenario, with_values

Floats = NDArray[np.float64]

ARMS, ALIKE = "arms", "alike"
"""Worlds: the arms as they are; every arm like the control, so that nothing is there to be found."""

CENTRE, POSTERIOR = "centre", "posterior"
"""Parameters: at the centre of what is known of them; a draw of the posterior for each trial."""

KEPT = ("symptoms_intake", "symptoms_end", "symptoms_last", "left", "wai_mean", "wai_last")
"""Columns of the client table that trials need; there are many more, which would only have to be copied."""

_KEPT = [CLIENT_COLUMNS.index(name) for name in KEPT]

APART = 10_000_000
"""Replicate numbers of an arm begin so far from those of the arm before; no design has as many trials."""


class Design(NamedTuple):
    """The size of a trial: therapists of each arm, and clients that each of them has in an arm.

    Crossed therapists work in every arm, so that they have as many clients in each.
    """

    therapists: int
    clients: int


class Cell(NamedTuple):
    """Trials that are drawn in the same way."""

    world: str
    parameters: str
    purpose: str  # trials for different purposes are different trials
    design: Design


class Outcomes(NamedTuple):
    """What is known of the clients of some trials, (arms, trials, therapists, clients); the control is the first arm.

    outcome is nan where it is not known; intake is the symptom score at intake.
    """

    outcome: Floats
    intake: Floats


class Source(Protocol):
    """Where trials come from: the simulation, or a generator whose truth is known."""

    @property
    def key(self) -> str:
        """A text that tells this source from all others."""
        ...

    @property
    def arms(self) -> tuple[str, ...]:
        """The arms, the control first."""
        ...

    @property
    def crossed(self) -> bool:
        """Whether therapists work in every arm."""
        ...

    def draw(self, cell: Cell, numbers: range) -> Outcomes:
        """The trials of these numbers (from 1)."""
        ...


class People(NamedTuple):
    """The simulation as a source of trials."""

    points: tuple[DesignPoint, ...]  # one an arm, the control first
    seed: int
    home: Path  # where policies of the user's own lie
    crossed: bool
    outcome: int
    dropouts: int
    lost: float

    @property
    def key(self) -> str:
        """A text that tells this source from all others."""
        own = (self.crossed, int(self.outcome), int(self.dropouts), self.lost.hex(), self.seed)
        return key_of([point.address for point in self.points], own)

    @property
    def arms(self) -> tuple[str, ...]:
        """The arms, the control first."""
        return tuple(point.arm for point in self.points)

    def draw(self, cell: Cell, numbers: range) -> Outcomes:
        """The trials of these numbers (from 1)."""
        drawn = [self._arm(cell, k, numbers) for k in range(len(self.points))]
        outcome = np.stack([outcome_of(clients, self.outcome, self.dropouts) for clients in drawn])
        if self.lost > 0.0:
            outcome[self._lost(cell, numbers, outcome.shape)] = np.nan
        return Outcomes(outcome, np.stack([column(clients, "symptoms_intake") for clients in drawn]))

    def _arm(self, cell: Cell, arm: int, numbers: range) -> Floats:
        """Client rows of one arm, (trials, therapists, clients, KEPT)."""
        point = self.points[arm if cell.world == ARMS else 0]
        seed, arms = seed_of(self.seed, cell), len(self.points)
        if not self.crossed:
            return played(point, cell.parameters, cell.design, seed, numbers, arm * APART, self.home)
        whole = Design(cell.design.therapists, cell.design.clients * arms)
        return played(point, cell.parameters, whole, seed, numbers, 0, self.home)[:, :, arm::arms]

    def _lost(self, cell: Cell, numbers: range, shape: tuple[int, ...]) -> NDArray[np.bool_]:
        """Who is lost to follow-up: a luck of its own for each trial."""
        arms, _, therapists, clients = shape
        key = seed_of(self.seed, cell)
        drawn = [
            np.random.Generator(np.random.Philox(key=key, counter=[0, 0, 0, number])).random(
                (arms, therapists, clients)
            )
            for number in numbers
        ]
        return np.asarray(np.stack(drawn, axis=1) < self.lost)


def seed_of(seed: int, cell: Cell) -> int:
    """The seed of a cell: a whole number below 2^63, from a hash of all that tells the cell from others."""
    digest = hashlib.blake2b(key_of(seed, cell).encode(), digest_size=8, person=b"power/1").digest()
    return int.from_bytes(digest, "little") >> 1


def played(
    point: DesignPoint, parameters: str, design: Design, seed: int, numbers: range, apart: int, home: Path
) -> Floats:
    """Client rows of clinics, (numbers, therapists, clients, KEPT), played as replicates `apart` + number.

    With `posterior` each is played under the draw of its number, the same in every arm.
    """
    player, _ = player_for(point.scenario.policy_function, home)
    scenario = point.scenario._replace(clinic=Clinic(*design, point.scenario.clinic.weeks), population=None)
    shape = (design.therapists, design.clients, len(KEPT))
    buffers = Buffers()
    if parameters == CENTRE or point.scenario.population is None:
        at = scenario._replace(world=scenario.world._replace(parameters=centre_of(point.scenario)))
        replicates = range(apart + numbers.start, apart + numbers.stop)
        return player(at, seed, replicates, False, buffers).clients[:, _KEPT].reshape(len(numbers), *shape)
    rows = np.empty((len(numbers), *shape))
    for k, number in enumerate(numbers):
        at = scenario._replace(world=point.scenario.world_of(number))
        replicates = range(apart + number, apart + number + 1)
        rows[k] = player(at, seed, replicates, False, buffers).clients[:, _KEPT].reshape(shape)
    return rows


def centre_of(scenario: Scenario) -> Parameters:
    """The parameters of a world, those with a posterior at the mean of its draws."""
    population = scenario.population
    if population is None:
        return scenario.world.parameters
    return with_values(scenario.world.parameters, population.paths, np.mean(population.draws, axis=0).tolist())


def column(clients: Floats, name: str) -> Floats:
    """A column of client rows (..., KEPT)."""
    return np.asarray(clients[..., KEPT.index(name)])


def outcome_of(clients: Floats, outcome: int, dropouts: int) -> Floats:
    """The outcome of client rows (..., KEPT); nan where it is not known."""
    left = column(clients, "left") == Left.DROPOUT
    if outcome == Outcome.DROPOUT:
        return np.asarray(left, np.float64)
    if outcome != Outcome.SYMPTOMS:
        return column(clients, "wai_mean" if outcome == Outcome.ALLIANCE_MEAN else "wai_last").copy()
    end = column(clients, "symptoms_end")
    if dropouts == Dropouts.ASSESSED:
        return end.copy()
    if dropouts == Dropouts.LEFT_OUT:
        return np.asarray(np.where(left, np.nan, end), np.float64)
    seen = column(clients, "symptoms_last")
    carried = np.where(np.isnan(seen), column(clients, "symptoms_intake"), seen)
    return np.asarray(np.where(left, carried, end), np.float64)
