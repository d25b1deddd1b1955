"""Estimates of one number are taken together, and told apart from those of several."""

import numpy as np
import pytest

from alliance_sim.stats.homogeneity import together


def test_equal_errors_give_the_plain_mean() -> None:
    found = together(np.array([1.0, 2.0, 3.0]), np.full(3, 2.0))
    assert (found.mean, found.error) == pytest.approx((2.0, 2.0 / np.sqrt(3.0)))
    assert found.p == pytest.approx(np.exp(-0.25))  # Q = 0.5 with 2 degrees of freedom


def test_a_certain_estimate_decides() -> None:
    assert together(np.array([1.0, 5.0]), np.array([0.001, 1.0])).mean == pytest.approx(1.0, abs=1e-4)


def test_p_is_uniform_where_all_estimate_one_number() -> None:
    """1,000 times: 5 % below .05, within three errors."""
    rng = np.random.default_rng(4)
    p = [together(rng.normal(3.0, (0.5, 1.0, 2.0)), np.array([0.5, 1.0, 2.0])).p for _ in range(1_000)]
    assert np.mean(np.array(p) < 0.05) == pytest.approx(0.05, abs=3 * np.sqrt(0.05 * 0.95 / 1_000))


def test_a_single_estimate_has_nothing_to_differ_from() -> None:
    found = together(np.array([4.0]), np.array([0.5]))
    assert (found.mean, found.error) == (4.0, 0.5)
    assert np.isnan(found.p)
