"""Where the tables and sentences look: worlds as columns, what was found in one, and its truth."""

from math import hypot
from typing import NamedTuple

from alliance_sim.questions.alliance_and_outcome.estimators import BETWEEN, REVERSE
from alliance_sim.questions.alliance_and_outcome.measured import Measured, Names
from alliance_sim.questions.alliance_and_outcome.measuring import RATED, TRUE, WHOLE
from alliance_sim.questions.alliance_and_outcome.performing import RATING_ERROR, truth_of
from alliance_sim.stats.performance import Accuracy

NO_EFFECT = 0.002
"""An effect below this, and within its own error, counts as none."""


class Place(NamedTuple):
    """A world as a column of a table: its name, and where to look."""

    name: str
    strength: str
    on: str
    data: str


NOTHING = Place("nothing distorts", "", "", TRUE)
ERRING = Place(RATING_ERROR, "", "", RATED)


def places(names: Names) -> list[Place]:
    """No distortion, each alone at its strongest, rating error alone, and all of them at every strength."""
    strongest = names.strengths[-1]
    single = [Place(f"{each}, {strongest}", strongest, each, TRUE) for each in names.distortions]
    whole = [Place(f"all, {strength}", strength, names.everything, RATED) for strength in names.strengths]
    return [NOTHING, *single, ERRING, *whole]


def with_feedback(m: Measured) -> list[Place]:
    """`places`, and before those with all distortions the one that feeds improvement back, with rating error."""
    found = places(m.names)
    return [*found[: -len(m.names.strengths)], *fed_back(m), *found[-len(m.names.strengths) :]]


def fed_back(m: Measured) -> list[Place]:
    """The distortion that feeds improvement back to the alliance, with ratings, at every strength; none without one."""
    on = feedback(m)
    return [Place(f"{on} + {RATING_ERROR}, {strength}", strength, on, RATED) for strength in m.names.strengths if on]


def feedback(m: Measured) -> str:
    """The distortion that changes most what improvement does to the next alliance; empty where none does."""
    strongest, arm = m.names.strengths[-1], m.names.effect
    start, start_error = truth_at(m, "", "", arm, REVERSE)
    found: dict[str, float] = {}
    for each in m.names.distortions:
        truth, error = truth_at(m, strongest, each, arm, REVERSE)
        if abs(truth - start) > 1.96 * hypot(error, start_error):
            found[each] = abs(truth - start)
    return max(found, key=lambda each: found[each], default="")


def calibrated(m: Measured, data: str = RATED) -> Place:
    """The world with everything at work as calibrated."""
    return Place(f"all, {m.names.strength}", m.names.strength, m.names.everything, data)


def seen(m: Measured, place: Place, arm: str, size: str = WHOLE) -> dict[str, Accuracy]:
    """Accuracy in one world, by estimator; without those that never gave anything."""
    p = m.performance
    here = p[
        (p["strength"] == place.strength)
        & (p["on"] == place.on)
        & (p["arm"] == arm)
        & (p["data"] == place.data)
        & (p["size"] == size)
    ]
    columns = here[list(Accuracy._fields)].itertuples(index=False, name=None)
    found = {str(key): Accuracy(*row) for key, row in zip(here["estimator"], columns, strict=True)}
    return {key: own for key, own in found.items() if own.studies}


def truth_at(m: Measured, strength: str, on: str, arm: str, estimand: str) -> tuple[float, float]:
    """Truth of a world and its Monte-Carlo error; nan where it was not measured."""
    found = truth_of(m.truths, strength, on, arm, estimand)
    return found.value, found.error


def silent(m: Measured, strength: str) -> list[str]:
    """The distortions under which the arm without an effect has none indeed, whatever else may be at work."""
    kept = []
    for each in m.names.distortions:
        truth, error = truth_at(m, strength, each, m.names.null, BETWEEN)
        if abs(truth) <= max(1.96 * error, 1e-9) and abs(truth) < NO_EFFECT:
            kept.append(each)
    return kept
