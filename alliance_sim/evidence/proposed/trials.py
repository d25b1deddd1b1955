"""Proposed trials: what is changed on purpose, at random, for some of the therapists."""

from collections.abc import Callable

import numpy as np

from alliance_sim.evidence.practice import policy_named
from alliance_sim.evidence.proposed.seen import Arms, Change, ProposedRows, Trial
from alliance_sim.evidence.studies.outcome import last_known
from alliance_sim.evidence.studies.treatments import between_d
from alliance_sim.law.world import World
from alliance_sim.scenario.scenario import filled
from alliance_sim.stats.linear import Floats
from alliance_sim.stats.pooling import residual


def under(policy: str) -> Change:
    """The scenario under a policy of the catalogue."""
    return lambda world: world._replace(policy=policy_named(policy))


def trained(trait: str) -> Change:
    """The scenario with therapists of one SD more of a trait."""
    mean = f"{trait}_mean"
    return lambda world: filled(world, {"parameters": {"intake": {mean: getattr(world.parameters.intake, mean) + 1.0}}})


def half_technique(world: World) -> World:
    """The scenario with a technique of half the effect."""
    return filled(world, {"parameters": {"change": {"technique": 0.5 * world.parameters.change.technique}}})


def as_it_is(world: World) -> World:
    """The scenario itself."""
    return world


TRIALS: dict[str, Trial] = {
    "repairing": (under("repair"), under("ignore")),
    "training": (trained("repair"), as_it_is),
    "dismantling": (as_it_is, half_technique),
    "attunement": (trained("attunement"), as_it_is),
}


def adjusted_d(arms: Arms) -> float:
    """Difference of outcome adjusted for intake, experimental minus control, in pooled SD; better is positive.

    The slope on intake is that of both arms together.
    """
    outcome = np.concatenate([arms.experimental.improvement, arms.control.improvement])
    left = residual(outcome, np.concatenate([arm.clients["symptoms_intake"] for arm in arms]))
    n = len(arms.experimental)
    return between_d(left[:n], left[n:])


def last_ratings(arms: Arms) -> list[Floats]:
    """The client's last alliance rating in each arm."""
    return [last_known(arm.sessions["wai_client"]) for arm in arms]


def more_with_trauma(arms: Arms) -> float:
    """Difference of arms in the last rating, in pooled SD: of clients with a history of trauma minus of those without.

    Each in the pooled SD of its own clients.
    """
    trauma, ratings = [arm.clients["trauma"] > 0 for arm in arms], last_ratings(arms)
    with_history = between_d(*(rating[there] for rating, there in zip(ratings, trauma, strict=True)))
    return with_history - between_d(*(rating[~there] for rating, there in zip(ratings, trauma, strict=True)))


MEASURES: dict[str, Callable[[ProposedRows], float]] = {
    "repairing_outcome": lambda seen: adjusted_d(seen.trials["repairing"]),
    "repairing_alliance": lambda seen: between_d(*last_ratings(seen.trials["repairing"])),
    "repairing_trauma": lambda seen: more_with_trauma(seen.trials["repairing"]),
    "training_outcome": lambda seen: adjusted_d(seen.trials["training"]),
    "dismantling_outcome": lambda seen: adjusted_d(seen.trials["dismantling"]),
    "attunement_outcome": lambda seen: adjusted_d(seen.trials["attunement"]),
}
