"""One notation of uncertainty: value [low, high] unit."""

import doctest
import math

import pytest

from alliance_sim.estimates import notation
from alliance_sim.estimates.notation import shown, with_unit
from alliance_sim.stats.estimate import Estimate


def test_units_stand_behind_numbers_but_for_those_that_headings_name() -> None:
    assert with_unit("12.0", "% of clients") == "12.0 %"
    assert with_unit("0.30", "r") == "0.30"
    assert with_unit("2.0", "points") == "2.0 points"


@pytest.mark.parametrize(
    ("estimate", "text"),
    [
        (Estimate(0.2, 0.0004, 0.4, unit="SD"), "0.2000 [0.0004, 0.4000] SD"),  # zero is not in it, and is not shown
        (Estimate(12.0, 10.0, 14.0, unit="clients"), "12 [10, 14] clients"),
        (Estimate(0.2, unit="SD"), "0.20 SD"),  # no interval is known
        (Estimate(math.nan, unit="SD"), "–"),
    ],
)
def test_an_estimate_is_shown_with_digits_that_its_interval_bears(estimate: Estimate, text: str) -> None:
    assert shown(estimate) == text


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(notation).attempted > 0
    assert doctest.testmod(notation).failed == 0
