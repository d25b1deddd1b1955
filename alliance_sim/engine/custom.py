"""The engine with stages of the user's own instead of the shipped ones."""

from collections.abc import Callable
from typing import Any

from alliance_sim.compiled import loop, relink
from alliance_sim.engine import loops
from alliance_sim.engine.block import Play
from alliance_sim.law.session import session


def play_with(kept_as: str = "", /, **stages: Callable[..., Any]) -> Play:
    """The engine's loop with stages of the session replaced by compiled rules of the same signature.

    The loop is compiled anew, which takes as long as the first run after an installation. It is kept on disk only under
    a name (`kept_as`) that no other stages have, and only stages of the engine's own may have one: the folder of
    compiled code is named by a hash of them.
    """
    linked = loop(relink(session, **stages), cache=False, inline=True)
    meet = loop(relink(loops.meet, session=linked), cache=False, inline=True)
    play = relink(loops.play, meet=meet)
    play.__qualname__ += f"_{kept_as}" if kept_as else ""  # the name of its file
    return loop(play, cache=bool(kept_as))
