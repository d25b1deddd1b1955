"""Where a gain is used up, on differences whose zero is known."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.stats.crossing import crossed, crossings

X = np.array([5.0, 10.0, 20.0, 40.0])


@pytest.mark.parametrize(
    ("differences", "expected"),
    [
        (25.0 - X, 25.0),  # a straight line at its zero
        (20.0 - X, 20.0),  # a level that was studied
        ([1.0, -1.0, 1.0, -1.0], 7.5),  # the first crossing counts
        ([1.0, 2.0, 3.0, 4.0], math.inf),  # never used up
        ([0.0, 2.0, 3.0, 4.0], -math.inf),  # there never was any
        ([math.nan, 1.0, 1.0, -1.0], math.nan),
    ],
)
def test_a_gain_is_used_up_at_its_first_zero(differences: list[float], expected: float) -> None:
    assert crossings(X, np.array(differences))[0] == pytest.approx(expected, nan_ok=True)


@given(st.floats(5.01, 39.9), st.floats(0.01, 10))
def test_scale_does_not_matter(zero, slope):
    assert crossings(X, slope * (zero - X))[0] == pytest.approx(zero)


def test_replicates_give_the_place_of_their_mean_and_their_distribution():
    zeros = np.random.default_rng(3).normal(25.0, 3.0, 400)
    found = crossed(X, zeros[:, None] - X)
    assert found.mean.value == pytest.approx(zeros.mean())
    assert found.mean.low < zeros.mean() < found.mean.high
    assert found.mean.high - found.mean.low == pytest.approx(2 * 1.96 * 3.0 / 20.0, rel=0.15)
    assert found.single[:3] == pytest.approx((25.0, 19.1, 30.9), abs=0.8)
    assert (found.below, found.beyond, found.replicates) == (0.0, 0.0, 400)


def test_the_interval_covers_the_place_of_the_expected_difference_as_often_as_it_says():
    """300 studies of 30 replicates, noisy lines with a zero at 25; P(fewer than 91 % | 95 %) is below .001."""
    rng = np.random.default_rng(8)
    hit = 0
    for _ in range(300):
        found = crossed(X, 25.0 - X + rng.normal(0.0, 6.0, (30, 4))).mean
        hit += found.low <= 25.0 <= found.high
    assert hit >= 273


def test_shares_beyond_and_below_are_those_of_replicates():
    rows = np.array([[1.0, 1, 1, 1], [1, 1, 1, 1], [-1, 1, 1, 1], [1, 1, -1, -1]])
    found = crossed(X, rows)
    assert (found.below, found.beyond, found.single.high) == (0.25, 0.5, math.inf)


def test_unknown_replicates_are_left_out_and_counted():
    rows = np.array([[1.0, 1, -1, -1], [np.nan, 1, 1, 1]])
    assert crossed(X, rows).replicates == 1
    assert crossed(X, rows[1:]).replicates == 0
