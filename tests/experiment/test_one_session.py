"""One session set aside: what happens in it is undone, and nothing else is touched but by its consequences."""

from collections.abc import Mapping

import numpy as np
import pytest

from alliance_sim.engine.block import Block, play_block
from alliance_sim.experiment.one_session import Aside, Undone, play_without
from alliance_sim.law.policy import Policy
from alliance_sim.law.state import Events, Levels
from alliance_sim.law.world import Mechanisms, Parameters, World
from alliance_sim.scenario.scenario import Clinic, Scenario

CLINIC = Clinic(6, 8, 12)
ASIDE = Aside(4, 7)
REPLICATES = range(1, 9)
NO_LEARNING = Parameters()._replace(strain=Parameters().strain._replace(learning=0.0))
"""What a therapist learns from one client's repair would reach the others."""

SCENARIO = Scenario(World(NO_LEARNING, Mechanisms(spillover=0), policy=Policy()), CLINIC)


def matrices(block: Block) -> Mapping[str, np.ndarray]:
    """Columns as (clients, weeks), nan without a session."""
    names = {name: k for k, name in enumerate(Events._fields)}
    made = {name: np.full((len(REPLICATES) * 48, 12), np.nan) for name in ("rupture", "acknowledged", "alliance")}
    for part in block.sessions:
        rows = (part.ids[0] - 1) * 48 + part.ids[2] - 1
        week = part.events[names["session"]] - 1
        for name in ("rupture", "acknowledged"):
            made[name][rows, week] = part.events[names[name]]
        made["alliance"][rows, week] = part.levels[Levels._fields.index("alliance")]
    return made


@pytest.fixture(scope="module")
def worlds() -> dict[str, Mapping[str, np.ndarray]]:
    """The world as it is, and with something undone."""
    own = matrices(play_block(SCENARIO, 5, REPLICATES))
    return {"own": own} | {u.name: matrices(play_without(SCENARIO, 5, REPLICATES, u, ASIDE)) for u in Undone}


def set_aside() -> np.ndarray:
    """The session of each client (from 0)."""
    return np.tile(ASIDE.weeks(CLINIC), len(REPLICATES)) - 1


def test_every_client_has_a_session_in_the_range_and_all_are_as_frequent() -> None:
    weeks = ASIDE.weeks(CLINIC)
    assert np.unique(weeks, return_counts=True)[1].tolist() == [12, 12, 12, 12]
    assert (weeks.min(), weeks.max()) == (4, 7)


@pytest.mark.slow
@pytest.mark.parametrize(("undone", "event"), [("RUPTURE", "rupture"), ("REPAIR", "acknowledged")])
def test_what_is_undone_does_not_happen_in_that_session_and_nothing_else_is_touched(
    worlds: dict[str, Mapping[str, np.ndarray]], undone: str, event: str
) -> None:
    """Without spill-over and learning, a client with neither rupture nor older load has nothing to undo."""
    own, other = worlds["own"], worlds[undone]
    week, who = set_aside(), np.arange(len(set_aside()))
    happened = own[event][who, week]
    assert np.nansum(happened > 0) > 10
    assert np.nansum(other[event][who, week] > 0) == 0
    assert np.nansum(other[event] > 0) > 100
    before = np.arange(12)[None, :] < week[:, None]
    np.testing.assert_array_equal(own["alliance"][before], other["alliance"][before])
    assert not np.array_equal(own["alliance"][~before], other["alliance"][~before], equal_nan=True)
    untouched = ~(happened > 0) if undone == "RUPTURE" else np.isnan(happened)
    np.testing.assert_array_equal(own["alliance"][untouched], other["alliance"][untouched])
