"""How an estimate is spread over places of a space of settings, on places whose spread is known."""

import numpy as np
import pytest

from alliance_sim.stats.signs import alike, spread_over


def test_signs_and_places_with_hardly_any_effect_are_counted_with_intervals() -> None:
    """Of 100 places 40 have the whole effect, 30 hardly any, 20 the other sign and 10 one that may be luck."""
    y = np.repeat([1.0, 0.05, -1.0, -0.01], [40, 30, 20, 10])
    errors = np.repeat([0.1, 0.01, 0.1, 0.1], [40, 30, 20, 10])
    found = spread_over(y, errors, 1.0)
    assert (found.little.value, found.other_sign.value, found.within_luck.value) == pytest.approx((0.6, 0.2, 0.1))
    assert found.little.low < 0.6 < found.little.high
    assert found.other_sign.low == pytest.approx(0.133, abs=0.001)  # Wilson's interval of 20 of 100
    mirrored = spread_over(-y, errors, -1.0)
    assert mirrored.little == found.little
    assert mirrored.other_sign == found.other_sign


def test_the_interval_of_the_median_holds_it_in_95_of_100_samples() -> None:
    """2,000 samples of 100 numbers: the share has a standard error of .5 %."""
    rng = np.random.default_rng(0)
    found = [spread_over(rng.exponential(size=100), np.zeros(100), 1.0) for _ in range(2000)]
    covered = np.mean([one.middle_low <= np.log(2.0) <= one.middle_high for one in found])
    assert covered == pytest.approx(0.95, abs=0.02)


def test_places_that_do_not_define_the_estimate_are_left_out() -> None:
    found = spread_over(np.array([np.nan, 1.0, 2.0, 3.0]), np.array([np.nan, 0.1, 0.1, np.nan]), 1.0)
    assert (found.places, found.middle) == (3, 2.0)
    assert np.isnan(spread_over(np.array([np.nan]), np.array([np.nan]), 1.0).little.low)


def test_a_place_is_alike_where_everything_is_between_half_and_twice_of_the_reference() -> None:
    values = np.array([[10.0, -1.0], [19.0, -0.5], [21.0, -1.0], [10.0, -0.4], [10.0, np.nan]])
    assert alike(values, np.array([10.0, -1.0])).tolist() == [True, True, False, False, False]
