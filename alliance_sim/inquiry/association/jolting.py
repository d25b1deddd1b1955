"""The engine with one jolted week: in it one session is felt to be better, or life brings relief; all else is the law.

Two rules of the law get one more term each: that of a component (goal, task and bond alike, in a
session), and life outside. The term is a number of the world, and is zero in every week but one.
"""

from collections import namedtuple
from functools import cache, partial
from typing import Any, NamedTuple

from alliance_sim.chance import Luck
from alliance_sim.compiled import loop, relink, rule
from alliance_sim.engine import loops
from alliance_sim.engine.block import Play
from alliance_sim.law.alliance import AllianceParameters, alliance, component
from alliance_sim.law.change import ChangeParameters, life_outside
from alliance_sim.law.session import session
from alliance_sim.law.world import World


class Jolt(NamedTuple):
    """What happens in one week: goal, task and bond rise by so many log-odds in its session; distress falls by so many
    SD.
    """

    week: int
    session: float = 0.0
    relief: float = 0.0


def _extended(group: type[Any], *more: str) -> Any:
    """A group of the law with further fields."""
    return namedtuple(f"Jolted{group.__name__}", (*group._fields, *more))


JoltedAlliance = _extended(AllianceParameters, "jolt")
JoltedChange = _extended(ChangeParameters, "relief")
JoltedWorld = _extended(World, "jolted", "week")
"""A world and the parameters of its jolted week."""


def with_jolt(world: World, jolt: Jolt) -> Any:
    """A world as the jolted loop plays it."""
    p = world.parameters
    calm = p._replace(alliance=JoltedAlliance(*p.alliance, 0.0), change=JoltedChange(*p.change, 0.0))
    jolted = calm._replace(
        alliance=JoltedAlliance(*p.alliance, jolt.session), change=JoltedChange(*p.change, jolt.relief)
    )
    return JoltedWorld(*world._replace(parameters=calm), jolted, jolt.week)


@rule
def jolted_component(p: Any, now: float, level: float, pull: float, tie: float, other: float, z: float) -> Any:
    """`law.alliance.component`, and the jolt."""
    return component(p, now, level, pull, tie, other, z) + p.jolt


@rule
def jolted_life(p: Any, distress: float, resting: float, z_life: float) -> Any:
    """`law.change.life_outside`, less the relief."""
    return life_outside(p, distress, resting, z_life) - p.relief


@rule
def at_week(world: Any, week: int) -> World:
    """The world as it is in a week."""
    p = world.jolted if week == world.week else world.parameters
    return World(p, world.mechanisms, world.treatment, world.policy, world.scale)


@cache
def _loop() -> Play:
    """The engine's loop with the two rules replaced; compiled when it is first played, which takes a while."""
    felt = loop(relink(alliance, component=jolted_component), cache=False, inline=True)
    hour = loop(relink(session, alliance=felt, life_outside=jolted_life), cache=False, inline=True)

    def jolted_session(world: Any, luck: Luck, *rest: Any) -> Any:
        return hour(at_week(world, luck.week), luck, *rest)

    linked = loop(jolted_session, cache=False, inline=True)
    meet = loop(relink(loops.meet, session=linked), cache=False, inline=True)
    return loop(relink(loops.play, meet=meet), cache=False)


def jolted_play(jolt: Jolt) -> Play:
    """A loop for `engine.block.play_block` in which one week is jolted."""
    return partial(_play, jolt)


def _play(jolt: Jolt, world: World, *units: Any) -> int:
    return _loop()(with_jolt(world, jolt), *units)
