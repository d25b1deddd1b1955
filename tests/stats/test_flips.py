"""Whether a sign turns within what is not known."""

import numpy as np
import pytest

from alliance_sim.stats.flips import GROUPS, flips, other_sign, slices

RNG = np.random.default_rng(1)
X = RNG.normal(size=500)


def test_a_conclusion_that_rests_on_a_parameter_turns_with_it() -> None:
    y = 0.5 + X + 0.1 * RNG.normal(size=500)
    parts = slices(X, y, comparisons=10)
    assert [part.draws for part in parts] == [100] * GROUPS
    assert np.diff([part.mean for part in parts]).min() > 0
    assert flips(parts, 1.0)
    assert not flips(parts, -1.0) or parts[-1].low > 0


def test_a_conclusion_that_does_not_rest_on_it_stays() -> None:
    y = 0.5 + 0.3 * RNG.normal(size=500)
    assert not flips(slices(X, y, comparisons=10), 1.0)


def test_intervals_grow_with_the_number_of_looks() -> None:
    y = RNG.normal(size=500)
    one, many = slices(X, y, 1)[0], slices(X, y, 27)[0]
    assert many.high - many.low > 1.2 * (one.high - one.low)


@pytest.mark.slow
def test_chance_alone_turns_a_sign_in_at_most_five_percent_of_analyses() -> None:
    """27 parameters that say nothing, and a mean that is barely positive: the error rate of all looks together."""
    rng = np.random.default_rng(3)
    turned = 0
    for _ in range(200):
        y = 0.05 + rng.normal(size=100)
        looks = [slices(rng.normal(size=100), y, 27) for _ in range(27)]
        turned += any(flips(parts, 1.0) for parts in looks)
    assert turned <= 10


def test_draws_with_the_other_sign_are_counted_and_those_within_luck_named() -> None:
    found = other_sign(np.array([1.0, 2.0, -1.0, 0.1]), np.full(4, 0.2))
    assert found.share == 0.25
    assert found.unsure == 0.25
    assert found.low < 0.25 < found.high
