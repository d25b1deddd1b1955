"""What a proposed study is, and the simulated clients that it looks at."""

from collections.abc import Callable, Mapping
from inspect import getdoc
from typing import NamedTuple

from alliance_sim.evidence.practice import WEEKS, Cohort, Player, Practice
from alliance_sim.law.world import Mechanisms, Parameters, World

FIRST_TRIAL_SITE = 1_000_000_000
"""Number of the first site of a trial: no routine site has it, so trials meet people of their own."""

TRIAL_SITES = 3
"""Sites of 480 clients in each arm of a trial."""


class Trial(NamedTuple):
    """A randomised comparison: what the experimental and the control arm change in a scenario."""

    name: str
    words: str  # experimental against control
    experimental: Callable[[World], World]
    control: Callable[[World], World]


class Arms(NamedTuple):
    """The clients of a trial; people of their own in each arm."""

    experimental: Cohort
    control: Cohort


class Seen(NamedTuple):
    """What proposed studies look at: routine practice, and the trials by name."""

    practice: Practice
    trials: Mapping[str, Arms]

    def first(self, people: int) -> "Seen":
        """As a study of some people would see it; in trials, so many in each arm."""
        trials = {name: Arms(*(arm.first(people) for arm in arms)) for name, arms in self.trials.items()}
        return Seen(self.practice.first(people), trials)


class Proposal(NamedTuple):
    """A study that could be done: one number, and how many people it would take."""

    name: str
    words: str  # what is measured, as a reader would say it
    formula: str  # what is computed, from which observed columns
    people: int  # clients of the study; of a trial, clients in each arm
    measure: Callable[[Seen], float]


PROPOSALS: list[Proposal] = []
"""Every proposed study. A new one is a function in a file of this folder."""


def proposal(name: str, words: str, people: int) -> Callable[[Callable[[Seen], float]], Callable[[Seen], float]]:
    """Declare a function to be a proposed study; its docstring says what is computed, from which columns."""

    def declare(measure: Callable[[Seen], float]) -> Callable[[Seen], float]:
        formula = " ".join((getdoc(measure) or "").split()).removesuffix(".")
        PROPOSALS.append(Proposal(name, words, formula, people, measure))
        return measure

    return declare


def shifted(world: World, **shifts: float) -> World:
    """The scenario with means of therapists' traits (parameters of `intake`) raised by so many SD."""
    intake = world.parameters.intake
    changed = intake._replace(**{name: getattr(intake, name) + by for name, by in shifts.items()})
    return world._replace(parameters=world.parameters._replace(intake=changed))


def see(
    practice: Practice, trials: tuple[Trial, ...], parameters: Parameters, mechanisms: Mechanisms, seed: int
) -> Seen:
    """Run the trials of a practice; the same number of practice meets the same people under every mechanism."""
    first = FIRST_TRIAL_SITE + practice.number * 2 * TRIAL_SITES * max(len(trials), 1)
    found = {}
    for trial in trials:
        cohorts = []
        for change in (trial.experimental, trial.control):
            player = Player(change(World(parameters=parameters, mechanisms=mechanisms)), seed)
            cohorts.append(player.cohort(("integrative",), first, TRIAL_SITES, WEEKS, True))
            first += TRIAL_SITES
        found[trial.name] = Arms(*cohorts)
    return Seen(practice, found)
