"""Which driver simulates a scenario: the engine, or Mesa where a policy of the user's own does not compile."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from alliance_sim.custom import PolicyError, PolicyFunction, compile_policy, load_policy
from alliance_sim.engine import loops
from alliance_sim.engine.block import Block, Buffers, Play, Sessions, play_block
from alliance_sim.engine.custom import play_with
from alliance_sim.law.state import Events, Levels
from alliance_sim.scenario.scenario import Clinic, Scenario

Player = Callable[[Scenario, int, range, bool, Buffers], Block]
"""(scenario, seed, replicates, keep sessions, buffers) -> block."""


def engine_player(play: Play = loops.play) -> Player:
    """The engine as a player, with the law as shipped or with another compiled loop."""

    def player(scenario: Scenario, seed: int, replicates: range, keep: bool, buffers: Buffers) -> Block:
        return play_block(scenario, seed, replicates, sessions=keep, buffers=buffers, play=play)

    return player


class NoCompilerError(Exception):
    """Compiling is switched off, and what is asked for needs compiled code."""


NOT_COMPILED = "compiling is switched off (NUMBA_DISABLE_JIT)"


def is_compiled() -> bool:
    """Whether the engine can be used."""
    return hasattr(loops.play, "py_func")


def need_compiled() -> None:
    """Raise NoCompilerError where the engine cannot be used."""
    if not is_compiled():
        raise NoCompilerError(f"This needs compiled code, and {NOT_COMPILED}: unset NUMBA_DISABLE_JIT.")


def mesa_player(policy: PolicyFunction | None = None) -> Player:
    """Mesa as a player: the same numbers as the engine's, agent by agent, with a policy of the user's own."""
    from alliance_sim.agents import AllianceModel
    from alliance_sim.agents.tables import IDS

    def player(scenario: Scenario, seed: int, replicates: range, keep: bool, _: Buffers) -> Block:
        clients = []
        sessions = []
        played = 0
        for replicate in replicates:
            model = AllianceModel(scenario, seed=seed, replicate=replicate, policy=policy).run()
            clients.append(model.clients().drop(columns=list(IDS)).to_numpy(np.float64))
            rows = model.sessions()
            played += len(rows)
            if keep:
                sessions.append(
                    Sessions(
                        rows[list(IDS)].to_numpy(np.int32).T,
                        rows[list(Levels._fields)].to_numpy(np.float64).T,
                        rows[list(Events._fields)].to_numpy(np.int16).T,
                    )
                )
        return Block(np.concatenate(clients), sessions, played)

    return player


def player_for(name: str | None, folder: Path) -> tuple[Player, str]:
    """The player for a scenario's policy function ("module:function", looked for in `folder` first; None for none).

    A policy that compiles runs on the engine. One that does not runs on Mesa, which is slower, and
    the second value says so and why (empty otherwise). Raises `custom.PolicyError`.
    """
    if name is None and is_compiled():
        return engine_player(), ""
    if name is None:
        return mesa_player(), f"Mesa is used, many times slower than the engine, because {NOT_COMPILED}."
    policy = load_policy(name, folder)
    try:
        compiled, reason = compile_policy(policy)
    except PolicyError as error:
        raise PolicyError(f"Policy {name} cannot be run: {error}.") from None
    if compiled is not None:
        play = play_with(plan=compiled)
        try:
            play_block(Scenario(clinic=Clinic(1, 1, 1)), 0, range(1, 2), play=play)  # which compiles it
            return engine_player(play), ""
        except Exception as error:
            reason = f"it does not compile inside a session ({type(error).__name__})"
    notice = f"Policy {name} runs on Mesa alone, many times slower than the engine, because {reason}."
    return mesa_player(policy), notice
