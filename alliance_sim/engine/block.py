"""A block of replicates of one scenario: buffers, threads, and the arrays that come out."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.chance import key_of
from alliance_sim.engine import loops
from alliance_sim.engine.loops import N_CLIENT, N_EVENTS, N_LEVELS
from alliance_sim.scenario.scenario import Scenario

Floats = NDArray[np.float64]
Shorts = NDArray[np.int16]
Ids = NDArray[np.int32]

PART_ROWS = 20_000
"""Session rows that one thread works on at a time: enough to make threads cheap, few enough to balance them."""


class Sessions(NamedTuple):
    """Session rows as columns: a row per scheduled session of a client in treatment.

    ids (3, rows): replicate, therapist, client, each from 1; levels (len(Levels), rows);
    events (len(Events), rows). Sorted by replicate, therapist, client, session.
    """

    ids: Ids
    levels: Floats
    events: Shorts


class Block(NamedTuple):
    """The result of a block. Arrays are views of the buffers: copy what must outlive the next block.

    clients (replicates * therapists * caseload, len(CLIENT_COLUMNS)), in order of replicate, therapist,
    client; sessions: the session table in parts, in order (none when it was not asked for);
    client_sessions counts scheduled sessions.
    """

    clients: Floats
    sessions: list[Sessions]
    client_sessions: int


class Buffers:
    """Memory that is reused from block to block: a fresh table each time would double the cost."""

    def __init__(self) -> None:
        self._held: dict[str, NDArray[Any]] = {}

    def take(self, name: str, rows: int, columns: int, dtype: type[np.generic]) -> NDArray[Any]:
        """An uninitialised array (rows, columns), grown only when none that is large enough is held."""
        size = rows * columns
        held = self._held.get(name)
        if held is None or held.size < size:
            held = self._held[name] = np.empty(size, dtype)
        return held[:size].reshape(rows, columns)


Play = Callable[..., int]
"""The compiled loop over units: the law as shipped (`loops.play`) or linked to a policy of the user's."""


def parts_of(units: int, rows_of_unit: int) -> list[tuple[int, int]]:
    """Units in consecutive parts of about PART_ROWS session rows; the same whatever the number of threads."""
    size = max(1, PART_ROWS // max(1, rows_of_unit))
    return [(first, min(first + size, units)) for first in range(0, units, size)]


def play_block(
    scenario: Scenario,
    seed: int,
    replicates: range,
    *,
    sessions: bool = True,
    pool: ThreadPoolExecutor | None = None,
    buffers: Buffers | None = None,
    play: Play = loops.play,
) -> Block:
    """Run consecutive replicates of one scenario, on the threads of `pool`, into `buffers`.

    The numbers depend on scenario, seed and replicate alone: never on threads, blocks or order. Without a
    pool the work is done in the calling thread.
    """
    held = buffers if buffers is not None else Buffers()
    therapists, caseload, weeks = scenario.clinic
    units = len(replicates) * therapists
    clients = held.take("clients", units * caseload, N_CLIENT, np.float64)
    rows = units * caseload * weeks if sessions else 0
    ids = held.take("ids", 3, rows, np.int32)
    levels = held.take("levels", N_LEVELS, rows, np.float64)
    events = held.take("events", N_EVENTS, rows, np.int16)
    low, high = key_of(seed)

    def work(part: tuple[int, int]) -> int:
        world = scenario.world_of(replicates.start + part[0] // therapists)
        sizes = (therapists, caseload, weeks)
        return play(world, low, high, replicates.start, *sizes, *part, sessions, ids, levels, events, clients)

    # with a population replicates differ in their parameters, so that no part may reach from one into the next
    together = units if scenario.population is None else therapists
    parts = [
        (first + one, first + other)
        for first in range(0, units, max(together, 1))
        for one, other in parts_of(together, caseload * weeks)
    ]
    counts = list((map if pool is None else pool.map)(work, parts))
    kept = []
    if sessions:
        for (first, _), count in zip(parts, counts, strict=True):
            at = slice(first * caseload * weeks, first * caseload * weeks + count)
            kept.append(Sessions(ids[:, at], levels[:, at], events[:, at]))
    return Block(clients, kept, sum(counts))
