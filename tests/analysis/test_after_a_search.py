"""What is left of a winner: optimism, flatness and regret, on numbers whose answer is known by construction."""

import numpy as np
import pytest
from scipy import stats

from alliance_sim.analysis.flat import flat, losses
from alliance_sim.analysis.optimism import optimism
from alliance_sim.analysis.regret import regrets


def test_optimism_is_the_difference_of_two_means_by_welch() -> None:
    generator = np.random.default_rng(2)
    one, other = generator.normal(1.0, 1.0, 30), generator.normal(0.6, 2.0, 80)
    found = optimism(one, other)
    welch = stats.ttest_ind(one, other, equal_var=False).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((welch.low, welch.high))
    assert found.value == pytest.approx(one.mean() - other.mean())


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
    assert np.mean([each.chosen_on for each in found]) > 0.3
    assert np.mean([each.new for each in found]) == pytest.approx(0.0, abs=0.035)
    assert np.mean([each.new_low < 0.0 < each.new_high for each in found]) == pytest.approx(0.95, abs=0.046)
    assert np.mean([each.value for each in found]) > 0.3


def test_a_single_replicate_tells_nothing_of_luck() -> None:
    assert np.isnan(optimism(np.array([1.0]), np.array([1.0, 2.0])).value)


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


def test_regret_is_what_a_group_loses_under_the_policy_of_another() -> None:
    steps = np.array([0.0, 0.1, -0.1])
    gains = {
        ("for a", "a"): 1.0 + steps,
        ("for a", "b"): 0.5 + steps,
        ("for b", "a"): 0.4 + 2 * steps,
        ("for b", "b"): 0.3 + steps,
    }
    table = regrets(gains, {"a": "for a", "b": "for b"}).set_index(["policy", "profile"])
    assert table.loc[("for a", "a"), "value"] == 0.0
    assert table.loc[("for b", "a"), "value"] == pytest.approx(0.6)
    assert table.loc[("for a", "b"), "value"] == pytest.approx(-0.2)  # its own was the worse choice
    assert table.loc[("for a", "a"), "own"]
