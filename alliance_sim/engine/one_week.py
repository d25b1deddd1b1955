"""The engine with another world in the sessions of one week; people, draws and all other weeks are the same."""

from collections.abc import Callable
from functools import cache, partial
from typing import Any, NamedTuple

from alliance_sim.chance import Luck
from alliance_sim.compiled import loop, relink, rule
from alliance_sim.engine import loops
from alliance_sim.engine.block import Play
from alliance_sim.law.attention import Treatment
from alliance_sim.law.policy import Policy
from alliance_sim.law.rating import SymptomScale
from alliance_sim.law.session import session
from alliance_sim.law.world import Mechanisms, Parameters, World


class TwoWorlds(NamedTuple):
    """A world, the other one, and the week whose sessions are held in it."""

    parameters: Parameters
    mechanisms: Mechanisms
    treatment: Treatment
    policy: Policy
    scale: SymptomScale
    other: World
    week: int


@rule
def at_week(worlds: TwoWorlds, week: int) -> World:
    """The world as it is in a week."""
    if week == worlds.week:
        return worlds.other
    return World(worlds.parameters, worlds.mechanisms, worlds.treatment, worlds.policy, worlds.scale)


@cache
def loop_of(hour: Callable[..., Any] = session) -> Play:
    """The engine's loop over two worlds, with a compiled session; linking it takes some seconds, once in a process.

    It takes `TwoWorlds` in the place of a world. Both must have the same types in every place.
    """

    def session_of_week(worlds: Any, luck: Luck, *rest: Any) -> Any:
        return hour(at_week(worlds, luck.week), luck, *rest)

    linked = loop(session_of_week, cache=False, inline=True)
    meet = loop(relink(loops.meet, session=linked), cache=False, inline=True)
    return loop(relink(loops.play, meet=meet), cache=False)


def one_week(week: int, change: Callable[[World], World]) -> Play:
    """A loop for `engine.block.play_block` in which the sessions of one week (from 1) are held in a changed world.

    The change holds for all clients, so that what reaches a client through the therapist is in it; no week before it
    differs.
    """
    return partial(_play, week, change)


def _play(week: int, change: Callable[[World], World], world: World, *units: Any) -> int:
    return loop_of()(TwoWorlds(*world, change(world), week), *units)
