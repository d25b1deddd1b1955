"""Proposed trials: what is changed on purpose, at random, for some of the therapists."""

from functools import partial

import numpy as np

from alliance_sim.evidence.practice import Floats, policy_named
from alliance_sim.evidence.proposed.proposal import Arms, Seen, Trial, proposal, shifted
from alliance_sim.evidence.studies.outcome import first_known
from alliance_sim.evidence.studies.treatments import between_d
from alliance_sim.law.world import World
from alliance_sim.stats.pooling import residual

PEOPLE = 240
"""Clients in each arm of a proposed trial: 12 therapists with 20 clients each, a large trial of training."""


def _policy(world: World, name: str) -> World:
    return world._replace(policy=policy_named(name))


def _half_technique(world: World) -> World:
    change = world.parameters.change
    halved = change._replace(technique=0.5 * change.technique)
    return world._replace(parameters=world.parameters._replace(change=halved))


def _same(world: World) -> World:
    return world


REPAIRING = Trial(
    "repairing",
    "therapists who repair ruptures against therapists who leave them alone",
    partial(_policy, name="repair"),
    partial(_policy, name="ignore"),
)
TRAINING = Trial(
    "training",
    "therapists trained in repair (one SD more of the skill) against untrained ones",
    partial(shifted, repair_mean=1.0),
    _same,
)
DISMANTLING = Trial(
    "dismantling",
    "the whole treatment against the same with a technique of half the effect",
    _same,
    _half_technique,
)
ATTUNEMENT = Trial(
    "attunement",
    "therapists trained in attunement (one SD more) against untrained ones",
    partial(shifted, attunement_mean=1.0),
    _same,
)

TRIALS = (REPAIRING, TRAINING, DISMANTLING, ATTUNEMENT)


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
    return [first_known(arm.sessions["wai_client"][:, ::-1]) for arm in arms]


@proposal("repairing_outcome", f"trial: {REPAIRING.words}, outcome (d)", PEOPLE)
def repairing_outcome(seen: Seen) -> float:
    """Minus symptoms_end adjusted for symptoms_intake, difference of arms in pooled SD."""
    return adjusted_d(seen.trials["repairing"])


@proposal("repairing_alliance", f"trial: {REPAIRING.words}, alliance rated at the end (d)", PEOPLE)
def repairing_alliance(seen: Seen) -> float:
    """Last wai_client, difference of arms in pooled SD."""
    return between_d(*last_ratings(seen.trials["repairing"]))


@proposal("repairing_trauma", f"trial: {REPAIRING.words}, how much more alliance with a history of trauma (d)", PEOPLE)
def repairing_trauma(seen: Seen) -> float:
    """Last wai_client, difference of arms in pooled SD; with trauma minus without."""
    arms = seen.trials["repairing"]
    trauma, ratings = [arm.clients["trauma"] > 0 for arm in arms], last_ratings(arms)
    with_history = between_d(*(rating[there] for rating, there in zip(ratings, trauma, strict=True)))
    return with_history - between_d(*(rating[~there] for rating, there in zip(ratings, trauma, strict=True)))


@proposal("training_outcome", f"trial: {TRAINING.words}, outcome (d)", PEOPLE)
def training_outcome(seen: Seen) -> float:
    """As repairing_outcome."""
    return adjusted_d(seen.trials["training"])


@proposal("dismantling_outcome", f"trial: {DISMANTLING.words}, outcome (d)", PEOPLE)
def dismantling_outcome(seen: Seen) -> float:
    """As repairing_outcome."""
    return adjusted_d(seen.trials["dismantling"])


@proposal("attunement_outcome", f"trial: {ATTUNEMENT.words}, outcome (d)", PEOPLE)
def attunement_outcome(seen: Seen) -> float:
    """As repairing_outcome."""
    return adjusted_d(seen.trials["attunement"])
