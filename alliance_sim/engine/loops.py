"""The loops around the rules: therapists of a block of replicates, week by week, client by client.

Arrays in, arrays out; every function writes only to the part of its outputs that belongs to its units, so
that any number of threads may work on one block. A *unit* is one therapist of one replicate, with the
caseload: the smallest part of a world that shares nothing with any other.
"""

import numpy as np
from numba.cpython.unsafe.tuple import tuple_setitem

from alliance_sim.chance import Luck
from alliance_sim.compiled import loop, rule
from alliance_sim.law.attention import is_last, is_scheduled
from alliance_sim.law.intake import client_traits, therapist_traits
from alliance_sim.law.session import first_state, intake_score, outside, score, session
from alliance_sim.law.state import ClientState, ClientTraits, Events, Levels, TherapistState, TherapistTraits
from alliance_sim.law.strain import after_week
from alliance_sim.law.tally import CLIENT_COLUMNS, Tally, empty_tally, tally
from alliance_sim.law.world import World

N_TRAITS = len(ClientTraits._fields)
N_STATE = len(ClientState._fields)
N_TALLY = len(Tally._fields)
N_THERAPIST = len(TherapistTraits._fields)
N_LEVELS = len(Levels._fields)
N_EVENTS = len(Events._fields)

N_CLIENT = len(CLIENT_COLUMNS)
AT_END = N_TRAITS + N_THERAPIST


NO_TRAITS = (0.0,) * N_TRAITS
NO_STATE = (0.0,) * N_STATE
NO_TALLY = (0.0,) * N_TALLY


@rule
def put(array: np.ndarray, row: int, column: int, values: tuple[float, ...]) -> None:
    """Write the fields of a NamedTuple of one type side by side into a row of an array."""
    at = np.uint64(row)  # unsigned: an index that may be negative costs three instructions more
    for k in range(len(values)):
        array[at, np.uint64(column + k)] = values[k]


@rule
def got(array: np.ndarray, row: int, shape: tuple[float, ...]) -> tuple[float, ...]:
    """The first numbers of a row of an array, as many as `shape` has, as a tuple of that length."""
    at = np.uint64(row)
    for k in range(len(shape)):
        shape = tuple_setitem(shape, k, array[at, np.uint64(k)])  # type: ignore[call-arg]
    return shape


@rule
def take_columns(
    replicate: int,
    number: int,
    caseload: int,
    weeks: int,
    rows: np.ndarray,
    levels: np.ndarray,
    events: np.ndarray,
    start: int,
    ids: np.ndarray,
    level_columns: np.ndarray,
    event_columns: np.ndarray,
) -> int:
    """Copy one unit's session rows, client after client, into columns from `start` on; returns where they end."""
    to = start
    for slot in range(caseload):
        at = slot * weeks
        count = rows[slot]
        for k in range(count):
            there = np.uint64(to + k)
            here = np.uint64(at + k)
            ids[0, there] = replicate
            ids[1, there] = number
            ids[2, there] = (number - 1) * caseload + slot + 1
            for c in range(N_LEVELS):
                level_columns[np.uint64(c), there] = levels[here, np.uint64(c)]
            for c in range(N_EVENTS):
                event_columns[np.uint64(c), there] = events[here, np.uint64(c)]
        to += count
    return to


@loop
def play(
    world: World,
    key_low: int,
    key_high: int,
    first_replicate: int,
    therapists: int,
    caseload: int,
    weeks: int,
    first_unit: int,
    last_unit: int,
    keep: bool,
    ids: np.ndarray,
    level_columns: np.ndarray,
    event_columns: np.ndarray,
    clients: np.ndarray,
) -> int:
    """Play the units first_unit..last_unit-1 of a block from intake to the planned end.

    Clients of a caseload come in turn, another one first each week, so that no client always meets a
    therapist who is fresh. When `keep`, session rows go, without gaps, to ids (3, rows; replicate, therapist,
    client), level_columns (N_LEVELS, rows) and event_columns (N_EVENTS, rows) from first_unit * caseload *
    weeks on. clients (units * caseload, N_CLIENT) takes the client rows. Returns the number of scheduled
    sessions.
    """
    states = np.empty((caseload, N_STATE))
    tallies = np.empty((caseload, N_TALLY))
    rows = np.empty(caseload, np.int64)
    levels = np.empty((caseload * weeks, N_LEVELS))
    events = np.empty((caseload * weeks, N_EVENTS), np.int16)
    start = first_unit * caseload * weeks
    to = start
    played = 0
    for unit in range(first_unit, last_unit):
        replicate = first_replicate + unit // therapists
        number = 1 + unit % therapists
        luck = Luck(key_low, key_high, replicate, number, 0, 0)
        helper = therapist_traits(world.parameters.intake, world.mechanisms.skills, luck)
        therapist = TherapistState(0.0, 0.0)
        for slot in range(caseload):
            row = unit * caseload + slot
            luck = Luck(key_low, key_high, replicate, number, slot + 1, 0)
            traits = client_traits(world.parameters.intake, luck)
            put(clients, row, 0, traits)
            put(clients, row, N_TRAITS, helper)
            clients[row, AT_END] = intake_score(world, luck, traits)
            put(states, slot, 0, first_state(world, luck, helper, traits))
            put(tallies, slot, 0, empty_tally())
            rows[slot] = 0
        for week in range(1, weeks + 1):
            therapist = after_week(world.parameters.strain, therapist)
            scheduled = is_scheduled(world.treatment, week)
            last = is_last(world.treatment, week, weeks)
            for turn in range(caseload):
                slot = (turn + week) % caseload
                luck = Luck(key_low, key_high, replicate, number, slot + 1, week)
                state = ClientState(*got(states, slot, NO_STATE))
                so_far = Tally(*got(tallies, slot, NO_TALLY))
                if so_far.left == 0.0 and scheduled:
                    row = unit * caseload + slot
                    traits = ClientTraits(*got(clients, row, NO_TRAITS))
                    hour = session(world, luck, helper, traits, therapist, state, last)
                    therapist = hour.therapist
                    put(states, slot, 0, hour.client)
                    put(tallies, slot, 0, tally(so_far, hour.record))
                    if keep:
                        at = slot * weeks + rows[slot]
                        put(levels, at, 0, hour.record.levels)
                        put(events, at, 0, hour.record.events)
                    rows[slot] += 1
                else:
                    put(states, slot, 0, outside(world, luck, state))
        for slot in range(caseload):
            row = unit * caseload + slot
            luck = Luck(key_low, key_high, replicate, number, slot + 1, weeks)
            state = ClientState(*got(states, slot, NO_STATE))
            clients[row, AT_END + 1] = score(world, luck, state.distress)
            clients[row, AT_END + 2] = state.distress
            for k in range(N_TALLY):
                clients[row, AT_END + 3 + k] = tallies[slot, k]
            played += rows[slot]
        if keep:
            to = take_columns(
                replicate, number, caseload, weeks, rows, levels, events, to, ids, level_columns, event_columns
            )
    return played
