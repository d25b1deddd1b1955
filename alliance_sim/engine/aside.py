"""The engine's loop in which one session of each client, fixed beforehand, goes without a kind of event."""

from collections.abc import Callable
from functools import cache

from alliance_sim.chance import Draws, Luck
from alliance_sim.chance import draw as drawn
from alliance_sim.compiled import loop
from alliance_sim.engine.block import Play
from alliance_sim.engine.custom import play_with


@cache
def play_without_event(purpose: int, first: int, span: int) -> Play:
    """The engine's loop in which the first draw for a purpose is 1, in the session that is set aside.

    That session is in week first + (client + therapist) mod span. A rupture begins when the draw is below its hazard,
    and a repair when it is below the policy's readiness: neither ever is at 1, which no random draw reaches.
    """
    draw = loop(_drawing(purpose, first, span), cache=False, inline=True)
    return play_with(f"without_{purpose}_{first}_{span}", draw=draw)


def _drawing(purpose: int, first: int, span: int) -> Callable[[Luck, int], Draws]:
    def draw(luck: Luck, wanted: int) -> Draws:
        found = drawn(luck, wanted)
        if wanted == purpose and luck.week == first + (luck.client + luck.therapist) % span:
            return Draws(1.0, found.b, found.c, found.d)
        return found

    return draw
