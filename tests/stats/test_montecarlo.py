"""Monte-Carlo errors against their formulas (Morris et al., 2019), and against what they promise."""

import math

import numpy as np
import pytest

from alliance_sim.stats import montecarlo as mc

VALUES = np.array([1.0, 2.0, 4.0, 5.0])


def test_error_of_a_mean_is_spread_over_root_n() -> None:
    assert mc.mcse_mean(VALUES) == pytest.approx(np.std(VALUES, ddof=1) / 2.0)


def test_error_of_a_proportion() -> None:
    assert mc.mcse_proportion(0.95, 1900) == pytest.approx(0.005)  # the known rule: 1900 replicates for half a point


def test_error_of_a_spread() -> None:
    assert mc.mcse_spread(VALUES) == pytest.approx(np.std(VALUES, ddof=1) / math.sqrt(6.0))


def test_error_of_a_squared_error() -> None:
    errors = (VALUES - 3.0) ** 2
    assert mc.mcse_squared_error(VALUES, 3.0) == pytest.approx(math.sqrt(((errors - 2.5) ** 2).sum() / 12.0))


def test_the_interval_of_a_mean_is_students() -> None:
    summary = mc.summarise(VALUES)
    assert summary.value == 3.0
    assert summary.high - summary.value == pytest.approx(3.182446 * mc.mcse_mean(VALUES), rel=1e-6)  # t(.975, 3)


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    draws = np.random.default_rng(1).normal(size=(2000, 8))
    hits = sum(1 for row in draws if (s := mc.summarise(row)).low <= 0.0 <= s.high)
    assert hits / 2000 == pytest.approx(0.95, abs=4.0 * mc.mcse_proportion(0.95, 2000))


def test_the_middle_is_that_of_numpys_quantiles() -> None:
    values = np.random.default_rng(2).normal(size=37)
    assert mc.middle(values) == pytest.approx(tuple(np.quantile(values, [0.025, 0.975])))


def test_what_is_not_defined_is_not_counted() -> None:
    assert mc.summarise(np.array([1.0, np.nan, 3.0])).replicates == 2
    assert mc.summarise(np.array([np.nan])).replicates == 0


def test_one_replicate_has_a_value_and_no_error() -> None:
    summary = mc.summarise(np.array([2.0]))
    assert summary.value == 2.0
    assert math.isnan(summary.mcse)
    assert math.isnan(summary.low)


def test_twins_with_common_random_numbers_gain_what_the_formula_says() -> None:
    rng = np.random.default_rng(3)
    shared, own = rng.normal(size=20000), rng.normal(size=(2, 20000))
    parts = 3.0 * shared + own  # variance 10 each; difference: 2
    ratio = mc.variance_ratio(parts, np.array([1.0, -1.0]), parts[0] - parts[1])
    assert ratio == pytest.approx(10.0, rel=0.05)


def test_independent_replicates_gain_nothing() -> None:
    parts = np.random.default_rng(4).normal(size=(2, 20000))
    assert mc.variance_ratio(parts, np.array([1.0, -1.0]), parts[0] - parts[1]) == pytest.approx(1.0, rel=0.05)


def test_twins_that_differ_by_a_constant_gain_without_limit() -> None:
    parts = np.array([VALUES, VALUES - 0.5])
    assert mc.variance_ratio(parts, np.array([1.0, -1.0]), parts[0] - parts[1]) == math.inf


def test_correlations_are_pooled_on_fishers_z() -> None:
    r = np.array([0.1, 0.5, 0.7])
    assert mc.on_scale(r, fisher=True).mean() == pytest.approx(math.tanh(np.arctanh(r).mean()))
    assert mc.on_scale(r, fisher=False).mean() == pytest.approx(r.mean())
