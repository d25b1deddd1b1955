"""Clients who have no sessions: the weekly scores that a treatment without sessions leaves no rows for."""

import numpy as np

from alliance_sim.chance import Luck, key_of
from alliance_sim.compiled import loop
from alliance_sim.law.intake import client_traits, therapist_traits
from alliance_sim.law.session import first_state, intake_score, outside, score
from alliance_sim.law.world import World


@loop
def play_untreated(
    world: World,
    key_low: int,
    key_high: int,
    first_replicate: int,
    therapists: int,
    caseload: int,
    scores: np.ndarray,
) -> None:
    """Write symptom scores (clients, 1 + weeks), points: at intake, then at the end of each week.

    Clients of replicates in a row from first_replicate, in order of replicate, therapist, client, as `loops.play` has
    them; the draws have the same addresses, so that a week's scores are the symptoms_end of a waiting list of so many
    weeks.
    """
    clients, times = scores.shape
    for row in range(clients):
        unit = row // caseload
        replicate, number = first_replicate + unit // therapists, 1 + unit % therapists
        helper = therapist_traits(
            world.parameters.intake, world.mechanisms.skills, Luck(key_low, key_high, replicate, number, 0, 0)
        )
        client = 1 + row % caseload
        luck = Luck(key_low, key_high, replicate, number, client, 0)
        traits = client_traits(world.parameters.intake, luck)
        state = first_state(world, luck, helper, traits)
        scores[row, 0] = intake_score(world, luck, traits)
        for week in range(1, times):
            luck = Luck(key_low, key_high, replicate, number, client, week)
            state = outside(world, luck, state)
            scores[row, week] = score(world, luck, state)


def untreated_scores(
    world: World, seed: int, first_replicate: int, replicates: int, therapists: int, caseload: int, weeks: int
) -> np.ndarray:
    """Symptom scores (clients, 1 + weeks), points, of clients who wait so many weeks; column 0 is at intake."""
    scores = np.empty((replicates * therapists * caseload, 1 + weeks))
    low, high = key_of(seed)
    play_untreated(world, low, high, first_replicate, therapists, caseload, scores)
    return scores
