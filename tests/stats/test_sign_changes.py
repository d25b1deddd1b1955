"""Whether a sign changes, over draws and over settings that are known by construction."""

import numpy as np
import pytest

from alliance_sim.stats.sign_changes import GROUPS, alike, other_sign, over_settings, slices

RNG = np.random.default_rng(1)
X = RNG.normal(size=500)


def test_a_conclusion_that_rests_on_a_parameter_turns_with_it() -> None:
    y = 0.5 + X + 0.1 * RNG.normal(size=500)
    parts = slices(X, y, comparisons=10)
    assert [part.draws for part in parts] == [100] * GROUPS
    assert np.diff([part.mean.value for part in parts]).min() > 0
    assert parts[0].mean.high < 0
    still = slices(X, 0.5 + 0.3 * RNG.normal(size=500), comparisons=10)
    assert min(part.mean.high for part in still) > 0


def test_intervals_grow_with_the_number_of_looks() -> None:
    y = RNG.normal(size=500)
    one, many = slices(X, y, 1)[0].mean, slices(X, y, 27)[0].mean
    assert many.high - many.low > 1.2 * (one.high - one.low)


@pytest.mark.slow
def test_chance_alone_turns_a_sign_in_at_most_five_percent_of_analyses() -> None:
    """27 parameters without influence, and a mean that is barely positive: the error rate of all looks together."""
    rng = np.random.default_rng(3)
    turned = 0
    for _ in range(200):
        y = 0.05 + rng.normal(size=100)
        looks = [slices(rng.normal(size=100), y, 27) for _ in range(27)]
        turned += any(part.mean.high < 0 for parts in looks for part in parts)
    assert turned <= 10


def test_draws_with_the_other_sign_are_counted_and_those_within_their_error_named() -> None:
    found = other_sign(np.array([1.0, 2.0, -1.0, 0.1]), np.full(4, 0.2))
    assert (found.share.value, found.unsure) == (0.25, 0.25)
    assert found.share.low < 0.25 < found.share.high


def test_signs_and_points_with_hardly_any_effect_are_counted_with_intervals() -> None:
    """Of 100 points 40 have the whole effect, 30 hardly any, 20 the other sign and 10 one within its error."""
    y = np.repeat([1.0, 0.05, -1.0, -0.01], [40, 30, 20, 10])
    errors = np.repeat([0.1, 0.01, 0.1, 0.1], [40, 30, 20, 10])
    found = over_settings(y, errors, 1.0)
    assert (found.little.value, found.other_sign.value, found.unsure.value) == pytest.approx((0.6, 0.2, 0.1))
    assert found.other_sign.low == pytest.approx(0.133, abs=0.001)  # Wilson's interval of 20 of 100
    mirrored = over_settings(-y, errors, -1.0)
    assert (mirrored.little, mirrored.other_sign) == (found.little, found.other_sign)


def test_points_that_do_not_define_the_estimate_are_left_out() -> None:
    found = over_settings(np.array([np.nan, 1.0, 2.0, 3.0]), np.array([np.nan, 0.1, 0.1, np.nan]), 1.0)
    assert (found.points, found.median.value) == (3, 2.0)
    assert np.isnan(over_settings(np.array([np.nan]), np.array([np.nan]), 1.0).little.low)


def test_a_point_is_alike_where_everything_is_between_half_and_twice_of_the_reference() -> None:
    values = np.array([[10.0, -1.0], [19.0, -0.5], [21.0, -1.0], [10.0, -0.4], [10.0, np.nan]])
    assert alike(values, np.array([10.0, -1.0])).tolist() == [True, True, False, False, False]
