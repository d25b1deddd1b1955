"""Which driver plays a scenario: the engine, or Mesa where a policy of the user's own does not compile."""

from collections.abc import Callable

from alliance_sim.custom import compile_policy, load_policy
from alliance_sim.engine import loops
from alliance_sim.engine.block import Block, Buffers, Play, play_block
from alliance_sim.engine.custom import play_with
from alliance_sim.scenario.scenario import Scenario

Player = Callable[[Scenario, int, range, bool, Buffers], Block]
"""(scenario, seed, replicates, keep sessions, buffers) -> block."""


def engine_player(play: Play = loops.play) -> Player:
    """The engine as a player, with the law as shipped or with another compiled loop."""

    def player(scenario: Scenario, seed: int, replicates: range, keep: bool, buffers: Buffers) -> Block:
        return play_block(scenario, seed, replicates, sessions=keep, buffers=buffers, play=play)

    return player
