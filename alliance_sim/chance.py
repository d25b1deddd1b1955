"""Where luck comes from: a draw is a function of its address and of nothing else.

The address is (seed, replicate, therapist, client, week, purpose). Whoever asks first, on whichever
thread, in whichever arm, gets the same number; so two arms that differ in one setting meet the same
people with the same luck, and a draw added for a new purpose moves no other.

The generator is Philox4x32-10 (Salmon, Moraes, Dror & Shaw, 2011): a counter-based generator with a
64-bit key (from the seed) and a 128-bit counter (the rest of the address). One call gives four words, so
every purpose has four draws.
"""

import hashlib
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from alliance_sim.arithmetic import float_of, log, sqrt
from alliance_sim.compiled import rule


class Purpose(IntEnum):
    """What a block of four draws is for. Append-only: a number once given is never used again."""

    THERAPIST_TRAITS = 0  # attunement, repair skill, competence, defensiveness
    THERAPIST_STYLE = 1  # common skill, modesty, -, -
    CLIENT_ATTACHMENT = 2  # anxiety, avoidance, has trauma history, its severity
    CLIENT_AIMS = 3  # priority, preference, rapport, leniency
    CLIENT_DISTRESS = 4  # resting level, episode, deference, error of the intake score
    CLIENT_START = 5  # first goal, task, bond, engagement
    COMING_AND_GOING = 6  # attends, drops out, completes early, -
    RUPTURE = 7  # onset, type, source, severity
    NOTICE = 8  # noticed, defensive, over-apology, -
    REPAIR = 9  # acknowledge, explore, negotiate, error of the observer's rating of resolution
    DRIFT = 10  # goal, task, bond, engagement
    WEEK = 11  # life outside, error of the symptom score, therapist's rating occasion, this week's departure
    CLIENT_RATING = 12  # occasion, goals and tasks, -, bond
    ITEMS_GOAL = 13  # eight draws of 16 bits: four items of the client, four of the therapist
    ITEMS_TASK = 14  # the same
    ITEMS_BOND = 15  # the same
    REPORTS = 16  # client, therapist, observer and confusion of types, type that a marker would have
    REFERRALS = 17  # of a service: how many are referred this week, -, -, -
    LIST = 18  # of a service: gives up waiting, -, -, -
    CLIENT_RESPONSE = 19  # responsiveness, departure of the week of intake, -, -


Words = tuple[np.uint64, np.uint64, np.uint64, np.uint64]
"""Four 32-bit words."""


class Luck(NamedTuple):
    """The address of a draw, but for its purpose. All are integers in [0, 2**32), week in [0, 2**16)."""

    key_low: int
    key_high: int
    replicate: int
    therapist: int
    client: int
    week: int


class Draws(NamedTuple):
    """Four independent uniform draws, strictly inside (0, 1), on a grid of 2**-32."""

    a: float
    b: float
    c: float
    d: float


class ShortDraws(NamedTuple):
    """Four independent uniform draws of 16 bits: whole numbers from 0 to 65535, enough for an item."""

    a: float
    b: float
    c: float
    d: float


class ItemDraws(NamedTuple):
    """Draws for the four items of one subscale, of the client and of the therapist."""

    client: ShortDraws
    therapist: ShortDraws


def key_of(seed: int) -> tuple[int, int]:
    """The generator's 64-bit key, as two 32-bit words, of any whole number used as a seed.

    >>> key_of(0) != key_of(1)
    True
    """
    digest = hashlib.blake2b(str(int(seed)).encode(), digest_size=8, person=b"alliance_sim/1").digest()
    return int.from_bytes(digest[:4], "little"), int.from_bytes(digest[4:], "little")


@rule
def philox(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> Words:
    """Philox4x32-10: four 32-bit words from a 128-bit counter and a 64-bit key (Salmon et al., 2011)."""
    mask = np.uint64(0xFFFFFFFF)
    half = np.uint64(32)
    x0, x1, x2, x3 = np.uint64(c0), np.uint64(c1), np.uint64(c2), np.uint64(c3)
    y0, y1 = np.uint64(k0), np.uint64(k1)
    for _ in range(10):
        p0 = np.uint64(0xD2511F53) * (x0 & mask)
        p1 = np.uint64(0xCD9E8D57) * (x2 & mask)
        x0, x2 = (p1 >> half) ^ x1 ^ y0, (p0 >> half) ^ x3 ^ y1
        x1, x3 = p1, p0
        y0 = (y0 + np.uint64(0x9E3779B9)) & mask
        y1 = (y1 + np.uint64(0xBB67AE85)) & mask
    return x0 & mask, x1 & mask, x2 & mask, x3 & mask


@rule
def words(luck: Luck, purpose: int) -> Words:
    """The four 32-bit words that belong to an address and a purpose."""
    return philox(
        luck.client,
        luck.week * 65536 + purpose,
        luck.therapist,
        luck.replicate,
        luck.key_low,
        luck.key_high,
    )


@rule
def draw(luck: Luck, purpose: int) -> Draws:
    """The four uniform draws that belong to an address and a purpose, each strictly inside (0, 1)."""
    w0, w1, w2, w3 = words(luck, purpose)
    unit = 2.3283064365386963e-10  # 2**-32
    return Draws(
        (float_of(w0) + 0.5) * unit,
        (float_of(w1) + 0.5) * unit,
        (float_of(w2) + 0.5) * unit,
        (float_of(w3) + 0.5) * unit,
    )


@rule
def draw_items(luck: Luck, purpose: int) -> ItemDraws:
    """Eight uniform draws of 16 bits that belong to an address and a purpose: the four words, halved."""
    w0, w1, w2, w3 = words(luck, purpose)
    low = np.uint64(0xFFFF)
    half = np.uint64(16)
    return ItemDraws(
        ShortDraws(float_of(w0 & low), float_of(w1 & low), float_of(w2 & low), float_of(w3 & low)),
        ShortDraws(float_of(w0 >> half), float_of(w1 >> half), float_of(w2 >> half), float_of(w3 >> half)),
    )


@rule
def normal(u: float) -> float:
    """The standard normal deviate below which a share u of the distribution lies, for any draw.

    Inverse distribution function by rational approximation, relative error about 1e-7, finer than any
    simulation can see (algorithm AS 241, PPND7; Wichura, 1988), for u from 1e-11 to 1 - 1e-11: draws are on a
    grid of 2**-32. A higher draw is a higher deviate.
    """
    q = u - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        num = (((59.109374720 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179) * q
        den = ((67.187563600 * r + 78.757757664) * r + 17.895169469) * r + 1.0
    else:
        r = sqrt(-log(min(u, 1.0 - u))) - 1.6
        num = ((0.17023821103 * r + 1.3067284816) * r + 2.7568153900) * r + 1.4234372777
        den = (0.12021132975 * r + 0.73700164250) * r + 1.0
        num = -num if q < 0.0 else num
    return num / den
