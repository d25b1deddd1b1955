"""The loops around the rules: therapists of a block of replicates, week by week, client by client.

Arrays in, arrays out; every function writes only to the part of its outputs that belongs to its units, so that any
number of threads may work on one block. A *unit* is one therapist of one replicate with the caseload: the smallest part
of a scenario that shares nothing with any other. LANES units run together, for the compiler to vectorise.
"""

from typing import NamedTuple

import numpy as np

from alliance_sim.chance import Luck
from alliance_sim.compiled import loop, rule
from alliance_sim.engine.memory import LANES, OWN, RECORD, SHARED, got, put
from alliance_sim.law.attention import is_last, is_scheduled
from alliance_sim.law.change import present_distress
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


class Address(NamedTuple):
    """Which unit is in a lane."""

    replicate: int
    number: int


NO_TRAITS = ClientTraits(*((0.0,) * N_TRAITS))
NO_STATE = ClientState(*((0.0,) * N_STATE))
NO_TALLY = Tally(*((0.0,) * N_TALLY))
NO_HELPER = TherapistTraits(*((0.0,) * N_THERAPIST))
NOBODY = Address(0, 0)
RESTED = TherapistState(0.0, 0.0)

REPLICATE = 0  # rows of the memory: address, therapist, clients of the caseload, records of their sessions
HELPER = REPLICATE + len(Address._fields)
THERAPIST = HELPER + N_THERAPIST
CLIENTS = THERAPIST + len(TherapistState._fields)
N_HELD = N_TRAITS + N_STATE + N_TALLY
N_RECORD = N_LEVELS + N_EVENTS
LEFT = Tally._fields.index("left")


@rule
def luck_of(memory: np.ndarray, key_low: int, key_high: int, lane: int, client: int, week: int) -> Luck:
    """The address of the draws of one client of a lane, but for the purpose."""
    replicate, number = got(memory, SHARED, REPLICATE, lane, NOBODY)
    return Luck(key_low, key_high, replicate, number, client, week)


@rule
def welcome(
    memory: np.ndarray, world: World, key_low: int, key_high: int, lane: int, replicate: int, number: int, caseload: int
) -> None:
    """Put a unit into a lane: draw its therapist and clients, and their states before the first session."""
    put(memory, SHARED, REPLICATE, lane, Address(replicate, number))
    luck = Luck(key_low, key_high, replicate, number, 0, 0)
    helper = therapist_traits(world.parameters.intake, world.mechanisms.skills, luck)
    put(memory, SHARED, HELPER, lane, helper)
    put(memory, SHARED, THERAPIST, lane, RESTED)
    for slot in range(caseload):
        row = CLIENTS + slot * N_HELD
        luck = Luck(key_low, key_high, replicate, number, slot + 1, 0)
        traits = client_traits(world.parameters.intake, luck)
        put(memory, OWN, row, lane, traits)
        put(memory, OWN, row + N_TRAITS, lane, first_state(world, luck, helper, traits))
        put(memory, OWN, row + N_TRAITS + N_STATE, lane, empty_tally())


@rule
def meet(
    memory: np.ndarray, world: World, key_low: int, key_high: int, slot: int, week: int, last: bool, record: int
) -> None:
    """The scheduled session of the clients in one slot, in all lanes; row `record` on takes the table's row.

    All lanes compute everything, and a client who has left keeps the result of a week outside: the loop may hold
    nothing but sums, choices and accesses, or the compiler cannot vectorise it.
    """
    row = CLIENTS + slot * N_HELD
    for lane in range(LANES):
        luck = luck_of(memory, key_low, key_high, lane, slot + 1, week)
        helper = got(memory, SHARED, HELPER, lane, NO_HELPER)
        therapist = got(memory, SHARED, THERAPIST, lane, RESTED)
        traits = got(memory, OWN, row, lane, NO_TRAITS)
        before = got(memory, OWN, row + N_TRAITS, lane, NO_STATE)
        so_far = got(memory, OWN, row + N_TRAITS + N_STATE, lane, NO_TALLY)
        client = outside(world, luck, before)
        hour = session(world, luck, helper, traits, therapist, before, last)
        counted = tally(so_far, hour.record)
        if so_far.left == 0.0:
            client = hour.client
            therapist = hour.therapist
            so_far = counted
        put(memory, SHARED, THERAPIST, lane, therapist)
        put(memory, OWN, row + N_TRAITS, lane, client)
        put(memory, OWN, row + N_TRAITS + N_STATE, lane, so_far)
        put(memory, RECORD, record, lane, hour.record.levels)
        put(memory, RECORD, record + N_LEVELS, lane, hour.record.events)


@rule
def wait(memory: np.ndarray, world: World, key_low: int, key_high: int, slot: int, week: int) -> None:
    """A week without a session for the clients in one slot, in all lanes."""
    row = CLIENTS + slot * N_HELD + N_TRAITS
    for lane in range(LANES):
        luck = luck_of(memory, key_low, key_high, lane, slot + 1, week)
        before = got(memory, OWN, row, lane, NO_STATE)
        put(memory, OWN, row, lane, outside(world, luck, before))


@rule
def rest(memory: np.ndarray, world: World) -> None:
    """The week's rest of the therapists of all lanes."""
    for lane in range(LANES):
        therapist = got(memory, SHARED, THERAPIST, lane, RESTED)
        put(memory, SHARED, THERAPIST, lane, after_week(world.parameters.strain, therapist))


@rule
def some_stay(memory: np.ndarray, slot: int) -> bool:
    """Whether a client of this slot is still in treatment in some lane."""
    at = np.uint64((CLIENTS + slot * N_HELD + N_TRAITS + N_STATE + LEFT) * LANES)
    stay = False
    for lane in range(LANES):
        stay |= memory[at + np.uint64(lane)] == 0.0
    return stay


@rule
def take_client(
    memory: np.ndarray,
    world: World,
    key_low: int,
    key_high: int,
    lane: int,
    slot: int,
    weeks: int,
    clients: np.ndarray,
    row: int,
) -> int:
    """Write the client row of one client of a lane; returns how many sessions were scheduled."""
    held = CLIENTS + slot * N_HELD
    to = np.uint64(row)
    luck = luck_of(memory, key_low, key_high, lane, slot + 1, 0)
    traits = got(memory, OWN, held, lane, NO_TRAITS)
    for k in range(N_TRAITS):
        clients[to, np.uint64(k)] = traits[k]
    for k in range(N_THERAPIST):
        clients[to, np.uint64(N_TRAITS + k)] = memory[(HELPER + k) * LANES + lane]
    clients[to, np.uint64(AT_END)] = intake_score(world, luck, traits)
    luck = luck_of(memory, key_low, key_high, lane, slot + 1, weeks)
    state = got(memory, OWN, held + N_TRAITS, lane, NO_STATE)
    clients[to, np.uint64(AT_END + 1)] = score(world, luck, state)
    clients[to, np.uint64(AT_END + 2)] = present_distress(state)
    so_far = got(memory, OWN, held + N_TRAITS + N_STATE, lane, NO_TALLY)
    for k in range(N_TALLY):
        clients[to, np.uint64(AT_END + 3 + k)] = so_far[k]
    return int(so_far.sessions_scheduled)


@rule
def take_rows(
    memory: np.ndarray,
    record: int,
    lane: int,
    count: int,
    client: int,
    to: int,
    ids: np.ndarray,
    level_columns: np.ndarray,
    event_columns: np.ndarray,
) -> None:
    """Copy one client's session rows into columns from `to` on."""
    replicate, number = got(memory, SHARED, REPLICATE, lane, NOBODY)
    for k in range(count):
        there = np.uint64(to + k)
        ids[0, there] = replicate
        ids[1, there] = number
        ids[2, there] = client
        at = np.uint64((record + k * N_RECORD) * LANES + lane)
        for c in range(N_LEVELS):
            level_columns[np.uint64(c), there] = memory[at + np.uint64(c * LANES)]
        for c in range(N_EVENTS):
            event = np.float64(memory[at + np.uint64((N_LEVELS + c) * LANES)])  # whole numbers are kept as their bits
            event_columns[np.uint64(c), there] = event.view(np.int64)


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
    """Run the units first_unit..last_unit-1 of a block from intake to the planned end.

    Clients of a caseload come in turn, another one first each week, so that no client always meets a
    therapist who is fresh. When `keep`, session rows go, without gaps, to ids (3, rows; replicate, therapist,
    client), level_columns (N_LEVELS, rows) and event_columns (N_EVENTS, rows) from first_unit * caseload *
    weeks on. clients (units * caseload, N_CLIENT) takes the client rows. Returns the number of scheduled
    sessions.
    """
    records = CLIENTS + caseload * N_HELD
    memory = np.empty((records + caseload * (weeks if keep else 1) * N_RECORD) * LANES)
    to = first_unit * caseload * weeks
    played = 0
    for group in range(first_unit, last_unit, LANES):
        for lane in range(LANES):
            unit = min(group + lane, last_unit - 1)
            replicate, number = first_replicate + unit // therapists, 1 + unit % therapists
            welcome(memory, world, key_low, key_high, lane, replicate, number, caseload)
        kept = 0
        for week in range(1, weeks + 1):
            rest(memory, world)
            scheduled = is_scheduled(world.treatment, week)
            last = is_last(world.treatment, week, weeks)
            for turn in range(caseload):
                slot = (turn + week) % caseload
                if scheduled and some_stay(memory, slot):
                    record = records + (slot * weeks + kept if keep else slot) * N_RECORD
                    meet(memory, world, key_low, key_high, slot, week, last, record)
                else:
                    wait(memory, world, key_low, key_high, slot, week)
            if scheduled:
                kept += 1
        for lane in range(min(LANES, last_unit - group)):
            therapist = got(memory, SHARED, REPLICATE, lane, NOBODY)[1]
            for slot in range(caseload):
                row = (group + lane) * caseload + slot
                count = take_client(memory, world, key_low, key_high, lane, slot, weeks, clients, row)
                if keep:
                    client = (therapist - 1) * caseload + slot + 1
                    record = records + slot * weeks * N_RECORD
                    take_rows(memory, record, lane, count, client, to + played, ids, level_columns, event_columns)
                played += count
    return played
