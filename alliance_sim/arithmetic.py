"""Exponential and logarithm that give the same bits on every machine.

Both are written out in additions, products and quotients, which every machine rounds in the same way; those
of the C library differ between systems in the last bit, and a run must be repeatable to the bit. Rational
approximations of the Cephes library (Moshier, 1989), relative error about 2e-16.
"""

from typing import NamedTuple

import numpy as np

from alliance_sim.compiled import rule


class Ratio(NamedTuple):
    """A positive number as a quotient: keeping it in two parts saves divisions."""

    top: float
    bottom: float


@rule
def power_of_two(k: int) -> float:
    """2**k for -1022 <= k <= 1023, from the bits of a double."""
    return np.int64((k + 1023) << 52).view(np.float64)


@rule
def exp_ratio(x: float) -> Ratio:
    """e**x as a quotient; x is held to [-700, 700].

    e**x = 2**k * e**r with |r| <= ln(2)/2, and e**r = (q + p) / (q - p) with polynomials p and q of r
    (Moshier, 1989).
    """
    x = min(max(x, -700.0), 700.0)
    k = np.floor(1.4426950408889634 * x + 0.5)
    r = x - k * 0.693145751953125 - k * 1.4286068203094173e-6
    s = r * r
    p = r * ((1.2617719307481059e-4 * s + 3.0299440770744196e-2) * s + 1.0)
    q = ((3.001985051386644e-6 * s + 2.5244834034968410e-3) * s + 0.22726554820815503) * s + 2.0
    return Ratio((q + p) * power_of_two(int(k)), q - p)


@rule
def exp(x: float) -> float:
    """e**x; x is held to [-700, 700].

    >>> exp(0.0)
    1.0
    """
    e = exp_ratio(x)
    return e.top / e.bottom


@rule
def log(x: float) -> float:
    """Natural logarithm of a normal double x > 0 (Moshier, 1989).

    >>> log(1.0)
    0.0
    """
    bits = np.float64(x).view(np.int64)
    k = (bits >> 52) - 1022
    m = np.int64((bits & 0xFFFFFFFFFFFFF) | (1022 << 52)).view(np.float64)
    if m < 0.7071067811865476:
        k -= 1
        m = m + m
    z = m - 1.0
    s = z * z
    p = (
        ((((1.0187566380458093e-4 * z + 0.4974949949767470) * z + 4.705791198788817) * z + 14.498922534161093) * z
         + 17.936867850781983) * z
        + 7.708387337558854
    )  # fmt: skip
    q = (
        ((((z + 11.287358718916746) * z + 45.22791458375322) * z + 82.98752669127767) * z + 71.15447506185639) * z
        + 23.125162012676533
    )  # fmt: skip
    e = float(k)
    y = z * (s * p / q) - e * 2.1219444005469058e-4 - 0.5 * s
    return z + y + e * 0.693359375
