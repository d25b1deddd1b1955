"""Compiled rules called from Python without type inference at every call.

Before an ordinary call numba inspects every number of every argument to find the code that fits, which takes ten times
as long as the session itself. The types are known: they are the rule's annotations. And a scenario, which never
changes while a model runs, is passed as one record and not number by number.
"""

import functools
from collections.abc import Callable
from typing import Any, cast, get_type_hints

import numba
import numpy as np
from numpy.typing import NDArray

from alliance_sim.chance import Luck
from alliance_sim.compiled import loop, plain, rule
from alliance_sim.law.session import Hour, outside, session
from alliance_sim.law.state import (
    ClientState,
    ClientTraits,
    Events,
    Levels,
    SessionRecord,
    TherapistState,
    TherapistTraits,
)
from alliance_sim.law.world import World

Packed = NDArray[np.void]
"""One record that holds every number of a scenario."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

N_CLIENT = len(ClientState._fields)
N_THERAPIST = len(TherapistState._fields)
N_LEVELS = len(Levels._fields)


@rule
def put(array: NDArray[Any], at: int, values: tuple[float, ...]) -> None:
    """Write the fields of a NamedTuple of one type side by side into an array."""
    for k in range(len(values)):
        array[at + k] = values[k]


@loop
def hour(
    world: Packed,
    luck: Luck,
    therapist_traits: TherapistTraits,
    traits: ClientTraits,
    therapist: TherapistState,
    before: ClientState,
    last: bool,
    floats: Floats,
    ints: Ints,
) -> None:
    """One scheduled session in a packed scenario; floats takes both states and the levels, ints the events."""
    played = session(world[0], luck, therapist_traits, traits, therapist, before, last)
    put(floats, 0, played.client)
    put(floats, N_CLIENT, played.therapist)
    put(floats, N_CLIENT + N_THERAPIST, played.record.levels)
    put(ints, 0, played.record.events)


@loop
def apart(world: Packed, luck: Luck, before: ClientState) -> ClientState:
    """A week without a session in a packed scenario."""
    return outside(world[0], luck, before)


class PackedWorld:
    """A scenario for compiled sessions and weeks without one. Not to be shared by threads.

    A session's numbers come back through two arrays: numba would look up the class of every NamedTuple, which takes
    longer than everything else.
    """

    def __init__(self, world: World) -> None:
        self._world = packed(world)
        self._floats = np.empty(N_CLIENT + N_THERAPIST + N_LEVELS)
        self._ints = np.empty(len(Events._fields), np.int64)
        self._hour = straight(hour)
        self._apart = straight(apart)

    def session(
        self,
        luck: Luck,
        therapist_traits: TherapistTraits,
        traits: ClientTraits,
        therapist: TherapistState,
        before: ClientState,
        last: bool,
    ) -> Hour:
        """`law.session.session` in this scenario."""
        self._hour(self._world, luck, therapist_traits, traits, therapist, before, last, self._floats, self._ints)
        floats = self._floats.tolist()
        return Hour(
            ClientState._make(floats[:N_CLIENT]),
            TherapistState._make(floats[N_CLIENT:-N_LEVELS]),
            SessionRecord(Levels._make(floats[-N_LEVELS:]), Events._make(self._ints.tolist())),
        )

    def outside(self, luck: Luck, before: ClientState) -> ClientState:
        """`law.session.outside` in this scenario."""
        made: ClientState = self._apart(self._world, luck, before)
        return made


def is_compiled(function: Callable[..., Any]) -> bool:
    """Whether a rule has a compiled form (none has one when numba is told not to compile)."""
    return hasattr(function, "compile")


def dtype_of(group: type[Any]) -> np.dtype[np.void]:
    """The record type of a NamedTuple of floats, ints and NamedTuples of them."""
    kinds = {int: np.dtype(np.int64), float: np.dtype(np.float64)}
    hints = get_type_hints(group)
    return np.dtype([(name, kinds.get(hints[name]) or dtype_of(hints[name])) for name in group._fields])


def packed(world: World) -> Packed:
    """A scenario as an array of one record, in memory that compiled code reads without unpacking."""
    return np.array([tuple(world)], dtype_of(World))


ARRAYS: dict[Any, Callable[[], NDArray[Any]]] = {
    Packed: lambda: packed(World()),
    Floats: lambda: np.empty(0),
    Ints: lambda: np.empty(0, np.int64),
}


def example(kind: Any) -> Any:
    """A value of an annotated kind: float, int, bool, a NamedTuple of them, an array, or a packed scenario."""
    if kind in ARRAYS:
        return ARRAYS[kind]()
    if hasattr(kind, "_fields"):
        hints = get_type_hints(kind)
        return kind(*(example(hints[name]) for name in kind._fields))
    return kind()


@functools.cache
def straight(function: Callable[..., Any]) -> Callable[..., Any]:
    """The compiled form of a rule for the types of its annotations, called without looking at types.

    Whole numbers are taken where floats are meant. A rule that has no compiled form comes back as it is.
    """
    if not is_compiled(function):
        return function
    hints = get_type_hints(plain(function))
    hints.pop("return")
    dispatcher = cast(numba.core.dispatcher.Dispatcher, function)
    types = tuple(numba.typeof(example(kind)) for kind in hints.values())  # type: ignore[no-untyped-call]
    entry: Callable[..., Any] = dispatcher.compile(types)
    return entry
