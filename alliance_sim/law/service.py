"""A service: clients are referred week by week, wait in a list, and take the places of those who leave.

What happens in an hour, in a week outside and in a week's rest is the law of every treatment (`law/session.py`,
`law/strain.py`); here is only what a service adds to it. One week, in this order:

1. clients are referred, and go to the end of the list;
2. free places are taken, first come first served;
3. therapists rest, then see the clients in their places one after the other;
4. for those who wait, and for those who have left, life goes on; some give up waiting.

A client is known by the number of the referral, and every draw about a client has an address of therapist 0: who a
client is, and what a week outside or in treatment brings, depends neither on the arm nor on therapist or date.
"""

from enum import IntEnum
from typing import Annotated, NamedTuple

from alliance_sim.arithmetic import exp
from alliance_sim.chance import Luck
from alliance_sim.compiled import rule
from alliance_sim.law.about import About
from alliance_sim.law.state import ClientState, ClientTraits
from alliance_sim.law.tally import Tally

DESIGN = "design: your choice"


class Service(NamedTuple):
    """How a service is run and watched, beside the number of therapists, their places, and the planned treatment."""

    warm_up: Annotated[
        int, About("weeks before the counted year, for list and caseloads to settle", "weeks", 0, 520, DESIGN)
    ] = 26
    year: Annotated[int, About("counted weeks: referrals of these weeks are followed", "weeks", 4, 520, DESIGN)] = 52
    horizon: Annotated[
        int,
        About(
            "weeks after referral at which everybody's symptoms are measured, treated or not", "weeks", 4, 260, DESIGN
        ),
    ] = 26
    load: Annotated[
        float,
        About(
            "referrals relative to the places that planned ends of treatment free (places / planned weeks)",
            "ratio",
            0,
            10,
            DESIGN,
        ),
    ] = 1.3
    referrals: Annotated[
        float, About("referrals a week in addition to these, however many places there are", "a week", 0, 200, DESIGN)
    ] = 0.0
    give_up: Annotated[
        float,
        About("probability of giving up after a week of waiting", "probability / week", 0, 1, "assumption: constant"),
    ] = 0.04


MOST_REFERRALS = 500.0
"""Referrals a week, on average, that a service can have at most: `referred` counts them one by one."""

WAITING = 32768
"""Where the weeks of a client who has not begun treatment have their addresses: this + weeks since referral."""


class Standing(IntEnum):
    """Where a referred client stands."""

    WAITING = 0
    IN_TREATMENT = 1
    GAVE_UP = 2
    DROPPED_OUT = 3
    COMPLETED = 4  # before the planned end, because well
    PLANNED_END = 5


CASE_COLUMNS = (
    "referred",  # week of the service, from 1
    "waited",  # weeks on the list, so far
    "therapist",  # number from 1; 0 for none
    "started",  # first week of treatment; nan for none
    "ended",  # week in which treatment, or waiting for it, ended; nan while it goes on
    "standing",  # `Standing` at the end
    *ClientTraits._fields,  # at referral
    "distress_start",  # when treatment begins; nan for none
    "distress_end",  # at the end of treatment, or so far
    "distress_later",  # `horizon` weeks after referral; nan when that is not reached
    "symptoms_referral",  # scores at the same times
    "symptoms_start",
    "symptoms_end",
    "symptoms_later",
    *Tally._fields,  # of the treatment; zeros and nan without one
)
"""Columns of the table of cases: a row a referral, in order."""

STAFF_COLUMNS = (
    "strain",  # at the end of the week
    "met",  # mean strain with which an hour began; nan without an hour
    "learned",  # repair skill learned since the service opened, SD among therapists
    "filled",  # places taken
    "attended",  # sessions
    "ruptures",
    "repaired",  # of these ruptures, in the same session
)
"""Columns of the table of therapists: a row a therapist and week."""


@rule
def length_of(service: Service) -> int:
    """Weeks that are played: warm-up, counted year, and until the last of its referrals reaches the horizon."""
    return service.warm_up + service.year + service.horizon - 1


@rule
def rate_of(service: Service, places: int, weeks: int) -> float:
    """Referrals a week on average: load * places / planned weeks + referrals. Source: assumption."""
    return service.load * places / weeks + service.referrals


@rule
def referred(rate: float, u: float) -> int:
    """How many are referred in a week, Poisson with mean `rate` (0 to MOST_REFERRALS), by inversion of a uniform draw.

    The smallest n with P(N <= n) >= u; it rises with u and with rate. Source: assumption (referrals come singly and
    independently). Assumed.

    >>> referred(2.0, 0.5), referred(0.0, 0.5)
    (2, 0)
    """
    number = 0
    share = exp(-rate)
    total = share
    while u > total and share > 0.0:
        number += 1
        share *= rate / number
        total += share
    return number


@rule
def gives_up(service: Service, u: float) -> bool:
    """Whether a client gives up after a week of waiting, for whatever reason. Source: assumption. Assumed."""
    return u < service.give_up


@rule
def asked(number: int, turn: int, therapists: int) -> int:
    """The therapist (from 1) whom a client asks for a place at the n-th turn (from 0): clients begin with each in turn.

    The first therapist asked who has a free place takes the client on. Source: assumption; it spreads clients evenly
    and looks at nobody's traits.

    >>> [asked(5, turn, 3) for turn in range(3)]
    [2, 3, 1]
    """
    return 1 + (number - 1 + turn) % therapists


@rule
def on_the_list(traits: ClientTraits, week: float) -> ClientState:
    """A client who waits: distress, this week's departure from it, the level to which it tends; no alliance."""
    return ClientState(
        0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
        traits.intake_distress, week, traits.resting, 0.0, 0.0, 0.0, 0.0,
    )  # fmt: skip


@rule
def at_start(traits: ClientTraits, distress: float) -> ClientTraits:
    """A client's traits when treatment begins: intake is now, with the distress that waiting has left."""
    return ClientTraits(
        traits.anxiety,
        traits.avoidance,
        traits.trauma,
        traits.priority,
        traits.preference,
        traits.rapport,
        traits.leniency,
        traits.deference,
        traits.resting,
        distress,
        traits.responsiveness,
    )


@rule
def luck_of_case(luck: Luck, number: int, week: int) -> Luck:
    """The address of a client's draws in the replicate of `luck`: therapist 0, number of the referral, and a week.

    week: 0 for who the client is, 1, 2, ... since treatment began, and before that WAITING + 1, 2, ... since referral.
    """
    return Luck(luck.key_low, luck.key_high, luck.replicate, 0, number, week)


@rule
def standing_after(left: int, week: int, weeks: int) -> int:
    """Where a client stands after week `week` of a treatment of so many weeks (`Standing`); left: `Left`."""
    if left == 1:
        return 3
    if left == 2:
        return 4
    return 5 if week >= weeks else 1
