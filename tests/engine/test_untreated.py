"""Clients who have no sessions: their weekly scores are those that the law's loop arrives at."""

import numpy as np
import pytest

from alliance_sim.engine.block import play_block
from alliance_sim.engine.untreated import untreated_scores
from alliance_sim.evidence.practice import treatment_named
from alliance_sim.law.tally import CLIENT_COLUMNS
from alliance_sim.law.world import World
from alliance_sim.scenario.scenario import Clinic, Scenario

WAITING = World()._replace(treatment=treatment_named("waiting_list"))


@pytest.mark.parametrize("weeks", [1, 8, 20])
def test_a_weeks_score_is_the_end_of_a_waiting_list_of_so_many_weeks_to_the_bit(weeks: int) -> None:
    """Therapists are more than the lanes hold and do not fill them, replicates more than one."""
    scores = untreated_scores(WAITING, 3, 7, 2, 9, 5, 20)
    block = play_block(Scenario(WAITING, Clinic(9, 5, weeks)), 3, range(7, 9), sessions=False)
    column = {name: block.clients[:, k] for k, name in enumerate(CLIENT_COLUMNS)}
    assert np.array_equal(scores[:, 0], column["symptoms_intake"])
    assert np.array_equal(scores[:, weeks], column["symptoms_end"])
