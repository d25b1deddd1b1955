"""Simulating a policy, a shipped one or a point of the space, in some clinics, and what each group gains under it."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.estimands.conditional import ByGroup
from alliance_sim.estimands.measuring import needs_sessions
from alliance_sim.estimands.profiles import BY_NAME
from alliance_sim.experiment.kept import key_of
from alliance_sim.experiment.workers import Workers
from alliance_sim.questions.frame.groups import by_profile
from alliance_sim.questions.frame.profiles import profiles_of
from alliance_sim.questions.frame.question import Question
from alliance_sim.questions.frame.run import Runs, run_settings
from alliance_sim.questions.optimise.section import margins_of
from alliance_sim.scenario.registry import with_settings
from alliance_sim.stats.draws import Whole, draw_of, repeated
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.montecarlo import Summary, summarise

Floats = NDArray[np.float64]


class Candidate(NamedTuple):
    """A policy that can be simulated: an arm of the config, or a point of the space laid on one."""

    arm: str
    settings: tuple[tuple[str, float], ...] = ()

    def moved(self, path: str, value: float) -> "Candidate":
        """The same with another value of one setting."""
        return self._replace(settings=tuple((name, value if name == path else own) for name, own in self.settings))


class Evaluator:
    """Simulates policies on demand; what was simulated once, now or by an earlier run in the same folder, is found."""

    def __init__(self, question: Question, folder: Path, workers: Workers) -> None:
        """Pieces are kept in folder/pieces. Local workers are threads that share each piece."""
        experiment = question.experiment
        self.default = Candidate(experiment.baseline)
        self.objective, self.margins = question.section.objective, margins_of(question)
        names = tuple(dict.fromkeys([self.objective, *self.margins]))
        profiles = profiles_of(question)
        self._measure, self._about = partial(by_profile, profiles, names), key_of(profiles, names)
        self._points = {point.arm: point for point in experiment.points}
        self._runs = Runs.of(experiment, sessions=any(needs_sessions(name) for name in names))
        self._folder, self._threads = folder, workers if isinstance(workers, int) else 1
        self._workers: Workers = 1 if isinstance(workers, int) else workers
        self._held: dict[tuple[Candidate, range], ByGroup] = {}

    @property
    def draws(self) -> int:
        """How many draws of the parameters clinics take in turn; 0 where these are fixed."""
        return self._points[self.default.arm].scenario.draws

    def measured(self, policy: Candidate, clinics: range) -> ByGroup:
        """Estimates of every group in these clinics under one policy."""
        if (policy, clinics) not in self._held:
            start = self._points[policy.arm]
            point = start._replace(
                scenario=with_settings(start.scenario, dict(policy.settings)),
                address=key_of(start.address, policy.settings),
            )
            runs = self._runs._replace(replicates=clinics)
            given = [(point,)], self._measure, self._about, runs, self._folder, self._workers
            rows = run_settings(*given, lambda _: None, threads=self._threads)
            self._held[policy, clinics] = ByGroup(rows)
        return self._held[policy, clinics]

    def values(self, policy: Candidate, group: str, clinics: range, name: str = "") -> Floats:
        """An estimate of a group in every clinic, turned so that more is better; the objective if no other is named."""
        name = name or self.objective
        return BY_NAME[name].better * self.measured(policy, clinics).of(policy.arm, group, name)

    def gains(self, policy: Candidate, group: str, clinics: range, name: str = "") -> Floats:
        """The same, minus that of the default policy: the same people with common random numbers."""
        return self.values(policy, group, clinics, name) - self.values(self.default, group, clinics, name)

    def matrix(self, policies: Sequence[Candidate], group: str, clinics: range) -> Floats:
        """Gains of several policies: (policies, clinics)."""
        return np.array([self.gains(policy, group, clinics) for policy in policies])

    def draw(self, clinics: range) -> Whole:
        """The number of the draw of the parameters under which each clinic is simulated."""
        return draw_of(np.asarray(clinics), self.draws)

    def shared(self, clinics: range) -> Whole | None:
        """The same, where some clinics share a draw; None where all are independent."""
        return repeated(np.asarray(clinics), self.draws)

    def summary(self, values: Floats, clinics: range) -> Summary:
        """Mean with interval and error of a number that these clinics have; those under one draw count together."""
        return summarise(values, draw=self.shared(clinics))

    def judged(self, policy: Candidate, group: str, clinics: range) -> tuple[Estimate, Mapping[str, float]]:
        """Gain over the default, and by how much each constraint is violated: what a search asks."""
        gain = self.summary(self.gains(policy, group, clinics), clinics)
        excess = {
            name: -self.summary(self.gains(policy, group, clinics, name), clinics).value - margin
            for name, margin in self.margins.items()
        }
        return Estimate(*gain[:4]), excess

    def defines(self, policy: Candidate, group: str, clinics: range) -> bool:
        """Whether the objective is defined for a group in any of the clinics."""
        return bool(np.isfinite(self.values(policy, group, clinics)).any())
