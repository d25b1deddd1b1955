"""The whole of a planned trial and of its simulation, from what a config asks."""

from pathlib import Path
from typing import NamedTuple

from alliance_sim.questions.frame.question import Question
from alliance_sim.questions.power.people import ARMS, CENTRE, NULL, POSTERIOR, Cell, Known, People, TrialSize
from alliance_sim.questions.power.section import Nesting, Outcome, compared
from alliance_sim.scenario.scenario import DesignPoint
from alliance_sim.stats.power_curve import CROSSED, NESTED, Degrees
from alliance_sim.stats.power_search import Goal
from alliance_sim.stats.trial_power import Significance

MOST_DRAWS = 400
"""Draws of a posterior whose true effects are measured."""


class Label(NamedTuple):
    """What an outcome is called."""

    name: str
    unit: str
    better: int  # 1 when more is better for the client, -1 when less is


LABELS = {
    Outcome.SYMPTOMS: Label("symptoms at the planned end", "points", -1),
    Outcome.ALLIANCE_MEAN: Label("the mean alliance rating", "points of 1–5", 1),
    Outcome.ALLIANCE_LAST: Label("the last alliance rating", "points of 1–5", 1),
    Outcome.DROPOUT: Label("the share of clients who drop out", "of 1", -1),
}


class TrialPlan(NamedTuple):
    """What is simulated. Sizes are those of one arm, all of which are equally large."""

    points: tuple[DesignPoint, ...]  # the control, the arms compared with it, then other controls
    compared: tuple[str, ...]
    main: str  # the arm whose smallest design is searched
    planned: TrialSize
    therapists: tuple[int, ...]  # of the designs of the curve
    clients: tuple[int, ...]
    analyses: tuple[str, ...]  # the planned one first
    crossed: bool
    adjusted: bool  # for symptoms at intake
    level: Significance
    known: Known
    draws: int  # of a posterior, whose true effects are measured; 0 where there is none
    in_turn: int  # draws that trials take in turn: trial n has draw n, and so on from the first again
    true_clients: int  # of each arm, from whom the true effect is measured
    replicates: int  # trials of each design
    goal: Goal
    costs: tuple[float, float]  # of a therapist, of a client
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
    def outcome(self) -> Label:
        """What is compared."""
        return LABELS[Outcome(self.known.outcome)]

    @property
    def better(self) -> int:
        """The direction that a one-sided test looks for; 0 for a two-sided one."""
        return self.outcome.better if self.level.sided == 1 else 0

    @property
    def degrees(self) -> Degrees:
        """Degrees of freedom of the planned test by therapists."""
        return CROSSED if self.crossed else NESTED

    def people(self) -> People:
        """Whom the trials are made of: the control and the compared arms."""
        return People(self.points[: 1 + len(self.compared)], self.seed, self.home, self.crossed, self.known)

    def all_therapists(self, therapists: float) -> float:
        """Therapists of the whole trial."""
        return therapists * (1 if self.crossed else 1 + len(self.compared))

    def all_clients(self, therapists: float, clients: int) -> float:
        """Clients of the whole trial."""
        return therapists * clients * (1 + len(self.compared))

    def cost(self, therapists: float, clients: int) -> float:
        """What a trial costs: therapists and clients of all arms, each at its price."""
        return self.costs[0] * self.all_therapists(therapists) + self.costs[1] * self.all_clients(therapists, clients)

    def designs(self) -> list[TrialSize]:
        """The designs of the curve, and the planned one."""
        return [TrialSize(j, m) for m in self.clients for j in self.therapists]

    def coarse(self) -> list[Cell]:
        """What is simulated before the search: every design, with and without an effect."""
        cells = [Cell(scenario, CENTRE, "curve", d) for d in self.designs() for scenario in (ARMS, NULL)]
        if self.draws:
            cells += [Cell(ARMS, POSTERIOR, "curve", d) for d in self.designs() if d.clients == self.planned.clients]
            cells.append(Cell(NULL, POSTERIOR, "curve", self.planned))
        return cells


def plan_of(question: Question) -> TrialPlan:
    """The plan that a checked config states."""
    experiment, section = question.experiment, question.section
    arms = compared(question)
    by_name = {point.arm: point for point in experiment.points}
    points = tuple(by_name[arm] for arm in (experiment.baseline, *arms, *section.controls))
    clinic = points[0].scenario.clinic
    populations = [point.scenario.population for point in points]
    draws = max((len(each.draws) for each in populations if each is not None), default=0)
    goal = (section.wanted, section.most_therapists, section.close, section.refine, section.confirm)
    return TrialPlan(
        points=points,
        compared=arms,
        main=section.arm or arms[0],
        planned=TrialSize(clinic.therapists, clinic.caseload),
        therapists=tuple(sorted({*section.therapists, clinic.therapists})),
        clients=tuple(sorted({*section.clients, clinic.caseload})),
        analyses=tuple(section.analyses),
        crossed=section.nesting == Nesting.CROSSED,
        adjusted=section.adjusted,
        level=Significance(section.alpha, section.sided),
        known=Known(section.outcome, section.dropouts, section.lost),
        draws=min(draws, MOST_DRAWS),
        in_turn=draws,
        true_clients=section.true_clients,
        replicates=experiment.replicates,
        goal=Goal(*goal, experiment.replicates),
        costs=(section.cost_therapist, section.cost_client),
        seed=experiment.seed,
        home=experiment.path.resolve().parent,
    )
