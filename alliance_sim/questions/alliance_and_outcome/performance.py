"""How every estimator does in every scenario, and what each distortion adds to its error."""

from collections.abc import Hashable, Iterator, Mapping
from itertools import combinations
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.estimates.long import Keyed
from alliance_sim.questions.alliance_and_outcome.effects import EFFECT_OF, Effects
from alliance_sim.questions.alliance_and_outcome.estimators import ESTIMANDS, LABELS
from alliance_sim.questions.alliance_and_outcome.measure import FIELDS, WHOLE
from alliance_sim.questions.alliance_and_outcome.scenarios import SCENARIO, Names
from alliance_sim.questions.alliance_and_outcome.study import RATED, TRUE
from alliance_sim.stats.estimate import UNKNOWN, Estimate
from alliance_sim.stats.intervals import normal
from alliance_sim.stats.jackknife import over_more
from alliance_sim.stats.montecarlo import mcse_mean
from alliance_sim.stats.performance import Accuracy, accuracy
from alliance_sim.stats.shapley import attributed

Floats = NDArray[np.float64]
_On: TypeAlias = frozenset[str]
"""The distortions at work."""

RATING_ERROR = "rating error"
"""The distortion that needs no scenario of its own: ratings and scores in the place of true states."""

SD = "SD"
"""Unit of slopes: SD of outcome (or of the next alliance) per SD of the alliance (or of improvement)."""

STUDY = [*SCENARIO, "data", "size", "estimator"]
"""The columns that name the studies whose estimates go together."""

START, LEFT, END = "effect", "no distortion", "found"
"""The steps that are no distortion: the effect, the error where nothing distorts, and what studies find."""


def performances(estimates: pd.DataFrame, effects: Effects, names: Names) -> Iterator[tuple[dict[str, str], Accuracy]]:
    """How accurate each estimator is, by the columns `STUDY`.

    An arm without an effect of its own (the same clients, other ratings) has that of the arm with the effect.
    """
    arms = {key[2] for key in effects}
    for found, group in estimates.groupby(STUDY, sort=False):
        key = dict(zip(STUDY, map(str, found), strict=True))
        arm = key["arm"] if key["arm"] in arms else names.effect
        truth = effect_on(effects, key["strength"], key["on"], arm, ESTIMANDS[key["estimator"]])
        value, low, high, error = (group[name].to_numpy(np.float64) for name in FIELDS)
        yield key, accuracy(value, error, low, high, truth.value, truth.error)


def effect_on(effects: Effects, strength: str, on: str, arm: str, estimand: str) -> Estimate:
    """The effect that an estimand is compared with; nan where it was not measured."""
    return effects.get((strength, on, arm, EFFECT_OF.get(estimand, estimand)), UNKNOWN)


def in_sd(value: float, error: float) -> Estimate:
    """A slope with the normal interval of its Monte-Carlo error."""
    return normal(value, error)._replace(unit=SD)


def steps(
    estimates: pd.DataFrame,
    effects: Effects,
    by_clinic: Mapping[tuple[Hashable, ...], "pd.Series[float]"],
    names: Names,
) -> Keyed:
    """From the causal effect to what is found with every distortion at work as calibrated.

    For each estimator that has an estimate, and an effect, in every scenario: `START` (the effect where all are at
    work), `LEFT` (error where none is), what each distortion adds to the error (Shapley value over all orders; `least
    and most` are the extremes over orders), and `END`. Clinics are twins over scenarios, and estimate and effect are of
    the same clinics: errors are those of a jackknife that leaves a clinic out of all of them at once.
    """
    values = _estimates_by_scenario(estimates, names)
    every = [*names.distortions, RATING_ERROR]
    for key in LABELS:
        own: dict[_On, Floats] = {}
        for subset, found in values.items():
            on = ", ".join(name for name in names.distortions if name in subset)  # rating error has none of its own
            share = by_clinic.get((names.strength if on else "", on, names.effect, ESTIMANDS[key]))
            if key in found and share is not None:
                own[subset] = errors_by_clinic(found[key], share)
        if len(own) < 2 ** len(every):
            continue
        truth = effect_on(effects, names.strength, names.everything, names.effect, ESTIMANDS[key])
        numbers = {START: (truth.value, truth.error), LEFT: _mean(own[frozenset()])}
        order = {}
        for name, part in attributed(own, every).items():
            numbers[name], order[name] = _mean(part.mean), (part.lowest, part.highest)
        numbers[END] = _mean(np.asarray(values[frozenset(every)][key], np.float64))
        for step, (value, error) in numbers.items():
            of = {"estimator": key, "step": step}
            yield {"about": "step", **of}, in_sd(value, error)
            yield {"about": "least and most", **of}, Estimate(value, *order.get(step, (value, value)), unit=SD)


def _mean(values: Floats) -> tuple[float, float]:
    """A mean and its Monte-Carlo error."""
    return float(values.mean()), mcse_mean(values)


def _estimates_by_scenario(estimates: pd.DataFrame, names: Names) -> dict[_On, dict[str, "pd.Series[float]"]]:
    """The estimates of every study, by the distortions at work and by estimator; without estimators that ever fail."""
    own = estimates[(estimates["arm"] == names.effect) & (estimates["size"] == WHOLE)]
    found: dict[_On, dict[str, Any]] = {}
    for size in range(len(names.distortions) + 1):
        for on in combinations(names.distortions, size):
            here = own[(own["on"] == ", ".join(on)) & (own["strength"] == (names.strength if on else ""))]
            for data, more in ((TRUE, frozenset[str]()), (RATED, frozenset({RATING_ERROR}))):
                wide = here[here["data"] == data].pivot_table(index="replicate", columns="estimator", values="value")
                found[frozenset(on) | more] = {str(key): wide[key] for key in wide if wide[key].notna().all()}
    return found


def errors_by_clinic(estimates: "pd.Series[float]", effect: "pd.Series[float]") -> Floats:
    """Estimate minus effect, clinic by clinic: the mean is the mean error, with the standard error of the jackknife.

    Both have a number a clinic, by its number; where one is known of fewer clinics than the other, see `over_more`.
    What twins of the same clinic have in common cancels in the error.
    """
    clinics = estimates.index.union(effect.index)

    def over_all(own: "pd.Series[float]") -> Floats:
        return over_more(np.asarray(own, np.float64), clinics.get_indexer(own.index), len(clinics))

    return over_all(estimates) - over_all(effect)
