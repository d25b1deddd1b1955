"""Medians over replicates: the middle, and an interval that holds it as often as it says."""

import numpy as np
import pytest

from alliance_sim.stats.medians import median_summary


def test_one_outlier_moves_nothing() -> None:
    values = np.arange(101.0)
    wild = np.where(values == 100.0, 1e6, values)
    assert median_summary(wild)[:4] == median_summary(values)[:4]
    assert median_summary(values).value == 50.0


def test_what_is_not_known_is_left_out() -> None:
    found = median_summary(np.array([np.nan, 1.0, 2.0, 3.0]))
    assert (found.value, found.replicates) == (2.0, 3)
    assert np.isnan(found.mcse)  # three numbers do not say how surely
    assert np.isnan(median_summary(np.full(3, np.nan)).value)


def test_the_interval_holds_the_median_of_a_skewed_distribution() -> None:
    """95 % of intervals do; 2000 samples of 60: 93 % is four standard errors below."""
    samples = np.random.default_rng(4).exponential(size=(2000, 60))
    held = [found.low <= np.log(2.0) <= found.high for found in map(median_summary, samples)]
    assert 0.93 < np.mean(held) <= 0.99


def test_its_error_is_that_of_a_normal_sample() -> None:
    """sqrt(pi / 2) / sqrt(n) for the median of standard normal numbers, on average over samples."""
    samples = np.random.default_rng(5).standard_normal((400, 200))
    errors = [median_summary(each).mcse for each in samples]
    assert np.mean(errors) == pytest.approx(np.sqrt(np.pi / 2.0 / 200.0), rel=0.08)
