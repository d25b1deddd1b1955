"""What is left of a winner: optimism and flatness, on numbers whose answer is known by construction."""

import numpy as np
import pytest
from scipy import stats

from alliance_sim.stats.regret import flat, losses, optimism


def test_optimism_is_the_difference_of_two_means_by_welch() -> None:
    generator = np.random.default_rng(2)
    one, other = generator.normal(1.0, 1.0, 30), generator.normal(0.6, 2.0, 80)
    found = optimism(one, other)
    welch = stats.ttest_ind(one, other, equal_var=False).confidence_interval(0.95)
    assert found.chance[1:3] == pytest.approx((welch.low, welch.high))
    assert found.chance.value == pytest.approx(one.mean() - other.mean())


def test_the_best_of_many_that_are_equal_is_seen_through() -> None:
    """100 candidates without any gain, 200 times: the best seems to have one where it was chosen, and has none.

    Intervals of the new mean hold zero in 95 % of the times (SE 1.5 %, 3 SE allowed).
    """
    generator = np.random.default_rng(4)
    found = []
    for _ in range(200):
        seen, new = generator.normal(0.0, 1.0, (2, 100, 40))
        winner = int(seen.mean(axis=1).argmax())
        found.append(optimism(seen[winner], new[winner]))
    assert np.mean([each.chosen_on.value for each in found]) > 0.3
    assert np.mean([each.new.value for each in found]) == pytest.approx(0.0, abs=0.035)
    assert np.mean([each.new.low < 0.0 < each.new.high for each in found]) == pytest.approx(0.95, abs=0.046)
    assert np.mean([each.chance.value for each in found]) > 0.3


def test_chance_is_counted_draw_by_draw_where_the_draws_of_the_search_are_met_again() -> None:
    """Three draws with gains 0, 10 and 20; in the search each seems 1, 2 and 3 better than in its two new clinics."""
    own, chance = np.array([0.0, 10.0, 20.0, 30.0]), np.array([1.0, 2.0, 3.0])
    new = np.concatenate([own - 0.5, own + 0.5])
    found = optimism(own[:3] + chance, new, (np.arange(3), np.tile(np.arange(4), 2)))
    assert (found.chance.value, found.draws) == (pytest.approx(2.0), 3)
    assert found.chance[1:3] == pytest.approx(stats.t.interval(0.95, 2, 2.0, 1.0 / np.sqrt(3)))
    assert (found.chosen_on.value, found.new.value) == (12.0, 15.0)  # of three draws, and of all four
    assert found.new.high - found.new.value == pytest.approx(stats.t.ppf(0.975, 3) * own.std(ddof=1) / 2)
    assert found.chosen_on[1:3] == pytest.approx(stats.t.interval(0.95, 2, 12.0, stats.sem(own[:3] + chance)))


def test_samples_under_other_draws_are_compared_as_samples() -> None:
    one, other = np.array([1.0, 2.0, 4.0]), np.array([0.0, 1.0, 5.0, 2.0])
    found, plain = optimism(one, other, (np.arange(3), np.arange(10, 14))), optimism(one, other)
    assert found == plain
    assert found.draws == 0


@pytest.mark.slow
def test_the_interval_of_chance_holds_none_in_95_of_100_and_is_narrower_than_of_samples() -> None:
    """1,000 times, draws three times as different as rng: 60 clinics of a search, two more under each of 100 draws."""
    generator, held, widths = np.random.default_rng(3), 0, []
    draws = (np.arange(60), np.tile(np.arange(100), 2))
    for _ in range(1000):
        own = generator.normal(0.0, 3.0, 100)
        seen, new = own[:60] + generator.normal(size=60), np.tile(own, 2) + generator.normal(size=200)
        found, plain = optimism(seen, new, draws), optimism(seen, new)
        held += found.chance.low < 0.0 < found.chance.high
        widths.append(tuple(each.chance.high - each.chance.low for each in (found, plain)))
    assert held / 1000 == pytest.approx(0.95, abs=3 * np.sqrt(0.95 * 0.05 / 1000))
    assert np.mean(widths, axis=0)[0] < 0.5 * np.mean(widths, axis=0)[1]


def test_a_single_replicate_says_nothing_of_chance() -> None:
    assert not optimism(np.array([1.0]), np.array([1.0, 2.0])).chance.known


def test_a_parabola_is_as_flat_as_its_zone_says() -> None:
    """Loss x^2 on [-1, 1]: less than 0.25 on half of it."""
    x = np.linspace(-0.99, 0.99, 100)
    noise = np.random.default_rng(1).normal(0.0, 0.01, 20)
    lost = losses(1.0 + noise, 1.0 - (x * x)[:, None] + noise)
    found = flat(lost, 0.25)
    assert found.as_good == pytest.approx(0.5)
    assert found.error == pytest.approx(0.05)
    assert found.surely + found.surely_not == pytest.approx(1.0)


def test_points_that_cannot_be_told_are_neither() -> None:
    found = flat(np.array([[0.1, -0.5, 0.7], [0.0, -0.1, 0.1], [1.0, 0.8, 1.2]]), 0.3)
    assert (found.surely, found.surely_not) == (pytest.approx(1 / 3), pytest.approx(1 / 3))
