"""Playing a policy, a shipped one or a point of the space, in some clinics, and what came of it for each profile."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.estimands.conditional import ByGroup
from alliance_sim.estimands.profiles import BY_NAME, Profile
from alliance_sim.experiment.kept import Piece, kept, key_of
from alliance_sim.questions.frame.groups import Survey, measure_groups, ranges
from alliance_sim.questions.optimise.searching import Outcome
from alliance_sim.questions.optimise.space import at
from alliance_sim.scenario.scenario import DesignPoint
from alliance_sim.stats.draws import Whole, draw_of, repeated
from alliance_sim.stats.montecarlo import Summary, summarise

Floats = NDArray[np.float64]


class Policy(NamedTuple):
    """A policy that can be played: an arm of the config, or a point of the space laid on one."""

    name: str
    arm: str
    settings: tuple[tuple[str, float], ...] = ()


class Objective(NamedTuple):
    """What is asked of every policy."""

    objective: str  # name of an estimate
    default: Policy  # what gains are counted from
    margins: Mapping[str, float]  # estimates that may get worse than under the default by so much at most

    @property
    def names(self) -> tuple[str, ...]:
        """Every estimate that is measured."""
        return tuple(dict.fromkeys([self.objective, *self.margins]))


class Clinics(NamedTuple):
    """Where policies are played."""

    arms: Mapping[str, DesignPoint]
    seed: int
    home: Path  # of the config
    profiles: tuple[Profile, ...]
    draws: int  # of the parameters, taken in turn; 0 where they are fixed


class Evaluator:
    """Plays policies on demand; what was played once, now or by an earlier run in the same folder, is found."""

    def __init__(self, clinics: Clinics, question: Objective, folder: Path, threads: int) -> None:
        """Pieces are kept in folder/pieces; threads do not change any number."""
        self.clinics, self.question = clinics, question
        self._folder, self._threads = folder / "pieces", threads
        self._held: dict[tuple[Policy, range], ByGroup] = {}

    def measured(self, policy: Policy, replicates: range) -> ByGroup:
        """Estimates of every group in these replicates under one policy."""
        held = self._held.get((policy._replace(name=""), replicates))
        if held is None:
            rows = kept(measure_groups, self._pieces(policy, replicates), self._folder, 1, lambda _: None)
            held = self._held[policy._replace(name=""), replicates] = ByGroup(rows)
        return held

    def _pieces(self, policy: Policy, replicates: range) -> list[Piece]:
        where, question = self.clinics, self.question
        start = where.arms[policy.arm]
        point = start._replace(arm="", scenario=at(start.scenario, dict(policy.settings)))
        survey = Survey(where.seed, where.home, where.profiles, question.names)
        pieces = []
        for part in ranges([point], replicates):
            key = key_of(start.address, policy.settings, part.start, part.stop, where.profiles, question.names)
            pieces.append(Piece(key, ((point,), part, survey, self._threads)))
        return pieces

    def turned(self, policy: Policy, group: str, name: str, replicates: range) -> Floats:
        """An estimate of a group in every replicate, turned so that more is better."""
        return BY_NAME[name].better * self.measured(policy, replicates).of("", group, name)

    def gains(self, policy: Policy, group: str, replicates: range, name: str = "") -> Floats:
        """The same, minus that of the default policy: the same people with the same luck."""
        name = name or self.question.objective
        default = self.turned(self.question.default, group, name, replicates)
        return self.turned(policy, group, name, replicates) - default

    def draw(self, replicates: range) -> Whole:
        """The number of the draw of the parameters under which each replicate is played."""
        return draw_of(np.asarray(replicates), self.clinics.draws)

    def shared(self, replicates: range) -> Whole | None:
        """The same, where some replicates share a draw; None where they know nothing of each other."""
        return repeated(np.asarray(replicates), self.clinics.draws)

    def summary(self, values: Floats, replicates: range) -> Summary:
        """Mean with interval and error of a number that these replicates have; those under one draw count together."""
        return summarise(values, draw=self.shared(replicates))

    def outcome(self, policy: Policy, group: str, replicates: range) -> Outcome:
        """Gain over the default, its error, and by how much each constraint is violated."""
        gain = self.summary(self.gains(policy, group, replicates), replicates)
        excess = {
            name: -self.summary(self.gains(policy, group, replicates, name), replicates).value - margin
            for name, margin in self.question.margins.items()
        }
        return Outcome(gain.value, gain.mcse, excess)

    def matrix(self, policies: Sequence[Policy], group: str, replicates: range) -> Floats:
        """Gains of several policies: (policies, replicates)."""
        return np.array([self.gains(policy, group, replicates) for policy in policies])

    def defined(self, policy: Policy, group: str, replicates: range) -> bool:
        """Whether the objective is defined for a group in any of the replicates."""
        return bool(np.isfinite(self.turned(policy, group, self.question.objective, replicates)).any())
