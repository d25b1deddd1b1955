"""Proposed trials: what is changed on purpose, by lot, for some of the therapists."""

from functools import partial

import numpy as np

from alliance_sim.evidence.practice import Floats, policy_named
from alliance_sim.evidence.proposed.proposal import Arms, Proposal, Seen, Trial, shifted
from alliance_sim.evidence.studies.outcome import first_known
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
    """Difference of outcome adjusted for intake, experimental minus control, in pooled SD (Cohen, 1988).

    The slope on intake is that of both arms together.
    """
    outcome = np.concatenate([arms.experimental.improvement, arms.control.improvement])
    intake = np.concatenate([arm.clients["symptoms_intake"] for arm in arms])
    left = residual(outcome, intake)
    n = len(arms.experimental)
    return standardised(left[:n], left[n:])


def standardised(one: Floats, other: Floats) -> float:
    """(Mean of one - mean of the other) / pooled SD, nan left out; nan for fewer than two on a side."""
    a, b = one[np.isfinite(one)], other[np.isfinite(other)]
    if min(len(a), len(b)) < 2:
        return float("nan")
    pooled = np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2.0)
    return float((a.mean() - b.mean()) / pooled) if pooled > 0 else float("nan")


def outcome_d(seen: Seen, trial: str) -> float:
    """Effect on symptoms at the end, SD, better positive."""
    return adjusted_d(seen.trials[trial])


def rating_d(seen: Seen, trial: str) -> float:
    """Effect on the client's last alliance rating, SD."""
    last = [first_known(arm.sessions["wai_client"][:, ::-1]) for arm in seen.trials[trial]]
    return standardised(*last)


def more_with_trauma(seen: Seen, trial: str) -> float:
    """Effect on the client's last alliance rating with a history of trauma minus that without, in SD."""
    found = []
    for history in (True, False):
        last = [
            first_known(arm.sessions["wai_client"][:, ::-1])[(arm.clients["trauma"] > 0) == history]
            for arm in seen.trials[trial]
        ]
        found.append(standardised(*last))
    return found[0] - found[1]


_OUTCOME = "minus symptoms_end adjusted for symptoms_intake, difference of arms in pooled SD"
_RATING = "last wai_client, difference of arms in pooled SD"

PROPOSALS = (
    Proposal(
        "repairing_outcome", f"trial: {REPAIRING.words}, outcome (d)", _OUTCOME, PEOPLE,
        partial(outcome_d, trial="repairing"),
    ),
    Proposal(
        "repairing_alliance", f"trial: {REPAIRING.words}, alliance rated at the end (d)", _RATING, PEOPLE,
        partial(rating_d, trial="repairing"),
    ),
    Proposal(
        "repairing_trauma", f"trial: {REPAIRING.words}, how much more alliance with a history of trauma (d)",
        f"{_RATING}; with trauma minus without", PEOPLE, partial(more_with_trauma, trial="repairing"),
    ),
    Proposal(
        "training_outcome", f"trial: {TRAINING.words}, outcome (d)", _OUTCOME, PEOPLE,
        partial(outcome_d, trial="training"),
    ),
    Proposal(
        "dismantling_outcome", f"trial: {DISMANTLING.words}, outcome (d)", _OUTCOME, PEOPLE,
        partial(outcome_d, trial="dismantling"),
    ),
    Proposal(
        "attunement_outcome", f"trial: {ATTUNEMENT.words}, outcome (d)", _OUTCOME, PEOPLE,
        partial(outcome_d, trial="attunement"),
    ),
)  # fmt: skip
