"""The whole of a planned trial and of its simulation, resolved from what a config asks."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from alliance_sim.questions.frame.question import Question
from alliance_sim.questions.power.people import ALIKE, ARMS, CENTRE, POSTERIOR, Cell, Design, People
from alliance_sim.questions.power.section import Nesting, Outcome, compared
from alliance_sim.questions.power.truth import CLINICS, DRAWN, Measured, Truth, Wanted
from alliance_sim.scenario.scenario import DesignPoint
from alliance_sim.stats.power_curve import CROSSED, NESTED, Degrees
from alliance_sim.stats.trial_power import Significance, crossed_error, nested_error, t_power

MOST_DRAWS = 400
"""Draws of a posterior whose worlds are measured."""


class Wording(NamedTuple):
    """An outcome in words."""

    name: str
    unit: str
    better: int  # 1 when more is better for the client, -1 when less is
    digits: int


WORDS = {
    Outcome.SYMPTOMS: Wording("symptoms at the planned end", "points", -1, 2),
    Outcome.ALLIANCE_MEAN: Wording("the mean alliance rating", "points of 1–5", 1, 3),
    Outcome.ALLIANCE_LAST: Wording("the last alliance rating", "points of 1–5", 1, 3),
    Outcome.DROPOUT: Wording("dropout", "of 1", -1, 3),
}


class Plan(NamedTuple):
    """What is simulated. Sizes are those of one arm, all of which are equally large."""

    points: tuple[DesignPoint, ...]  # the control, the arms compared with it, then other controls
    compared: tuple[str, ...]
    main: str  # the arm whose smallest design is searched
    planned: Design
    therapists: tuple[int, ...]  # of the designs of the curve
    clients: tuple[int, ...]
    analyses: tuple[str, ...]
    crossed: bool
    adjusted: bool
    level: Significance
    outcome: Wording
    measured: Measured
    draws: int  # of a posterior, whose worlds are measured; 0 where there is none
    in_turn: int  # draws that trials take in turn: trial n is played under draw n, and so on from the first again
    true_clients: int
    replicates: int
    seed: int
    home: Path

    @property
    def control(self) -> str:
        """The arm that others are compared with."""
        return self.points[0].arm

    @property
    def other_controls(self) -> list[str]:
        """The arms that might have been the control."""
        return [point.arm for point in self.points[1 + len(self.compared) :]]

    @property
    def analysis(self) -> str:
        """The planned analysis."""
        return self.analyses[0]

    @property
    def better(self) -> int:
        """Direction of a one-sided test; 0 for two sides."""
        return self.outcome.better if self.level.sided == 1 else 0

    @property
    def degrees(self) -> Degrees:
        """Degrees of freedom of a test that knows of therapists."""
        return CROSSED if self.crossed else NESTED

    def people(self) -> People:
        """The simulation as a source of trials of the control and the compared arms."""
        measured = self.measured
        points = self.points[: 1 + len(self.compared)]
        return People(points, self.seed, self.home, self.crossed, measured.outcome, measured.dropouts, measured.lost)

    def all_therapists(self, design: Design) -> int:
        """Therapists of the whole trial."""
        return design.therapists * (1 if self.crossed else 1 + len(self.compared))

    def all_clients(self, design: Design) -> int:
        """Clients of the whole trial."""
        return design.therapists * design.clients * (1 + len(self.compared))

    def designs(self) -> list[Design]:
        """The designs of the curve, and the planned one."""
        return [Design(j, m) for m in self.clients for j in self.therapists]

    def coarse(self) -> list[Cell]:
        """What is simulated before the search: every design, with and without something to be found."""
        cells = [Cell(world, CENTRE, "curve", d) for d in self.designs() for world in (ARMS, ALIKE)]
        if self.draws:
            cells += [Cell(ARMS, POSTERIOR, "curve", d) for d in self.designs() if d.clients == self.planned.clients]
            cells.append(Cell(ALIKE, POSTERIOR, "curve", self.planned))
        return cells

    def worlds(self) -> list[Wanted]:
        """The clinics in which truth is measured."""
        size = self.true_clients // CLINICS
        wanted = [Wanted(CENTRE, m, CLINICS, size) for m in self.clients]
        drawn = [Wanted(POSTERIOR, self.planned.clients, self.draws, size // DRAWN)] if self.draws else []
        return wanted + drawn

    def closed_form(self, truth: Truth, therapists: int, clients: int) -> float:
        """Power of a trial of this size in closed form, from what is true of its arms."""
        each = (clients * truth.known[0], clients * truth.known[1])
        if self.crossed:
            error = crossed_error(truth.one, truth.other, truth.effects, therapists, each)
        else:
            error = nested_error(truth.one, truth.other, therapists, each)
        ratio = truth.effect.value / error if error > 0 else np.nan
        at = ratio * self.outcome.better if self.level.sided == 1 else abs(ratio)
        return float(t_power(at, self.degrees.of(therapists), self.level))


def plan_of(asked: Question) -> Plan:
    """The plan that a checked config states."""
    world, section = asked.experiment, asked.section
    arms = compared(asked)
    by_name = {point.arm: point for point in world.points}
    points = tuple(by_name[arm] for arm in (world.baseline, *arms, *section.controls))
    clinic = by_name[world.baseline].scenario.clinic
    planned = Design(clinic.therapists, clinic.caseload)
    crossed = section.nesting == Nesting.CROSSED
    populations = [point.scenario.population for point in points]
    draws = max((len(each.draws) for each in populations if each is not None), default=0)
    return Plan(
        points,
        arms,
        section.arm or arms[0],
        planned,
        tuple(sorted({*section.therapists, planned.therapists})),
        tuple(sorted({*section.clients, planned.clients})),
        tuple(section.analyses),
        crossed,
        section.adjusted,
        Significance(section.alpha, section.sided),
        WORDS[Outcome(section.outcome)],
        Measured(section.outcome, section.dropouts, section.lost, section.adjusted, 1 + len(arms) if crossed else 1),
        min(draws, MOST_DRAWS),
        draws,
        section.true_clients,
        world.replicates,
        world.seed,
        world.path.resolve().parent,
    )
