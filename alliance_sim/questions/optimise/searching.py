"""The search itself: Optuna suggests settings, an evaluation answers, and the same seed goes the same way again.

Nothing of the search is stored but its evaluations. A search that was stopped is walked again from its beginning: the
sampler's seed and the same answers give the same suggestions, and what was evaluated is found and not played again.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from alliance_sim.questions.optimise.space import Dimension

DIGITS = 4
"""Decimals of suggested values: enough for any setting, and short enough to be written into a config."""


class Outcome(NamedTuple):
    """What an evaluation answers about one point."""

    gain: float  # more is better; nan where it is not defined
    error: float  # its Monte-Carlo standard error
    excess: Mapping[str, float]  # of each constraint; above 0 it is violated


class Tried(NamedTuple):
    """A point that was evaluated."""

    number: int  # from 1
    settings: dict[str, float]
    outcome: Outcome

    @property
    def feasible(self) -> bool:
        """Whether its gain is defined and no constraint is violated."""
        return math.isfinite(self.outcome.gain) and all(excess <= 0 for excess in self.outcome.excess.values())


Evaluate: TypeAlias = Callable[[Mapping[str, float]], Outcome]


def search(
    dimensions: Sequence[Dimension],
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
    asked: dict[str, optuna.distributions.BaseDistribution] = {
        each.path: optuna.distributions.IntDistribution(int(each.low), int(each.high))
        if each.whole
        else optuna.distributions.FloatDistribution(each.low, each.high)
        for each in dimensions
    }
    for point in first:
        study.enqueue_trial({each.path: int(v) if each.whole else v for each in dimensions for v in [point[each.path]]})
    tried = []
    for number in range(1, trials + 1):
        trial = study.ask(asked)
        values = {path: round(float(value), DIGITS) for path, value in trial.params.items()}
        outcome = evaluate(values)
        tried.append(Tried(number, values, outcome))
        for name, excess in outcome.excess.items():
            trial.set_constraint(name, excess if math.isfinite(excess) else 1.0)
        if math.isfinite(outcome.gain):
            study.tell(trial, outcome.gain)
        else:
            study.tell(trial, state=optuna.trial.TrialState.FAIL)
    return tried


def finalists(tried: Sequence[Tried], count: int) -> list[Tried]:
    """The best feasible points that differ, best first; those that violate least where none is feasible."""
    known = [each for each in tried if math.isfinite(each.outcome.gain)]
    good = [each for each in known if each.feasible]
    if good:
        ranked = sorted(good, key=lambda each: -each.outcome.gain)
    else:
        ranked = sorted(known, key=lambda each: max(each.outcome.excess.values(), default=0.0))
    different: dict[tuple[tuple[str, float], ...], Tried] = {}
    for each in ranked:
        different.setdefault(tuple(each.settings.items()), each)
    return list(different.values())[:count]
