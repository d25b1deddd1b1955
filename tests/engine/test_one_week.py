"""Another scenario in the sessions of one week: nothing before it differs; what it forbids does not happen in it."""

import numpy as np
import pytest

from alliance_sim.engine.block import Play, play_block
from alliance_sim.engine.loops import play
from alliance_sim.engine.one_week import TwoWorlds, at_week, one_week
from alliance_sim.law.state import Events, Levels
from alliance_sim.law.world import World
from alliance_sim.scenario.scenario import Clinic, Scenario

SCENARIO = Scenario(clinic=Clinic(6, 8, 9))
WEEK = 4


def calm(world: World) -> World:
    return world._replace(mechanisms=world.mechanisms._replace(ruptures=0))


def test_only_that_week_is_in_the_other_scenario() -> None:
    world = World()
    worlds = TwoWorlds(*world, calm(world), WEEK)
    assert at_week(worlds, WEEK) == calm(world)
    assert at_week(worlds, WEEK - 1) == at_week(worlds, WEEK + 1) == world


def columns(play: Play) -> tuple[np.ndarray, np.ndarray]:
    """Ruptures and felt alliance (clients, weeks), nan without a session."""
    made = np.full((2, 3 * 48, 9), np.nan)
    for part in play_block(SCENARIO, 7, range(1, 4), play=play).sessions:
        who, week = (part.ids[0] - 1) * 48 + part.ids[2] - 1, part.events[Events._fields.index("session")] - 1
        made[0, who, week] = part.events[Events._fields.index("rupture")] > 0
        made[1, who, week] = part.levels[Levels._fields.index("alliance")]
    return made[0], made[1]


@pytest.mark.slow
def test_a_week_without_ruptures_has_none_and_changes_what_follows_alone() -> None:
    own, other = columns(play), columns(one_week(WEEK, calm))
    np.testing.assert_array_equal(own[1][:, : WEEK - 1], other[1][:, : WEEK - 1])
    assert np.nansum(own[0][:, WEEK - 1]) > 5
    assert np.nansum(other[0][:, WEEK - 1]) == 0
    assert np.nansum(other[0][:, WEEK:]) > 5
    assert not np.array_equal(own[1][:, WEEK - 1 :], other[1][:, WEEK - 1 :], equal_nan=True)


@pytest.mark.slow
def test_a_week_in_the_same_scenario_is_the_same_to_the_bit() -> None:
    for one, other in zip(columns(play), columns(one_week(WEEK, lambda world: world)), strict=True):
        np.testing.assert_array_equal(one, other)
