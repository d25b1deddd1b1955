"""How every estimator does in every world, and what each distortion adds to its error."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.questions.alliance_and_outcome.by_clinic import errors_by_clinic
from alliance_sim.questions.alliance_and_outcome.estimators import ESTIMANDS
from alliance_sim.questions.alliance_and_outcome.measuring import RATED, TRUE, WHOLE
from alliance_sim.questions.alliance_and_outcome.naming import KEYS
from alliance_sim.questions.alliance_and_outcome.truths import TRUTHS, WORLD
from alliance_sim.stats.estimate import UNKNOWN, Estimate
from alliance_sim.stats.intervals import normal
from alliance_sim.stats.montecarlo import mcse_mean
from alliance_sim.stats.performance import Accuracy, accuracy
from alliance_sim.stats.shapley import attributed

Floats = NDArray[np.float64]

_On: TypeAlias = frozenset[str]
"""The distortions at work."""

RATING_ERROR = "rating error"
"""The distortion that needs no other world: ratings and scores in the place of true states."""


def performances(estimates: pd.DataFrame, truths: pd.DataFrame, effect: str) -> pd.DataFrame:
    """A row for each world, kind of data, size of study and estimator, with `Accuracy`.

    An arm without a truth of its own (the same clients, other ratings) has that of the arm `effect`.
    """
    by = [*WORLD, "data", "size", "estimator"]
    arms = set(truths["arm"])
    rows: list[tuple[Any, ...]] = []
    for names, group in estimates.groupby(by, sort=False):
        strength, on, arm, data, size, estimator = map(str, names)
        estimand = ESTIMANDS[estimator]
        truth = truth_of(truths, strength, on, arm if arm in arms else effect, estimand)
        value, error, low, high = (group[name].to_numpy(np.float64) for name in ("value", "error", "low", "high"))
        measured = accuracy(value, error, low, high, truth.value, truth.error)
        rows.append((strength, on, arm, data, size, estimator, estimand, *measured))
    return pd.DataFrame(rows, columns=[*by, "estimand", *Accuracy._fields])


def truth_of(truths: pd.DataFrame, strength: str, on: str, arm: str, estimand: str) -> Estimate:
    """The truth of an estimand in a world, and its Monte-Carlo error; nan where it was not measured."""
    here = truths[
        (truths["strength"] == strength)
        & (truths["on"] == on)
        & (truths["arm"] == arm)
        & (truths["estimand"] == TRUTHS.get(estimand, estimand))
    ]
    if here.empty:
        return UNKNOWN
    return normal(float(here["truth"].iloc[0]), float(here["truth_mcse"].iloc[0]))


def steps(
    estimates: pd.DataFrame,
    truths: pd.DataFrame,
    clinics: pd.DataFrame,
    distortions: Sequence[str],
    strength: str,
    arm: str,
) -> pd.DataFrame:
    """From the causal effect to what is found with every distortion at work: what each adds to the error.

    For each estimator that has an estimate, and a truth, in every world: rows `effect` (the truth where all are at
    work), `no distortion` (error where none is), one a distortion (Shapley value over all orders, with the extremes
    over orders), and `found`. clinics: rows of `truths_by_clinic`. Clinics are twins over worlds, and estimate and
    truth are of the same clinics: the errors are those of a jackknife that leaves a clinic out of all of them at once.
    """
    values = _estimates_by_world(estimates, distortions, strength, arm)
    shares = _truths_by_world(clinics, strength, arm)
    names = [*distortions, RATING_ERROR]
    whole = frozenset(names)
    rows: list[tuple[Any, ...]] = []
    for key in KEYS:
        own = {
            subset: errors_by_clinic(found[key], shares[there])
            for subset, found in values.items()
            if key in found and (there := (_joined(distortions, subset), ESTIMANDS[key])) in shares
        }
        if len(own) < 2 ** len(names):
            continue
        truth = truth_of(truths, strength, ", ".join(distortions), arm, ESTIMANDS[key])
        rows.append((key, "effect", truth.value, truth.error, truth.value, truth.value))
        nothing = float(own[frozenset()].mean())
        rows.append((key, "no distortion", nothing, mcse_mean(own[frozenset()]), nothing, nothing))
        for name, part in attributed(own, names).items():
            rows.append((key, name, float(part.mean.mean()), mcse_mean(part.mean), part.lowest, part.highest))
        end: Floats = np.asarray(values[whole][key], np.float64)
        rows.append((key, "found", float(end.mean()), mcse_mean(end), *[float(end.mean())] * 2))
    return pd.DataFrame(rows, columns=["estimator", "step", "value", "mcse", "least", "most"])


def _estimates_by_world(
    estimates: pd.DataFrame, distortions: Sequence[str], strength: str, arm: str
) -> dict[_On, dict[str, "pd.Series[float]"]]:
    """The estimates of every study, by the distortions at work and by estimator; without estimators that ever fail."""
    own = estimates[(estimates["arm"] == arm) & (estimates["size"] == WHOLE)]
    found: dict[_On, dict[str, pd.Series[float]]] = {}
    for size in range(len(distortions) + 1):
        for on in combinations(distortions, size):
            here = own[(own["on"] == ", ".join(on)) & (own["strength"] == (strength if on else ""))]
            for data, more in ((TRUE, frozenset[str]()), (RATED, frozenset({RATING_ERROR}))):
                wide = here[here["data"] == data].pivot_table(index="replicate", columns="estimator", values="value")
                found[frozenset(on) | more] = {str(key): wide[key] for key in wide if wide[key].notna().all()}
    return found


def _joined(distortions: Sequence[str], on: _On) -> str:
    """What a world is called: its distortions in order, for rating error has no world of its own."""
    return ", ".join(name for name in distortions if name in on)


def _truths_by_world(clinics: pd.DataFrame, strength: str, arm: str) -> dict[tuple[str, str], "pd.Series[float]"]:
    """What every clinic stands for in the truths, by world and by estimand."""
    own = clinics[(clinics["arm"] == arm) & clinics["strength"].isin(["", strength])]
    return {
        (str(on), str(estimand)): group.set_index("replicate")["share"]
        for (on, estimand), group in own.groupby(["on", "estimand"], sort=False)
    }
