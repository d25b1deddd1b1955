"""Morris screening on functions whose effects are known."""

import numpy as np
import pytest

from alliance_sim.scenario.sampling import unit_points, unit_problem
from alliance_sim.stats.morris import chosen, elementary, morris_effects

LEVELS = 6


def screened(function, width: int, trajectories: int = 20, seed: int = 0):
    """Effects of a function of the unit cube."""
    unit = unit_points("morris", trajectories, width, 3, levels=LEVELS)
    return morris_effects(unit_problem(unit.shape[1]), unit, function(unit), LEVELS, seed)


def test_a_linear_function_is_ranked_exactly_without_spread_or_interval() -> None:
    slopes = np.array([0.5, -3.0, 0.0, 2.0])
    found = screened(lambda x: x @ slopes, 4)
    np.testing.assert_allclose(found.mu, slopes, atol=1e-12)
    np.testing.assert_allclose(found.mu_star, np.abs(slopes), atol=1e-12)
    np.testing.assert_allclose(found.sigma, 0.0, atol=1e-12)
    np.testing.assert_allclose(found.reach, 0.0, atol=1e-12)
    assert chosen(found, 0.0, 4) == [1, 3, 0]


def test_an_interaction_shows_in_sigma_and_effects_of_both_signs_do_not_cancel_in_mu_star() -> None:
    found = screened(lambda x: (x[:, 0] - 0.5) * (x[:, 1] - 0.5), 3, trajectories=200)
    assert abs(found.mu[0]) < 0.05
    assert found.mu_star[0] > 0.2
    assert found.sigma[0] > 0.2
    assert found.mu_star[2] == found.largest[2] == 0.0


def test_a_walk_with_an_undefined_place_is_left_out_and_counted() -> None:
    unit = unit_points("morris", 10, 3, 3, levels=LEVELS)
    values = unit @ np.array([1.0, 2.0, 3.0])
    values[5] = np.nan
    found = morris_effects(unit_problem(unit.shape[1]), unit, values, LEVELS, 0)
    assert (found.trajectories, found.lost) == (9, 1)
    np.testing.assert_allclose(found.mu_star, [1.0, 2.0, 3.0])
    values[4:] = np.nan
    nothing = morris_effects(unit_problem(3), unit, values, LEVELS, 0)
    assert np.isnan(nothing.mu_star).all()
    assert chosen(nothing, 0.1, 3) == []


@pytest.mark.parametrize("seed", [0, 1, 2**31])
def test_the_same_seed_gives_the_same_interval_zero_too(seed: int) -> None:
    one, again = (screened(lambda x: np.sin(6 * x[:, 0]) + x[:, 1], 2, seed=seed) for _ in range(2))
    np.testing.assert_array_equal(one.reach, again.reach)


def test_effects_stand_at_the_setting_that_moved() -> None:
    design = np.array([[[0.0, 0.0], [0.0, 0.5], [0.5, 0.5]]])
    np.testing.assert_allclose(elementary(design, np.array([[1.0, 2.0, 1.5]])), [[1.0, 2.0]])


def test_a_setting_whose_interval_reaches_the_threshold_is_kept_and_one_beyond_the_most_is_not() -> None:
    found = screened(lambda x: x @ np.array([10.0, 2.0, 0.5, 1.5]), 4)
    assert chosen(found, 0.1, 4) == [0, 1, 3]
    assert chosen(found._replace(reach=np.full(4, 0.6)), 0.1, 4) == [0, 1, 3, 2]
    assert chosen(found, 0.1, 2) == [0, 1]
