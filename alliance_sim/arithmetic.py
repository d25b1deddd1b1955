"""Exponential and logarithm that give the same bits on every machine.

Both are written out in additions, products and quotients, which every machine rounds in the same way; those
of the C library differ between systems in the last bit, and a run must be repeatable to the bit. Rational
approximations of the Cephes library (Moshier, 1989), relative error about 2e-16.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import overload

from alliance_sim.compiled import instruction, rule


class Ratio(NamedTuple):
    """A positive number as a quotient: keeping it in two parts saves divisions."""

    top: float
    bottom: float


def sqrt(x: float) -> float:
    """Square root of x >= 0, correctly rounded everywhere."""
    return math.sqrt(x)


@instruction
def _machine_sqrt(typing: Any, x: Any) -> Any:  # noqa: ARG001
    """The machine's own instruction; nan below 0."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        double = ir.DoubleType()
        root = builder.module.declare_intrinsic("llvm.sqrt", [double])
        return builder.call(root, arguments)

    return types.float64(types.float64), code


@overload(sqrt, strict=False)
def _compiled_sqrt(x):  # type: ignore[no-untyped-def]  # noqa: ARG001
    """Compiled rules take the instruction: a call of the C library's function would keep lanes apart."""

    def root(x):  # type: ignore[no-untyped-def]
        return _machine_sqrt(x)

    return root


WHOLE = 4503599627370496.0
"""2**52: a double between it and twice itself holds a whole number, as it is, in its lower 52 bits."""


@rule
def float_of(k: int | np.integer[Any]) -> float:
    """The whole number 0 <= k < 2**52 as a float.

    Converting would give the same; but few machines can convert several numbers at once.
    """
    return np.int64(np.int64(k) | 0x4330000000000000).view(np.float64) - WHOLE


@rule
def power_of_two(k: float) -> float:
    """2**k for a whole number -1022 <= k <= 1023, from the bits of a double."""
    return np.int64(np.float64(k + (WHOLE + 1023.0)).view(np.int64) << 52).view(np.float64)


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
    return Ratio((q + p) * power_of_two(k), q - p)


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
    k = float_of(bits >> 52) - 1022.0
    m = np.int64((bits & 0xFFFFFFFFFFFFF) | (1022 << 52)).view(np.float64)
    if m < 0.7071067811865476:
        k -= 1.0
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
    y = z * (s * p / q) - k * 2.1219444005469058e-4 - 0.5 * s
    return z + y + k * 0.693359375
