"""The loop around the rules for a service: a year of referrals, one replicate at a time, in memory of its size.

Compiled when a service is first run, and then kept like all compiled code. The order of a week is that of
`law/service.py`.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.chance import Luck, Purpose, draw, key_of
from alliance_sim.compiled import loop, rule
from alliance_sim.law.attention import is_last, is_scheduled
from alliance_sim.law.change import moved, present_distress
from alliance_sim.law.intake import client_traits, therapist_traits
from alliance_sim.law.service import (
    CASE_COLUMNS,
    STAFF_COLUMNS,
    WAITING,
    Service,
    asked,
    at_start,
    gives_up,
    length_of,
    luck_of_case,
    on_the_list,
    rate_of,
    referred,
    standing_after,
)
from alliance_sim.law.session import first_state, first_week, intake_score, outside, score, session
from alliance_sim.law.state import ClientState, ClientTraits, TherapistState, TherapistTraits
from alliance_sim.law.strain import after_week
from alliance_sim.law.tally import Tally, empty_tally, tally
from alliance_sim.law.world import World
from alliance_sim.scenario.scenario import Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NO_TRAITS = ClientTraits(*((0.0,) * len(ClientTraits._fields)))
NO_HELPER = TherapistTraits(*((0.0,) * len(TherapistTraits._fields)))
NO_STATE = ClientState(*((0.0,) * len(ClientState._fields)))
RESTED = TherapistState(0.0, 0.0)
NAN = float("nan")

REFERRED, WAITED, THERAPIST, STARTED, ENDED, STANDING = range(6)
TRAITS = 6
DISTRESS_START, DISTRESS_END, DISTRESS_LATER = range(TRAITS + len(NO_TRAITS), TRAITS + len(NO_TRAITS) + 3)
SYMPTOMS_REFERRAL, SYMPTOMS_START, SYMPTOMS_END, SYMPTOMS_LATER = range(DISTRESS_LATER + 1, DISTRESS_LATER + 5)
TALLY = SYMPTOMS_LATER + 1
STRAIN, MET, LEARNED, FILLED, ATTENDED, RUPTURES, REPAIRED = range(len(STAFF_COLUMNS))


class Year(NamedTuple):
    """The result of one replicate of a service.

    cases (referrals, len(CASE_COLUMNS)) in order of referral; staff (weeks, therapists, len(STAFF_COLUMNS)).
    """

    cases: Floats
    staff: Floats


class House(NamedTuple):
    """All people and their records; clients in order of referral, therapists in order of number."""

    helpers: list[TherapistTraits]
    staff: list[TherapistState]
    traits: list[ClientTraits]
    states: list[ClientState]
    tallies: list[Tally]
    places: Ints  # (therapists, caseload): number of the client in each place, 0 for none
    cases: Floats  # (referrals, len(CASE_COLUMNS))
    years: Floats  # (weeks, therapists, len(STAFF_COLUMNS))


@rule
def luck_now(luck: Luck, cases: Floats, number: int, week: int) -> Luck:
    """The address of a client's draws in this week of the service."""
    row = number - 1
    if cases[row, THERAPIST] > 0.0:
        return luck_of_case(luck, number, week - int(cases[row, STARTED]) + 1)
    return luck_of_case(luck, number, WAITING + week - int(cases[row, REFERRED]) + 1)


@rule
def refer(world: World, house: House, luck: Luck, number: int, week: int) -> None:
    """A client is referred: traits, and the first score."""
    own = luck_of_case(luck, number, 0)
    person = client_traits(world.parameters.intake, own)
    house.traits[number - 1] = person
    house.states[number - 1] = on_the_list(person, first_week(world, own))
    case = house.cases[number - 1]
    case[:] = NAN
    case[REFERRED] = week
    case[WAITED] = 0.0
    case[THERAPIST] = 0.0
    case[STANDING] = 0.0
    for k in range(len(person)):
        case[TRAITS + k] = person[k]
    case[SYMPTOMS_REFERRAL] = intake_score(world, own, person)


@rule
def begin(world: World, house: House, luck: Luck, number: int, therapist: int, week: int) -> None:
    """A client is taken on, and meets the therapist (from 1)."""
    row = number - 1
    case = house.cases[row]
    waiting = house.states[row]
    case[DISTRESS_START] = present_distress(waiting)
    case[SYMPTOMS_START] = case[SYMPTOMS_REFERRAL]
    if case[WAITED] > 0.0:
        case[SYMPTOMS_START] = score(world, luck_now(luck, house.cases, number, week - 1), waiting)
    case[THERAPIST] = therapist
    case[STARTED] = week
    case[STANDING] = 1.0
    traits = at_start(house.traits[row], waiting.distress)
    house.traits[row] = traits
    met = first_state(world, luck_of_case(luck, number, 0), house.helpers[therapist - 1], traits)
    house.states[row] = moved(met, waiting.distress, waiting.week, waiting.resting)


@rule
def fill(world: World, house: House, luck: Luck, week: int, known: int) -> None:
    """Free places go to those of the referrals up to `known` who wait, in their order."""
    therapists, caseload = house.places.shape
    free = 0
    for place in house.places.flat:
        free += 1 if place == 0 else 0
    number = 1
    while free > 0 and number <= known:
        if house.cases[number - 1, STANDING] == 0.0:
            turn = 0
            slot = 0
            while house.places[asked(number, turn, therapists) - 1, slot] != 0:
                slot += 1
                if slot == caseload:
                    slot = 0
                    turn += 1
            therapist = asked(number, turn, therapists)
            house.places[therapist - 1, slot] = number
            begin(world, house, luck, number, therapist, week)
            free -= 1
        number += 1


@rule
def meet(world: World, house: House, luck: Luck, number: int, therapist: int, weeks: int, record: Floats) -> int:
    """This week's scheduled session of a client in treatment; `luck` is the client's. Gives `Left`."""
    row = number - 1
    before = house.staff[therapist - 1]
    last = is_last(world.treatment, luck.week, weeks)
    hour = session(world, luck, house.helpers[therapist - 1], house.traits[row], before, house.states[row], last)
    house.states[row] = hour.client
    house.staff[therapist - 1] = hour.therapist
    house.tallies[row] = tally(house.tallies[row], hour.record)
    events = hour.record.events
    record[MET] += before.strain * events.attended
    record[ATTENDED] += events.attended
    if events.rupture > 0:
        record[RUPTURES] += 1.0
        record[REPAIRED] += events.repaired
    return events.left


@rule
def see(world: World, house: House, luck: Luck, therapist: int, week: int, weeks: int) -> None:
    """A therapist's week: rest, then the clients in their places in turn, another one first each week."""
    places = house.places[therapist - 1]
    house.staff[therapist - 1] = after_week(world.parameters.strain, house.staff[therapist - 1])
    record = house.years[week - 1, therapist - 1]
    record[:] = 0.0
    for turn in range(len(places)):
        slot = (turn + week) % len(places)
        number = places[slot]
        if number > 0:
            record[FILLED] += 1.0
            row = number - 1
            own = luck_now(luck, house.cases, number, week)
            left = 0
            if is_scheduled(world.treatment, own.week):
                left = meet(world, house, own, number, therapist, weeks, record)
            else:
                house.states[row] = outside(world, own, house.states[row])
            case = house.cases[row]
            case[STANDING] = standing_after(left, own.week, weeks)
            if case[STANDING] > 1.0:
                places[slot] = 0
                case[ENDED] = week
                case[DISTRESS_END] = present_distress(house.states[row])
                case[SYMPTOMS_END] = score(world, own, house.states[row])
    record[STRAIN] = house.staff[therapist - 1].strain
    record[MET] = record[MET] / record[ATTENDED] if record[ATTENDED] > 0.0 else NAN
    record[LEARNED] = house.staff[therapist - 1].learned


@rule
def live(world: World, service: Service, house: House, luck: Luck, number: int, week: int) -> None:
    """A week of a client who is not in a place: life goes on; who waits may give up."""
    row = number - 1
    case = house.cases[row]
    own = luck_now(luck, house.cases, number, week)
    house.states[row] = outside(world, own, house.states[row])
    if case[STANDING] == 0.0:
        case[WAITED] += 1.0
        if gives_up(service, draw(own, Purpose.LIST).a):
            case[STANDING] = 2.0
            case[ENDED] = week


@rule
def follow_up(world: World, house: House, luck: Luck, number: int, week: int) -> None:
    """The client's symptoms at the horizon, whatever became of the client."""
    now = house.states[number - 1]
    house.cases[number - 1, DISTRESS_LATER] = present_distress(now)
    house.cases[number - 1, SYMPTOMS_LATER] = score(world, luck_now(luck, house.cases, number, week), now)


@rule
def elsewhere(world: World, service: Service, house: House, luck: Luck, week: int, known: int) -> None:
    """The week of all who had no place in it, of the referrals up to `known`; and who is at the horizon is measured.

    Whoever has left is followed up to the horizon and no longer.
    """
    for number in range(1, known + 1):
        case = house.cases[number - 1]
        horizon = case[REFERRED] + service.horizon - 1.0
        gone = case[STANDING] > 1.0 and case[ENDED] < week <= horizon
        if case[STANDING] == 0.0 or gone:
            live(world, service, house, luck, number, week)
        if horizon == week:
            follow_up(world, house, luck, number, week)


@rule
def close(world: World, house: House, luck: Luck, week: int) -> None:
    """The last week is over: those in treatment are measured as they are, and the tallies are written."""
    for row in range(len(house.cases)):
        case = house.cases[row]
        if case[STANDING] == 1.0:
            case[DISTRESS_END] = present_distress(house.states[row])
            own = luck_now(luck, house.cases, row + 1, week)
            case[SYMPTOMS_END] = score(world, own, house.states[row])
        for k in range(len(house.tallies[row])):
            case[TALLY + k] = house.tallies[row][k]


@loop
def count_referrals(luck: Luck, rate: float, numbers: Ints) -> None:
    """How many are referred in each week of the service, into `numbers` (weeks)."""
    for k in range(len(numbers)):
        own = Luck(luck.key_low, luck.key_high, luck.replicate, 0, 0, k + 1)
        numbers[k] = referred(rate, draw(own, Purpose.REFERRALS).a)


@loop
def play(
    world: World, service: Service, luck: Luck, weeks: int, numbers: Ints, places: Ints, cases: Floats, years: Floats
) -> None:
    """Run one replicate of a service whose treatments are planned for `weeks` weeks.

    luck: key and replicate. numbers (weeks of the service): referrals of each week. places (therapists, caseload), all
    zero. cases and years take the tables (see `House`).
    """
    people, therapists = len(cases), len(places)
    helpers, staff = [NO_HELPER] * therapists, [RESTED] * therapists
    traits, states, tallies = [NO_TRAITS] * people, [NO_STATE] * people, [empty_tally()] * people
    house = House(helpers, staff, traits, states, tallies, places, cases, years)
    for k in range(therapists):
        own = Luck(luck.key_low, luck.key_high, luck.replicate, k + 1, 0, 0)
        house.helpers[k] = therapist_traits(world.parameters.intake, world.mechanisms.skills, own)
    known = 0
    for week in range(1, len(numbers) + 1):
        for _ in range(numbers[week - 1]):
            known += 1
            refer(world, house, luck, known, week)
        fill(world, house, luck, week, known)
        for k in range(therapists):
            see(world, house, luck, k + 1, week, weeks)
        elsewhere(world, service, house, luck, week, known)
    close(world, house, luck, len(numbers))


def play_service(scenario: Scenario, service: Service, seed: int, replicate: int) -> Year:
    """Run one replicate (from 1) of a service: the rules, therapists, places and planned weeks of a scenario.

    The numbers depend on these four alone. The scenario's policy function, if it names one, is not used.
    """
    therapists, caseload, weeks = scenario.clinic
    luck = Luck(*key_of(seed), replicate, 0, 0, 0)
    numbers = np.zeros(length_of(service), np.int64)
    count_referrals(luck, rate_of(service, therapists * caseload, weeks), numbers)
    cases = np.empty((int(numbers.sum()), len(CASE_COLUMNS)))
    years = np.empty((len(numbers), therapists, len(STAFF_COLUMNS)))
    places = np.zeros((therapists, caseload), np.int64)
    play(scenario.world_of(replicate), service, luck, weeks, numbers, places, cases, years)
    return Year(cases, years)
