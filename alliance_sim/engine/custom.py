"""The engine with stages of the user's own instead of the shipped ones."""

from collections.abc import Callable
from typing import Any

from alliance_sim.compiled import loop, relink
from alliance_sim.engine import loops
from alliance_sim.engine.block import Play
from alliance_sim.law.session import session


def play_with(**stages: Callable[..., Any]) -> Play:
    """The engine's loop with stages of the session replaced by compiled rules of the same signature.

    The loop is compiled anew, which takes as long as the first run after an installation, and is not kept on disk.
    """
    linked = loop(relink(session, **stages), cache=False, inline=True)
    meet = loop(relink(loops.meet, session=linked), cache=False, inline=True)
    return loop(relink(loops.play, meet=meet), cache=False)
