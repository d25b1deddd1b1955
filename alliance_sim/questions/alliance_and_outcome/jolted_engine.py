"""The engine with one jolted week: one session is felt to be better, or life brings relief; all else is the law.

Two rules of the law get one more term each: that of a component (goal, task and bond equally, in a session), and life
outside. The term is a parameter, and is zero in every week but one.
"""

from collections import namedtuple
from functools import cache, partial
from typing import Any, NamedTuple

from alliance_sim.compiled import loop, relink, rule
from alliance_sim.engine.block import Play
from alliance_sim.engine.one_week import TwoWorlds, loop_of
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
    """A group of parameters with further fields."""
    return namedtuple(f"Jolted{group.__name__}", (*group._fields, *more))


JoltedAlliance = _extended(AllianceParameters, "jolt")
JoltedChange = _extended(ChangeParameters, "relief")


def with_jolt(world: World, session: float, relief: float) -> World:
    """A world as the jolted loop runs it."""
    p = world.parameters
    return world._replace(
        parameters=p._replace(alliance=JoltedAlliance(*p.alliance, session), change=JoltedChange(*p.change, relief))
    )


@rule
def jolted_component(p: Any, now: float, level: float, pull: float, tie: float, other: float, z: float) -> Any:
    """`law.alliance.component`, and the jolt."""
    return component(p, now, level, pull, tie, other, z) + p.jolt


@rule
def jolted_life(p: Any, distress: float, resting: float, z_life: float) -> Any:
    """`law.change.life_outside`, less the relief."""
    return life_outside(p, distress, resting, z_life) - p.relief


@cache
def _loop() -> Play:
    """The engine's loop with the two rules replaced; compiled when it is first run, which takes a while."""
    felt = loop(relink(alliance, component=jolted_component), cache=False, inline=True)
    return loop_of(loop(relink(session, alliance=felt, life_outside=jolted_life), cache=False, inline=True))


def jolted_play(jolt: Jolt) -> Play:
    """A loop for `engine.block.play_block` in which one week is jolted."""
    return partial(_play, jolt)


def _play(jolt: Jolt, world: World, *units: Any) -> int:
    jolted = with_jolt(world, jolt.session, jolt.relief)
    return _loop()(TwoWorlds(*with_jolt(world, 0.0, 0.0), jolted, jolt.week), *units)
