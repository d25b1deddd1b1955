"""Compiled rules called straight from Python, without working out types anew at every call.

Before an ordinary call numba looks at every number of every argument to find the code that fits, which takes
ten times as long as playing the session. The types are known: they are the rule's annotations. And a world,
which never changes while a model runs, is handed over as one record and not number by number.
"""

import functools
from collections.abc import Callable
from typing import Any, get_type_hints

import numba
import numpy as np
from numpy.typing import NDArray

from alliance_sim.chance import Luck
from alliance_sim.compiled import loop, plain
from alliance_sim.law.session import Hour, outside, session
from alliance_sim.law.state import ClientState, ClientTraits, TherapistState, TherapistTraits
from alliance_sim.law.world import World

Packed = NDArray[np.void]
"""One record that holds every number of a world."""


@loop
def hour(
    world: Packed,
    luck: Luck,
    therapist_traits: TherapistTraits,
    traits: ClientTraits,
    therapist: TherapistState,
    before: ClientState,
    last: bool,
) -> Hour:
    """One scheduled session in a packed world."""
    return session(world[0], luck, therapist_traits, traits, therapist, before, last)


@loop
def apart(world: Packed, luck: Luck, before: ClientState) -> ClientState:
    """A week without a session in a packed world."""
    return outside(world[0], luck, before)


def is_compiled(function: Callable[..., Any]) -> bool:
    """Whether a rule has a compiled form (none has one when numba is told not to compile)."""
    return hasattr(function, "compile")


def dtype_of(group: type[Any]) -> np.dtype[np.void]:
    """The record type of a NamedTuple of floats, ints and NamedTuples of them."""
    kinds = {int: np.dtype(np.int64), float: np.dtype(np.float64)}
    hints = get_type_hints(group)
    return np.dtype([(name, kinds.get(hints[name]) or dtype_of(hints[name])) for name in group._fields])


def packed(world: World) -> Packed:
    """A world as an array of one record, in memory that compiled code reads without unpacking."""
    return np.array([tuple(world)], dtype_of(World))


def example(kind: Any) -> Any:
    """A value of an annotated kind: float, int, bool, a NamedTuple of them, or a packed world."""
    if kind == Packed:
        return packed(World())
    if hasattr(kind, "_fields"):
        hints = get_type_hints(kind)
        return kind(*(example(hints[name]) for name in kind._fields))
    return kind()


@functools.cache
def straight(rule: Callable[..., Any]) -> Callable[..., Any]:
    """The compiled form of a rule for the types of its annotations, called without looking at types.

    Whole numbers are taken where floats are meant. A rule that has no compiled form comes back as it is.
    """
    if not is_compiled(rule):
        return rule
    hints = get_type_hints(plain(rule))
    hints.pop("return")
    entry: Callable[..., Any] = rule.compile(tuple(numba.typeof(example(kind)) for kind in hints.values()))  # type: ignore[attr-defined]
    return entry
