"""Which estimators recover an effect for the right reason, and which come near it because their errors cancel."""

from typing import NamedTuple

from alliance_sim.questions.alliance_and_outcome.estimators import ESTIMANDS
from alliance_sim.questions.alliance_and_outcome.measured import Measured
from alliance_sim.questions.alliance_and_outcome.measuring import RATED, TRUE
from alliance_sim.questions.alliance_and_outcome.naming import LABELS
from alliance_sim.questions.alliance_and_outcome.places import ERRING, NOTHING, Place, seen
from alliance_sim.stats.performance import Accuracy

MOST = 3
"""How many estimators are named in a cell."""


def near(own: Accuracy, share: float) -> bool:
    """Whether a mean error, with its 95 % Monte-Carlo error, is at most a share of the effect."""
    return abs(own.bias) + 1.96 * own.bias_mcse <= share * abs(own.truth)


def parts_of(place: Place) -> list[Place]:
    """The worlds in which an estimator must be near as well before it can be said to recover the effect in this one.

    Nothing distorting; with ratings, the same world with true states, and rating error alone. One that is near here
    but not there has errors that cancel.
    """
    parts = [NOTHING]
    if place.data == RATED:
        parts += [place._replace(data=TRUE), ERRING]
    others = {part[1:]: part for part in reversed(parts) if part[1:] != place[1:]}
    return list(reversed(others.values()))


class Recovered(NamedTuple):
    """Estimators near an effect, the nearest first: those that recover it, and those whose errors happen to cancel."""

    good: list[str]
    luck: list[str]


def recovered(m: Measured, place: Place, estimand: str, share: float) -> Recovered:
    """Which estimators recover an effect in a world."""
    here = seen(m, place, m.names.effect)
    before = [seen(m, part, m.names.effect) for part in parts_of(place)]
    found = [key for key, own in here.items() if ESTIMANDS[key] == estimand and near(own, share)]
    found.sort(key=lambda key: (abs(here[key].bias), key))
    good = [key for key in found if all(key in part and near(part[key], share) for part in before)]
    return Recovered(good, [key for key in found if key not in good])


def told(m: Measured, place: Place, estimand: str, share: float, most: int = MOST) -> str:
    """The estimators that recover an effect, best first, and those that come near it because errors cancel."""
    found = recovered(m, place, estimand, share)
    luck = f" (errors cancel: {named(found.luck, most)})" if found.luck else ""
    return (named(found.good, most) if found.good else "none") + luck


def named(keys: list[str], most: int = MOST) -> str:
    """The labels of the first estimators, and how many more there are."""
    more = f" and {len(keys) - most} more" if len(keys) > most else ""
    return ", ".join(f"“{LABELS[key]}”" for key in keys[:most]) + more
