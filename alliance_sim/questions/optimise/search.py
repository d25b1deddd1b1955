"""The search itself: Optuna suggests settings, an evaluation answers, and the same seed goes the same way again.

Nothing of the search is stored but its evaluations. A search that was stopped starts again from its beginning: the
sampler's seed and the same answers give the same suggestions, and what was evaluated is found and not simulated again.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from alliance_sim.questions.optimise.space import Axis
from alliance_sim.stats.estimate import Estimate


class Tried(NamedTuple):
    """A point that was evaluated."""

    number: int  # from 1
    settings: dict[str, float]
    gain: Estimate  # more is better; unknown where it is not defined
    excess: Mapping[str, float]  # of each constraint; above 0 it is violated

    @property
    def feasible(self) -> bool:
        """Whether its gain is defined and no constraint is violated."""
        return self.gain.known and all(excess <= 0 for excess in self.excess.values())


Evaluate: TypeAlias = Callable[[Mapping[str, float]], tuple[Estimate, Mapping[str, float]]]
"""From settings to their gain, and the excess of each constraint."""


def search(
    axes: Sequence[Axis],
    evaluate: Evaluate,
    trials: int,
    startup: int,
    seed: int,
    first: Sequence[Mapping[str, float]] = (),
) -> list[Tried]:
    """Try `trials` points: `first`, then random ones until there are `startup`, then those that TPE suggests.

    Multivariate tree-structured Parzen estimator (Bergstra et al., 2011; Falkner et al., 2018), constraints as Optuna
    takes them (a point is feasible when none is above 0). A point whose gain is nan counts as failed, and is learned
    nothing from. Needs `pip install 'alliance-sim[optimise]'`.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    sampler = optuna.samplers.TPESampler(seed=seed % 2**32, n_startup_trials=startup)
    study = optuna.create_study(direction="maximize", sampler=sampler)
    distributions: dict[str, optuna.distributions.BaseDistribution] = {
        each.path: optuna.distributions.IntDistribution(int(each.low), int(each.high))
        if each.whole
        else optuna.distributions.FloatDistribution(each.low, each.high)
        for each in axes
    }
    for point in first:
        study.enqueue_trial({each.path: int(v) if each.whole else v for each in axes for v in [point[each.path]]})
    tried = []
    for number in range(1, trials + 1):
        trial = study.ask(distributions)
        settings = {each.path: each.rounded(trial.params[each.path]) for each in axes}
        gain, excess = evaluate(settings)
        tried.append(Tried(number, settings, gain, excess))
        for name, value in excess.items():
            trial.set_constraint(name, value if math.isfinite(value) else 1.0)
        if gain.known:
            study.tell(trial, gain.value)
        else:
            study.tell(trial, state=optuna.trial.TrialState.FAIL)
    return tried


def finalists(tried: Sequence[Tried], count: int) -> list[Tried]:
    """The best feasible points that differ, best first; those that violate least where none is feasible."""
    known = [each for each in tried if each.gain.known]
    ranked = sorted((each for each in known if each.feasible), key=lambda each: -each.gain.value)
    ranked = ranked or sorted(known, key=lambda each: max(each.excess.values(), default=0.0))
    different: dict[tuple[float, ...], Tried] = {}
    for each in ranked:
        different.setdefault(tuple(each.settings.values()), each)
    return list(different.values())[:count]
