"""Numbers as people read them."""

import doctest
import math

import pytest

from alliance_sim.stats import numbers
from alliance_sim.stats.numbers import digits_of, interval, number, setting


def test_minus_is_a_minus_sign() -> None:
    assert number(-0.5, 1) == "−0.5"
    assert interval(-1.0, 1.0, 1) == "[−1.0, 1.0]"


def test_nothing_is_neither_positive_nor_negative() -> None:
    assert number(-0.001, 2) == "0.00"
    assert number(0.001, 2, signed=True) == "0.00"


def test_what_is_not_known_is_a_dash() -> None:
    assert number(math.nan, 2) == "–"
    assert number(math.inf, 1) == "∞"


@pytest.mark.parametrize(("reach", "digits"), [(0.1, 2), (0.004, 3), (0.0004, 4), (math.nan, 2)])
def test_small_intervals_get_more_digits(reach: float, digits: int) -> None:
    assert digits_of("SD", reach) == digits


def test_settings_are_short() -> None:
    assert [setting(v) for v in (-2.0, 0.5, True, "all")] == ["−2", "0.5", "yes", "all"]


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(numbers).attempted > 0
    assert doctest.testmod(numbers).failed == 0
