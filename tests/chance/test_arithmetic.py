"""Our exponential and logarithm: right to a few units in the last place, and the same bits in both forms."""

import math

import numba
import numpy as np
import pytest

from alliance_sim.arithmetic import exp, exp_ratio, float_of, log, power_of_two, sqrt
from alliance_sim.compiled import plain, relink

EPSILON = 2.0**-52
EXPONENTS = [*np.linspace(-36.0, 36.0, 2001).tolist(), -699.5, -300.25, 300.25, 699.5, 1e-300, -1e-17]
POSITIVE = [*np.geomspace(1e-300, 1e300, 2001).tolist(), *np.linspace(0.5, 2.0, 2001).tolist(), 2.0**-33]

plain_exp = relink(exp, exp_ratio=relink(exp_ratio, power_of_two=plain(power_of_two)))


def test_exp_is_the_exponential_function_to_four_units_in_the_last_place():
    assert max(abs(exp(x) / math.exp(x) - 1.0) for x in EXPONENTS) <= 4 * EPSILON


def test_log_is_the_natural_logarithm_to_two_units_in_the_last_place():
    errors = [abs(log(x) - math.log(x)) / max(abs(math.log(x)), EPSILON) for x in POSITIVE]
    assert max(errors) <= 2 * EPSILON


@pytest.mark.parametrize("x", [-1e9, -701.0, 701.0, 1e9, math.inf, -math.inf])
def test_exp_holds_its_argument_to_seven_hundred(x):
    assert exp(x) == exp(math.copysign(700.0, x))
    assert 0.0 < exp(x) < math.inf


@pytest.mark.parametrize(
    ("compiled", "plainly", "values"), [(exp, plain_exp, EXPONENTS), (log, plain(log), POSITIVE)], ids=["exp", "log"]
)
def test_plain_and_compiled_forms_agree_to_the_last_bit(compiled, plainly, values):
    assert [compiled(x).hex() for x in values] == [float(plainly(x)).hex() for x in values]


def test_powers_of_two_are_exact():
    assert all(power_of_two(float(k)) == 2.0**k for k in range(-1022, 1024))


@pytest.mark.parametrize("form", [float_of, plain(float_of)], ids=["compiled", "plain"])
@pytest.mark.parametrize("k", [0, 1, 65535, 2**31, 2**32 - 1, 2**52 - 1])
def test_a_whole_number_becomes_the_same_number_as_a_float(form, k):
    assert form(np.uint64(k)) == float(k)


@numba.njit
def compiled_sqrt(x):
    """The square root as compiled rules take it."""
    return sqrt(x)


def test_compiled_square_roots_are_correctly_rounded():
    roots = [*POSITIVE, 0.0, 2.0, 3.0]
    assert [compiled_sqrt(x).hex() for x in roots] == [math.sqrt(x).hex() for x in roots]
