"""What proposed studies look at: routine practice, and trials that were run in it."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from alliance_sim.evidence.practice import WEEKS, Cohort, Player, Practice
from alliance_sim.law.world import Mechanisms, Parameters, World

FIRST_TRIAL_SITE = 1_000_000_000
"""Number of the first site of a trial: no routine site has it, so trials meet people of their own."""

TRIAL_SITES = 3
"""Sites of 480 clients in each arm of a trial."""

Change = Callable[[World], World]
Trial = tuple[Change, Change]
"""A randomised comparison: what the experimental and the control arm change in a scenario."""


class Arms(NamedTuple):
    """The clients of a trial; people of their own in each arm."""

    experimental: Cohort
    control: Cohort


class ProposedRows(NamedTuple):
    """Routine practice, and the trials by name."""

    practice: Practice
    trials: Mapping[str, Arms]

    def first(self, people: int) -> "ProposedRows":
        """As a study of some people would see it; in trials, so many in each arm."""
        trials = {name: Arms(*(arm.first(people) for arm in arms)) for name, arms in self.trials.items()}
        return ProposedRows(self.practice.first(people), trials)


def see(
    practice: Practice, trials: Mapping[str, Trial], parameters: Parameters, mechanisms: Mechanisms, seed: int
) -> ProposedRows:
    """Run the trials of a practice; the same number of practice meets the same people under every mechanism."""
    world = World(parameters=parameters, mechanisms=mechanisms)
    first = FIRST_TRIAL_SITE + practice.number * 2 * TRIAL_SITES * max(len(trials), 1)
    found = {}
    for name, changes in trials.items():
        cohorts = []
        for change in changes:
            cohorts.append(
                Player(change(world), seed).cohort(("integrative",), first, TRIAL_SITES, WEEKS, sessions=True)
            )
            first += TRIAL_SITES
        found[name] = Arms(*cohorts)
    return ProposedRows(practice, found)
