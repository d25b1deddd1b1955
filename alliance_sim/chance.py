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

from alliance_sim.compiled import rule


class Purpose(IntEnum):
    """What a block of four draws is for. Append-only: a number once given is never used again."""

    THERAPIST_TRAITS = 0  # attunement, repair skill, competence, defensiveness
    THERAPIST_STYLE = 1  # common skill, modesty, -, -
    CLIENT_ATTACHMENT = 2  # anxiety, avoidance, has trauma history, its severity
    CLIENT_AIMS = 3  # priority, preference, rapport, leniency
    CLIENT_DISTRESS = 4  # resting level, episode, deference, error of the intake score
    CLIENT_START = 5  # first goal, task, bond, engagement
    ATTEND = 6  # attends, -, -, -
    RUPTURE = 7  # onset, type, source, severity
    NOTICE = 8  # noticed, defensive, over-apology, -
    REPAIR = 9  # acknowledge, explore, negotiate, -
    DRIFT = 10  # goal, task, bond, engagement
    LIFE = 11  # life outside, error of the symptom score, -, -
    CLIENT_RATING = 12  # occasion, goal, task, bond
    CLIENT_ITEMS_GOAL = 13  # four items
    CLIENT_ITEMS_TASK = 14  # four items
    CLIENT_ITEMS_BOND = 15  # four items
    THERAPIST_RATING = 16  # occasion, -, -, -
    THERAPIST_ITEMS_GOAL = 17  # four items
    THERAPIST_ITEMS_TASK = 18  # four items
    THERAPIST_ITEMS_BOND = 19  # four items
    REPORTS = 20  # client, therapist, observer, type that an observer codes
    LEAVE = 21  # drops out, completes early, -, -


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


def key_of(seed: int) -> tuple[int, int]:
    """The generator's 64-bit key, as two 32-bit words, of any whole number used as a seed.

    >>> key_of(0) != key_of(1)
    True
    """
    digest = hashlib.blake2b(str(int(seed)).encode(), digest_size=8, person=b"alliance_sim/1").digest()
    return int.from_bytes(digest[:4], "little"), int.from_bytes(digest[4:], "little")


@rule
def philox(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> tuple[int, int, int, int]:
    """Philox4x32-10: four 32-bit words from a 128-bit counter and a 64-bit key (Salmon et al., 2011)."""
    mask = np.uint64(0xFFFFFFFF)
    half = np.uint64(32)
    x0, x1, x2, x3 = np.uint64(c0), np.uint64(c1), np.uint64(c2), np.uint64(c3)
    y0, y1 = np.uint64(k0), np.uint64(k1)
    for _ in range(10):
        p0 = np.uint64(0xD2511F53) * x0
        p1 = np.uint64(0xCD9E8D57) * x2
        x0, x2 = (p1 >> half) ^ x1 ^ y0, (p0 >> half) ^ x3 ^ y1
        x1, x3 = p1 & mask, p0 & mask
        y0 = (y0 + np.uint64(0x9E3779B9)) & mask
        y1 = (y1 + np.uint64(0xBB67AE85)) & mask
    return x0, x1, x2, x3


@rule
def draw(luck: Luck, purpose: int) -> Draws:
    """The four uniform draws that belong to an address and a purpose, each strictly inside (0, 1)."""
    w0, w1, w2, w3 = philox(
        luck.client,
        luck.week * 65536 + purpose,
        luck.therapist,
        luck.replicate,
        luck.key_low,
        luck.key_high,
    )
    unit = 2.3283064365386963e-10  # 2**-32
    return Draws(
        (np.float64(w0) + 0.5) * unit,
        (np.float64(w1) + 0.5) * unit,
        (np.float64(w2) + 0.5) * unit,
        (np.float64(w3) + 0.5) * unit,
    )


@rule
def normal(u: float) -> float:
    """The standard normal deviate below which a share u of the distribution lies; 0 < u < 1.

    Inverse distribution function by rational approximation, relative error about 1e-16
    (algorithm AS 241, PPND16; Wichura, 1988). Monotone, so a higher draw is always a higher deviate.
    """
    q = u - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        num = (((((((2509.0809287301226727 * r + 33430.575583588128105) * r + 67265.770927008700853) * r
                   + 45921.953931549871457) * r + 13731.693765509461125) * r + 1971.5909503065514427) * r
                + 133.14166789178437745) * r + 3.387132872796366608)
        den = (((((((5226.495278852854561 * r + 28729.085735721942674) * r + 39307.89580009271061) * r
                   + 21213.794301586595867) * r + 5394.1960214247511077) * r + 687.1870074920579083) * r
                + 42.313330701600911252) * r + 1.0)
        return q * num / den
    r = np.sqrt(-np.log(u if q < 0.0 else 1.0 - u))
    if r <= 5.0:
        r -= 1.6
        num = (((((((7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r + 0.24178072517745061177) * r
                   + 1.27045825245236838258) * r + 3.64784832476320460504) * r + 5.7694972214606914055) * r
                + 4.6303378461565452959) * r + 1.42343711074968357734)
        den = (((((((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r
                    + 0.0151986665636164571966) * r + 0.14810397642748007459) * r
                  + 0.68976733498510000455) * r + 1.6763848301838038494) * r + 2.05319162663775882187) * r + 1.0)
    else:
        r -= 5.0
        num = (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r
                    + 0.0012426609473880784386) * r + 0.026532189526576123093) * r
                  + 0.29656057182850489123) * r + 1.7848265399172913358) * r + 5.4637849111641143699) * r
               + 6.6579046435011037772)
        den = (((((((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r
                    + 1.8463183175100546818e-5) * r + 7.868691311456132591e-4) * r
                  + 0.0148753612908506148525) * r + 0.13692988092273580531) * r + 0.59983220655588793769) * r
               + 1.0)
    return -num / den if q < 0.0 else num / den
