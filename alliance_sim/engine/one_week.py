"""The engine with another scenario in the sessions of one week; people, draws and other weeks stay the same."""

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
    """A scenario, the other one, and the week whose sessions are held in it."""

    parameters: Parameters
    mechanisms: Mechanisms
    treatment: Treatment
    policy: Policy
    scale: SymptomScale
    other: World
    week: int


@rule
def at_week(worlds: TwoWorlds, week: int) -> World:
    """The scenario as it is in a week."""
    if week == worlds.week:
        return worlds.other
    return World(worlds.parameters, worlds.mechanisms, worlds.treatment, worlds.policy, worlds.scale)


@cache
def loop_of(hour: Callable[..., Any] = session) -> Play:
    """The engine's loop over two scenarios, with a compiled session; linking takes some seconds, once in a process.

    It takes `TwoWorlds` instead of a World. Both must have the same types in every field.
    """

    def session_of_week(worlds: Any, luck: Luck, *rest: Any) -> Any:
        return hour(at_week(worlds, luck.week), luck, *rest)

    linked = loop(session_of_week, cache=False, inline=True)
    meet = loop(relink(loops.meet, session=linked), cache=False, inline=True)
    return loop(relink(loops.play, meet=meet), cache=False)


def one_week(week: int, change: Callable[[World], World]) -> Play:
    """A loop for `engine.block.play_block` in which the sessions of one week (from 1) are held in a changed scenario.

    The change holds for all clients, so that effects through the therapist are included; no week before it differs.
    """
    return partial(_play, week, change)


def _play(week: int, change: Callable[[World], World], world: World, *units: Any) -> int:
    return loop_of()(TwoWorlds(*world, change(world), week), *units)
