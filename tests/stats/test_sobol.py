"""Sobol indices of the Ishigami function, whose indices are known (Ishigami & Homma, 1990; a = 7, b = 0.1)."""

import numpy as np
import pytest

from alliance_sim.scenario.sampling import unit_points, unit_problem
from alliance_sim.stats.intervals import NORMAL_95
from alliance_sim.stats.sobol import RESAMPLES, explained_together, sobol_indices, total_ahead

FIRST = (0.3139, 0.4424, 0.0)
TOTAL = (0.5576, 0.4424, 0.2437)
PAIR_13 = 0.2437


def ishigami(unit: np.ndarray) -> np.ndarray:
    """sin x1 + 7 sin^2 x2 + 0.1 x3^4 sin x1, each x uniform from -pi to pi."""
    x = np.pi * (2.0 * unit - 1.0)
    return np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_indices_of_the_ishigami_function_lie_in_their_intervals() -> None:
    found = sobol_indices(unit_problem(3), ishigami(unit_points("saltelli", 1024, 3, 0)), False, 0)
    assert (np.abs(found.first - FIRST) < np.minimum(found.first_reach + 0.005, 0.03)).all()
    assert (np.abs(found.total - TOTAL) < np.minimum(found.total_reach + 0.005, 0.03)).all()
    assert found.sd**2 == pytest.approx(13.84, rel=0.02)


def test_the_pair_that_interacts_is_found_and_the_others_do_not() -> None:
    found = sobol_indices(unit_problem(3), ishigami(unit_points("saltelli", 512, 3, 0, True)), True, 0)
    assert found.pairs[0, 2] == pytest.approx(PAIR_13, abs=0.08)
    assert abs(found.pairs[0, 1]) < 0.08
    assert abs(found.pairs[1, 2]) < 0.08
    assert np.isnan(found.pairs[2, 0])


@pytest.mark.parametrize("seed", [0, 1, 7])
def test_the_same_seed_gives_the_same_interval_zero_too(seed: int) -> None:
    values = ishigami(unit_points("saltelli", 64, 3, 1))
    one, again = (sobol_indices(unit_problem(3), values, False, seed) for _ in range(2))
    np.testing.assert_array_equal(one.total_reach, again.total_reach)


def test_settings_that_matter_alike_are_not_ahead_of_each_other_and_others_are() -> None:
    """3 x1 + 2 x2 + 2 x3 + x4: total indices 9, 4, 4 and 1 of 18; in 5 of 100 designs 4 - 4 seems not to be 0."""
    missed = 0
    for seed in range(40):
        unit = unit_points("saltelli", 128, 4, seed)
        found = sobol_indices(unit_problem(4), unit @ np.array([3.0, 2.0, 2.0, 1.0]), False, seed)
        first, alike, last = (total_ahead(found, one, other) for one, other in ((0, 1), (1, 2), (2, 3)))
        assert (first[0], last[0]) == pytest.approx((5 / 18, 3 / 18), abs=0.08)
        assert first[0] > first[1]
        assert last[0] > last[1]
        missed += abs(alike[0]) > alike[1]
    assert missed <= 6  # of 40 at a rate of 5 %: more than 6 with a probability of 0.3 %


def test_the_interval_of_a_difference_is_that_of_paired_samples() -> None:
    """Two settings that always do the same: their indices differ by nothing, whatever the intervals of each."""
    found = sobol_indices(unit_problem(3), ishigami(unit_points("saltelli", 64, 3, 1)), False, 0)
    twice = found._replace(total=found.total[[0, 0, 1]], total_draws=found.total_draws[:, [0, 0, 1]])
    assert total_ahead(twice, 0, 1) == (0.0, 0.0)
    assert found.total_draws.shape == (RESAMPLES, 3)
    np.testing.assert_allclose(NORMAL_95 * found.total_draws.std(axis=0, ddof=1), found.total_reach)


def test_a_base_point_with_an_undefined_place_is_left_out_and_counted() -> None:
    values = ishigami(unit_points("saltelli", 1024, 3, 1))
    values[[0, 7, 8]] = np.nan
    found = sobol_indices(unit_problem(3), values, False, 1)
    assert (found.points, found.lost) == (1022, 2)
    np.testing.assert_allclose(found.total, TOTAL, atol=0.05)


def test_an_estimate_that_does_not_vary_has_no_indices() -> None:
    found = sobol_indices(unit_problem(3), np.full(64 * 5, 2.0), False, 1)
    assert np.isnan(found.total).all()
    assert found.sd == 0.0


def test_a_group_explains_its_closed_share() -> None:
    """x1 and x3 together: S1 + S3 + S13 = .5576; the rest is x2's."""
    points = unit_points("sobol", 2048, 4, 3)
    one, other = points[:, :3], points[:, [0, 3, 2]]
    found = explained_together(np.column_stack([ishigami(one), ishigami(other)]), 0)
    assert found.share == pytest.approx(0.5576, abs=0.03)
    assert found.low < 0.5576 < found.high


def test_a_group_that_explains_all_or_nothing_says_so() -> None:
    y = np.random.default_rng(2).normal(size=(400, 2))
    assert explained_together(np.column_stack([y[:, 0], y[:, 0]]), 0).share == pytest.approx(1.0)
    assert abs(explained_together(y, 0).share) < 0.12
    assert np.isnan(explained_together(np.ones((20, 2)), 0).share)
