"""Whom simulated trials are made of: every trial and every arm has clients and therapists of its own.

Trials are drawn by *cell*: a scenario (arms as planned, or all of them like the control), parameters (at their centre,
or a draw of the posterior for each trial), a purpose, and a design. Each cell has a seed of its own; within it every
trial and arm has replicate numbers of its own, so that no two of them share a random draw: a real trial has no twins.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from alliance_sim.engine.block import Buffers
from alliance_sim.experiment.kept import key_of
from alliance_sim.experiment.players import player_for
from alliance_sim.law.state import Left
from alliance_sim.law.tally import CLIENT_COLUMNS
from alliance_sim.questions.power.section import Dropouts, Outcome
from alliance_sim.scenario.scenario import Clinic, DesignPoint, Scenario, with_values

Floats: TypeAlias = NDArray[np.float64]
Clients: TypeAlias = Mapping[str, Floats]
"""Columns of the client table by name, each (clinics, therapists, clients)."""

ARMS, NULL = "arms", "no effect"
"""Scenarios: the arms as planned; every arm like the control, so that there is no effect."""

CENTRE, POSTERIOR = "centre", "posterior"
"""Parameters: at the mean of their draws; a draw of the posterior for each trial."""

KEPT = ("symptoms_intake", "symptoms_end", "symptoms_last", "left", "wai_mean", "wai_last")
"""Columns of the client table that trials need; there are many more, which would only have to be copied."""

APART = 10_000_000
"""Replicate numbers of an arm begin so far from those of the arm before; no design has as many trials."""


class TrialSize(NamedTuple):
    """The size of a trial: therapists of each arm, and clients that each of them has in an arm.

    Crossed therapists work in every arm, so that they have as many clients in each.
    """

    therapists: int
    clients: int


class Cell(NamedTuple):
    """Trials that are drawn in the same way. Its values decide the seed."""

    scenario: str
    parameters: str
    purpose: str  # trials for different purposes are different trials
    design: TrialSize


class Outcomes(NamedTuple):
    """What is known of the clients of some trials, (arms, trials, therapists, clients); the control is the first arm.

    outcome is nan where it is not known; intake is the symptom score at intake.
    """

    outcome: Floats
    intake: Floats


class Known(NamedTuple):
    """Which outcome is compared, and of whom it is known."""

    outcome: int
    dropouts: int = Dropouts.ASSESSED
    lost: float = 0.0  # share of clients


class People(NamedTuple):
    """The simulation as a source of trials."""

    points: tuple[DesignPoint, ...]  # one an arm, the control first
    seed: int
    home: Path  # where policies of the user's own lie
    crossed: bool
    known: Known

    @property
    def key(self) -> str:
        """A text that no other source has."""
        return key_of([point.address for point in self.points], self.crossed, self.known, self.seed)

    @property
    def arms(self) -> tuple[str, ...]:
        """The arms, the control first."""
        return tuple(point.arm for point in self.points)

    def draw(self, cell: Cell, numbers: range) -> Outcomes:
        """The trials of these numbers (from 1)."""
        drawn = [self.of_arm(cell, k, numbers) for k in range(len(self.points))]
        outcome = np.stack([outcome_of(clients, self.known) for clients in drawn])
        if self.known.lost > 0.0:
            outcome[self._lost(cell, numbers, outcome.shape)] = np.nan
        return Outcomes(outcome, np.stack([clients["symptoms_intake"] for clients in drawn]))

    def of_arm(self, cell: Cell, arm: int, numbers: range) -> Clients:
        """The clients of one arm in these trials."""
        point = self.points[arm if cell.scenario == ARMS else 0]
        seed, arms = seed_of(self.seed, cell), len(self.points)
        therapists, clients = cell.design
        if not self.crossed:
            clinic = Clinic(therapists, clients, point.scenario.clinic.weeks)
            return simulated(point, cell.parameters, clinic, seed, numbers, arm * APART, self.home)
        whole = Clinic(therapists, clients * arms, point.scenario.clinic.weeks)
        found = simulated(point, cell.parameters, whole, seed, numbers, 0, self.home)
        return {name: column[:, :, arm::arms] for name, column in found.items()}

    def _lost(self, cell: Cell, numbers: range, shape: tuple[int, ...]) -> NDArray[np.bool_]:
        """Who is lost to follow-up; each trial has random draws of its own."""
        arms, _, therapists, clients = shape
        key = seed_of(self.seed, cell)
        streams = (np.random.Philox(key=key, counter=[0, 0, 0, number]) for number in numbers)
        drawn = [np.random.Generator(stream).random((arms, therapists, clients)) for stream in streams]
        return np.asarray(np.stack(drawn, axis=1) < self.known.lost)


def seed_of(seed: int, cell: Cell) -> int:
    """The seed of a cell: a whole number below 2^63, from a hash of all that the cell is."""
    if cell.scenario == NULL:
        cell = cell._replace(scenario=b"alike".decode())  # its name when the published trials were drawn
    digest = hashlib.blake2b(key_of(seed, cell).encode(), digest_size=8, person=b"power/1").digest()
    return int.from_bytes(digest, "little") >> 1


def simulated(
    point: DesignPoint, parameters: str, clinic: Clinic, seed: int, numbers: range, apart: int, home: Path
) -> Clients:
    """The clients of clinics, simulated as replicates `apart` + number.

    With `posterior` each has the draw of its number, the same in every arm.
    """
    player, _ = player_for(point.scenario.policy_function, home)
    scenario = point.scenario._replace(clinic=clinic)
    if parameters == CENTRE or point.scenario.population is None:
        runs = [(at_centre(scenario), range(apart + numbers.start, apart + numbers.stop))]
    else:
        in_turn = [(n - 1) % scenario.draws for n in numbers]
        drawn = {k: scenario._replace(world=scenario.world_of(k + 1), population=None) for k in set(in_turn)}
        runs = [(drawn[k], range(apart + n, apart + n + 1)) for n, k in zip(numbers, in_turn, strict=True)]
    buffers, columns = Buffers(), [CLIENT_COLUMNS.index(name) for name in KEPT]
    rows = np.concatenate([player(at, seed, replicates, False, buffers).clients[:, columns] for at, replicates in runs])
    table = rows.reshape(len(numbers), clinic.therapists, clinic.caseload, len(KEPT))
    return {name: table[..., k] for k, name in enumerate(KEPT)}


def at_centre(scenario: Scenario) -> Scenario:
    """A scenario with the parameters that have a posterior at the mean of their draws."""
    population, world = scenario.population, scenario.world
    if population is None:
        return scenario
    means = np.mean(population.draws, axis=0).tolist()
    centre = with_values(world.parameters, population.paths, means)
    return scenario._replace(world=world._replace(parameters=centre), population=None)


def outcome_of(clients: Clients, known: Known) -> Floats:
    """The outcome of clients; nan where it is not known. Follow-up losses are not in it."""
    left = clients["left"] == Left.DROPOUT
    if known.outcome == Outcome.DROPOUT:
        return np.asarray(left, np.float64)
    if known.outcome != Outcome.SYMPTOMS:
        return clients["wai_mean" if known.outcome == Outcome.ALLIANCE_MEAN else "wai_last"].copy()
    end = clients["symptoms_end"]
    if known.dropouts == Dropouts.ASSESSED:
        return end.copy()
    if known.dropouts == Dropouts.LEFT_OUT:
        return np.asarray(np.where(left, np.nan, end), np.float64)
    seen = clients["symptoms_last"]
    carried = np.where(np.isnan(seen), clients["symptoms_intake"], seen)
    return np.asarray(np.where(left, carried, end), np.float64)
